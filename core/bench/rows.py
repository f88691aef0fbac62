"""A finished cell as a row of bench.json.

A row is {method, seed, fact_set, n_facts, nights} and the keys that `total` of REPORT.json has (`core.reports`), and
    answered              rate under the method's own condition: slept, retrieval or long_context
    known, unseen, reversed   the same by wording of the question: known to training, held out from it, the other way round
    dream_seconds, train_seconds   of `seconds`: all that comes before training; training (the gate apart)
    seconds_to_recall     seconds of training until slept recall was 0.9, looked at every few steps; null: not reached,
                          or never looked (several nights). Dreaming comes on top
    tokens_per_question, seconds_per_question   under the method's own condition
    deep_past_change      deep_past less deep_past_before
    prequential           recall on earlier days as each next day opens, over all days
    bits_per_parameter    bits of the facts whose first question was answered, over the parameters that were added
    peak_bytes            largest memory during the whole life of the cell
    threads               of the processor, that the life had
    matrix_peak           operations per second of the machine's fastest matrix product, right after the life of the cell
    share_of_peak         what training calculated per second (`core.bench.speed`), as a share of that
    by_fact               [right, asked] per fact, in the order told
What was measured on the nights is null for a method that leaves them off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from core.bench.cells import ENOUGH, Cell
from core.bench.fact_sets import Kind
from core.bench.speed import training_flops
from core.measured import Rate
from core.plain import plain

_OF_NIGHTS = """efficacy paraphrase locality false_recall false_recall_awake unknown deep_past deep_past_before score gap_closed drift_nats
kl_to_base acc bwt fwt learned seconds_per_fact seconds tokens_trained night_bytes night_parameters
importance_bytes journal_bytes""".split()


def row(cell: Cell, life: dict[str, Any]) -> dict[str, Any]:
    """The row of `cell`, whose life was lived (`core.bench.cells.lived`)."""
    total, condition = life["total"], cell.method.condition
    asked = [one for one in life["asked"] if one["condition"] == condition]
    sleeps = condition == "slept"
    seconds = total["seconds"]
    before = sum(value for stage, value in seconds.items() if stage not in ("seed", "gate", "exam", "total"))
    reached = [at for at, recall in life["pace"] if recall >= ENOUGH]
    own = {
        "method": cell.method.name,
        "seed": cell.seed,
        "fact_set": cell.fact_set,
        "n_facts": cell.nights * cell.per_night,
        "nights": cell.nights,
        "answered": _rate(asked),
        **{kind: _rate(one for one in asked if one["kind"] == kind) for kind in get_args(Kind)},
        "deep_past_change": _change(total) if sleeps else None,
        "dream_seconds": before if sleeps else None,
        "train_seconds": seconds.get("seed", 0.0) if sleeps else None,
        "seconds_to_recall": reached[0] if sleeps and reached else None,
        "tokens_per_question": total["tokens_per_question"][condition],
        "seconds_per_question": life["seconds_per_question"][condition],
        "prequential": life["prequential"] if sleeps else None,
        "bits_per_parameter": _bits_per_parameter(asked, life) if sleeps else None,
        "peak_bytes": life["peak_bytes"],
        "threads": life["threads"],
        "matrix_peak": life["matrix_peak"],
        "share_of_peak": _share_of_peak(cell, life) if sleeps else None,
        "by_fact": _by_fact(asked),
    }
    off = {} if sleeps else dict.fromkeys(_OF_NIGHTS)
    settings = {key: getattr(cell.method.recipe, key) for key in ("learning_rate", "steps", "steps_per_fact")}
    made: dict[str, Any] = plain({**total, **off, **own, "settings": settings, "device": life["device"]})
    return made


def _rate(asked: Iterable[dict[str, Any]]) -> Rate:
    marks = [one["right"] for one in asked]
    return Rate.of(sum(marks), len(marks))


def _change(total: dict[str, Any]) -> float | None:
    after, before = total["deep_past"]["value"], total["deep_past_before"]["value"]
    return None if after is None or before is None else after - before


def _share_of_peak(cell: Cell, life: dict[str, Any]) -> float | None:
    total = life["total"]
    seconds, learned = total["seconds"].get("seed", 0.0), total["night_parameters"] // cell.nights
    flops = training_flops(total["tokens_trained"], life["multiplied"], learned)
    return flops / seconds / life["matrix_peak"] if flops and seconds else None


def _by_fact(asked: Iterable[dict[str, Any]]) -> list[list[int]]:
    marks: dict[int, list[bool]] = {}
    for one in asked:
        marks.setdefault(one["fact"], []).append(one["right"])
    return [[sum(marks[fact]), len(marks[fact])] for fact in sorted(marks)]


def _bits_per_parameter(asked: Iterable[dict[str, Any]], life: dict[str, Any]) -> float | None:
    """Bits of a fact are those of its first question, so it counts by that one alone."""
    first: dict[int, bool] = {}
    for one in asked:
        first.setdefault(one["fact"], one["right"])
    parameters = life["total"]["night_parameters"]
    recalled = sum(bits for fact, bits in enumerate(life["bits"]) if first.get(fact))
    return recalled / parameters if parameters else None
