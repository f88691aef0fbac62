"""Nights that change weights and teach little, for tests of what is done with a night, not of how good it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

import core.drift
import core.exam
from core.recipes import RECIPES, Recipe

FEW = 3  # training steps


def make_quick(like: str = "full", steps: int = FEW) -> Recipe:
    """The recipe with few dreams, and at most `steps` training steps. The gate lets in everything, for so few steps on so little do harm."""
    recipe = RECIPES[like]
    short = replace(recipe, steps=min(steps, recipe.steps), steps_per_fact=0, gate_tolerance=1.0)
    return replace(
        short,
        batch_cues=min(4, recipe.batch_cues),
        dreams_per_fact=6,
        rehearsals=8,
        older_dreams=8,
        lookalikes_per_fact=2,
        namesakes_per_fact=2,
        pages=2,
    )


def shorten_exams(patch: pytest.MonkeyPatch) -> None:
    """Let a night be examined on a few questions of the deep past, neighbours and texts."""
    world, documents = core.exam.deep_past()[:8], core.drift.held_out_documents()[:2]
    patch.setattr("core.exam.deep_past", lambda: world)
    patch.setattr("core.drift.held_out_documents", lambda: documents)
    patch.setattr("core.exam.NEIGHBOURS", 8)


def shorten_nights(patch: pytest.MonkeyPatch, steps: int = FEW) -> None:
    """Let every recipe be short, and its exams too. Before `core.lab` is imported, if its comparisons are to be short."""
    shorten_exams(patch)
    for name in RECIPES:
        patch.setitem(RECIPES, name, make_quick(name, steps))
