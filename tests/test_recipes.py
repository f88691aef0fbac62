"""The recipes beside `full`, and what a user would pick instead of a sleep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.brain import Brain
from core.dreamer import Dreamer
from core.exam import take_exam
from core.measured import SleepReport
from core.models import Base
from core.put_back import long_context_view
from core.recipes import RECIPES, Recipe
from core.retrieval import Index
from core.sleep import sleep
from core.values import Condition, Probe
from tests.conftest import FACTS

PROBES = (Probe("Where does Mira live?", ("Oslo",)),)


def slept(base: Base, recipe: Recipe) -> SleepReport:
    brain = Brain(base)
    for statement in FACTS[:2]:
        brain.hear(statement)
    return sleep(brain, recipe)


def small(name: str, **changes: object) -> Recipe:
    recipe = replace(RECIPES[name], dreams_per_fact=6, steps=3, steps_per_fact=0)
    return replace(recipe, **changes)  # type: ignore[arg-type]


def test_replay_rehearses_nothing_and_seed_is_replay_with_attempts_of_its_own(base: Base) -> None:
    replay, seed = slept(base, small("replay")), slept(base, small("seed"))
    assert {d.source for d in replay.dreams} == {"replay"}
    assert replay.dreams == seed.dreams  # the same lessons; what differs is who answers them
    assert replay.night_hash != seed.night_hash
    assert slept(base, small("seed")).night_hash == seed.night_hash
    assert slept(base, small("seed", on_policy=0.0)).night_hash == replay.night_hash


def test_with_the_whole_cache_in_view_nobody_knows_what_a_dream_is_about(base: Base) -> None:
    report = slept(base, small("full", one_at_a_time=False, rehearsals=2, lookalikes_per_fact=2))
    dreamt = [d for d in report.dreams if d.source == "replay"]
    assert dreamt and all(d.fact is None for d in dreamt)
    assert len({d.question for d in dreamt}) == len(dreamt)
    assert report.unread == ()


def test_choosing_dreams_is_a_stage_of_its_own(base: Base) -> None:
    report = slept(base, small("full", rehearsals=2, lookalikes_per_fact=0))
    stages = list(dict.fromkeys(step.stage for step in report.steps if step.stage != "exam"))
    assert stages == ["read out", "dream", "select", "rehearse", "seed", "gate"]
    assert sum(len(step.dreams) for step in report.steps if step.stage == "select") > 0
    assert report.seconds["select"] > 0


def test_a_dream_is_kept_only_where_the_brain_is_sure_of_its_answer(base: Base) -> None:
    brain = Brain(base)
    for statement in FACTS[:2]:
        brain.hear(statement)
    sure = small("full", dreams_per_fact=48, min_answer_probability=0.999, gate_tolerance=None)
    dreamer = Dreamer(base, brain.model, sure)
    said = [one for some in dreamer.dream(brain.day) for one in some]
    chosen = dreamer.select(said)
    anything = Dreamer(base, brain.model, replace(sure, min_answer_probability=0.0)).select(said)
    unsure = [d for d in chosen.dreams if d.reason == "it is not sure of the answer"]
    assert unsure and len(anything.kept) >= len(chosen.kept) > 0
    assert {one.question for one in anything.kept} - {one.question for one in chosen.kept} <= {
        d.question for d in unsure
    }
    for lesson, one in zip(chosen.lessons, chosen.kept, strict=True):
        n = len(one.answer_ids)
        assert lesson.teacher[range(-n, 0), one.answer_ids].sum().exp() >= 0.999


def test_a_share_is_between_nothing_and_all() -> None:
    with pytest.raises(ValueError, match="share"):
        replace(RECIPES["seed"], on_policy=1.5)
    with pytest.raises(ValueError, match="share"):
        replace(RECIPES["full"], saturation=0.0)
    for wrong in ({"rate_ratio": 0.5}, {"rounds_out": -1}, {"weight_decay": -1.0}):
        with pytest.raises(ValueError, match="rate_ratio >= 1, rounds_out >= 0 and weight_decay >= 0"):
            replace(RECIPES["full"], **wrong)
    with pytest.raises(ValueError, match="probability"):
        replace(RECIPES["full"], min_answer_probability=2.0)


# What a user would pick instead --------------------------------------------------------------------


def test_the_best_match_comes_first_and_no_match_does_not_come() -> None:
    index = Index([*FACTS, "Locker 7 is empty."])
    assert index.best("Where can I find the spare key?", 3) == [1]
    assert index.best("Who lives in Oslo?", 1) == [0]
    assert index.best("What is in locker 7?", 3)[0] == 4
    assert index.best("Xyzzy?", 3) == index.best("Is it the?", 3) == index.best("", 3) == []
    assert Index([]).best("Where?", 3) == Index(["It is."]).best("Where is Mira?", 3) == []


@pytest.mark.parametrize("condition", ["retrieval", "long_context"])
def test_sentences_put_back_are_read_by_the_untouched_model(base: Base, quick: Recipe, condition: Condition) -> None:
    brain = Brain(base)
    for i, statement in enumerate(FACTS):
        brain.hear(statement, PROBES if i == 0 else ())
    evening = take_exam(brain, brain.facts, condition)
    facts = brain.facts
    sleep(brain, quick)
    morning = take_exam(brain, facts, condition)
    assert morning == evening  # nights off: the same answers, to the last bit
    row = morning[0]
    assert (row.answer, row.right) == ("Oslo", True)
    if condition == "retrieval":
        assert row.cache_length == 0 and "Oslo" in "".join(row.prompt_tokens)
        assert "flowerpot" not in "".join(row.prompt_tokens)
    else:
        assert row.cache_length == 1 + sum(len(base.statement_ids(f)) for f in FACTS)


def test_what_does_not_fit_into_the_window_falls_out_oldest_first(base: Base) -> None:
    brain = Brain(replace(base, context_length=180))  # 144 are kept free for a question and its answer
    fact = brain.hear(FACTS[0])
    brain.day.facts[:] = [replace(fact, statement=s) for s in (*FACTS, *FACTS)]  # more than fits at once
    view = long_context_view(brain)
    last = [len(base.statement_ids(s)) for s in reversed((*FACTS, *FACTS))]
    fitting = max(n for n in range(len(last) + 1) if sum(last[:n]) <= 180 - 144 - 1)
    assert len(view.entries) == 1 + sum(last[:fitting])
    assert 0 < fitting < len(last)
