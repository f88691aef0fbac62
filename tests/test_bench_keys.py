"""A knob that another one switches off is no part of a cell's name: it changes no night, bit for bit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bench.cells import Cell, key_of
from core.bench.keys import IDLE, in_effect
from core.bench.methods import METHODS
from core.brain import Brain
from core.measured import SleepReport
from core.models import Base
from core.recipes import Recipe
from core.sleep import sleep
from tests.short_nights import make_quick

ALONE = {"gate_tolerance": None}
BARE = {
    "older_dreams": 0,
    "lookalikes_per_fact": 0,
    "namesakes_per_fact": 0,
    "pages": 0,
    "rehearsals": 0,
    "batch_cues": 0,
}
RECIPES = [
    make_quick("none"),
    replace(make_quick("cram"), **ALONE),
    make_quick("full"),
    replace(make_quick("full"), **ALONE),
    replace(make_quick("full"), **ALONE, **BARE),
]


def moved(recipe: Recipe, knob: str) -> object:
    """Another value of the knob, within its bounds."""
    value = getattr(recipe, knob)
    if isinstance(value, bool):
        return not value
    others = {"lessons_from": "placebo", "older_from": "journal", "gate_tolerance": 0.5, "saturation": 0.5}
    if knob in others:
        return others[knob]
    return value / 2 + 0.1 if isinstance(value, float) and value <= 1 else value + 1


@pytest.mark.parametrize("nights", [1, 2])
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.name}-{r.pages}-{r.gate_tolerance}")
def test_an_idle_knob_changes_no_report_of_a_night(base: Base, recipe: Recipe, nights: int) -> None:
    def last(of: Recipe) -> SleepReport:
        """All but what is sure to differ: how long it took, and how the knobs are set."""
        brain = Brain(base)
        for statement in ("Mira lives in Oslo.", "The key is in the shed.")[:nights]:
            brain.hear(statement)
            report = sleep(brain, of)
        return replace(report, recipe={}, seconds={}, steps=())

    idle = set(recipe.as_dict()) - set(in_effect(recipe, nights)) - {"name", "summary", "seed"}
    turned = replace(recipe, **{knob: moved(recipe, knob) for knob in idle})
    assert in_effect(turned, nights) == in_effect(recipe, nights)
    if idle:
        assert last(turned) == last(recipe)


def test_every_rule_names_knobs_that_there_are_and_speaks_in_some_recipe() -> None:
    for does_nothing, knobs in IDLE:
        assert set(knobs) <= set(Recipe("x", "").as_dict())
        assert any(does_nothing(recipe, nights) for recipe in RECIPES for nights in (1, 2))


def test_knobs_that_matter_are_in_the_name(base: Base) -> None:
    def key(name: str, nights: int, **knobs: object) -> str:
        method = METHODS[name]
        return key_of(base, Cell(replace(method, recipe=replace(method.recipe, **knobs)), 0, 0, nights, 5))

    assert key("full", 1, older_weight=9.0) == key("full", 1) != key("full", 1, page_weight=9.0)
    assert key("full", 8, older_weight=9.0) != key("full", 8)
    assert key("replay", 8, page_weight=9.0, older_weight=9.0) == key("replay", 8) != key("replay", 8, rank=9)
    assert key("none", 8, rank=9) != key("none", 8) == key("none", 8, learning_rate=9.0)
