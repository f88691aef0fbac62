"""What belongs to one browser tab: which brain is open, what is selected, what it waits for, what it was told last.

The one module that touches `st.session_state` and the address bar. Everything worth keeping lives on the desk or in
the store; losing a session loses a selection, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from app.desk import Desk, Exchange, View, Where, desk_of, is_name, new_name
from app.worker import Job
from core.errors import NocturneError
from core.values import CacheSnapshot

Kind = Literal["night", "fact"]  # what can be selected for all pages
PATIENCE = 2.0  # seconds that a click waits for its job before the page goes on without it


def start() -> Desk:
    """Open the brain that the address names, or a new one; called once at the top of every run."""
    asked = st.query_params.get("brain")
    if not is_name(asked):
        asked = st.session_state.get("brain") or new_name()
    if asked != st.session_state.get("brain"):
        st.session_state.brain = asked
        st.session_state.pending = []
        st.session_state.said = {}
        st.session_state.token = None
        st.session_state.selected = {}
    if st.query_params.get("brain") != asked:
        st.query_params["brain"] = asked
    settle()
    st.session_state.view, st.session_state.asleep = desk().view, desk().is_asleep
    return desk()


def view() -> View | None:
    """The brain as it was when this run began, so that all parts of a page tell the same story; None: not open yet."""
    return st.session_state.view


def is_asleep() -> bool:
    """Was it asleep (or waiting to be) when this run began?"""
    return st.session_state.asleep


def desk() -> Desk:
    return desk_of(st.session_state.brain)


def switch(name: str) -> None:
    """Open another brain in this tab (a callback: the run that follows shows it)."""
    if is_name(name):
        st.query_params.from_dict({"brain": name})  # a night or a fact that was selected is not this brain's


def fresh() -> None:
    """Open a brain that knows nothing yet."""
    switch(new_name())


def address() -> dict[str, str]:
    """For links between the pages."""
    return {"brain": st.session_state.brain}


def is_dark() -> bool:
    return st.context.theme.type != "light"


# Acts: hand a job in, wait a moment, remember it when it takes longer -----------------------------


def act(place: str, make: Callable[[], Job]) -> Job | None:
    """Do something to the brain on behalf of a widget at `place`; whatever goes wrong is said there, in one sentence."""
    st.session_state.said.pop(place, None)
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
    waiting = []
    for job, place in st.session_state.pending:
        if not job.is_over:
            waiting.append((job, place))
        elif job.error is not None:
            say(place, sentence(job.error))
    st.session_state.pending = waiting


def pending() -> list[Job]:
    return [job for job, _ in st.session_state.pending]


def say(place: str, text: str) -> None:
    st.session_state.said[place] = text


def said(place: str) -> str | None:
    return st.session_state.said.get(place)


def sentence(error: Exception) -> str:
    """What a person may read of an error: ours as they are, a bug without its entrails."""
    if isinstance(error, NocturneError):
        return str(error)
    kind = type(error).__name__
    return f"Something broke inside the engine ({kind}). Nothing was lost; the terminal has the details."


# The boxes that people type into -----------------------------------------------------------------


def tell(box: str) -> None:
    """Callback of a Tell button: read the box, and empty it unless the text could not be used at all."""
    from core.facts import split_facts

    text = st.session_state.get(box, "")
    if tell_these(lambda: split_facts(text)) is not None:
        st.session_state[box] = ""
    st.session_state.told_in = box


def refill(box: str) -> None:
    """Put back into the box, before it is drawn, whatever of it the brain could not take."""
    if st.session_state.get("told_in") == box and (rest := desk().take_unheard()):
        st.session_state[box] = "\n".join(rest)


def tell_these(statements: Callable[[], list[str]]) -> Job | None:
    here = desk()
    return act("tell", lambda: here.hear(statements()))


def ask(question: str, where: Where) -> None:
    here = desk()
    act(f"ask-{where}", lambda: here.ask(question, where))


def ask_box(box: str, where: Where) -> None:
    """Callback of a chat box."""
    question = (st.session_state.get(box) or "").strip()
    if question:
        ask(question, where)


def edit_probe(number: int, question_box: str, answer_box: str) -> None:
    here, state = desk(), st.session_state
    act(f"probe-{number}", lambda: here.set_probe(number, state[question_box], state[answer_box]))


def go_to_sleep(recipe: str) -> None:
    """Callback of the Sleep button; the page watches the job on the desk instead of waiting for it here."""
    try:
        desk().sleep(recipe)
    except NocturneError as error:
        say("sleep", str(error))


def chat(where: Where) -> list[Exchange]:
    return [x for x in desk().chat if x.where == where]


# The one selection that all pictures of the cache share -------------------------------------------


def token_of(snapshot: CacheSnapshot) -> int | None:
    index = st.session_state.token
    return index if index is not None and index < len(snapshot.tokens) else None


def select_token(index: int | None) -> None:
    st.session_state.token = index


# The night and the fact that all pages look at: numbers as people see them, so they may stand in the address ------


def night_selected(among: Sequence[int]) -> int | None:
    """The number of the selected night if it is there, else the newest."""
    return _selected("night", among, -1)


def fact_selected(among: Sequence[int]) -> int | None:
    """The Fact.number of the selected fact if it is there, else the first."""
    return _selected("fact", among, 0)


def select_night(number: int) -> None:
    _select("night", number)


def select_fact(number: int) -> None:
    _select("fact", number)


def chooser(kind: Kind, among: Sequence[int]) -> dict[str, Any]:
    """What ties a selectbox to the selection, both ways: `st.selectbox("Fact", **chooser("fact", among))`."""
    key = f"choose-{kind}"
    st.session_state[key] = {"night": night_selected, "fact": fact_selected}[kind](among)
    return dict(options=list(among), key=key, on_change=lambda: _select(kind, st.session_state[key]))


def _selected(kind: Kind, among: Sequence[int], default: int) -> int | None:
    text = st.query_params.get(kind, "")
    number = int(text) - (kind == "fact") if text.isdecimal() else st.session_state.selected.get(kind)
    if number not in among:
        return among[default] if among else None
    _select(kind, number)
    return number


def _select(kind: Kind, number: int) -> None:
    """Facts count from 0 inside and from 1 on screen."""
    st.session_state.selected[kind] = number
    shown = str(number + (kind == "fact"))
    if st.query_params.get(kind) != shown:
        st.query_params[kind] = shown
