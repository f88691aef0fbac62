"""A life of nights: switch one off, take one back, and see what each night left of the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import acts, selection, session
from app.charts import forgetting_curve, night_effect, prequential, retention_matrix, timeline
from app.views import parts, pictures, recollection
from app.views.glossary import GLOSSARY
from core.measured import SleepReport
from core.retention import Contradiction, NightCard, contradictions, morning_rows

PLACE = "nights"  # where complaints about the acts of this page are said


def draw() -> None:
    parts.opening(
        "Nights",
        "Every sleep adds one night to the model. Here is its life so far: what each night kept, what later nights left "
        "of it, and what happens when you take one away.",
        help=GLOSSARY["night"],
    )
    ready = parts.is_ready()
    parts.waiting()
    if not ready:
        return
    reports = session.view().reports
    if not reports:
        empty()
        return
    life = cards()
    numbers = [card.number for card in life]
    shown = {"night": selection.chosen("night", numbers, -1)}
    pictures.chart(timeline, life, key="timeline", drawn=shown, on_pick=partial(selection.pick, "night"))
    report = one_night(life)
    effect()
    recollection.draw(report, is_off=not next(card.dose for card in life if card.number == report.night))
    keeping(reports)
    no_test_time(reports)


def empty() -> None:
    st.markdown("This brain has not slept yet. After its first night, its life is drawn here.")
    if session.view().facts:
        parts.next_step("app/views/sleep.py", "Next: put it to sleep →")
    else:
        parts.next_step("app/views/wake.py", "← First tell it something")
    if week := parts.recorded_week():
        parts.recorded_label("life")
        pictures.chart(timeline, [card_of(report) for report in week], key="recorded-timeline")
        what_was_told("What was told on each day", week)
        keeping(week)
        no_test_time(week)


def cards() -> tuple[NightCard, ...]:
    view = session.view()
    return tuple(
        card_of(report, night.title, night.dose) for night, report in zip(view.nights, view.reports, strict=True)
    )


def card_of(report: SleepReport, title: str = "", dose: float = 1.0) -> NightCard:
    recipe = str(report.recipe.get("name", "–"))
    return NightCard(report.night, title, dose, len(report.facts), report.recall("slept"), recipe)


# One night and what can be done with it ----------------------------------------------------------


def one_night(life: tuple[NightCard, ...]) -> SleepReport:
    view = session.view()
    st.header("One night", anchor=False)
    numbers = [card.number for card in life]
    chosen = st.selectbox(
        "Night",
        format_func=lambda number: _name(life[numbers.index(number)]),
        **selection.chooser("night", numbers, -1),
    )
    place = numbers.index(chosen)
    card, night, report = life[place], view.nights[place], view.reports[place]
    with st.container(border=True):
        about(report)
        closed = session.is_asleep() or measuring()
        buttons(card, night.name, closed)
        rename(card, night.name, report.night_hash, closed)
        parts.complaint(PLACE)
        if session.is_asleep():
            st.caption("It is asleep; its nights can be changed when it wakes.")
    return report


def _name(card: NightCard) -> str:
    title = f"night {card.number}" + (f": {card.title}" if card.title else "")
    return f"{title} ({parts.plural(card.facts, 'fact')}{'' if card.dose else ', switched off'})"


def about(report: SleepReport) -> None:
    kept, before = report.recall("slept"), report.recall("amnesia")
    st.markdown(
        f"Answered with an empty cache: {parts.percent(before)} questions in the evening, "
        f"{parts.percent(kept)} in the morning."
    )
    for verdict in report.gate:
        st.caption(parts.md(verdict.words), help=GLOSSARY["gate"])
    what_was_told("What was told that day", [report])


def what_was_told(title: str, reports: Sequence[SleepReport]) -> None:
    with st.expander(title, type="compact"):
        for report in reports:
            st.caption(f"Day {report.night}")
            for fact in report.facts:
                st.text(fact.statement)


def buttons(card: NightCard, name: str, closed: bool) -> None:
    desk = session.desk()
    with st.container(horizontal=True):
        st.button(
            "Switch this night off" if card.dose else "Switch this night on",
            icon=":material/toggle_off:" if card.dose else ":material/toggle_on:",
            on_click=session.errands().act,
            args=(PLACE, partial(desk.dose_night, name, 0.0 if card.dose else 1.0)),
            disabled=closed,
            help="Can be switched back at any time. Every night is asked before and after.",
            key="switch",
        )
        st.button(
            "Take it back …",
            icon=":material/undo:",
            on_click=session.errands().act,
            args=(PLACE, partial(desk.try_undo_night, name)),
            disabled=closed,
            help="First shows what would be lost. Nothing is taken back before you say so.",
            key="try-undo",
        )
        st.download_button(
            "Download as adapter",
            partial(desk.adapter, name),
            f"{desk.name}-{name}.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
            disabled=session.is_recorded(),
            help=GLOSSARY["adapter"],
            key="export",
        )


def rename(card: NightCard, name: str, night_hash: str, closed: bool) -> None:
    box = f"title-{night_hash}"  # every brain has a first night
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Its name", value=card.title, max_chars=40, placeholder=f"night {card.number}", key=box, width=320
        )
        st.button("Rename", on_click=acts.rename_night, args=(name, box), disabled=closed, key="rename")


def measuring() -> bool:
    return any(job.kind == "nights" for job in session.pending())


def effect() -> None:
    """What the last change did, or the next one would do, to every night; and the way out of a measurement."""
    for job in session.pending():
        if job.kind == "nights":
            st.button("Cancel the measurement", icon=":material/close:", on_click=job.cancel, key=f"cancel-{job.id}")
    desk = session.desk()
    if desk.change is None or measuring():
        return
    change = desk.change
    is_offer = change.act == "undo" and change.name in {n.name for n in session.view().nights}
    if is_offer:
        st.warning(f"This is what would happen. Night {change.number} is still there.", icon=":material/undo:")
    pictures.chart(night_effect, change, key="effect")
    if not is_offer:
        return
    with st.container(horizontal=True):
        st.button(
            f"Take night {change.number} back for good",
            type="primary",
            on_click=session.errands().act,
            args=(PLACE, partial(desk.undo_night, change.name)),
            disabled=session.is_asleep(),
            key="undo",
        )
        st.button("Leave it as it is", on_click=desk.drop_change, key="leave")


# The whole life ----------------------------------------------------------------------------------


def keeping(reports: tuple[SleepReport, ...]) -> None:
    st.header("What stays", anchor=False, help=GLOSSARY["recall"])
    pictures.chart(retention_matrix, reports, key="retention")
    told_twice(contradictions(morning_rows(reports[-1])))
    pictures.chart(forgetting_curve, reports, key="forgetting")


def told_twice(found: tuple[Contradiction, ...]) -> None:
    """What a later day contradicted counts as forgotten above, though it should be."""
    if not found:
        return
    newer = sum(c.says == "later" for c in found)
    st.caption(
        f"{parts.plural(len(found), 'question was', 'questions were')} told another answer on a later day. It now gives the "
        f"newer answer to {newer} of {len(found)}. Where it does, the older night counts as forgotten in these pictures, as "
        "it should."
    )


def no_test_time(reports: tuple[SleepReport, ...]) -> None:
    st.header("There is no test time", anchor=False)
    st.markdown(
        "A school has lessons, and then a day of exams. A life has not. Here every day opens with questions, before "
        "anything new is told: about all earlier days, which it should still know, and about things that nobody ever "
        "told it, where the right answer is “I do not know”. Only then does the day begin, and what is told today is asked "
        "about tomorrow. So everything is first a test and then a lesson, nothing is held back as a test set, and the mean "
        "over all days so far is the score of the whole life. The field calls this prequential evaluation."
    )
    pictures.chart(prequential, reports, key="prequential")


with parts.border():
    draw()
