"""Watching a night: each piece of work is told to whoever looks on, timed, and kept for the report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from core.values import AnswerProbability, Dream, SleepStep, Stage

OnStep = Callable[[SleepStep], None]
OnStudent = Callable[[torch.nn.Module, float], None]  # the night being learned, and the seconds that it has trained


@dataclass
class Watch:
    """Tells whoever watches what was just done, and keeps the record of it."""

    on_step: OnStep | None = None
    on_student: OnStudent | None = None
    steps: list[SleepStep] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tokens_trained: int = 0
    began: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)

    def tick(
        self,
        stage: Stage,
        index: int,
        total: int,
        *,
        losses: dict[str, float] | None = None,
        grad_norm: float | None = None,
        dreams: Sequence[Dream] = (),
        probabilities: tuple[AnswerProbability, ...] = (),
        recalled: float | None = None,
    ) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now
        clock = now - self.began
        step = SleepStep(stage, index, total, losses or {}, grad_norm, clock, tuple(dreams), probabilities, recalled)
        self.steps.append(step)
        if self.on_step:
            self.on_step(step)

    def show(self, student: torch.nn.Module) -> None:
        """Let whoever watches examine the student; the time that takes is not the night's."""
        if self.on_student:
            paused = time.perf_counter()
            self.on_student(student, self.seconds.get("seed", 0.0))
            spent = time.perf_counter() - paused
            self.began, self.last = self.began + spent, self.last + spent
