"""Sleeping the last night again, and what every night measures beside its exam. On the real built-in model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.brain import Brain
from core.errors import BadInput
from core.journal import LEFT_OUT
from core.measured import SleepReport
from core.models import Base
from core.recipes import RECIPES, Recipe
from core.seeding import LOOK_EVERY
from core.sleep import sleep
from core.store import open_brain, save
from core.text import normalise
from core.values import Probe
from core.ways import four_ways
from tests.lives import grown
from tests.short_nights import shorten_nights

TOLD = {"Mira lives in Oslo.": "Where does Mira live?", "Tovan lives in Rusta.": "Where does Tovan live?"}


@dataclass(frozen=True)
class Slept:
    """A brain after one short night, which no test may change, and what it was the evening before."""

    brain: Brain
    report: SleepReport
    evening: str  # digests
    morning: str


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[Recipe]:
    with pytest.MonkeyPatch.context() as patch:
        shorten_nights(patch)
        yield RECIPES["full"]


@pytest.fixture(scope="module")
def slept(base: Base, quick: Recipe) -> Slept:
    brain = Brain(base, "test")
    for statement, question in TOLD.items():
        brain.hear(statement, [Probe(question, (statement.split()[-1],))])
    brain.forget_cache()
    evening = brain.digest()
    report = sleep(brain, quick)
    return Slept(brain, report, evening, brain.digest())


def test_the_same_evening_gives_the_same_night(slept: Slept, quick: Recipe) -> None:
    twin = slept.brain.evening_before()
    assert twin.digest() == slept.evening and slept.brain.digest() == slept.morning
    again = sleep(twin, quick)
    assert again.night_hash == slept.report.night_hash
    assert twin.digest() == slept.morning == slept.brain.digest()


def test_what_a_twin_hears_leaves_the_evening_as_it_was(slept: Slept) -> None:
    twin = slept.brain.evening_before()
    twin.hear("Tovan owns a boat.")
    assert twin.digest() != slept.evening
    assert slept.brain.evening_before().digest() == slept.evening


def test_a_dream_left_out_teaches_nothing(
    slept: Slept, quick: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    save(slept.brain)
    first = slept.report
    out = next(normalise(d.question) for d in first.dreams if d.kept and d.fact is not None and d.question)
    twin = slept.brain.evening_before()
    again = sleep(twin, quick, without=frozenset({out}))
    assert again.night_hash != first.night_hash
    assert LEFT_OUT in {d.reason for d in again.dreams if normalise(d.question) == out}
    assert not [d for d in again.dreams if d.kept and d.fact is not None and normalise(d.question) == out]
    rehearsed = [[d for d in r.dreams if d.fact is None] for r in (first, again)]
    assert rehearsed[0] == rehearsed[1]
    save(twin)
    assert open_brain("test", twin.base).reports == (again,)


def test_a_day_that_is_gone_is_said_to_be_gone(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    brain = grown(base, "life", nights=2)
    assert brain.why_not_again == "" and brain.evening_before().next_night == 2
    save(brain)
    for other in (open_brain("life", base), Brain(base)):
        with pytest.raises(BadInput, match="day of that night is gone"):
            other.evening_before()
    brain.undo("night-1")  # the last night was learned on top of it
    assert "is gone" in brain.why_not_again


def test_titles_given_since_stay_and_a_dose_given_since_stands_in_the_way(base: Base) -> None:
    brain = grown(base, nights=2)
    brain.rename("night-1", "The lighthouse")
    assert [n.title for n in brain.evening_before().nights] == ["The lighthouse"]
    brain.set_dose("night-1", 0.5)
    with pytest.raises(BadInput, match="set it back"):
        brain.evening_before()
    brain.set_dose("night-1", 1.0)
    assert brain.why_not_again == ""


def test_a_new_day_is_never_thrown_away_for_an_old_one(base: Base) -> None:
    brain = grown(base, nights=1)
    brain.hear("Otto owns a kite.")
    with pytest.raises(BadInput, match="new day has begun"):
        brain.evening_before()
    brain.drop_day()
    assert [f.statement for f in brain.evening_before().facts] == ["Mira lives in Oslo."]


def test_a_night_measures_teacher_and_student_at_first_now_and_then_and_at_last(slept: Slept) -> None:
    measured = [s for s in slept.report.steps if s.probabilities]
    taught = max(s.index for s in slept.report.steps if s.stage == "seed")
    looks = [*range(0, taught, LOOK_EVERY), taught]
    assert [s.index for s in measured] == looks and {s.stage for s in measured} == {"seed"}
    assert all(0 <= p.student <= 1 and 0 <= p.teacher <= 1 for s in measured for p in s.probabilities)
    teachers = [[p.teacher for p in s.probabilities] for s in measured]
    assert teachers[1:] == teachers[:-1], "the teacher does not learn"
    kept = {(d.fact, d.question, d.answer) for d in slept.report.dreams if d.kept}
    assert {(p.fact, p.question, p.answer) for p in measured[0].probabilities} <= kept


def test_a_night_lists_what_it_disturbed_the_worst_first(slept: Slept) -> None:
    lost = [c.nats for c in slept.report.changed]
    assert lost == sorted(lost, reverse=True) and all(nats > 0 for nats in lost)
    assert not {c.question for c in slept.report.changed} & set(TOLD.values())


def test_four_ways_have_one_memory_each_and_leave_no_trace(base: Base) -> None:
    brain = grown(base, nights=2)
    before, told = brain.digest(), brain.reports[0].facts
    ways = four_ways(brain, "Where does Mira live?", told)
    assert brain.digest() == before
    none, cached, nights, looked_up = ways
    assert [w.kind for w in ways] == ["none", "cache", "weights", "retrieval"]
    assert [w.answer.receipt.nights for w in ways] == [(), (), ("night-1", "night-2"), ()]
    assert [w.answer.receipt.cache_length > 0 for w in ways] == [False, True, False, False]
    assert none.tokens == nights.tokens == none.question_tokens < cached.tokens == looked_up.tokens
    assert " Mira lives in Oslo.\n" in "".join(looked_up.answer.receipt.prompt_tokens)
    assert {w.tokens for w in four_ways(Brain(base), "Why?", ())} == {len(base.question_ids("Why?")) + 1}
