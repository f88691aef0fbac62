"""At night: choose a recipe, put the model to sleep, watch it dream and learn, or wake it before the night is written."""

from __future__ import annotations

import streamlit as st

from app import acts, errands, session
from app.charts import convergence, dreams, hypnogram, loss_curve
from app.theme import RECIPE_NAMES, fact_color, fact_name
from app.views import journal, parts, pictures
from app.views.glossary import GLOSSARY
from app.worker import Job
from core.measured import SleepReport
from core.recipes import RECIPES
from core.values import Fact, SleepStep


def draw() -> None:
    parts.opening(
        "Sleep",
        "At night the model dreams about what its cache holds and learns from its own dreams, in a small addition to "
        "its MLP weights. Then the cache is gone.",
        help=f"{GLOSSARY['MLP']}\n\n{GLOSSARY['low rank']}",
    )
    ready, desk = parts.is_ready(), session.desk()
    parts.waiting()
    if (now := session.sleeping()) is not None:
        watch(now)
        return
    if (last := desk.sleeping) is not None:
        outcome(last)
    if ready and session.view().facts:
        bedtime()
    elif ready and session.is_recorded():
        st.markdown("A recording has one night, and this was it. Start it over above to see it again.")
    elif ready:
        st.markdown("Nothing was told today, so there is nothing to sleep on.")
        parts.next_step("app/views/wake.py", "← First tell it something")
    last_night()


def bedtime() -> None:
    """The choice before a sleep."""
    desk, view = session.desk(), session.view()
    st.header("Tonight", anchor=False)
    where = "set aside" if view.is_set_aside else "in the cache"
    st.markdown(f"{parts.plural(len(view.facts), 'fact')} {where}, {parts.plural(len(view.nights), 'night')} before.")
    lost = [f for f in view.facts if not f.probes or not desk.can_keep(f.number)]
    if lost:
        st.caption(
            f":material/warning: {parts.plural(len(lost), 'fact')} it cannot answer about awake; "
            "sleep hardly keeps what it does not have."
        )
        parts.next_step("app/views/wake.py", "← See which")
    recipe = choose_recipe()
    st.button(
        "Sleep",
        type="primary",
        icon=":material/bedtime:",
        on_click=acts.go_to_sleep,
        args=(recipe,),
        key="sleep",
    )
    parts.complaint("sleep")


def choose_recipe() -> str:
    """The recipe of this night; a teacher's link may propose one, or settle it."""
    link = session.link()
    if link.seed:
        st.caption(f"Seed {link.seed}, from your link: it decides all that is random in this night.")
    if session.hides("recipe"):
        name = link.recipe or "full"
        st.markdown(f"**{RECIPE_NAMES.get(name, name)}**  \n{parts.md(RECIPES[name].summary)}")
        return name
    return st.radio(
        "How to sleep",
        list(RECIPES),
        index=list(RECIPES).index(link.recipe or "full"),
        format_func=lambda name: RECIPE_NAMES.get(name, name),
        captions=[parts.md(r.summary) for r in RECIPES.values()],
        key="recipe",
    )


@st.fragment(run_every=2.0)
def watch(job: Job) -> None:
    """The sleep as it happens; the rest of the app stays alive meanwhile. The header sees when it is over."""
    steps = tuple(job.steps)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if job.cancelling.is_set():
            st.markdown("Waking it …", width="content")
        elif not steps:
            st.markdown(f":shimmer[{parts.queue_words(job)}]", width="content")
        else:
            st.markdown(
                f"**{stage_name(steps)}** · {steps[-1].seconds:.0f} s",
                width="content",
            )
        st.button(
            "Cancel",
            icon=":material/close:",
            on_click=job.cancel,
            disabled=job.cancelling.is_set(),
            key="cancel",
        )
    if steps:
        now = steps[-1]
        st.progress(min(1.0, now.index / max(1, now.total)), text=progress_words(steps))
        diary(job)
        night(steps, job.dreams, slept_on(), "live", table=False)
        if any(step.probabilities for step in steps):
            pictures.chart(convergence, steps, key="live-convergence", table=False)


