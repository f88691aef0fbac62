"""What is measured of a brain and its nights: the frozen values that reports, charts and the gate are made of.

Like `core.values` this module knows nothing heavy. What each figure means is told in `core.reports`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from core.text import is_yes_no
from core.values import Condition, Dream, Fact, SleepStep, Source


@dataclass(frozen=True)
class ExamRow:
    """One asking: see `core.reports`. `right` compares the freely generated answer after normalisation."""

    night: int
    statement: str
    question: str
    expected: str  # alternatives joined with |
    source: Source
    in_lessons: bool | None  # None before any lesson was made
    condition: Condition
    answer: str
    right: bool
    log_prob: float  # teacher-forced, of the first expected answer
    prompt_tokens: tuple[str, ...]
    cache_length: int
    fact: int  # Fact.number
    prompt_ids: tuple[int, ...] = ()

    @property
    def is_yes_no(self) -> bool:
        """Yes/no questions are reported apart: half of them are right by chance."""
        return is_yes_no(self.expected.split("|")[0])


@dataclass(frozen=True)
class Rate:
    """A share with its Wilson 95 % interval; all None when n = 0."""

    value: float | None
    n: int
    low: float | None
    high: float | None

    @classmethod
    def of(cls, hits: int, n: int) -> Rate:
        """`hits` successes in `n` trials (Wilson 1927, z = 1.96)."""
        if n == 0:
            return cls(None, 0, None, None)
        z = 1.959964
        p = hits / n
        mid = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return cls(p, n, max(0.0, mid - half), min(1.0, mid + half))


@dataclass(frozen=True)
class MatrixDelta:
    """How one night changed one MLP matrix: Frobenius norms and the singular values of the low-rank change."""

    layer: int
    matrix: str  # gate | up | down (or the model's own names)
    norm: float
    relative: float  # norm / norm of the frozen matrix
    singular_values: tuple[float, ...]
    random_values: tuple[float, ...] = ()  # of a random change with the same shape, rank and norm; () in old reports


@dataclass(frozen=True)
class SideEffects:
    """What the sleep cost. Rates are asked with an empty cache right after the night, unless `_before` or `_awake`."""

    deep_past: Rate
    deep_past_before: Rate
    locality: Rate
    false_recall: Rate
    unknown: Rate
    drift_nats: float
    kl_to_base: float
    false_recall_awake: Rate = Rate(None, 0, None, None)  # the evening before, the day in the cache; old reports: n = 0


@dataclass(frozen=True)
class Verdict:
    """How the gate judged one try at a night, on dreams that no lesson contained, asked with an empty cache.

    `learned`: new dreams answered as the memory answered them. `deep_past`, `older_nights`: dreams of what the brain
    knew before, answered as before this night.
    """

    learning_rate: float
    learned: Rate
    deep_past: Rate
    older_nights: Rate
    tolerance: float  # the share of old answers that may change
    passed: bool
    words: str


@dataclass(frozen=True)
class ChangedAnswer:
    """A question that was never told, answered with an empty cache before and after a night."""

    question: str
    before: str
    after: str
    nats: float  # log-probability that the answer given before has lost


@dataclass(frozen=True)
class SleepReport:
    """Everything that a chart, the command line or a test needs to know about one night. JSON round trip."""

    night: int
    name: str
    model: str
    recipe: dict[str, object]
    facts: tuple[Fact, ...]
    steps: tuple[SleepStep, ...]
    dreams: tuple[Dream, ...]
    exam: tuple[ExamRow, ...]  # all conditions, before and after
    deltas: tuple[MatrixDelta, ...]
    side: SideEffects
    seconds: dict[str, float]  # by stage, and "total"
    seed: int
    versions: dict[str, str]
    device: str
    night_hash: str
    night_parameters: int
    night_bytes: int
    tokens_trained: int
    past: tuple[ExamRow, ...] = ()  # probes of every older night, asked with an empty cache right after this one
    gate: tuple[Verdict, ...] = ()  # one per try; the last is the night that was let in
    changed: tuple[ChangedAnswer, ...] = ()  # neighbours, the most changed first
    importance_bytes: int = 0  # of what it needs of the weights, kept beside it for later nights
    journal_bytes: int = 0  # UTF-8, of all questions kept for it in the journals of older nights; 0: it used none

    def recall(self, condition: Condition, source: Source | None = None) -> Rate:
        """Share of this night's open probes answered right under `condition` (yes/no questions left out)."""
        rows = [r for r in self.exam if r.condition == condition and source in (None, r.source) and not r.is_yes_no]
        return Rate.of(sum(r.right for r in rows), len(rows))

    @property
    def has_cue(self) -> bool:
        """Was this night taught to be called up by its number? Its recipe has to teach cues, and it has to have dreamt."""
        return bool(self.recipe.get("batch_cues")) and any(d.kept and not d.is_rehearsed for d in self.dreams)

    @property
    def unread(self) -> tuple[Fact, ...]:
        """Facts about which no dream was kept, so that this night cannot have learned them. None for recipes that
        do not read memories out one at a time."""
        recipe = self.recipe
        if recipe.get("lessons_from") != "cache" or not recipe.get("steps") or not recipe.get("one_at_a_time", True):
            return ()
        learned = {d.fact for d in self.dreams if d.kept}
        return tuple(f for f in self.facts if f.number not in learned)
