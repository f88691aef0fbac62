"""Shared fixtures: the real built-in model, loaded once, and tiny random models of several architectures on disk."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's library is imported: no test asks the network

from dataclasses import replace

import pytest
import torch

import core.exam
from core.brain import Brain
from core.deltas import deltas
from core.models import Base, load_base
from core.recipes import RECIPES, Recipe
from tests.lives import grown

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
    """The default recipe with few dreams and steps: enough to change weights, not to learn well. The gate lets in
    everything, for so few steps on so little do harm."""
    full = replace(RECIPES["full"], steps=3, steps_per_fact=0, gate_tolerance=1.0)
    return replace(
        full, dreams_per_fact=6, rehearsals=8, older_dreams=8, lookalikes_per_fact=2, namesakes_per_fact=2, pages=2
    )


@pytest.fixture(scope="session")
def two_nights(base: Base) -> Brain:
    """A brain after two small random nights, the first of which was asked about two facts. Nothing may change it."""
    brain = grown(base, "two-nights", 2)
    first, second = (replace(r, deltas=deltas(base, n)) for r, n in zip(brain.reports, brain.nights, strict=True))
    brain.reports = (replace(first, facts=(*first.facts, *second.facts)), second)
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
