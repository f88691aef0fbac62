"""Shared fixtures: the real built-in model, loaded once, and tiny random models of several architectures on disk."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's library is imported: no test asks the network

from dataclasses import replace

import pytest
import torch

import core.exam
from core.brain import Brain
from core.models import Base, load_base
from core.nights import Night, fold, private_tree
from core.recipes import RECIPES, Recipe
from core.sleep import sleep
from core.values import Probe

FACTS = [
    "Mira lives in Oslo.",
    "The spare key is behind the blue flowerpot.",
    "Zorvath drives a tractor.",
    "Nurse Adeyemi has two beehives.",
]


@pytest.fixture(scope="session")
def base() -> Base:
    """The built-in model. Shared by all tests, as it is by all brains: nothing may write to it."""
    torch.set_num_threads(2)
    return load_base()


@pytest.fixture
def brain(base: Base) -> Brain:
    """A brain that heard FACTS today."""
    one = Brain(base, "test")
    for statement in FACTS:
        one.hear(statement)
    return one


def make_quick() -> Recipe:
    """The default recipe with few dreams and steps: enough to change weights, not to learn well."""
    return replace(RECIPES["full"], dreams_per_fact=6, rehearsals=8, lookalikes_per_fact=2, steps=3, steps_per_fact=0)


@pytest.fixture(scope="session")
def two_nights(base: Base) -> Brain:
    """A brain after a real night, much too short, and a random one. Shared: nothing may change it."""
    brain = Brain(base, "two-nights")
    brain.hear(FACTS[0], [Probe("Where does Mira live?", ("Oslo",))])
    brain.hear(FACTS[2], [Probe("What does Zorvath drive?", ("a tractor",))])
    brief = dict(dreams_per_fact=8, rehearsals=4, lookalikes_per_fact=1, steps=4, steps_per_fact=0)
    report = sleep(brain, replace(RECIPES["full"], **brief))
    first, rng = brain.nights[0], torch.Generator().manual_seed(1)
    b = {module: 0.02 * torch.randn(t.shape, generator=rng) for module, t in first.b.items()}
    second = Night("night-2", first.a, b, first.rank)
    morning = private_tree(base)
    fold(base, morning, (first, second))
    told = replace(report, night=2, name="night-2", facts=report.facts[1:], night_hash=second.hash)
    brain.join(second, told, morning)
    return brain


def shorten_nights(patch: pytest.MonkeyPatch) -> None:
    """Let nights be short, and their exams too: for tests of what is done with a night, not of how good it is."""
    world = core.exam.deep_past()[:8]
    patch.setattr("core.exam.deep_past", lambda: world)
    patch.setattr("core.exam.NEIGHBOURS", 8)
    patch.setitem(RECIPES, "full", make_quick())


@pytest.fixture
def quick() -> Recipe:
    return make_quick()
