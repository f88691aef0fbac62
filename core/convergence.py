"""Teacher and student side by side: how likely each would give an answer, while the night is being written."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.cache import Day
from core.lines import EMPTY_VIEW, Line, line
from core.models import Base
from core.speaking import target_scores
from core.values import AnswerProbability, Dream


class Watched:
    """One dreamt answer per fact: the kept one to which the cache added most.

    Measuring draws nothing and writes nothing: a night is the same, bit for bit, watched or not.
    """

    def __init__(self, base: Base, teacher: torch.nn.Module, day: Day, dreams: Sequence[Dream]):
        self.base = base
        best: dict[int, Dream] = {}
        for dream in dreams:
            if dream.kept and dream.question and dream.fact is not None:
                best[dream.fact] = max(dream, best.get(dream.fact, dream), key=lambda d: d.score)
        self.dreams = tuple(best[number] for number in sorted(best))
        prompts = [base.question_ids(d.question) for d in self.dreams]
        self._targets = [base.answer_ids(d.answer) for d in self.dreams]
        self._lines = [line(base, EMPTY_VIEW, prompt) for prompt in prompts]
        seen = [line(base, day.alone(number), prompt) for number, prompt in zip(sorted(best), prompts, strict=True)]
        self._teacher = _probabilities(base, teacher, seen, self._targets)

    def now(self, student: torch.nn.Module) -> tuple[AnswerProbability, ...]:
        """Probability (0 to 1) of each whole answer, its end included. The student's window is empty."""
        learnt = _probabilities(self.base, student, self._lines, self._targets)
        return tuple(
            AnswerProbability(d.fact or 0, d.question, d.answer, teacher, student)
            for d, teacher, student in zip(self.dreams, self._teacher, learnt, strict=True)
        )


def _probabilities(
    base: Base, model: torch.nn.Module, lines: Sequence[Line], targets: Sequence[Sequence[int]]
) -> list[float]:
    return [float(score.sum().exp()) for score in target_scores(base, model, lines, targets)] if lines else []
