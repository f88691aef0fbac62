"""What belongs to one browser tab: which brain is open, what its link asked for, which lesson is on, what was left out.

With `app.selection` the only module that touches `st.session_state` and the address bar. Everything worth keeping lives
on the desk or in the store; losing a session loses a selection, nothing else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from app import lessons, selection, teaching
from app.desk import Desk
from app.desks import desk_of, new_name, replay_of
from app.errands import Errands
from app.frozen import Exchange, View, Where
from app.teaching import Link
from app.worker import Job
from core.journal import left_out as left_out_of
from core.measured import SleepReport
from core.store import is_name
from core.text import normalise


def start() -> Desk:
    """Open the brain that the address names, or a new one; called once at the top of every run."""
    asked = st.query_params.get("brain")
    if not is_name(asked):
        asked = st.session_state.get("brain") or _unused_name()
    if asked != st.session_state.get("brain"):
        st.session_state.brain = asked
        st.session_state.errands = Errands()
        st.session_state.selection = {}
        st.session_state.looked = st.session_state.compared = frozenset()
        st.session_state.asked_before = len(desk().chat)
        st.session_state.left_out = {}
    selection.take()
    errands().settle()
    # First, since whatever ends meanwhile is then seen to by its watcher.
    sleeping, st.session_state.pending = desk().sleeping, desk().pending()
    st.session_state.sleeping = sleeping if sleeping is not None and not sleeping.is_over else None
    st.session_state.view = desk().view
    follow_lesson()
    _write_address()
    return desk()


def view() -> View | None:
    """The brain as it was when this run began, so that all parts of a page tell the same story; None: not open yet."""
    return st.session_state.view


def sleeping() -> Job | None:
    """The sleep that was under way, or waiting for the device, when this run began."""
    return st.session_state.sleeping


def pending() -> tuple[Job, ...]:
    """The acts on this brain, of whatever tab, that were not over when this run began."""
    return st.session_state.pending


def is_asleep() -> bool:
    return sleeping() is not None


def errands() -> Errands:
    """What this tab asked of the brain that is open, and waits for."""
    return st.session_state.errands


def desk() -> Desk:
    return (replay_of if is_recorded() else desk_of)(st.session_state.brain)


def switch(name: str) -> None:
    """Open another brain in this tab (a callback: the run that follows shows it)."""
    if is_name(name):
        selection.forget()
        st.query_params["brain"] = name


def fresh() -> None:
    """Open a brain that knows nothing yet."""
    switch(_unused_name())


def _unused_name() -> str:
    return f"recording-{secrets.token_hex(3)}" if is_recorded() else new_name()


def address() -> dict[str, str]:
    """For links between the pages."""
    return {"brain": st.session_state.brain} | selection.address() | teaching.write(link())


def _write_address() -> None:
    """The address bar says all that a link needs; leaving a page empties it, so it is written again at every run."""
    wanted = address()
    for name in ("brain", *teaching.PARAMETERS):
        if name not in wanted:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]


def server() -> str:
    """Where this app is reached, as the browser sees it."""
    here = urlsplit(st.context.url or "http://localhost:8501")
    return f"{here.scheme}://{here.netloc}"


def is_dark() -> bool:
    return st.context.theme.type != "light"


# What a teacher's link asks for, and the lesson that is on ------------------------------------------


def link() -> Link:
    """What the address asked for when this tab was opened; a lesson goes on from there."""
    if "link" not in st.session_state:
        st.session_state.link, st.session_state.complaints = teaching.read(st.query_params)
        if os.environ.get("NOCTURNE_RECORDED", "") not in ("", "0"):
            st.session_state.link = teaching.as_recording(st.session_state.link)
    return st.session_state.link


def link_complaints() -> tuple[str, ...]:
    """What of the link could not be used."""
    link()
    return st.session_state.complaints


def is_recorded() -> bool:
    """Does this tab replay the recording, without a model?"""
    return link().recorded


def hides(control: str) -> bool:
    """Did the teacher hide this control or page (a key of `teaching.HIDEABLE`)?"""
    return control in link().hidden


def start_lesson(name: str) -> None:
    """Callback: begin a lesson, on a fresh brain, so that its steps are judged from nothing."""
    st.session_state.link = replace(link(), lesson=name, step=1)
    st.session_state.learned = None
    fresh()


def leave_lesson() -> None:
    """Callback: the brain and all that was done stay."""
    st.session_state.link = replace(link(), lesson="", step=1)
    st.session_state.learned = None


def learned() -> str | None:
    """What the step that was done last has shown; typed text in it is as typed."""
    return st.session_state.get("learned")


def follow_lesson() -> bool:
    """Move on over every step whose condition holds by now; True when at least one was done.

    Questions count for one step only: each step is judged by those asked since it began.
    """
    here, state = link(), st.session_state
    if not here.lesson:
        return False
    steps, step, chat = lessons.LESSONS[here.lesson].steps, here.step, desk().chat
    while step <= len(steps) and view() is not None:
        asked = chat[state.asked_before :]
        if not lessons.is_done(steps[step - 1], lessons.progress(view(), asked, state.looked, state.compared)):
            break
        state.learned = lessons.insight(steps[step - 1], view(), asked)
        state.asked_before = len(chat)
        step += 1
    state.link = replace(here, step=step)
    return step > here.step


def look_at(page: str) -> None:
    """The page of that title was shown."""
    if view() is not None:
        st.session_state.looked |= {page}


def compared(name: str) -> None:
    """The comparison of that name was run to its end, and shown."""
    st.session_state.compared |= {name}


def keep(key: str, default: Any, options: Sequence[Any] | None = None) -> Any:
    """Before a widget of that key is drawn: give it back its value, the one returned. Streamlit forgets what a page does
    not draw."""
    kept = st.session_state.setdefault("kept", {})
    if key in st.session_state:
        kept[key] = st.session_state[key]
    value = kept.get(key, default)
    st.session_state[key] = value if options is None or value in options else default
    return st.session_state[key]


def put(key: str, value: Any) -> None:
    """Before the widget of that key is drawn, or in a callback: give it another value. Also for keys without a widget."""
    st.session_state[key] = value


def value_of(key: str) -> Any:
    """What this tab keeps under that key, mostly a widget's value; None where there is nothing."""
    return st.session_state.get(key)


# Dreams that a person leaves out of a night, to sleep it again ------------------------------------


def left_out(report: SleepReport) -> frozenset[str]:
    """The normalised questions switched off: those that the night was slept without, unless switched since."""
    return st.session_state.left_out.get(report.night_hash, left_out_of(report.dreams))


def learn_from(report: SleepReport, question: str, box: str) -> None:
    """Callback of a dream's switch."""
    without = left_out(report) - {normalise(question)}
    is_out = not st.session_state[box]
    st.session_state.left_out[report.night_hash] = without | {normalise(question)} if is_out else without


# The chat of the brain that is open -------------------------------------------------------------------


def chat(where: Where) -> list[Exchange]:
    return [x for x in desk().chat if x.where == where]


def traced() -> dict[int, Exchange]:
    """The answers given with something in the cache, by their place in the chat."""
    return {place: x for place, x in enumerate(desk().chat) if x.trace is not None}
