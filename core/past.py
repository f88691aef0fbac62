"""Older nights, asked: after a new night, and when a night is switched, dosed or taken back.

Later nights were trained on top of earlier ones, so leaving one out changes what the others can answer. How much is
never guessed: every night's own questions are put to the brain before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from core.brain import Brain
from core.exam import take_exam
from core.interventions import OnProgress, find_night, with_nights
from core.measured import ExamRow, SleepReport
from core.nights import Night
from core.retention import NightsExam, asked_in_lessons

Known = dict[str, tuple[ExamRow, ...]]  # what was asked of which weights


def ask_past(
    brain: Brain, *, model: torch.nn.Module | None = None, lesson_questions: frozenset[str] = frozenset()
) -> tuple[ExamRow, ...]:
    """Every probe of every night that the brain has slept, with an empty cache."""
    return _ask(brain, brain.reports, model or brain.model, lambda: None, lesson_questions)


def _ask(
    brain: Brain,
    reports: Sequence[SleepReport],
    model: torch.nn.Module,
    tick: Callable[[], None],
    lesson_questions: frozenset[str] = frozenset(),
) -> tuple[ExamRow, ...]:
    lessons = asked_in_lessons(brain.reports) | lesson_questions
    rows: list[ExamRow] = []
    for report in reports:
        rows += take_exam(brain, report.facts, "slept", model=model, lesson_questions=lessons)
        tick()
    return tuple(rows)


def try_dose(
    brain: Brain, name: str, dose: float, on_night: OnProgress | None = None, known: Known | None = None
) -> NightsExam:
    """What a dose of one night (0: off) would do to the recall of all nights. Changes nothing; see `Brain.set_dose`.

    `known` keeps what was asked, so that nothing is asked twice.
    """
    change = NightsExam(name, "dose", find_night(brain, name).dose, dose)
    nights = tuple(replace(n, dose=dose) if n.name == name else n for n in brain.nights)
    return _compare(brain, nights, change, on_night, {} if known is None else known)


def try_undo(brain: Brain, name: str, on_night: OnProgress | None = None, known: Known | None = None) -> NightsExam:
    """What taking one night back would do to the recall of all nights, its own too. Changes nothing; see `Brain.undo`."""
    change = NightsExam(name, "undo", find_night(brain, name).dose, 0.0)
    nights = tuple(n for n in brain.nights if n.name != name)
    return _compare(brain, nights, change, on_night, {} if known is None else known)


def _compare(
    brain: Brain, nights: tuple[Night, ...], change: NightsExam, on_night: OnProgress | None, known: Known
) -> NightsExam:
    """The brain as it is, and its base with other nights folded in, asked the same questions."""
    plans = [(key, which) for which in (brain.nights, nights) if (key := _key(brain, which)) not in known]
    done, total = 0, len(plans) * len(brain.reports)

    def tick() -> None:
        nonlocal done
        done += 1
        if on_night:
            on_night(done, total)

    for key, which in plans:
        known[key] = _ask(brain, brain.reports, with_nights(brain, which), tick)
    return replace(change, before=known[_key(brain, brain.nights)], after=known[_key(brain, nights)])


def _key(brain: Brain, nights: Sequence[Night]) -> str:
    """Which weights were asked which nights' questions."""
    weights = [(n.hash, n.dose, sorted(n.layers_off)) for n in nights]
    return repr((weights, [report.night for report in brain.reports]))
