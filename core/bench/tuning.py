"""Learning rate and length for the Trainer, tuned on other facts: it shall be compared at its best.

The grid runs around what `full` uses, which is also what an untuned Trainer gets. A candidate is a cell like any other, so tuning is cached with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from core.bench.cells import Cell
from core.bench.methods import Method

Lived = Callable[[Sequence[Cell]], Iterator[tuple[Cell, dict[str, Any]]]]  # each cell with its life, in their order

LEARNING_RATES = (1e-3, 3e-3, 1e-2, 3e-2)
LENGTHS = (0.5, 1.0, 2.0)  # times the steps of `full`


@dataclass(frozen=True)
class Grid:
    """How much is tried."""

    learning_rates: Sequence[float] = LEARNING_RATES
    lengths: Sequence[float] = LENGTHS
    fact_sets: int = 2
    facts: int = 10


GRID = Grid()


def with_settings(method: Method, learning_rate: float, length: float) -> Method:
    """The method with another learning rate and its steps made longer or shorter."""
    recipe = method.recipe
    steps, per_fact = max(1, round(recipe.steps * length)), recipe.steps_per_fact * length
    return replace(method, recipe=replace(recipe, learning_rate=learning_rate, steps=steps, steps_per_fact=per_fact))


def candidates(method: Method, grid: Grid) -> Iterator[tuple[tuple[float, float], list[Cell]]]:
    """Each (learning rate, length) with the cells that judge it."""
    for learning_rate in grid.learning_rates:
        for length in grid.lengths:
            tried = with_settings(method, learning_rate, length)
            cells = [Cell(tried, 0, number, 1, grid.facts, "tuning") for number in range(grid.fact_sets)]
            yield (learning_rate, length), cells


def tune(method: Method, grid: Grid, lived: Lived) -> tuple[Method, dict[str, Any]]:
    """The method at its best, and the record of the search: highest slept recall, then best deep past, then shortest."""
    grounds = list(candidates(method, grid))
    totals = (life["total"] for _, life in lived([cell for _, cells in grounds for cell in cells]))
    tried = []
    for (learning_rate, length), cells in grounds:
        recall, past = (sum(values) / len(values) for values in _figures(list(islice(totals, len(cells)))))
        tried.append({"learning_rate": learning_rate, "length": length, "recall": recall, "deep_past": past})
    best = max(tried, key=lambda one: (one["recall"], one["deep_past"], -one["length"]))
    return with_settings(method, best["learning_rate"], best["length"]), {"chosen": best, "tried": tried}


def _figures(totals: Sequence[dict[str, Any]]) -> tuple[list[float], list[float]]:
    return [t["recall"]["slept"]["value"] or 0.0 for t in totals], [t["deep_past"]["value"] or 0.0 for t in totals]
