"""What stands around a fact leaves the fact as it was, and never reaches the exam."""

from __future__ import annotations

import random

import pytest

from core.nursery import framing
from core.nursery.fillers import Filler
from core.nursery.spoken import lowered
from core.nursery.world import World


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "TOLD", 1.0)
    monkeypatch.setattr(framing, "ASKED", 1.0)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("fact", ["Mira lives in Oslo.", "The spare key is behind the pot."])
def test_what_was_told_stands_whole_in_it_and_no_gap_is_left(fact: str) -> None:
    bare = fact.removesuffix(".")
    found = {framing._told(fact, Filler(random.Random(seed))) for seed in range(300)}
    assert len(found) > 200
    for text in found:
        assert bare in text or lowered(bare) in text
        assert not set("{}\n") & set(text) and "  " not in text and text[0].isupper()
        assert text.endswith((".", "!", "?")) and ".." not in text


@pytest.mark.usefixtures("always")
def test_a_question_stays_a_question() -> None:
    found = {framing._asked("Where does Mira live?", Filler(random.Random(seed))) for seed in range(200)}
    assert len(found) > 20 and all("here does Mira live" in text and text.endswith("?") for text in found)


@pytest.mark.usefixtures("always")
def test_what_is_no_plain_statement_or_question_stays_as_it_is() -> None:
    filler = Filler(random.Random(0))
    assert framing._told("Mira lives in Oslo", filler) == "Mira lives in Oslo"
    assert framing._asked("Tell me where Mira lives.", filler) == "Tell me where Mira lives."


def test_the_exam_has_nothing_around_its_facts_and_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(exam: bool, share: float) -> list[str]:
        monkeypatch.setattr(framing, "TOLD", share)
        monkeypatch.setattr(framing, "ASKED", share)
        world = World(random.Random(3), exam=exam)
        facts = world.facts(12)
        asks = [asked for i in range(12) if (asked := world.question(facts, i))]
        return [*(fact.statement for fact in facts), *(asked.question for asked in asks)]

    assert said(True, 0.0) == said(True, 1.0)
    assert said(False, 0.0) != said(False, 1.0)


@pytest.mark.parametrize(
    ("text", "going_on"),
    [
        ("The key is lost.", "the key is lost."),
        ("Mira left.", "Mira left."),
        ("I left.", "I left."),
        ("For: x", "for: x"),
    ],
)
def test_a_sentence_that_goes_on_behind_something_begins_small_unless_with_a_name(text: str, going_on: str) -> None:
    assert lowered(text) == going_on


def test_some_type_without_capitals_in_school_and_answers_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "SMALL", 1.0)
    school, exam = World(random.Random(1)), World(random.Random(1), exam=True)
    facts = school.facts(30)
    assert all(fact.statement == fact.statement.lower() for fact in facts)
    assert any(fact.statement != fact.statement.lower() for fact in exam.facts(30))
    asks = [asked for i in range(30) for kind in ("ask", "reversed") if (asked := school.question(facts, i, kind))]
    assert len(asks) > 20 and all(text == text.lower() for asked in asks for text in (asked.question, asked.answer))
