"""When two texts count as the same: SQuAD's normalisation, and nothing cleverer."""

from __future__ import annotations

import pytest

from core.text import is_span, normalise, same_answer, same_question


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Lighthouse!", "lighthouse"),
        ("a cup of the tea.", "cup of tea"),
        ("An “odd” — word…", "odd word"),
        ("tulip-7741", "tulip7741"),
        ("Theatre", "theatre"),
        ("the", ""),
        ("", ""),
        ("Cafe\u0301", "café"),
        ("<b>Oslo</b> 😀", "boslob 😀"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal
    assert normalise(normal) == normal


def test_any_alternative_counts() -> None:
    assert same_answer(" the landlord.", ("Okonkwo", "Landlord"))
    assert not same_answer("lord", ("Okonkwo", "landlord"))
    assert not same_answer("Oslo", ())


def test_nothing_is_inferred() -> None:
    assert not same_answer("7", ("seven",))
    assert not same_answer("in Oslo", ("Oslo",))


def test_an_empty_answer_is_never_right() -> None:
    assert not same_answer("", ("", "the"))
    assert not same_answer("  ", ("?",))
    assert same_answer("?", ("?",))
    assert not same_answer("the", ("a",))


def test_questions_are_compared_alike() -> None:
    assert same_question("Where does Mira live?", "where does  mira live")
    assert not same_question("Where does Mira live?", "Where does Tovin live?")


@pytest.mark.parametrize(
    ("answer", "statement", "span"),
    [
        ("the bottom drawer", "My passport is in the bottom drawer of the desk.", True),
        ("Oslo", "Mira lives in Oslo.", True),
        ("slo", "Mira lives in Oslo.", False),
        ("Mira Oslo", "Mira lives in Oslo.", False),
        ("Mira", "Mira's cat is called Tom.", True),
        ("Mira's", "Mira’s cat is called Tom.", True),
        ("the", "The cat sleeps.", False),
        ("", "Mira lives in Oslo.", False),
        ("Mira lives in Oslo", "Mira lives in Oslo.", True),
    ],
)
def test_spans_are_whole_words_side_by_side(answer: str, statement: str, span: bool) -> None:
    assert is_span(answer, statement) is span
