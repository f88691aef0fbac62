"""Errands of one browser tab: the jobs that it handed in and waits for, and what they complained about, by place."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.worker import Job
from core.errors import NocturneError

PATIENCE = 0.15  # seconds that a click waits for its job: beyond, the page is drawn and says what is being done


def begin() -> None:
    """For a brain that was just opened: nothing is waited for, and nothing was said."""
    st.session_state.pending = []
    st.session_state.said = {}


def act(place: str, make: Callable[[], Job]) -> Job | None:
    """Do something to the brain on behalf of a widget at `place`; whatever goes wrong is said there, in one sentence."""
    hush(place)
    try:
        job = make()
    except NocturneError as error:
        say(place, str(error))
        return None
    job.ended.wait(PATIENCE)
    st.session_state.pending.append((job, place))
    settle()
    return job


def settle() -> None:
    """Take the jobs that are over off the list of those waited for, and keep what they complained about."""
    still = []
    for job, place in st.session_state.pending:
        if not job.is_over:
            still.append((job, place))
        elif job.error is not None:
            say(place, sentence(job.error))
    st.session_state.pending = still


def pending() -> list[Job]:
    return [job for job, _ in st.session_state.pending]


def say(place: str, text: str) -> None:
    st.session_state.said[place] = text


def hush(place: str) -> None:
    st.session_state.said.pop(place, None)


def said(place: str) -> str | None:
    return st.session_state.said.get(place)


def sentence(error: Exception) -> str:
    """What a person may read of an error: ours as they are, a bug without its entrails."""
    if isinstance(error, NocturneError):
        return str(error)
    kind = type(error).__name__
    return f"Something broke inside the engine ({kind}). Nothing was lost; the terminal has the details."
