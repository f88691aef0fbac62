"""Frozen values that pages draw: a picture of a brain, and what was said to it. The worker makes them, nobody changes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from core.measured import SleepReport
from core.values import Answer, CacheSnapshot, Fact, Trace

Where = Literal["live", "empty"]  # asked with whatever it sees now, or with an empty cache


@dataclass(frozen=True)
class Trial:
    """How a fact's question is answered before sleep: with the whole day in the cache, and with that fact alone."""

    answer: str  # with the whole day in the cache
    right: bool
    right_alone: bool  # sleep reads one memory at a time, so this is what it can keep


@dataclass(frozen=True)
class Dropped:
    """One question asked twice in the same moment: with all of today's entries, and without those of one fact."""

    fact: int  # Fact.number
    whole: Answer
    without: Answer


@dataclass(frozen=True)
class Exchange:
    """One question of a person and its answer."""

    answer: Answer
    where: Where
    night: int  # how many nights the brain had then
    trace: Trace | None = None  # what the answer read; None with an empty cache
    dropped: tuple[Dropped, ...] = ()  # truth tests of this question, at most one a fact


@dataclass(frozen=True)
class View:
    """A frozen picture of a brain, taken by the worker after a change. All that pages know about it."""

    model: str
    parameters: int
    device: str
    n_layers: int
    facts: tuple[Fact, ...]
    nights: tuple[Any, ...]  # core Night handles: name, dose, hash
    reports: tuple[SleepReport, ...]
    cache_length: int
    is_set_aside: bool
    snapshot: CacheSnapshot
    why_not_again: str = ""  # why the last night cannot be slept again; empty when it can

    @property
    def is_blank(self) -> bool:
        """Nothing was ever told to it."""
        return not self.facts and not self.nights

    @property
    def fill(self) -> float:
        return min(1.0, self.cache_length / max(1, self.snapshot.capacity))
