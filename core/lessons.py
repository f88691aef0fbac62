"""Lessons: some tokens, what the teacher would say at each of them, and how much each position counts.

Dreams, rehearsal and the naive control differ only in where the tokens come from and what the teacher
knew. The teacher is the brain with (part of) its cache; the student will be the same brain without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from core.lines import View
from core.models import Base

_NEVER = -1e9  # log-probability of what a one-hot teacher excludes


@dataclass(frozen=True, eq=False)
class Lesson:
    """`tokens` (T,) as the student reads them from an empty cache; `teacher` (n, V) log-probs at its last n tokens, and
    `weights` (n,): how much each of those counts."""

    tokens: tuple[int, ...]
    teacher: torch.Tensor
    weights: torch.Tensor
    source: str  # dreams | rehearsal | lookalikes | older nights | cues | pages | statements
    question: str = ""  # normalised; empty when it is no question
    said: Said | None = None  # the question and answer that it was made of; None for a statement


@dataclass(frozen=True)
class Said:
    """A question that the brain asked itself in a view, and its answer: token ids of how the line opened, of the rest of
    the question, and of the answer with its closing newline."""

    view: View
    fact: int | None
    opening: tuple[int, ...]
    body: tuple[int, ...]
    answer_ids: tuple[int, ...]
    question: str
    answer: str
    ended: bool = True

    @property
    def prompt(self) -> tuple[int, ...]:
        return (*self.opening, *self.body)


def sureness(lesson: Lesson) -> float:
    """Probability (0 to 1) that the teacher gives to the whole answer, its end included. Raises ValueError for a lesson
    without one."""
    if not lesson.said:
        raise ValueError("a sentence is no answer")
    ids = lesson.said.answer_ids
    return float(lesson.teacher[range(-len(ids), 0), ids].sum().exp())


def one_hot(base: Base, ids: Sequence[int]) -> torch.Tensor:
    """Log-probs (T, V) of a teacher who would say these T tokens and no others."""
    teacher = torch.full((len(ids), int(base.config.vocab_size)), _NEVER)
    teacher[range(len(ids)), list(ids)] = 0.0
    return teacher


def evenly(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Those about one fact as often as those about another: all are repeated until each fact has as many as any."""
    by_fact: dict[int | None, list[Lesson]] = {}
    for lesson in lessons:
        by_fact.setdefault(lesson.said.fact if lesson.said else None, []).append(lesson)
    most = max(map(len, by_fact.values()), default=0)
    return [some[i % len(some)] for some in by_fact.values() for i in range(most)]
