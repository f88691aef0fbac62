"""The Python half of the token strip; the browser half is walked through in tests/e2e."""

from __future__ import annotations

import numpy as np

from app.components.token_strip import CSS, HTML, JS, chips, shares
from app.theme import GRID, fact_color
from tests.chart_values import make_snapshot, nothing


def test_sink_is_not_on_the_scale():
    """Entry 0 is ten times the others: with it on the scale, all words would look alike."""
    tints = shares(make_snapshot(), "key_norm")
    assert np.isnan(tints[0]) and tints[1:].min() == 0 and tints[1:].max() == 1
    assert chips(make_snapshot(), "key_norm", dark=True)[0]["background"] == GRID[True]


def test_pieces_of_a_word_are_joined_and_facts_are_bracketed():
    found = chips(make_snapshot(), "value_norm", dark=False)
    words = {chip["text"]: chip["marks"] for chip in found}
    assert words["Mira"] == ["first"] and words["lives"] == [] and words["lo"] == ["joined"]
    assert found[7]["text"] == "⏎" and "last" in found[7]["marks"] and found[7]["breaks"]
    assert found[1]["fact"] == fact_color(0) and found[1]["tag"] == "1" and found[2]["tag"] == ""


def test_typed_text_stays_text():
    """`<b>` travels as data and is written with textContent; nothing in the script may parse HTML."""
    assert chips(make_snapshot(), "key_norm", dark=True)[8]["text"] == "<b>"
    assert not any(word in JS + HTML + CSS for word in ("innerHTML", "outerHTML", "insertAdjacent", "http"))


def test_without_a_question_or_a_cache():
    unasked = chips(make_snapshot(asked=False), "attention_received", dark=True)
    assert {chip["background"] for chip in unasked} == {GRID[True]}
    assert chips(nothing()["snapshot"], "key_norm", dark=True) == []
