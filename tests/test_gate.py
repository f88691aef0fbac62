"""The gate: a harmful night is refused with the brain bit-identical, and no exam is ever seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.brain import Brain
from core.dreamer import Dreamer
from core.errors import NightRefused
from core.facts import FactFile, Heard
from core.gate import free_questions, is_harmed, judge, set_aside
from core.lives import live
from core.measured import Rate
from core.models import Base
from core.recipes import RECIPES, Recipe
from core.rehearsal import rehearse
from core.sleep import sleep
from core.text import normalise
from core.values import Probe, SleepStep
from tests.conftest import FACTS

PROBES = (Probe("Where does Mira live?", ("Oslo",)),)


@pytest.fixture
def harmful(quick: Recipe) -> Recipe:
    """Far too strong, and nothing rehearsed: it answers everything with what it dreamt."""
    strong = replace(quick, gate_tolerance=RECIPES["full"].gate_tolerance, steps=4, learning_rate=0.5)
    return replace(strong, dreams_per_fact=24, gate_dreams=48, rehearsal_weight=0.0, lookalike_weight=0.0)


def told(base: Base, probes: tuple[Probe, ...] = (), facts: list[str] = FACTS[:2]) -> Brain:
    brain = Brain(base, "test")
    for statement in facts:
        brain.hear(statement, probes)
    return brain


def test_a_harmful_night_is_refused_and_leaves_the_brain_bit_identical(base: Base, harmful: Recipe) -> None:
    brain = told(base)
    before = brain.digest()
    steps: list[SleepStep] = []
    with pytest.raises(NightRefused) as refused:
        sleep(brain, harmful, steps.append)
    assert brain.digest() == before
    assert (brain.nights, brain.reports, brain.next_night) == ((), (), 1)
    first, second = refused.value.verdicts
    assert not first.passed and not second.passed
    assert second.learning_rate == first.learning_rate / 2
    assert first.deep_past.n > 10 and is_harmed(first.deep_past, first.tolerance)
    assert first.older_nights.n == 0  # there was no night before
    assert str(refused.value) == f"{first.words} {second.words}"
    assert "taught once more" in first.words and "refused" in second.words
    assert [s.stage for s in steps if s.stage == "gate"] == ["gate", "gate"]


def test_the_second_try_may_pass(base: Base, harmful: Recipe) -> None:
    """With a tolerance between the two tries' losses, the first is sent back and the second let in."""
    with pytest.raises(NightRefused) as refused:
        sleep(told(base), replace(harmful, learning_rate=0.05, gate_tolerance=0.0))
    rates = [v.deep_past for v in refused.value.verdicts]
    assert rates[0] != rates[1], "the gentler try has to cost something else, or nothing is tested here"
    between = 1 - (sum(r.high or 0.0 for r in rates) / 2)
    report = sleep(told(base), replace(harmful, learning_rate=0.05, gate_tolerance=between))
    assert [v.passed for v in report.gate] == [False, True]
    assert report.gate[1].words.endswith("let in.")


def test_the_gate_never_sees_the_exam(base: Base, quick: Recipe) -> None:
    recipe = replace(quick, dreams_per_fact=24, set_aside_every=4)
    one, other = told(base, PROBES), told(base, (Probe("What colour is Neptune's hat?", ("green", "teal")),))
    reports = [sleep(one, recipe), sleep(other, recipe)]
    assert reports[0].gate == reports[1].gate and reports[0].gate[0].learned.n > 0
    assert reports[0].night_hash == reports[1].night_hash


def test_what_is_set_aside_enters_no_lesson(base: Base, quick: Recipe) -> None:
    brain = told(base)
    recipe = replace(quick, dreams_per_fact=24, set_aside_every=4, rehearsals=96)
    dreamer = Dreamer(base, brain.model, recipe)
    (said,) = dreamer.dream(brain.day)
    dreamt = dreamer.select(said)
    free = free_questions(dreamer)
    judged_by = {normalise(q) for q in (*free, *(one.question for one in dreamt.aside))}
    as_is, _ = rehearse(dreamer, dreamt.kept, judged_by, 2)
    assert free and not judged_by & {lesson.question for lesson in as_is}
    would_be, _ = rehearse(dreamer, dreamt.kept, (), 2)
    assert judged_by & {lesson.question for lesson in would_be}, "nothing to keep out, so nothing is tested here"
    lessons = {lesson.question for lesson in (*dreamt.lessons, *as_is)}
    aside = set_aside(dreamer, dreamt.aside, free, learned_from=[*dreamt.lessons, *as_is])
    assert aside is not None and aside.new and aside.deep_past and not aside.older_nights
    asked = {normalise(q) for q, _ in (*aside.new, *aside.deep_past)}
    assert not asked & (lessons - {""})
    unchanged = judge(base, brain.model, aside, recipe)
    assert unchanged.passed and (unchanged.deep_past.value or 0.0) > 0.95


def test_controls_that_show_harm_have_no_gate(base: Base, quick: Recipe) -> None:
    assert RECIPES["cram"].gate_tolerance is None
    crammed = replace(RECIPES["cram"], steps=2, steps_per_fact=0, learning_rate=0.5)
    assert sleep(told(base), crammed).gate == ()
    assert sleep(told(base), RECIPES["none"]).gate == ()


def test_harm_has_to_be_certain() -> None:
    assert not is_harmed(Rate.of(0, 0), 0.1)
    assert not is_harmed(Rate.of(0, 1), 0.1)
    assert not is_harmed(Rate.of(1, 2), 0.1)
    assert is_harmed(Rate.of(50, 100), 0.1)
    assert not is_harmed(Rate.of(0, 100), 1.0)


def test_a_life_goes_on_after_a_refused_night(base: Base, harmful: Recipe) -> None:
    """An empty night stands in its place: numbers of nights and facts stay true, and the report says why."""
    report = live(base, FactFile(((Heard(FACTS[0], PROBES),),)), harmful)
    (night,) = report["nights"]
    assert [verdict["passed"] for verdict in night["gate"]] == [False, False]
    assert (night["night"], night["recipe"]["name"]) == (1, "none")
    assert report["retention"] == [[0.0]]
    assert report["total"]["deep_past"] == report["total"]["deep_past_before"]
