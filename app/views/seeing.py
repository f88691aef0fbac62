"""The cache's half of the Wake page: what an answer read, the test of it, and what the model sees now."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import acts, selection, session
from app.charts import answer_trace, cache_map, head_map
from app.components.token_strip import token_strip
from app.frozen import Dropped, Exchange
from app.theme import fact_name, short, show_token
from app.views import parts, pictures, talk
from app.views.glossary import explain
from core.text import normalise
from core.values import UNKNOWN, CacheSnapshot


def fact_box(place: str, everything: str) -> int | None:
    """The select box of the shared selection of a fact; returns its number."""
    statements = {f.number: f.statement for f in session.view().facts}
    return st.selectbox(
        "Fact",
        list(statements),
        index=None,
        placeholder=everything,
        format_func=lambda n: f"{n + 1}: {short(statements[n])}",
        **selection.bound("fact", statements, place),
    )


# What an answer read -----------------------------------------------------------------------------------


def reading(closed: bool) -> None:
    """Of one answer, the newest unless chosen: where it looked, and whether it needed what it looked at."""
    st.header("What the answer read", anchor=False, help=explain("cache, receipt"))
    answers = session.traced()
    if not answers and session.is_recorded():
        st.caption(
            "The recording does not say of every answer what it read; with the model installed, each is shown here."
        )
        return
    if not answers:
        pictures.chart(answer_trace, None, key="trace", table=False)
        return
    place = list(answers)[-1]
    if len(answers) > 1:
        place = st.selectbox(
            "Answer",
            list(reversed(answers)),
            format_func=lambda n: f"{answers[n].answer.question} → {answers[n].answer.text}",
            key=f"answer-of-{len(answers)}",
        )
    exchange = answers[place]
    left, right = st.columns([6, 5], gap="large")
    with left:
        picked = selection.selected("fact", exchange.trace.by_fact)
        drawn = {"facts": session.view().facts, "fact": picked}
        pictures.chart(answer_trace, exchange.trace, key="trace", drawn=drawn, on_pick=partial(selection.pick, "fact"))
    with right:
        truth_test(place, exchange, closed)


def truth_test(place: int, exchange: Exchange, closed: bool) -> None:
    """Take one fact's entries out of the cache and ask again: looking is not yet needing."""
    st.markdown("**The truth test**  \nDid it need what it looked at?")
    st.text(f"{exchange.answer.question}\n{exchange.answer.text}")
    view = session.view()
    here = [n for n in exchange.trace.by_fact if n in {f.number for f in view.facts}]
    if view.is_set_aside or not here:
        gone = (
            "The cache is clear now; bring the day back" if view.is_set_aside else "That day is over; ask about today"
        )
        st.caption(f"{gone} to test this answer.")
    else:
        number = fact_box("test", f"{here[0] + 1}, the one it looked at most")
        number = number if number in here else here[0]
        st.button(
            f"Drop the entries of {fact_name(number)} and ask again",
            icon=":material/science:",
            on_click=acts.drop_and_ask,
            args=(place, number),
            help="The question is put twice: with every entry of the cache, and with all but this fact's. All other "
            "entries keep their places. Nothing is lost: the entries are left out of this one view only.",
            disabled=closed,
            key="drop-fact",
        )
    parts.complaint("drop")
    for test in exchange.dropped[-1:]:
        both(test)


def both(test: Dropped) -> None:
    """The two answers of a truth test side by side, and what follows from them."""
    with_all, without = st.columns(2)
    for column, name, answer in (
        (with_all, "With every entry", test.whole),
        (without, f"Without {fact_name(test.fact)}", test.without),
    ):
        with column:
            st.caption(name)
            st.text(answer.text or "(it said nothing)")
            talk.receipt(answer.receipt, answer.log_prob)
    st.markdown(verdict(test))


def verdict(test: Dropped) -> str:
    """What the test shows, and no more: an answer that survives may have been somewhere else too."""
    name = fact_name(test.fact)
    if normalise(test.whole.text) != normalise(test.without.text):
        return f"The answer changed: without the entries of {name} it says something else, so it did need them."
    if normalise(test.whole.text) == normalise(UNKNOWN):
        return "It does not know either way, so the test tells nothing."
    weights = " An earlier night may hold it in the weights." if test.without.receipt.nights else ""
    return (
        f"The answer survived, so it was not in the entries of {name} alone. Entries that came later carry traces of "
        f"earlier ones, another fact may say the same, or it guessed.{weights}"
    )


# What it sees now ----------------------------------------------------------------------------------------


def cache_pictures(snapshot: CacheSnapshot) -> None:
    """The cache in three pictures that share one selection: words, layers and heads."""
    layers = range(snapshot.key_norm.shape[0])
    measure = st.segmented_control(
        "Colour the entries by",
        list(cache_map.MEASURE_NAMES),
        format_func=cache_map.MEASURE_NAMES.get,
        default="key_norm",
        required=True,
        key="measure",
    )
    st.caption(cache_map.MEASURE_MEANINGS[measure].capitalize() + ".")
    if measure in cache_map.ATTENTION and snapshot.question:
        st.text(f"Put to the cache as it is now: {snapshot.question}")
    with st.container(horizontal=True):
        fact = fact_box("cache", "All facts")
        layer = st.selectbox(
            "Layer",
            layers,
            index=None,
            placeholder="All layers (mean)",
            format_func=lambda n: f"layer {n + 1}",
            **selection.bound("layer", layers, "cache"),
        )
    token = selection.selected("token", range(len(snapshot.tokens)))
    token_strip(
        snapshot,
        measure,
        dark=session.is_dark(),
        key="strip",
        on_pick=lambda: selection.pick_token("strip"),
        selected=token,
        layer=layer,
    )
    st.text(entry_words(snapshot, token))
    where = {"fact": fact, "token": token, "layer": layer}
    pictures.chart(cache_map, snapshot, measure, key="map", drawn=where, on_pick=partial(selection.pick, "token"))
    chosen = {"fact": fact, "token": token}
    pictures.chart(
        head_map,
        snapshot,
        measure,
        key="heads",
        drawn={"layer": layer},
        on_pick=partial(selection.pick, "layer"),
        **chosen,
    )


def entry_words(snapshot: CacheSnapshot, token: int | None) -> str:
    """The selected entry in words. Always one line, so that nothing below it moves."""
    if token is None:
        return "No entry is selected: click one, or reach the words with Tab and choose with the arrow keys and Enter."
    whose = "the sink" if token == 0 else fact_name(int(snapshot.fact_of_token[token]))
    return f"Entry {token}: “{show_token(snapshot.tokens[token])}” · {whose}. Click it again to let go of it."
