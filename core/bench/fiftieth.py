"""What a night costs after forty-nine others: the first and the last of fifty are whole nights, those between are short."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.bench.cells import Cell, Say, file_of, keep
from core.bench.fact_sets import draw
from core.brain import Brain
from core.lives import sleep_or_stay
from core.memory import EMPTY
from core.models import Base
from core.nursery.world import deep_past
from core.recipes import Recipe

NIGHTS = 50
ASKED = 50  # questions to time an answer by


COST = "cost-"  # its files, among those of the lives


def fiftieth_night(base: Base, cell: Cell, folder: Path, say: Say | None = None) -> dict[str, Any]:
    """Seconds of the first and of the last of `cell.nights` nights alike in everything but what went before them, exams
    left out, and of their stages; seconds per answer in the mornings after them; bytes that all nights take together. Cached."""
    return keep(file_of(base, cell, folder, COST), lambda: _measure(base, cell, say))


def _measure(base: Base, cell: Cell, say: Say | None) -> dict[str, Any]:
    # The gate's work counts, its verdict does not: a night that was tried twice would cost twice.
    whole = replace(cell.method.recipe.with_seed(cell.seed), gate_tolerance=1.0)
    brain = Brain(base, "bench")
    stages, answers = [], []
    for number, night in enumerate(draw(cell.fact_set, cell.nights, cell.per_night).told.nights, 1):
        is_whole = number in (1, cell.nights)
        for heard in night if is_whole else night[:1]:
            brain.hear(heard.statement, heard.probes)
        report = sleep_or_stay(brain, whole if is_whole else _short(whole))
        if is_whole:
            stages.append(report.seconds)
            answers.append(_seconds_per_answer(brain))
        if say:
            say(f"night {number} of {cell.nights}")
    seconds = [one["total"] - one["exam"] for one in stages]
    return {
        "nights": cell.nights,
        "seconds": {"first": seconds[0], "last": seconds[-1]},
        "ratio": seconds[-1] / seconds[0],
        "stages": {"first": stages[0], "last": stages[-1]},
        "seconds_per_answer": {"first": answers[0], "last": answers[-1]},
        "bytes_of_nights": sum(night.bytes for night in brain.nights),
    }


def _short(recipe: Recipe) -> Recipe:
    """A night that learns just enough to be called up and gone round by the last one, like any other."""
    few = replace(recipe, dreams_per_fact=64, rehearsals=8, older_dreams=8, pages=4)
    few = replace(few, lookalikes_per_fact=4, namesakes_per_fact=4)
    small = replace(few, batch_lessons=16, batch_rehearsals=4, batch_lookalikes=4, batch_older=4, batch_pages=1)
    return replace(small, steps=30, steps_per_fact=0.0, saturation=None, gate_tolerance=None)


def _seconds_per_answer(brain: Brain) -> float:
    questions = [wordings[0] for wordings, _ in deep_past()[:ASKED]]
    started = time.perf_counter()
    brain.ask_many(questions, EMPTY)
    return (time.perf_counter() - started) / len(questions)
