"""What a night counts as known while it learns, and where there is nothing to count."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.brain import Brain
from core.dreamer import Dreamer
from core.lessons import Lesson, Said, evenly
from core.lines import EMPTY_VIEW
from core.models import Base
from core.recipes import RECIPES
from core.seeding import lesson_losses
from core.sleep import sleep
from core.values import Fact
from tests.short_nights import make_quick


@pytest.fixture(scope="module")
def dreamt(base: Base) -> tuple[Dreamer, list[Said]]:
    brain = Brain(base)
    brain.hear("Tovik works as a carpenter.")
    dreamer = Dreamer(base, brain.model, replace(RECIPES["full"], dreams_per_fact=16, gate_tolerance=None))
    return dreamer, [one for said in dreamer.dream(brain.day) for one in dreamer.select(said).kept]


def test_what_it_says_anyway_is_known_and_what_only_the_cache_says_is_not(dreamt: tuple[Dreamer, list[Said]]) -> None:
    dreamer, kept = dreamt
    base = dreamer.base
    blind = dreamer.answered([EMPTY_VIEW] * len(kept), [one.question for one in kept], [None] * len(kept))
    own = dreamer.teach(blind, [EMPTY_VIEW] * len(blind), "rehearsal")
    new = dreamer.teach(kept, [one.view for one in kept], "dreams")
    losses, known = lesson_losses(base.model, own, base.device, base.sink)
    assert bool(known.all()) and float(losses.abs().max()) < 1e-2
    losses, known = lesson_losses(base.model, new, base.device, base.sink)
    assert float(known.float().mean()) < 0.5 and float(losses.mean()) > 0.5


def test_a_lesson_weighs_the_same_read_alone_and_among_longer_ones(dreamt: tuple[Dreamer, list[Said]]) -> None:
    dreamer, kept = dreamt
    base, model = dreamer.base, dreamer.base.model
    lessons = [*dreamer.teach(kept, [one.view for one in kept], "dreams"), *dreamer.cram([Fact(0, "It is. " * 12)])]
    together, known = lesson_losses(model, lessons, base.device, base.sink)
    for place, lesson in enumerate(lessons):
        alone, is_known = lesson_losses(model, [lesson], base.device, base.sink)
        assert torch.allclose(alone[0], together[place], rtol=1e-4, atol=1e-4)
        assert is_known[0] == known[place]
        unweighted = replace(lesson, weights=torch.zeros_like(lesson.weights))
        assert float(lesson_losses(model, [unweighted], base.device, base.sink)[0]) == 0


@pytest.mark.parametrize(("name", "counts"), [("full", True), ("cram", False)])
def test_only_dreams_are_counted_while_it_learns(base: Base, name: str, counts: bool) -> None:
    brain = Brain(base)
    brain.hear("Tovik works as a carpenter.")
    small = replace(RECIPES[name], dreams_per_fact=6, steps=2, steps_per_fact=0).without_rehearsal()
    taught = [step for step in sleep(brain, small).steps if step.stage == "seed" and step.losses]
    assert len(taught) == 2 and all((step.recalled is not None) == counts for step in taught)


def test_with_weight_decay_a_night_changes_less(base: Base) -> None:
    def change(decay: float) -> float:
        brain = Brain(base)
        brain.hear("Tovik works as a carpenter.")
        sleep(brain, replace(make_quick(steps=12), weight_decay=decay))
        return sum(float(brain.nights[0].delta(matrix).square().sum()) for matrix in base.mlp)

    assert 0 < change(20.0) < 0.9 * change(0.0)


def test_a_fact_with_few_dreams_is_taught_as_often_as_one_with_many() -> None:
    def lesson(fact: int | None, question: str) -> Lesson:
        said = Said(EMPTY_VIEW, fact, (), (), (), question, "x")
        return Lesson((), torch.empty(0), torch.empty(0), "dreams", question, said)

    many, few = [lesson(0, f"Who {i}?") for i in range(5)], [lesson(1, f"Where {i}?") for i in range(2)]
    evened = evenly([*many, *few])
    assert [sum(one is made for made in evened) for one in (*many, *few)] == [1, 1, 1, 1, 1, 3, 2]
    unknown = [lesson(None, f"When {i}?") for i in range(3)]
    assert evenly(unknown) == unknown and evenly([]) == []
