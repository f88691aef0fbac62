"""What a night counts as known while it learns, and where there is nothing to count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.brain import Brain
from core.lessons import Dreamer, Said
from core.models import Base
from core.recipes import RECIPES
from core.seeding import lesson_loss
from core.sleep import sleep
from core.speaking import EMPTY_VIEW


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
    loss, known = lesson_loss(base.model, own, base.device, base.sink)
    assert known == 1 and abs(float(loss)) < 1e-3
    loss, known = lesson_loss(base.model, new, base.device, base.sink)
    assert known < 0.5 and float(loss) > 0.1


@pytest.mark.parametrize(("name", "counts"), [("full", True), ("cram", False)])
def test_only_dreams_are_counted_while_it_learns(base: Base, name: str, counts: bool) -> None:
    brain = Brain(base)
    brain.hear("Tovik works as a carpenter.")
    small = replace(RECIPES[name], dreams_per_fact=6, steps=2, steps_per_fact=0).without_rehearsal()
    taught = [step for step in sleep(brain, small).steps if step.stage == "seed" and step.losses]
    assert len(taught) == 2 and all((step.recalled is not None) == counts for step in taught)
