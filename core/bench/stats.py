"""Pooling rows, and comparing two methods: pure functions of numbers. Intervals are 95 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.measured import Rate

RESAMPLES = 10_000


def pooled(rates: Sequence[Mapping[str, Any] | None]) -> Rate:
    """One rate over all trials (Wilson). Trials on one fact are alike, so for a claim about a difference look at
    `paired_difference`, which draws whole facts."""
    counted = [rate for rate in rates if rate and rate["n"]]
    hits = sum(round(rate["value"] * rate["n"]) for rate in counted)
    return Rate.of(hits, sum(rate["n"] for rate in counted))


def mean(values: Sequence[float | None]) -> float | None:
    """Of those that were measured."""
    counted = [value for value in values if value is not None]
    return sum(counted) / len(counted) if counted else None


def per_fact(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], float]:
    """(fact set, fact) -> share right, over all of its questions and all seeds."""
    counts: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        for fact, (right, asked) in enumerate(row["by_fact"]):
            seen = counts.setdefault((row["fact_set"], fact), [0, 0])
            seen[0] += right
            seen[1] += asked
    return {fact: right / asked for fact, (right, asked) in counts.items() if asked}


def paired_difference(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], *, seed: int = 0
) -> dict[str, float] | None:
    """Mean over facts of (ours - theirs), with its interval by the paired bootstrap (Efron and Tibshirani 1993, 13.3):
    facts are drawn with replacement, and each is drawn for both. None where no fact was asked of both."""
    one, other = per_fact(ours), per_fact(theirs)
    facts = sorted(one.keys() & other.keys())
    if not facts:
        return None
    differences = np.array([one[fact] - other[fact] for fact in facts])
    drawn = np.random.default_rng(seed).integers(len(facts), size=(RESAMPLES, len(facts)))
    low, high = np.percentile(differences[drawn].mean(axis=1), (2.5, 97.5))
    return {"value": float(differences.mean()), "low": float(low), "high": float(high), "n": len(facts)}
