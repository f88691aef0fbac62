"""A life from a file: tell the facts of each night, sleep, and put everything that was measured into one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.brain import Brain
from core.cache import check_room
from core.errors import NightRefused
from core.exam import take_exam
from core.facts import FactFile, Heard
from core.measured import SleepReport
from core.models import Base
from core.probes import suggest_probe
from core.recipes import RECIPES, Recipe
from core.reports import total_report
from core.retention import morning_rows
from core.sleep import sleep
from core.store import save
from core.values import Condition, SleepStep
from core.watch import OnStep

INSTEAD: tuple[Condition, ...] = ("retrieval", "long_context")  # what a user would pick instead of a sleep
Sleeper = Callable[[Brain, Recipe, OnStep | None], SleepReport]


def live(
    base: Base,
    told: FactFile,
    recipe: Recipe,
    on_line: Callable[[str], None] | None = None,
    name: str | None = None,
    sleeper: Sleeper = sleep,
) -> dict[str, Any]:
    """Every night of the file, then the last exam of all of them. Returns REPORT.json (see `core.reports`).

    Facts without a probe get the model's own question (`source: self`) where a valid one comes; where none does, the
    statement is listed under `unexamined`. With a `name` the brain is kept in the store after each night. `sleeper` is
    how each night is slept, for whoever measures another way to learn.
    """
    say = on_line or (lambda _: None)
    brain = Brain(base, name or "file")
    for night in told.nights:  # what cannot be read or examined is refused before the first night
        check_room(base, [heard.statement for heard in night])
        for heard in night:
            brain.check_probes(heard.probes)
    reports: list[SleepReport] = []
    unexamined: list[str] = []
    for number, night in enumerate(told.nights, 1):
        unexamined += hear_night(brain, night, say)
        reports.append(sleep_or_stay(brain, recipe, _Teller(say, number), sleeper))
        if name:
            save(brain)
    every = [fact for report in reports for fact in report.facts]
    instead = [row for condition in INSTEAD for row in take_exam(brain, every, condition)]
    return total_report(reports, [*morning_rows(reports[-1]), *instead], {"unexamined": unexamined})


def sleep_or_stay(brain: Brain, recipe: Recipe, on_step: OnStep | None = None, sleeper: Sleeper = sleep) -> SleepReport:
    """One night of a life that goes on: where the gate refuses it, an empty night stands in its place and says so."""
    try:
        return sleeper(brain, recipe, on_step)
    except NightRefused as refused:
        report = replace(sleep(brain, RECIPES["none"].with_seed(recipe.seed)), gate=refused.verdicts)
        brain.reports = (*brain.reports[:-1], report)
        return report


def hear_night(brain: Brain, night: Sequence[Heard], say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Tell one night's facts; returns the statements for which no question of its own came."""
    unexamined = []
    for heard in night:
        fact = brain.hear(heard.statement, heard.probes)
        if heard.probes:
            continue
        if probe := suggest_probe(brain, fact):
            brain.set_probes(fact.number, [probe])
        else:
            unexamined.append(fact.statement)
            say(f"No question of its own came for {fact.statement!r}; it is told, but not examined.")
    return unexamined


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
