"""The one selection that all pictures share: a fact, an entry of the cache, a layer, a night.

Numbers only, so that it may stand in the address. It belongs to one browser tab (see `app.session`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal, get_args

import streamlit as st

Selection = Literal["fact", "token", "layer", "night"]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)


def take() -> None:
    """The address wins; where it says nothing (another page was opened), what was selected stays."""
    for what in SELECTIONS:
        text = st.query_params.get(what, "")
        if text.isdecimal() and len(text) < 7:
            st.session_state.selection[what] = int(text)
        else:
            select(what, st.session_state.selection.get(what))


def forget() -> None:
    """Nothing is selected any more."""
    for what in SELECTIONS:
        select(what, None)


def address() -> dict[str, str]:
    """What stands in the address for it."""
    return {what: str(number) for what, number in st.session_state.selection.items()}


def selected(what: Selection, among: Collection[int]) -> int | None:
    """The selected fact, entry, layer or night; None when nothing is selected or it is not among those shown here."""
    number = st.session_state.selection.get(what)
    return number if number in among else None


def select(what: Selection, number: int | None) -> None:
    """Select, or with None take the selection back. Before widgets are drawn, or in a callback."""
    now, shown = st.session_state.selection, st.query_params
    if number is None:
        now.pop(what, None)
        shown.pop(what, None)
    else:
        now[what] = number
        shown[what] = str(number)


def pick(what: Selection, point: list) -> None:
    """Callback of a chart whose points carry, first of their `customdata`, the number that they stand for."""
    select(what, point[0])


def pick_token(strip: str) -> None:
    """Callback of the token strip: select the entry, or let go of it when it was selected already."""
    index = st.session_state[strip].picked
    if index is not None:
        select("token", None if index == st.session_state.selection.get("token") else int(index))


def bound(what: Selection, among: Collection[int], place: str, others: Sequence[str] = ()) -> dict[str, Any]:
    """Arguments that make a select box show and set the selection.

    For no selection it offers `index=None`, or its options that are no numbers: `others`, of which the first is shown.
    """
    key = f"pick-{what}-{place}"
    number = selected(what, among)
    if number is not None or st.session_state.get(key) not in others:
        st.session_state[key] = number if number is not None or not others else others[0]

    def take_over() -> None:
        value = st.session_state[key]
        select(what, value if value in among else None)

    return {"key": key, "on_change": take_over}


def follow(what: Selection, owners: Sequence[int], key: str) -> dict[str, Any]:
    """Arguments of a select box whose options 0, 1, ... each belong to one of `owners`.

    It moves to the first option of what is selected, and selects the owner of the option that is chosen.
    """
    number, here = selected(what, owners), st.session_state.get(key, 0)
    if number is not None and owners[here] != number:
        st.session_state[key] = owners.index(number)
    return {"key": key, "on_change": lambda: select(what, owners[st.session_state[key]])}


def chosen(what: Selection, among: Sequence[int], default: int) -> int | None:
    """The selection where a page must show one: the `default`-th of `among` when nothing of it is selected."""
    number = selected(what, among)
    return number if number is not None or not among else among[default]


def chooser(what: Selection, among: Sequence[int], default: int) -> dict[str, Any]:
    """Arguments of a select box that always shows one of `among`, and sets the selection."""
    key = f"choose-{what}"
    st.session_state[key] = chosen(what, among, default)
    return dict(options=list(among), key=key, on_change=lambda: select(what, st.session_state[key]))


def picked(chart: str) -> Any:
    """In the callback of a chart: `customdata` of the point just clicked; None when a click took a pick back."""
    points = st.session_state[chart].selection.points
    return points[0].get("customdata") if points else None
