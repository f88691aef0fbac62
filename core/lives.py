"""A life from a file: tell the facts of each night, sleep, and put everything that was measured into one report."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from core.brain import Brain
from core.exam import take_exam
from core.facts import FactFile
from core.models import Base
from core.recipes import Recipe
from core.reports import total_report
from core.sleep import sleep
from core.values import ExamRow, Fact, Rate, SleepReport, SleepStep


def live(base: Base, told: FactFile, recipe: Recipe, on_line: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Every night of the file, then the last exam of all of them. Returns REPORT.json (see `core.reports`).

    Facts without a probe get the model's own question (`source: self`) where a valid one comes.
    """
    say = on_line or (lambda _: None)
    brain = Brain(base)
    reports: list[SleepReport] = []
    retention: list[list[float | None]] = []
    past: list[tuple[Fact, ...]] = []
    final: list[ExamRow] = []
    for number, night in enumerate(told.nights, 1):
        _hear_night(brain, night, say)
        past.append(brain.facts)
        report = sleep(brain, recipe, _Teller(say, number))
        reports.append(report)
        lessons = _asked_in_lessons(reports)
        rows = [take_exam(brain, facts, "slept", lesson_questions=lessons) for facts in past]
        retention.append([_given_recall(night_rows).value for night_rows in rows])
        final = [row for night_rows in rows for row in night_rows]
    return total_report(reports, final, {"retention": retention})


def _hear_night(brain: Brain, night: Any, say: Callable[[str], None]) -> None:
    for heard in night:
        fact = brain.hear(heard.statement, heard.probes)
        if not heard.probes:
            probe = brain.suggest_probe(fact)
            if probe:
                brain.set_probes(fact.number, [probe])
            else:
                say(f"No question of its own came for {fact.statement!r}; it is told, but not examined.")


def _asked_in_lessons(reports: list[SleepReport]) -> frozenset[str]:
    """Normalised questions that any night's kept dreams contained."""
    from core.text import normalise

    return frozenset(normalise(d.question) for r in reports for d in r.dreams if d.kept and d.fact is not None)


def _given_recall(rows: list[ExamRow]) -> Rate:
    given = [row for row in rows if row.source == "given"]
    return Rate.of(sum(row.right for row in given), len(given))


class _Teller:
    """Progress of a sleep as lines of text, at most two a second."""

    def __init__(self, say: Callable[[str], None], night: int):
        self.say, self.night, self.last = say, night, 0.0

    def __call__(self, step: SleepStep) -> None:
        now = time.perf_counter()
        if now - self.last > 0.5 or step.index == step.total:
            self.last = now
            losses = "  ".join(f"{name} {value:.3f}" for name, value in step.losses.items())
            self.say(f"night {self.night}  {step.stage:9} {step.index}/{step.total}  {losses}")
