"""What a night learns from, and how much of each kind a training step takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from core.convergence import Watched
from core.gate import SetAside
from core.lessons import Lesson
from core.recipes import Recipe
from core.values import Dream


@dataclass(frozen=True, eq=False)
class Curriculum:
    """All that a night will learn from."""

    new: list[Lesson]
    kept_as_is: list[Lesson]
    dreams: list[Dream]
    aside: SetAside | None = None  # what the gate judges by; None: it judges nothing
    watched: Watched | None = None

    @property
    def questions(self) -> frozenset[str]:
        """Normalised questions about what was told, this day or on earlier ones."""
        older = [lesson for lesson in self.kept_as_is if lesson.source == "older nights"]
        return frozenset(lesson.question for lesson in (*self.new, *older) if lesson.question)


class Streams:
    """Lessons by source, each source drawn from in an endless shuffled round.

    `weights`: how much a source counts in the loss beside the dreams of the day (1).
    """

    def __init__(self, curriculum: Curriculum, recipe: Recipe, rng: torch.Generator):
        self._lessons: dict[str, list[Lesson]] = {}
        for lesson in (*curriculum.new, *curriculum.kept_as_is):
            self._lessons.setdefault(lesson.source, []).append(lesson)
        self._queues: dict[str, list[int]] = {name: [] for name in self._lessons}
        self._rng, self._usual = rng, recipe.batch_lessons
        # A handful of dreams of older nights weighs no more than its share of a batch.
        share = min(1.0, len(self._lessons.get("older nights", ())) / recipe.batch_older)
        self.weights = {
            "rehearsal": recipe.rehearsal_weight,
            "lookalikes": recipe.lookalike_weight,
            "older nights": recipe.older_weight * share,
            "cues": recipe.cue_weight,
        }
        self._counts = {
            "rehearsal": recipe.batch_rehearsals,
            "lookalikes": recipe.batch_lookalikes,
            "older nights": recipe.batch_older,
            "cues": recipe.batch_cues,
            "pages": recipe.batch_pages,
        }

    def draw(self) -> dict[str, list[Lesson]]:
        """The lessons of one training step, by source."""
        return {
            name: _draw(self._queues[name], lessons, self._counts.get(name, self._usual), self._rng)
            for name, lessons in self._lessons.items()
        }


def _draw(queue: list[int], lessons: Sequence[Lesson], count: int, rng: torch.Generator) -> list[Lesson]:
    """The next `count` lessons of an endless shuffled round; every lesson comes up equally often."""
    while len(queue) < count and len(queue) < len(lessons):
        queue += torch.randperm(len(lessons), generator=rng).tolist()
    taken, queue[:] = queue[:count], queue[count:]
    return [lessons[i] for i in taken]
