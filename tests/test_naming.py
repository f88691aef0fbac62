"""What somebody is called is asked about in school, where it is clear; figures and names are written in several ways there."""

from __future__ import annotations

import random
import re

import pytest

from core.nursery import naming, world
from core.nursery.fillers import Filler
from core.nursery.frames import load_frames
from core.nursery.told import Told
from core.nursery.world import World


@pytest.mark.parametrize(
    ("value", "question", "answer"),
    [
        ("my uncle Andrei", "What is my uncle called?", "Andrei"),
        ("my uncle Andrei", "Who is Andrei?", "my uncle"),
        ("Mira's piano teacher Zoë", "What is the name of Mira's piano teacher?", "Zoë"),
        ("the piano tuner Ada", "What is the piano tuner's name?", "Ada"),
        ("Nurse Adeyemi", "What is the nurse called?", "Adeyemi"),
        ("Bogdan Horvat", "What is Bogdan's surname?", "Horvat"),
        ("a friend called Leo", "What is the friend called?", "Leo"),
    ],
)
def test_a_name_answers_what_somebody_is_called(value: str, question: str, answer: str) -> None:
    assert (question, answer) in {(asked, name) for asked, name, _ in naming.asks(value)}


@pytest.mark.parametrize("value", ["Mira", "my aunt", "the baker", "the spare key"])
def test_who_has_no_further_name_is_not_asked_about(value: str) -> None:
    assert not list(naming.asks(value))


def test_nobody_is_asked_about_who_might_be_two() -> None:
    home = next(f for f in load_frames() if dict(f.slots).get("S") == "person")
    values = {slot: "my uncle Andrei" if slot == "S" else "x" for slot, _ in home.slots}
    fact = Told(home, values, "My uncle Andrei left for Oslo with my uncle Andrei.")

    def answers(other: str) -> set[str]:
        return {answer for _, answer in naming.asked_of([Told(home, {}, other), fact], 1)}

    assert answers("Dov lives in Oslo.") == {"Andrei", "my uncle"}
    assert answers("Andrei lives in Oslo.") == set() == answers("I saw my uncle in Oslo.")


def test_the_exam_does_not_ask_about_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(exam: bool, share: float) -> list[str]:
        monkeypatch.setattr(world, "NAMED", share)
        drawn = World(random.Random(2), exam=exam)
        facts = drawn.facts(30)
        return [found.question for i in range(30) if (found := drawn.question(facts, i))]

    assert asked(True, 0.0) == asked(True, 1.0)
    assert asked(False, 0.0) != asked(False, 1.0)


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("number", r"[a-z]+ty-[a-z]+"),
        ("bignumber", r"\d{1,2},\d{3}"),
        ("bignumber", r"[a-z]+ (hundred|thousand)"),
        ("price", r"£\d+"),
        ("time", r"(five|ten|twenty|twenty-five) (to|past) [a-z]+"),
        ("code", r"\d-\d-\d-\d"),
        ("firstname", r".*[áàéèíóöüñç].*"),
    ],
)
def test_figures_and_names_are_written_in_several_ways_in_school_only(kind: str, pattern: str) -> None:
    school, exam = Filler(random.Random(0)), Filler(random.Random(0), exam=True)
    assert any(re.fullmatch(pattern, school.draw(kind)) for _ in range(900))
    assert not any(re.fullmatch(pattern, exam.draw(kind)) for _ in range(900))
