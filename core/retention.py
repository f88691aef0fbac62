"""What a life of nights kept, from what its reports hold. Nothing is asked here, and torch is not needed.

Each sleep ends with the questions of all nights so far, asked with an empty cache (`SleepReport.past`, and its own in
`exam`). That one exam is read in three ways: as row i of the retention matrix R[i, j] (GEM, arXiv 1706.08840), as
forgetting by age, and as the way the next day opens, which is prequential evaluation (Dawid 1984; Gama et al. 2013):
every day is first a test on earlier days and only then something to learn from. `source` None takes the questions that a
person gave and those that the model made; yes/no questions are left out everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.measured import ExamRow, Rate, SleepReport
from core.text import normalise, same_answer
from core.values import Source

NOT_ASKED = Rate.of(0, 0)


@dataclass(frozen=True)
class NightCard:
    """A night at a glance."""

    number: int
    title: str  # as typed; empty: it has only its number
    dose: float
    facts: int
    learned: Rate  # recall of its own facts, the morning after
    recipe: str


@dataclass(frozen=True)
class NightsExam:
    """Every night's questions, asked with an empty cache before and after one night was dosed or taken back."""

    name: str  # of the night that was changed
    act: Literal["dose", "undo"]
    dose_before: float
    dose_after: float
    before: tuple[ExamRow, ...] = ()
    after: tuple[ExamRow, ...] = ()

    @property
    def number(self) -> int:
        return int(self.name.rsplit("-", 1)[-1])

    @property
    def rates(self) -> dict[int, tuple[Rate, Rate]]:
        """Night number -> recall of its facts before and after."""
        after = by_night(self.after)
        return {night: (rate, after[night]) for night, rate in by_night(self.before).items()}


@dataclass(frozen=True)
class Opening:
    """How a day opened, before anything was told: asked about earlier days and about things that were never told."""

    day: int
    by_age: tuple[Rate, ...]  # [0]: facts of the night just slept, [1]: one night older ...
    earlier: Rate  # all of these
    never_told: Rate  # right means: it said that it does not know


@dataclass(frozen=True)
class Contradiction:
    """One question to which two facts give different answers, and what the brain says."""

    question: str
    earlier: str
    later: str
    says: Literal["later", "earlier", "neither"]


def rate_of(rows: Iterable[ExamRow], source: Source | None = None) -> Rate:
    """Share answered right after sleep."""
    marks = [r.right for r in rows if r.condition == "slept" and source in (None, r.source) and not r.is_yes_no]
    return Rate.of(sum(marks), len(marks))


def by_night(rows: Iterable[ExamRow], source: Source | None = None) -> dict[int, Rate]:
    """The same for the facts of each night; a night without rows is absent."""
    found: dict[int, list[ExamRow]] = {}
    for row in rows:
        found.setdefault(row.night, []).append(row)
    return {night: rate_of(own, source) for night, own in found.items()}


def morning_rows(report: SleepReport) -> tuple[ExamRow, ...]:
    """Everything asked right after a night: its own facts and those of every night before it."""
    return (*report.past, *(r for r in report.exam if r.condition == "slept"))


def retention(reports: Sequence[SleepReport], source: Source | None = None) -> list[list[Rate]]:
    """Row i holds the recall of night j's facts right after night i, j <= i; n = 0 where nobody asked."""
    asked = [by_night(morning_rows(report), source) for report in reports]
    return [[row.get(r.night, NOT_ASKED) for r in reports[: i + 1]] for i, row in enumerate(asked)]


def kept(retention: Sequence[Sequence[float | None]]) -> dict[str, float | None]:
    """ACC, BWT and recall when learned, over nights asked, from the values of `retention`; None below two nights."""
    pairs = [(a, b, j) for j, a in enumerate(retention[-1]) if a is not None and (b := retention[j][j]) is not None]
    if len(retention) < 2 or not pairs:
        return {"acc": None, "bwt": None, "learned": None}
    older = [last - first for last, first, j in pairs if j < len(retention) - 1]
    acc, learned = (sum(pair[k] for pair in pairs) / len(pairs) for k in (0, 1))
    return {"acc": acc, "bwt": sum(older) / len(older) if older else None, "learned": learned}


def forgetting(reports: Sequence[SleepReport], source: Source | None = None) -> list[Rate]:
    """Recall by age, pooled over nights: [a] of facts on which `a` more nights were slept since they were learned."""
    found: dict[int, list[Rate]] = {}
    for asked, row in zip(reports, retention(reports, source), strict=True):
        for learned, rate in zip(reports, row, strict=False):
            found.setdefault(asked.night - learned.night, []).append(rate)  # a night taken back was slept all the same
    return [pooled(found.get(age, ())) for age in range(max(found, default=-1) + 1)]


def openings(reports: Sequence[SleepReport], source: Source | None = None) -> tuple[Opening, ...]:
    """How each day after a night opened. The first day has nothing behind it."""
    return tuple(
        Opening(report.night + 1, tuple(row[::-1]), pooled(row), report.side.unknown)
        for report, row in zip(reports, retention(reports, source), strict=True)
    )


def running(rates: Iterable[Rate]) -> list[Rate]:
    """The mean over everything asked so far, after each of `rates`."""
    found: list[Rate] = []
    for rate in rates:
        found.append(pooled([rate] if not found else [found[-1], rate]))
    return found


def forward_transfer(reports: Sequence[SleepReport], source: Source | None = None) -> float | None:
    """FWT: mean over nights but the first of (recall of its facts the evening before it learned them, cache cleared) less
    (the same with all nights off). How far earlier nights helped with what was not yet learned. None below two nights."""
    gains = []
    for report in reports[1:]:
        before, raised = report.recall("amnesia", source).value, report.recall("blank", source).value
        if before is not None and raised is not None:
            gains.append(before - raised)
    return sum(gains) / len(gains) if gains else None


def contradictions(rows: Sequence[ExamRow]) -> tuple[Contradiction, ...]:
    """Of one morning's rows: each question that a later fact answers otherwise, and which fact the brain follows."""
    told: dict[str, list[ExamRow]] = {}
    for row in sorted((r for r in rows if r.condition == "slept"), key=lambda r: r.fact):
        told.setdefault(normalise(row.question), []).append(row)
    found = []
    for same in told.values():
        first, last = same[0], same[-1]
        earlier, later = (tuple(r.expected.split("|")) for r in (first, last))
        if not any(same_answer(one, later) for one in earlier):
            found.append(Contradiction(last.question, earlier[0], later[0], _follows(last.answer, earlier, later)))
    return tuple(found)


def _follows(answer: str, earlier: tuple[str, ...], later: tuple[str, ...]) -> Literal["later", "earlier", "neither"]:
    if same_answer(answer, later):
        return "later"
    return "earlier" if same_answer(answer, earlier) else "neither"


def asked_in_lessons(reports: Sequence[SleepReport]) -> frozenset[str]:
    """Normalised questions that any night's kept dreams contained."""
    return frozenset(normalise(d.question) for r in reports for d in r.dreams if d.kept and d.source != "rehearsal")


def pooled(rates: Iterable[Rate]) -> Rate:
    """One rate over the trials of several."""
    asked = [r for r in rates if r.value is not None]
    return Rate.of(sum(round((r.value or 0.0) * r.n) for r in asked), sum(r.n for r in asked))
