"""What a brain was just before its last night: enough to sleep on that day once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.cache import Day
from core.nights import Night


@dataclass(frozen=True, eq=False)
class Evening:
    """A day as it went to sleep, and the nights there were before. Kept in memory only: it does not outlive the process."""

    day: Day
    nights: tuple[Night, ...]
    is_set_aside: bool
    next_night: str  # the name of the night that followed

    def is_before(self, nights: Sequence[Night]) -> bool:
        """Whether `nights` are those of this evening and the one that followed, so that undoing that one leads back here."""
        return [n.name for n in nights] == [*(n.name for n in self.nights), self.next_night]

    def day_again(self) -> Day:
        """The day, to be gone on with by another brain: facts may be added to it, and this evening stays as it is."""
        return replace(self.day, tokens=[*self.day.tokens], fact_of=[*self.day.fact_of], facts=[*self.day.facts])
