"""What passes between the world that draws it and whoever uses it: a fact as it was told, a question with its answer."""

from __future__ import annotations

from dataclasses import dataclass

from core.nursery.frames import Frame


@dataclass(frozen=True)
class Told:
    """One fact as it was stated: its frame, what fills the slots, and the sentence."""

    frame: Frame
    values: dict[str, str]
    statement: str
    denied: bool = False

    @property
    def subject(self) -> str:
        return next(iter(self.values.values()))

    def speaks_of(self, slot: str) -> bool:
        """Does the sentence name what fills the slot? A denial may leave some of it open."""
        said = self.statement.lower()
        return any(form.lower() in said for form in self.values[slot].split("/"))

    def as_spelt(self, answer: str) -> str:
        """`answer` without capitals where the statement has none, so that it can be copied."""
        return answer.lower() if self.statement == self.statement.lower() else answer


@dataclass(frozen=True)
class Asked:
    """A question with its right answer. `kind`: ask, reversed, check, unknown, neighbour, two_hop or deep_past."""

    question: str
    answer: str
    kind: str
    fact: int | None = None  # index into the told facts
