"""What the model may draw on for one answer: which cache entries it sees, and whether its nights are on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Memory:
    """One of the constants below, or of the two that are about one `fact` (its number)."""

    kind: Literal["live", "empty", "blank", "alone", "without"]
    fact: int | None = None


LIVE = Memory("live")  # whatever the model can see now, nights on
EMPTY = Memory("empty")  # an empty cache, nights on
BLANK = Memory("blank")  # an empty cache, nights off: the model as it was raised


def ALONE(number: int) -> Memory:  # noqa: N802 - reads as one of the constants above
    """Only the sink and one fact's entries, nights on."""
    return Memory("alone", number)


def WITHOUT(number: int) -> Memory:  # noqa: N802
    """All of today's entries but one fact's, nights on."""
    return Memory("without", number)
