"""The dream journal: what counts as right, and what leaving a dream out takes away."""

from __future__ import annotations

import pytest
import torch

from core.dreamer import Dreamt
from core.journal import LEFT_OUT, agrees, leave_out, left_out
from core.lessons import Lesson
from core.values import UNKNOWN, Dream, DreamSource, Fact, Probe

MIRA = Fact(3, "Mira lives in Oslo.", (Probe("Where is Mira's home?", ("the capital of Norway",)),))


def dream(question: str, answer: str, fact: int | None = 3, source: DreamSource = "replay") -> Dream:
    return Dream(question, answer, fact, source, 5.0, True)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Oslo", True),
        ("in Oslo.", True),
        ("The capital of Norway", True),
        ("Bergen", False),
        ("Oslo Bergen", False),
        (UNKNOWN, None),
        ("Yes", None),
        ("", None),
    ],
)
def test_right_is_a_span_of_the_sentence_or_an_accepted_answer(answer: str, verdict: bool | None) -> None:
    assert agrees(dream("Where does Mira live?", answer), MIRA) is verdict


def test_nothing_is_said_about_what_was_not_told() -> None:
    assert agrees(dream("Where does Mira live?", "Oslo", None, "rehearsal"), None) is None
    assert agrees(dream("Where does Mira live?", "Oslo", 3, "placebo"), MIRA) is None
    assert agrees(dream("Where does Mira live?", "Oslo", 4), MIRA) is None  # another fact's
    assert agrees(dream("", "Mira's home is Oslo.", 3, "replay"), MIRA) is None


def test_leaving_a_question_out_takes_its_lessons_and_nothing_else() -> None:
    def lesson(question: str) -> Lesson:
        return Lesson((0,), torch.zeros(1, 2), torch.ones(1), "dreams", question)

    dreams = [dream("Where does Mira live?", "Oslo"), dream("Who lives in Oslo?", "Mira")]
    part = Dreamt([lesson("where does mira live"), lesson("who lives in oslo")], dreams, [])
    less = leave_out(part, {"where does mira live"})
    assert [x.question for x in less.lessons] == ["who lives in oslo"]
    assert [(d.kept, d.reason) for d in less.dreams] == [(False, LEFT_OUT), (True, "")]
    assert left_out(less.dreams) == {"where does mira live"}
    assert leave_out(part, frozenset()).dreams == dreams
