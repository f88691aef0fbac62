"""A life from a file: tell the facts of each night, sleep, and put everything that was measured into one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from core.brain import Brain
from core.exam import take_exam
from core.facts import FactFile, Heard
from core.models import Base
from core.recipes import Recipe
from core.reports import total_report
from core.sleep import sleep
from core.store import save
from core.values import ExamRow, Fact, Rate, SleepReport, SleepStep


def live(
    base: Base, told: FactFile, recipe: Recipe, on_line: Callable[[str], None] | None = None, name: str | None = None
) -> dict[str, Any]:
    """Every night of the file, then the last exam of all of them. Returns REPORT.json (see `core.reports`).

    Facts without a probe get the model's own question (`source: self`) where a valid one comes; where none does, the
    statement is listed under `unexamined`. With a `name` the brain is kept in the store after each night.
    """
    say = on_line or (lambda _: None)
    brain = Brain(base, name or "file")
    for heard in (h for night in told.nights for h in night):
        brain.check_probes(heard.probes)  # a file that cannot be examined is refused before the first night
    reports: list[SleepReport] = []
    retention: list[list[float | None]] = []
    past: list[tuple[Fact, ...]] = []
    final: list[ExamRow] = []
    unexamined: list[str] = []
    for number, night in enumerate(told.nights, 1):
        unexamined += hear_night(brain, night, say)
        past.append(brain.facts)
        reports.append(sleep(brain, recipe, _Teller(say, number)))
        if name:
            save(brain)
        lessons = _asked_in_lessons(reports)
        rows = [take_exam(brain, facts, "slept", lesson_questions=lessons) for facts in past]
        retention.append([_given_recall(night_rows).value for night_rows in rows])
        final = [row for night_rows in rows for row in night_rows]
    return total_report(reports, final, {"retention": retention, "unexamined": unexamined})


def hear_night(brain: Brain, night: Sequence[Heard], say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Tell one night's facts; returns the statements for which no question of its own came."""
    unexamined = []
    for heard in night:
        fact = brain.hear(heard.statement, heard.probes)
        if heard.probes:
            continue
        if probe := brain.suggest_probe(fact):
            brain.set_probes(fact.number, [probe])
        else:
            unexamined.append(fact.statement)
            say(f"No question of its own came for {fact.statement!r}; it is told, but not examined.")
    return unexamined


def _asked_in_lessons(reports: list[SleepReport]) -> frozenset[str]:
    """Normalised questions that any night's kept dreams contained."""
    from core.text import normalise

    return frozenset(normalise(d.question) for r in reports for d in r.dreams if d.kept and d.fact is not None)


def _given_recall(rows: list[ExamRow]) -> Rate:
    given = [row for row in rows if row.source == "given" and not row.is_yes_no]
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
