"""Predict, then reveal: a guess before the bars of a new night are drawn. One click skips it; older nights never ask."""

from __future__ import annotations

import streamlit as st

from app import session
from core.measured import SleepReport


def is_revealed(report: SleepReport) -> bool:
    """May the results be drawn? Asks for a guess where this night's have not been looked at yet."""
    desk, total = session.desk(), report.recall("slept").n
    if report.name not in desk.unseen or not total:
        return True
    with st.container(border=True):
        st.markdown("**Before you look, guess.** Its cache is empty now; only its weights can answer.")
        asked = "the one question" if total == 1 else f"the {total} questions"
        guess = st.slider(
            f"How many of {asked} does it answer right?", 0, total, total // 2, key=f"guess-{report.night_hash}"
        )
        with st.container(horizontal=True):
            st.button("Reveal", type="primary", on_click=desk.reveal, args=(report.name, guess), key="reveal")
            st.button("Skip the guess", type="tertiary", on_click=desk.reveal, args=(report.name,), key="skip")
    return False


def score(report: SleepReport) -> None:
    """How far the guess was off, if there was one."""
    guess, rate = session.desk().guesses.get(report.name), report.recall("slept")
    if guess is None:
        return
    right = round((rate.value or 0) * rate.n)
    off = guess - right
    words = "Exactly right." if not off else f"{abs(off)} too {'many' if off > 0 else 'few'}."
    st.info(f"You guessed {guess} of {rate.n}; it answered {right}. {words}", icon=":material/casino:")
