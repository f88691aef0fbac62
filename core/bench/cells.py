"""One cell of the bench: a method, a fact set and a seed, lived through once and then looked up in its file."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from core.bench.fact_sets import draw
from core.bench.keys import in_effect
from core.bench.memory import forget_peak, peak_bytes
from core.bench.methods import Method
from core.bench.speed import matrix_peak, multiplied
from core.bench.trainer import learn_with_trainer
from core.brain import Brain
from core.exam import exam_lines, take_exam
from core.lives import INSTEAD, live
from core.measured import SleepReport
from core.models import Base
from core.recipes import Recipe
from core.sleep import sleep
from core.speaking import speak
from core.values import Condition
from core.watch import OnStep

FORMAT = 4  # of the cells; raise it when what is measured changes, and every cell is lived through again
ENOUGH = 0.9  # slept recall
LOOK_EVERY = 5  # training steps

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cell:
    """What determines a life. Methods that differ only in how the model is asked share one."""

    method: Method
    seed: int
    fact_set: int
    nights: int
    per_night: int
    purpose: str = "exam"  # tuning draws other facts


def key_of(base: Base, cell: Cell) -> str:
    """The name of a cell's file: readable, and another one as soon as anything is different that matters."""
    parts = (FORMAT, in_effect(cell.method.recipe, cell.nights), cell.method.learner, base.fingerprint, base.device)
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:10]
    name = "".join(c if c.isalnum() else "_" for c in cell.method.recipe.name)
    return f"{name}-{cell.purpose}-{cell.nights}x{cell.per_night}-set{cell.fact_set}-seed{cell.seed}-{digest}"


def file_of(base: Base, cell: Cell, folder: Path, what: str = "") -> Path:
    """Where the life of a cell is kept, or `what` else was measured on it."""
    return folder / "cells" / f"{what}{key_of(base, cell)}.json.gz"


def lived(base: Base, cell: Cell, folder: Path, say: Say | None = None) -> dict[str, Any]:
    """The life of a cell, from its file if it was lived before; else now, and then written."""
    return keep(file_of(base, cell, folder), lambda: _live(base, cell, say))


def keep(path: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the file says, or what `measure` finds, which is then written: whole or not at all."""
    if path.exists():
        found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
        return found
    made = measure()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".writing")
    unfinished.write_bytes(gzip.compress(json.dumps(made, ensure_ascii=False).encode(), mtime=0))
    unfinished.replace(path)
    return made


def _live(base: Base, cell: Cell, say: Say | None) -> dict[str, Any]:
    facts = draw(cell.fact_set, cell.nights, cell.per_night, cell.purpose)
    watcher = _Sleeper(cell)
    forget_peak(base.device)
    report = live(base, facts.told, cell.method.recipe.with_seed(cell.seed), say, sleeper=watcher)
    last = {row["asked_at_night"] for row in report["probes"]}
    asked = [row for row in report["probes"] if row["asked_at_night"] == max(last) or row["condition"] != "slept"]
    assert watcher.brain is not None
    return {
        "total": report["total"],
        "nights": [
            {key: night[key] for key in ("seconds", "seconds_per_fact", "recall")} for night in report["nights"]
        ],
        "retention": report["retention"],
        "prequential": report["prequential"]["earlier"],
        "asked": [
            {key: row[key] for key in ("fact", "condition", "right", "answer", "question", "expected", "statement")}
            | {"kind": facts.kinds[row["statement"], row["question"]]}
            for row in asked
        ],
        "bits": [facts.bits[heard.statement] for night in facts.told.nights for heard in night],
        "pace": watcher.pace,
        "seconds_per_question": _seconds_per_question(watcher.brain),
        "peak_bytes": peak_bytes(base.device),
        "threads": torch.get_num_threads(),
        "matrix_peak": matrix_peak(base.device),
        "multiplied": multiplied(base),
        **{key: report[key] for key in ("versions", "device", "model")},
    }


class _Sleeper:
    """Sleeps as the method wants it; in a life of one night it looks at the student now and then, until it knows enough."""

    def __init__(self, cell: Cell):
        self.cell = cell
        self.brain: Brain | None = None
        self.pace: list[tuple[float, float]] = []  # (seconds trained, slept recall)
        self._steps = 0

    def __call__(self, brain: Brain, recipe: Recipe, on_step: OnStep | None) -> SleepReport:
        self.brain = brain
        learn = learn_with_trainer if self.cell.method.learner == "trainer" else None
        return sleep(brain, recipe, on_step, learn=learn, on_student=self._look if self.cell.nights == 1 else None)

    def _look(self, student: torch.nn.Module, seconds: float) -> None:
        self._steps += 1
        if self._steps % LOOK_EVERY or any(recall >= ENOUGH for _, recall in self.pace):
            return
        assert self.brain is not None
        rows = take_exam(self.brain, self.brain.facts, "slept", model=student)
        self.pace.append((round(seconds, 3), sum(r.right for r in rows) / max(1, len(rows))))


def _seconds_per_question(brain: Brain) -> dict[str, float]:
    """What an answer costs, all questions put at once: looking up and reading included, marking left out."""
    facts = [fact for report in brain.reports for fact in report.facts]
    asked = [(fact, probe) for fact in facts for probe in fact.probes]
    conditions: tuple[Condition, ...] = ("slept", *INSTEAD)
    found: dict[str, float] = {}
    for condition in conditions:
        started = time.perf_counter()
        speak(brain.base, brain.model, exam_lines(brain, asked, condition))
        found[condition] = (time.perf_counter() - started) / max(1, len(asked))
    return found
