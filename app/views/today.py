"""Today's facts, one by one: can it answer about each awake, and what will the morning ask?"""

from __future__ import annotations

from zlib import crc32

import streamlit as st

from app import acts, session
from app.frozen import Trial
from app.theme import fact_color
from app.views import parts
from core.values import Fact

ADVICE = (
    "I read this, but I cannot answer about it awake, so sleep will hardly keep it. "
    "Try one short sentence about one thing, such as “Mira lives in Oslo.”, or put your own question beside it."
)
# Pixels: both are read whole; where there is no room beside each other, the rest goes below.
QUESTION, ANSWER = 300, 200


def draw(closed: bool) -> None:
    desk = session.desk()
    st.header("Today's facts", anchor=False)
    st.markdown(
        "For each fact the model made a question of its own. It is asked in the morning; change it if you like. "
        "Your questions never reach the lessons of the night."
    )
    for fact in session.view().facts:
        with st.container(border=True):
            one_fact(fact, desk.trials.get(fact.number), closed)


def one_fact(fact: Fact, trial: Trial | None, closed: bool) -> None:
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        dot = f':color[●]{{foreground="{fact_color(fact.number)}"}}'
        st.markdown(f"{dot} {parts.md(fact.statement)}")
        verdict(fact, trial)
    with right, st.form(f"probe-form-{fact.number}", border=False):
        probe = fact.probes[0] if fact.probes else None
        whose = "Your question" if probe is None or probe.source == "given" else "Its own question"
        question, answer = f"question-{fact.number}", f"answer-{fact.number}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            stamp = crc32(repr(probe).encode())  # a new suggestion refills the boxes
            st.text_input(
                whose,
                probe.question if probe else "",
                key=f"{question}-{stamp}",
                max_chars=400,
                width=QUESTION,
            )
            st.text_input(
                "Expected answer",
                "|".join(probe.answers) if probe else "",
                key=f"{answer}-{stamp}",
                max_chars=200,
                width=ANSWER,
                help="Several right answers: put | between them.",
            )
            st.form_submit_button(
                "Keep",
                on_click=acts.edit_probe,
                args=(fact.number, f"{question}-{stamp}", f"{answer}-{stamp}"),
                disabled=closed,
                key=f"keep-{fact.number}",
            )
    parts.complaint(f"probe-{fact.number}")


def verdict(fact: Fact, trial: Trial | None) -> None:
    """Can it answer about this awake? If not, sleep has nothing to keep, and it says so now, not in the morning."""
    if fact.probes and trial is None:
        st.caption("Not tried awake yet.")
    elif trial and trial.right:
        st.caption(f":material/check: Awake it answers: {parts.md(trial.answer)}")
    elif trial and trial.right_alone:
        st.caption(
            f":material/groups: Among today's other facts it says “{parts.md(trial.answer)}”; looking at this one alone it "
            "knows. Sleep reads one memory at a time, so it may still keep it."
        )
    else:
        said = f" It said “{parts.md(trial.answer)}”." if trial else ""
        st.caption(f":material/warning: {ADVICE}{said}")
