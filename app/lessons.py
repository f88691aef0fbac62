"""Guided lessons: texts in assets/lessons, and the judging of their steps by what the brain is and was asked.

A step is over when its condition holds, never because a button says so. Conditions are a small vocabulary (`CHECKS`);
a lesson is data that uses it. Nothing here knows a screen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.frozen import Exchange, View

FOLDER = Path(__file__).parent.parent / "assets" / "lessons"


@dataclass(frozen=True)
class Step:
    """One thing to do. `keys` name the real controls on the page, `done` the condition, `learned` what it showed."""

    text: str
    page: str
    done: Mapping[str, Any]
    keys: tuple[str, ...] = ()
    learned: str = ""


@dataclass(frozen=True)
class Lesson:
    title: str
    question: str
    minutes: int
    summary: str  # what the lesson showed, when all was done
    steps: tuple[Step, ...]
    is_recordable: bool = False  # can be played on the recording too


@dataclass(frozen=True)
class Progress:
    """What steps are judged by: the state of the brain, and what was done since the step began."""

    told: int = 0  # facts heard in its life
    is_set_aside: bool = False
    recipes: tuple[str, ...] = ()  # of its nights, in order
    is_off: bool = False  # is any night switched off, or dosed, or lesioned?
    asked: tuple[Exchange, ...] = ()  # since this step began
    looked: frozenset[str] = frozenset()  # titles of pages seen since the lesson began
    compared: frozenset[str] = frozenset()  # comparisons of the lab that were run to the end and seen


def progress(
    view: View | None,
    asked: tuple[Exchange, ...] = (),
    looked: frozenset[str] = frozenset(),
    compared: frozenset[str] = frozenset(),
) -> Progress:
    """What can be told of a brain; a brain that is not open yet has done nothing."""
    if view is None:
        return Progress()
    return Progress(
        told=len(view.facts) + sum(len(report.facts) for report in view.reports),
        is_set_aside=view.is_set_aside,
        recipes=tuple(str(report.recipe.get("name")) for report in view.reports),
        is_off=any(night.dose != 1 or night.layers_off for night in view.nights),
        asked=asked,
        looked=looked,
        compared=compared,
    )


def _asked(is_seeing: bool) -> Callable[[Progress, int], bool]:
    """Questions answered with something in the cache, or with nothing in it: their receipts decide."""
    return lambda p, n: sum((x.answer.receipt.cache_length > 0) == is_seeing for x in p.asked) >= n


CHECKS: dict[str, Callable[[Progress, Any], bool]] = {
    "told": lambda p, n: p.told >= n,
    "set_aside": lambda p, value: p.is_set_aside == value,
    "asked_seeing": _asked(True),
    "asked_blind": _asked(False),
    "nights": lambda p, n: len(p.recipes) >= n,
    "recipe": lambda p, name: name in p.recipes,
    "off": lambda p, value: p.is_off == value,
    "looked": lambda p, title: title in p.looked,
    "compared": lambda p, name: name in p.compared,
}


def is_done(step: Step, now: Progress) -> bool:
    """Do all conditions of the step hold?"""
    return all(CHECKS[name](now, value) for name, value in step.done.items())


def insight(step: Step, view: View | None, asked: tuple[Exchange, ...]) -> str:
    """What a finished step showed, with what was really measured or answered put in. Typed text stays as typed."""
    report = view.reports[-1] if view and view.reports else None
    before, after = (report.recall(c) if report else None for c in ("amnesia", "slept"))
    words = {
        "answer": asked[-1].answer.text or "nothing" if asked else "–",
        "entries": str(asked[-1].answer.receipt.cache_length) if asked else "–",
        "before": _hits(before),
        "after": _hits(after),
    }
    return step.learned.format_map(words)


def _hits(rate: Any) -> str:
    return "–" if rate is None or rate.value is None else f"{round(rate.value * rate.n)} of {rate.n}"


def load() -> dict[str, Lesson]:
    """All lessons by name, in the order of their files (1-amnesia.json is `amnesia`)."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        steps = tuple(Step(**one | {"keys": tuple(one.get("keys", ()))}) for one in data.pop("steps"))
        found[path.stem.split("-", 1)[1]] = Lesson(steps=steps, **data)
    return found


LESSONS = load()
