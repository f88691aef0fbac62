"""A teacher's link goes there and back unchanged, and nothing that a stranger writes into one gets through."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from app.lessons import LESSONS
from app.teaching import HIDEABLE, MAX_CHARACTERS, Link, address, as_recording, check_facts, read, write
from core.errors import BadInput
from core.facts import example_sets
from core.recipes import RECIPES

HOSTILE = [
    "<script>alert(1)</script>",
    "**bold** :red[hot] :material/home: $x^2$ [a](javascript:b)",
    "a&facts=b#c?d=e%0Af+g\\",
    '"; DROP TABLE brains; --',
    "=cmd()",
    "Zoë 😀 書",
]
LINKS = [
    Link(),
    Link(example=next(iter(example_sets())), lesson="amnesia", step=3),
    Link(facts=tuple(HOSTILE), seed=7, recipe="cram", hidden=frozenset(HIDEABLE)),
    Link(lesson="first-night", step=len(LESSONS["first-night"].steps) + 1, recorded=True),
]


@pytest.mark.parametrize("link", LINKS, ids=range(len(LINKS)))
def test_a_link_survives_the_address_bar(link):
    opened = dict(parse_qsl(urlsplit(address(link, "http://localhost:8501/")).query))
    assert read(opened) == (link, ())
    assert "brain" not in opened


def test_a_link_to_the_recording_asks_for_nothing_that_it_cannot_do():
    link, complaints = read({"mode": "recorded", "seed": "7", "facts": "Mira lives in Oslo.", "hide": "lab"})
    assert link == Link(hidden=frozenset({"lab"}), recorded=True) and len(complaints) == 1
    closed = next(name for name, lesson in LESSONS.items() if not lesson.is_recordable)
    assert as_recording(Link(lesson=closed, step=2)) == Link(recorded=True)


@pytest.mark.parametrize("name", ["set", "seed", "recipe", "hide", "lesson", "step"])
@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "\0", "-1", "1e9", "٣", "9" * 5000, "../../etc/passwd"])
def test_what_is_not_on_our_lists_is_left_out(name, text):
    link, complaints = read({"lesson": "amnesia", name: text})
    assert link.example in ("", *example_sets()) and link.recipe in ("", *RECIPES) and link.lesson in ("", *LESSONS)
    assert link.hidden <= HIDEABLE.keys()
    assert 0 <= link.seed < 2**31 and 1 <= link.step <= len(LESSONS["amnesia"].steps) + 1
    assert all(len(one) < 120 and "<" not in one for one in complaints), "a stranger's words are not repeated"


@pytest.mark.parametrize("text", ["x" * (MAX_CHARACTERS + 1), "a\n" * 41, "y" * 500, "\u200b\n \n"])
def test_facts_that_no_link_can_carry_are_refused_in_one_sentence(text):
    with pytest.raises(BadInput):
        check_facts(text)
    link, complaints = read({"facts": text})
    assert link.facts == () and len(complaints) == 1


def test_facts_are_plain_lines_of_text():
    link, complaints = read({"facts": "Mira\u202e lives\tin Oslo.\n\n  Tovan owns\0 a boat. "})
    assert link.preset == ("Mira lives in Oslo.", "Tovan owns a boat.") and not complaints


def test_an_example_set_comes_before_facts_in_the_address():
    title = next(iter(example_sets()))
    link, _ = read({"set": title, "facts": "Mira lives in Oslo."})
    assert link.preset == tuple(example_sets()[title]) and write(link) == {"set": title}