def slept_on() -> tuple[Fact, ...]:
    """What it sleeps on: today's facts, or, when it sleeps again, those of the night before."""
    view = session.view()
    return view.facts or view.reports[-1].facts


def stage_name(steps: tuple[SleepStep, ...]) -> str:
    """What it is doing now. There are two exams: one before it falls asleep and one after."""
    if steps[-1].stage == "exam":
        return "Morning exam" if any(s.stage != "exam" for s in steps) else "Evening exam"
    return hypnogram.STAGE_NAMES[steps[-1].stage].capitalize()


def progress_words(steps: tuple[SleepStep, ...]) -> str:
    """How far this stage is. Training ends by itself, once enough of what was dreamt is recalled."""
    now = steps[-1]
    if now.recalled is None:
        return f"{now.index} of {now.total} in this stage"
    return (
        f"Step {now.index} of at most {now.total}: without the cache it now gives {loss_curve.recalled(steps)} of the "
        "answers that it dreamt. Once it gives enough of them, it comes to rest."
    )


def diary(job: Job) -> None:
    """The newest dreams, in its own words, each line once."""
    newest = list(dict.fromkeys((d.question, d.answer, d.fact) for d in job.dreams))[-4:]
    with st.container(height=214, border=True, gap="xsmall"):
        st.caption("Just dreamt" if newest else "No dream yet")
        for question, answer, fact in reversed(newest):
            dot = f':color[●]{{foreground="{fact_color(-1 if fact is None else fact)}"}}'
            whose = "cache empty" if fact is None else fact_name(fact)
            st.markdown(f"{dot} :small[{whose}:] {parts.md(question)} → {parts.md(answer)}")


def night(steps, dreamt, facts, key: str, *, table: bool = True) -> None:
    """A night in three pictures: its stages, its learning, its dreams."""
    pictures.chart(hypnogram, steps, key=f"{key}-stages", table=table)
    left, right = st.columns(2, gap="large")
    with left:
        pictures.chart(loss_curve, steps, key=f"{key}-loss", table=table)
    with right:
        pictures.chart(dreams, dreamt, key=f"{key}-dreams", table=table, facts=facts)


def outcome(job: Job) -> None:
    """How the last sleep of this brain ended."""
    if job.state == "done":
        report: SleepReport = job.result
        was_again = session.desk().replaced is not None
        st.success(
            f"Night {report.night} is over{' once more' if was_again else ''}, after {report.seconds.get('total', 0.0):.0f} s. The cache is empty.",
            icon=":material/wb_twilight:",
        )
        for verdict in report.gate:
            st.caption(parts.md(verdict.words))
        parts.next_step("app/views/morning.py", "**Next: see what it kept →**")
    elif job.state == "cancelled":
        proof = ""
        if job.notes and job.notes["before"] == job.notes["after"]:
            proof = f" Its fingerprint is the same as before: {job.notes['after'][:12]}."
        st.info(f"You woke it before the night was written. Nothing changed.{proof}", icon=":material/undo:")
    elif job.error is not None:
        st.error(parts.md(errands.sentence(job.error)) + " The brain is as it was.", icon=":material/error:")


def last_night() -> None:
    """The newest night of this brain, or a recorded one."""
    view = session.view()
    if is_own := bool(view and view.reports):
        report = view.reports[-1]
        st.header(f"The last night: night {report.night}", anchor=False)
    elif parts.recorded():
        report = parts.recorded()[0]
        st.header("What a night looks like", anchor=False)
        parts.recorded_label()
    else:
        return
    night(report.steps, report.dreams, report.facts, "last")
    journal.draw(report, is_newest=is_own)


with parts.border():
    draw()
