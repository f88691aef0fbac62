"""What older nights need of the weights: a new night that does not touch it costs nothing, and goes round it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.brain import Brain
from core.dreamer import Dreamer
from core.importance import NIGHTS_AT_ONCE, Cost, Importance, _strongest, importance_of
from core.lessons import Lesson
from core.lines import EMPTY_VIEW
from core.models import Base
from core.nights import ADAPTER, expand, export, load, take
from core.randomness import generator
from core.recipes import RECIPES, Recipe
from core.seeding import lesson_losses
from core.sleep import sleep
from tests.lives import random_night


@pytest.fixture(scope="module")
def lessons(base: Base) -> list[Lesson]:
    """Answers of the raised model to questions about its deep past."""
    dreamer = Dreamer(base, base.model, RECIPES["full"])
    asked = [f"What is the capital of {country}?" for country in ("France", "Italy", "Spain", "Japan", "Egypt", "Peru")]
    said = dreamer.answered([EMPTY_VIEW] * len(asked), asked, [None] * len(asked))
    return dreamer.teach(said, [EMPTY_VIEW] * len(said), "dreams")


@pytest.fixture(scope="module")
def needed(base: Base, lessons: list[Lesson]) -> Importance:
    found = importance_of(base, base.model, lessons, generator(0, "test"))
    assert found
    return found


def cost_of(base: Base, needed: Importance, change: dict[str, tuple[torch.Tensor, torch.Tensor]]) -> float:
    """Of a student whose night is (b, a) in the modules of `change`, and nothing elsewhere."""
    student = expand(base, (), 4, generator(0, "expert"))
    with torch.no_grad():
        for module, (b, a) in change.items():
            layer = student.base_model.model.get_submodule(module)
            layer.lora_A[ADAPTER].weight.copy_(a)
            layer.lora_B[ADAPTER].weight.copy_(b)
    return float(Cost(base, [needed]).of(student, ADAPTER).detach())


def test_a_night_that_has_not_learned_costs_nothing(base: Base, needed: Importance) -> None:
    assert cost_of(base, needed, {}) == 0.0


@torch.no_grad()
def test_many_older_nights_take_turns_and_come_to_their_sum(base: Base, needed: Importance) -> None:
    student = expand(base, (), 4, generator(0, "expert"))
    module = base.mlp[0].module
    student.base_model.model.get_submodule(module).lora_B[ADAPTER].weight.fill_(1.0)
    needs = [
        Importance({name: n * x for name, x in needed.inputs.items()}, needed.outputs)
        for n in range(1, 2 * NIGHTS_AT_ONCE)
    ]
    together = sum(float(Cost(base, [one]).of(student, ADAPTER)) for one in needs)
    few, many = Cost(base, needs[:NIGHTS_AT_ONCE]), Cost(base, needs)
    assert len(few.turns) == 1 and len(many.turns) == 2
    in_turn = [float(many.turns[i].of(student, ADAPTER)) / many.turns[i].stands_for for i in range(2)]
    assert in_turn[0] != in_turn[1] and sum(in_turn) == pytest.approx(together, rel=1e-4)
    assert float(many.of(student, ADAPTER, 3)) == float(many.of(student, ADAPTER, 1))


def test_a_change_costs_by_the_square_and_only_where_older_nights_are(base: Base, needed: Importance) -> None:
    module = base.mlp[0].module
    a, b = needed.inputs[module][:, -4:].T, needed.outputs[module][:, -4:]
    touched = cost_of(base, needed, {module: (b, a)})
    assert touched > 0 and cost_of(base, needed, {module: (3 * b, a)}) == pytest.approx(9 * touched, rel=1e-4)
    beside = torch.linalg.qr(torch.cat([needed.inputs[module], torch.eye(len(needed.inputs[module]))], 1))[0]
    k = needed.inputs[module].shape[1]
    untouched = beside[:, k : k + 4].T * a.norm() / 2
    assert cost_of(base, needed, {module: (b, untouched)}) < 1e-6 * touched


@pytest.mark.parametrize("rank", [600, 30])
def test_the_strongest_directions_are_those_of_the_whole_decomposition(rank: int) -> None:
    """As an exact eigendecomposition has them, up to a hundredth; also where there are fewer than are kept."""
    rows = torch.randn(rank, 256, generator=generator(1, "test")) * torch.arange(1, 257) ** -0.7
    found = _strongest(rows.T @ rows, rank)
    strengths, directions = torch.linalg.eigh((rows.T @ rows / rank).double())
    exact = (directions * strengths.clamp(min=0).sqrt())[:, -found.shape[1] :].float()
    assert float((found @ found.T - exact @ exact.T).norm()) < 0.01 * float((exact @ exact.T).norm())
    assert bool((found.norm(dim=0).diff() > -1e-3).all())


def test_what_costs_more_hurts_more(base: Base, lessons: list[Lesson], needed: Importance) -> None:
    """Of two changes of one size, the one that it calls dear moves the answers further: to and fro, for which way an
    eigenvector points is chance."""
    module = base.mlp[-1].module
    directions = needed.outputs[module]
    dear, cheap = directions[:, -1:], torch.linalg.qr(torch.cat([directions, torch.eye(len(directions))], 1))[0]
    a = needed.inputs[module][:, -1:].T.expand(4, -1)

    def harm(b: torch.Tensor) -> float:
        b = torch.cat([b / b.norm(), torch.zeros(len(b), 3)], 1)
        student = expand(base, (), 4, generator(0, "expert"))
        layer = student.base_model.model.get_submodule(module)
        total = 0.0
        with torch.no_grad():
            layer.lora_A[ADAPTER].weight.copy_(a)
            for way in (1, -1):
                layer.lora_B[ADAPTER].weight.copy_(way * b)
                total += float(lesson_losses(student, lessons, base.device, base.sink)[0].sum())
        return total

    assert harm(dear) > 3 * harm(cheap[:, directions.shape[1] : directions.shape[1] + 1])


def test_it_is_kept_with_the_night_and_changes_nothing_of_it(
    base: Base, lessons: list[Lesson], needed: Importance, tmp_path: Path
) -> None:
    before = {name: p.clone() for name, p in base.model.named_parameters()}
    assert importance_of(base, base.model, [], generator(0, "test")) is None
    again = importance_of(base, base.model, lessons, generator(0, "test"))
    assert again and all(torch.equal(t, again.tensors()[name]) for name, t in needed.tensors().items())
    assert all(torch.equal(before[name], p) and p.grad is None for name, p in base.model.named_parameters())
    night = random_night(base, 1)
    kept = replace(night, importance=needed)
    assert kept.hash == night.hash
    export(base, kept, tmp_path)
    back = load("night-1", tmp_path, night.rank, 1.0)
    assert back.importance and back.importance.bytes == needed.bytes
    assert all(torch.equal(t, needed.tensors()[name]) for name, t in back.importance.tensors().items())


def test_the_next_night_goes_round_it(base: Base, quick: Recipe) -> None:
    """The same second night, with and without the price: with it, the first one's answers move less."""
    moved = []
    for weight in (0.0, 1e5):
        recipe = replace(quick, importance_weight=weight, older_dreams=0, batch_cues=0, rehearsals=0, steps=12)
        brain = Brain(base, "test")
        brain.hear("Rosa's badge number is 80317.")
        sleep(brain, replace(recipe, importance_weight=1.0))
        (first,) = brain.nights
        assert first.importance
        brain.hear("Zorvath drives a tractor.")
        sleep(brain, recipe)
        second = brain.nights[1]
        student = expand(base, (), second.rank, generator(0, "expert"))
        with torch.no_grad():
            for module in second.a:
                layer = student.base_model.model.get_submodule(module)
                layer.lora_A[ADAPTER].weight.copy_(second.a[module])
                layer.lora_B[ADAPTER].weight.copy_(second.b[module])
        assert take(base, student, "twin", second.rank).hash == second.hash
        moved.append(float(Cost(base, [first.importance]).of(student, ADAPTER).detach()))
        assert (second.importance is not None) == (weight > 0)
    assert moved[1] < 0.7 * moved[0]
