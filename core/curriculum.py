"""What a night learns from, and how much of each kind a training step takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from core.convergence import Watched
from core.gate import SetAside
from core.lessons import Lesson
from core.recipes import Recipe
from core.values import Dream

ANSWERS = ("dreams", "rehearsal", "lookalikes", "older nights")  # sources whose lessons are known or not


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


class Deck:
    """The lessons of one source, drawn in endless shuffled rounds.

    A lesson that was known sits out the next round, one known twice running the next two, and so on up to `rounds_out`:
    time goes to what is not known yet (Leitner's card box; S. Leitner, *So lernt man lernen*, 1972).
    """

    def __init__(self, lessons: Sequence[Lesson], count: int, rng: torch.Generator, rounds_out: int = 0):
        self.lessons = lessons
        self._count, self._rng, self._rounds_out = min(count, len(lessons)), rng, rounds_out
        self._queue: list[int] = []
        self._drawn: list[int] = []
        self._round = 0
        self._streak = [0] * len(lessons)  # how often each was known running
        self._due = [0] * len(lessons)  # the first round that each is in again

    def draw(self) -> list[Lesson]:
        """The next few lessons, each of them once."""
        self._drawn = []
        while len(self._drawn) < self._count:
            if not self._queue:
                self._queue = self._next_round()
            number = self._queue.pop(0)
            if number not in self._drawn:
                self._drawn.append(number)
        return [self.lessons[number] for number in self._drawn]

    def _next_round(self) -> list[int]:
        due: list[int] = []
        while not due:
            self._round += 1
            due = [number for number, first in enumerate(self._due) if first <= self._round]
        return [due[i] for i in torch.randperm(len(due), generator=self._rng).tolist()]

    def note(self, known: Sequence[bool]) -> float:
        """Tell it which of the lessons just drawn were known. The share (0 to 1) of all that were when last drawn."""
        for number, is_known in zip(self._drawn, known, strict=True):
            self._streak[number] = self._streak[number] + 1 if is_known else 0
            self._due[number] = self._round + 1 + min(self._rounds_out, self._streak[number])
        return sum(streak > 0 for streak in self._streak) / len(self._streak)


class Streams:
    """Lessons by source, and how many of each a training step takes.

    `weights`: how much a source counts in the loss beside the dreams of the day (1).
    """

    def __init__(self, curriculum: Curriculum, recipe: Recipe, rng: torch.Generator):
        by_source: dict[str, list[Lesson]] = {}
        for lesson in (*curriculum.new, *curriculum.kept_as_is):
            by_source.setdefault(lesson.source, []).append(lesson)
        # A handful of dreams of older nights weighs no more than its share of a batch.
        share = min(1.0, len(by_source.get("older nights", ())) / recipe.batch_older)
        self.weights = {
            "rehearsal": recipe.rehearsal_weight,
            "lookalikes": recipe.lookalike_weight,
            "older nights": recipe.older_weight * share,
            "cues": recipe.cue_weight,
            "pages": recipe.page_weight,
        }
        counts = {
            "rehearsal": recipe.batch_rehearsals,
            "lookalikes": recipe.batch_lookalikes,
            "older nights": recipe.batch_older,
            "cues": recipe.batch_cues,
            "pages": recipe.batch_pages,
        }
        out = dict.fromkeys(ANSWERS, recipe.rounds_out)
        self._decks = {
            name: Deck(lessons, counts.get(name, recipe.batch_lessons), rng, out.get(name, 0))
            for name, lessons in by_source.items()
        }

    def draw(self) -> dict[str, list[Lesson]]:
        """The lessons of one training step, by source."""
        return {name: deck.draw() for name, deck in self._decks.items()}

    def note(self, known: Mapping[str, Sequence[bool]]) -> float | None:
        """Tell it which lessons were known. The share (0 to 1) of all dreams that were when last drawn; None: no dreams."""
        shares = {name: deck.note(known[name]) for name, deck in self._decks.items()}
        return shares.get("dreams")
