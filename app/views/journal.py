"""The dream journal of one night: each dream with who made it and what became of it, and a switch to leave it out."""

from __future__ import annotations

import streamlit as st

from app import selection, session
from app.charts import convergence, dreams
from app.theme import fact_color, fact_name, short
from app.views import parts, pictures
from app.views.glossary import GLOSSARY
from core.journal import LEFT_OUT, left_out
from core.measured import SleepReport
from core.text import normalise
from core.values import Dream, Fact

FATES = ("kept", "not kept", "all")
EVERY_FACT, NO_FACT = "every fact", "no single fact (cache empty)"
AT_ONCE = 10
VERDICTS = {
    True: ":material/check: its answer stands in the told sentence",
    False: ":material/close: its answer does not stand in the told sentence",
}


@st.fragment
def draw(report: SleepReport, *, is_newest: bool) -> None:
    """The dreams of one fact, its learning curve above them. The newest night of this brain can be slept again."""
    st.header("Dream by dream", anchor=False)
    if not report.dreams:
        st.markdown("This night had no dreams. A full sleep has them.")
        return
    facts = {f.number: f for f in report.facts}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Dreams about",
            [EVERY_FACT, *facts, NO_FACT],
            format_func=lambda about: short(facts[about].statement, 60) if about in facts else about,
            **selection.bound("fact", facts, "journal", (EVERY_FACT, NO_FACT)),
        )
        fate = st.segmented_control("Show", FATES, default="kept", required=True, key="journal-fate")
    if chosen != NO_FACT:
        pictures.chart(convergence, report.steps, key="convergence", fact=chosen if chosen in facts else None)
    shown = [
        (place, dream)
        for place, dream in enumerate(report.dreams)
        if is_about(dream, chosen) and fate in ("all", "kept" if was_kept(dream) else "not kept")
    ]
    _page(report, shown, is_newest)
    if is_newest:
        again(report)


def is_about(dream: Dream, chosen: str | int) -> bool:
    if chosen == NO_FACT:
        return dream.fact is None
    return dream.fact is not None and chosen in (EVERY_FACT, dream.fact)


def was_kept(dream: Dream) -> bool:
    """Kept by the night itself, whatever a person did about it."""
    return dream.kept or dream.reason == LEFT_OUT


def _page(report: SleepReport, shown: list[tuple[int, Dream]], is_newest: bool) -> None:
    """A few dreams at a time: a long night has thousands."""
    if not shown:
        st.caption("No dream here. Choose another fact, or show all.")
        return
    pages = -(-len(shown) // AT_ONCE)
    page = st.pagination(pages, key=f"journal-page-{pages}") if pages > 1 else 1
    facts = {f.number: f for f in report.facts}
    for place, dream in shown[AT_ONCE * (page - 1) : AT_ONCE * page]:
        entry(report, place, dream, facts.get(dream.fact), is_newest)
    st.caption(
        f"{parts.plural(len(shown), 'dream')} in this list. Right or wrong is a check of words against what was told, "
        "not of meaning. Nats say how much the cache changed the answer: below the recipe's limit a dream is not kept.",
        help=GLOSSARY["KL"],
    )


def entry(report: SleepReport, place: int, dream: Dream, fact: Fact | None, is_newest: bool) -> None:
    """One dream: what it said, then who made it, its score, its fate and whether it was right."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap=None):
            dot = f':color[●]{{foreground="{fact_color(-1 if dream.fact is None else dream.fact)}"}}'
            said = f"{parts.md(dream.question)} → " if dream.question else ""
            st.markdown(f"{dot} {said}{parts.md(dream.answer) or '(nothing)'}")
            fate = "kept" if dream.kept else f"not kept: {dream.reason}"
            score = [] if dream.is_rehearsed else [f"{dream.score:.1f} nats"]
            told = VERDICTS.get(dreams.verdict(dream, [fact] if fact else []))
            whose = [] if dream.fact is None else [fact_name(dream.fact)]
            st.caption(" · ".join([*whose, dreams.MAKERS[dream.source], *score, fate, *([told] if told else [])]))
        if is_newest and dream.question and dream.fact is not None and was_kept(dream):
            box = f"learn-{report.night_hash}-{place}"
            st.toggle(
                "Learn from it",
                normalise(dream.question) not in session.left_out(report),
                key=box,
                on_change=session.learn_from,
                args=(report, dream.question, box),
            )


def again(report: SleepReport) -> None:
    """The last night once more, without the dreams that were switched off."""
    without = session.left_out(report)
    why_not = session.view().why_not_again
    count = f"without {parts.plural(len(without), 'question')}" if without else "with all its dreams"
    pressed = st.button(
        f"Sleep again {count}",
        icon=":material/replay:",
        disabled=bool(why_not) or without == left_out(report.dreams),
        key="sleep-again",
    )
    st.caption(
        why_not
        or "Switch dreams off above. It then goes back to that evening, with that day in its cache, and sleeps the same "
        "night from the same seed, without those lessons. Until that is done the night stays as it is; Cancel keeps it."
    )
    if pressed:
        session.desk().sleep_again(without)
        st.rerun()
