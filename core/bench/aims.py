"""What a sleep of this size shall reach, beside what it did: a table that says where it falls short, and what was tried."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from core.bench.table import Row, markdown_table
from core.bench.tried import TRIED
from core.lives import INSTEAD

ONE_NIGHT, MANY_NIGHTS = (1, 10), (8, 40)  # nights, facts in all
CONTROLS = ("cram", "placebo", "trainer_statements")  # what `full` has to beat
NO_WORSE = 0.02  # than any other method, in recall
FASTER = 0.5  # of the seconds that the Trainer takes on the same lessons to a recall of 0.9
CAPACITY = 100  # facts in one night
FIFTIETH = 1.2  # times the cost of the first night

# Of `full`, by size of life: key of a line, and the least or the most that it shall be.
_AT_LEAST = {
    ONE_NIGHT: {"gap_closed": 1.0, "paraphrase": 0.9, "deep_past_change": -0.01},
    MANY_NIGHTS: {"learned": 0.95, "bwt": -0.03, "answered": 0.95},
}
_AT_MOST = {ONE_NIGHT: {"false_recall": 0.03, "drift_nats": 0.02}}
_NAMES = {
    "gap_closed": "gap closed",
    "deep_past_change": "deep past, change",
    "learned": "recall when learned",
    "bwt": "BWT",
    "answered": "recall of all at the end",
    "false_recall": "false recall",
    "drift_nats": "drift, nats",
}


@dataclass(frozen=True)
class Aim:
    """One thing that is wanted, what was found, whether that is enough, and what was tried where it is not."""

    what: str
    wanted: str
    found: str
    reached: bool
    tried: str = ""


def _aim(key: str, what: str, wanted: str, found: str, reached: bool) -> Aim:
    return Aim(what, wanted, found, reached, "" if reached else TRIED.get(key, ""))


def aims(rows: Sequence[Row], lines: Sequence[Row], extra: Mapping[str, Any]) -> list[Aim]:
    """Every aim that the rows of a bench, their lines (`core.bench.table.summarise`) and its other findings tell of."""
    return [
        *_bounds(lines),
        *_against_others(lines),
        *_nothing_gained(lines),
        *_pace(rows),
        *_capacity_and_cost(extra),
    ]


def aims_as_markdown(found: Collection[Aim]) -> str:
    """A table for people; empty where nothing that has an aim was measured."""
    cells = [
        {
            "aim": aim.what,
            "wanted": aim.wanted,
            "found": aim.found,
            "reached": "yes" if aim.reached else "**no**",
            "what was tried": aim.tried,
        }
        for aim in found
    ]
    return markdown_table(cells)


def _line(lines: Sequence[Row], size: tuple[int, int], method: str) -> Row | None:
    return next((line for line in lines if (line["nights"], line["n_facts"], line["method"]) == (*size, method)), None)


def _size(size: tuple[int, int]) -> str:
    nights, facts = size
    return f"one night of {facts} facts" if nights == 1 else f"{nights} nights of {facts // nights} facts"


def _bounds(lines: Sequence[Row]) -> Iterator[Aim]:
    for sign, wanted, holds in (("≥", _AT_LEAST, operator.ge), ("≤", _AT_MOST, operator.le)):
        for size, bounds in wanted.items():
            if line := _line(lines, size, "full"):
                yield from _judged(line, _size(size), sign, bounds, holds)


def _judged(
    line: Row, size: str, sign: str, bounds: Mapping[str, float], holds: Callable[[float, float], bool]
) -> Iterator[Aim]:
    for key, bound in bounds.items():
        value = line[key]["value"] if isinstance(line[key], Mapping) else line[key]
        if value is None:
            continue
        found, awake = _figure(line[key]), line[f"{key}_awake"]["value"] if f"{key}_awake" in line else None
        if awake is not None:
            found += f"; awake {_figure(awake)}"
        what = f"{size}: {_NAMES.get(key, key)}"
        yield _aim(key, what, f"{sign} {_figure(bound, 'g')}", found, holds(value, bound))


def _figure(found: Any, style: str = ".3f") -> str:
    """A number, a rate or a difference, to a digit more than the bounds have, so that just missing one is seen."""
    if not isinstance(found, Mapping):
        return f"{found:{style}}".replace("-", "−")
    low, high = _figure(found["low"]), _figure(found["high"])
    return f"{_figure(found['value'])} (n {found['n']}, {low} to {high})"


def _against_others(lines: Sequence[Row]) -> Iterator[Aim]:
    for line in lines:
        less = line["full_less_this"]
        if (line["nights"], line["n_facts"]) != ONE_NIGHT or less is None:
            continue
        found = _figure(less)
        if line["method"] in CONTROLS:
            yield Aim(f"recall, full less {line['method']}", "interval above 0", found, less["low"] > 0)
        else:
            what = f"recall, full less {line['method']}"
            key = "no_worse_than_reading" if line["method"] in INSTEAD else "no_worse_than_learning"
            yield _aim(key, what, f"≥ −{NO_WORSE:g}", found, less["value"] >= -NO_WORSE)


def _nothing_gained(lines: Sequence[Row]) -> Iterator[Aim]:
    for method in ("placebo", "none"):
        line = _line(lines, ONE_NIGHT, method)
        if line and line["gap_closed"] is not None:
            gained = line["gap_closed"]
            yield Aim(f"gap closed by {method}", f"≤ {NO_WORSE:g}", _figure(gained), gained <= NO_WORSE)


def _pace(rows: Sequence[Row]) -> Iterator[Aim]:
    """Paired by fact set and seed, each measured in its own dreaming, which is the same work for both: so it does not matter if
    the machine was slower on the day of one. A Trainer that never came to 0.9 counts as if it had with its last step, which
    favours it."""
    ours, theirs = (
        {(row["fact_set"], row["seed"]): row for row in rows if row["method"] == method and _is_one_night(row)}
        for method in ("full", "trainer_qa")
    )
    both = sorted(ours.keys() & theirs.keys())
    if not both:
        return
    ratios = []
    for key in both:
        reached, other = (
            ours[key]["seconds_to_recall"],
            theirs[key]["seconds_to_recall"] or theirs[key]["train_seconds"],
        )
        clock = theirs[key]["dream_seconds"] / ours[key]["dream_seconds"]
        ratios.append(float("inf") if reached is None else reached / other * clock)
    never = sum(theirs[key]["seconds_to_recall"] is None for key in both)
    found = f"{median(ratios):.2f} (median of {len(both)}; the Trainer never came to it in {never} of them)"
    what = "seconds of training to a recall of 0.9, of those of the Trainer on the same lessons"
    yield _aim("pace", what, f"≤ {FASTER:g}", found, median(ratios) <= FASTER)


def _is_one_night(row: Row) -> bool:
    return (row["nights"], row["n_facts"]) == ONE_NIGHT


def _capacity_and_cost(extra: Mapping[str, Any]) -> Iterator[Aim]:
    if (capacity := extra.get("capacity")) is not None:
        what = "facts in one night, at a recall of 0.9"
        yield _aim("capacity", what, f"≥ {CAPACITY}", str(capacity), capacity >= CAPACITY)
    if ratios := [one["ratio"] for one in extra.get("fiftieth_night", ())]:
        found = f"{median(ratios):.2f} (median of {len(ratios)})"
        what = "cost of the 50th night, of the first"
        yield _aim("cost", what, f"≤ {FIFTIETH:g}", found, median(ratios) <= FIFTIETH)
