"""What a brain was just before its last night: enough to sleep on that day once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.cache import Day
from core.nights import Night

GONE = (
    "The day of that night is gone: its cache is kept only while the app runs. "
    "Tell the facts again to sleep on them in another way."
)
MOVED = "An older night was switched or dosed since; set it back as it was to sleep that night again."


@dataclass(frozen=True, eq=False)
class Evening:
    """A day as it went to sleep, and the nights there were before. Kept in memory only: it does not outlive the process."""

    day: Day
    nights: tuple[Night, ...]
    is_set_aside: bool
    next_night: str  # the name of the night that followed

    def why_not(self, nights: Sequence[Night]) -> str:
        """Why undoing the newest of `nights` does not lead back here, in one sentence; empty when it does."""
        if [n.name for n in nights] != [*(n.name for n in self.nights), self.next_night]:
            return GONE
        doses = [[(n.dose, n.layers_off) for n in some] for some in (self.nights, nights[:-1])]
        return "" if doses[0] == doses[1] else MOVED

    def nights_as_called(self, nights: Sequence[Night]) -> tuple[Night, ...]:
        """Those of this evening, by the titles that they bear among `nights`."""
        return tuple(replace(was, title=now.title) for was, now in zip(self.nights, nights, strict=False))

    def day_again(self) -> Day:
        """The day, to be gone on with by another brain: facts may be added to it, and this evening stays as it is."""
        return replace(self.day, tokens=[*self.day.tokens], fact_of=[*self.day.fact_of], facts=[*self.day.facts])
