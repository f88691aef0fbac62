"""The frozen values that cross a border: engine to app, engine to disk, one thread to another.

This module knows numpy and nothing heavier, so that charts and the first paint never load torch. Text that a
person typed is kept here as typed; escaping is the job of whoever draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

import numpy as np

Condition = Literal["blank", "awake", "alone", "amnesia", "slept", "retrieval", "long_context"]
Stage = Literal["read out", "dream", "select", "seed", "rehearse", "gate", "exam"]
Source = Literal["given", "self"]
DreamSource = Literal["replay", "placebo", "rehearsal", "older night"]

# What the built-in model says when it was never told. One fixed phrase, learned in the nursery.
UNKNOWN = "I do not know"


@dataclass(frozen=True)
class Probe:
    """One exam question about a fact. `answers` lists accepted alternatives, the first is the one shown."""

    question: str
    answers: tuple[str, ...]
    source: Source = "given"


@dataclass(frozen=True)
class Fact:
    """A sentence the brain was told. `number` is its place in the brain's life (0, 1, ...): colours derive from it."""

    number: int
    statement: str
    probes: tuple[Probe, ...] = ()
    day: int = 1


@dataclass(frozen=True)
class Receipt:
    """Proof of what the model could see: the exact prompt tokens fed and the cache length before them."""

    prompt_tokens: tuple[str, ...]
    cache_length: int
    nights: tuple[str, ...] = ()  # names of the nights that were switched on
    prompt_ids: tuple[int, ...] = ()  # the same tokens as numbers: exact where a piece is no whole character


@dataclass(frozen=True)
class Answer:
    """A freely generated answer (greedy) and its total log-probability in nats."""

    question: str
    text: str
    log_prob: float
    receipt: Receipt
    seconds: float


@dataclass(frozen=True)
class CacheSnapshot:
    """What the attention cache holds. L layers, H key-value heads, T entries.

    `fact_of_token` is -1 for entries that belong to no fact (the first entry, the sink). `attention_received` is the
    mean share of attention that the tokens of the question just asked paid to each entry (sums to <= 1 over T per
    layer and head; the rest went to the question itself), or None when nothing was asked. `answer_attention` is the
    same for the steps that wrote the tokens of its answer; the rest went to the question and the answer so far.
    """

    tokens: tuple[str, ...]
    fact_of_token: np.ndarray  # (T,) int, Fact.number or -1
    key_norm: np.ndarray  # (L, H, T)
    value_norm: np.ndarray  # (L, H, T)
    attention_received: np.ndarray | None  # (L, H, T)
    bytes: int
    capacity: int  # entries that fit
    question: str | None = None
    answer_attention: np.ndarray | None = None  # (L, H, T)

    @property
    def trace(self) -> Trace | None:
        """What the answer read, over all layers and heads; None when nothing was asked."""
        if self.answer_attention is None:
            return None
        return Trace(self.tokens, self.fact_of_token, self.answer_attention.mean(axis=(0, 1)))


@dataclass(frozen=True, eq=False)
class Trace:
    """What one answer read of the T cache entries that it could see.

    `share` is the mean attention that the steps which wrote the answer paid to each entry, over layers and heads; it
    sums to <= 1. Attention tells where the model looked, not what it used (Jain & Wallace, arXiv 1902.10186).
    """

    tokens: tuple[str, ...]
    fact_of_token: np.ndarray  # (T,) int, Fact.number or -1
    share: np.ndarray  # (T,)

    @property
    def by_fact(self) -> dict[int, float]:
        """Fact.number -> share of its entries together, greatest first. The sink belongs to no fact."""
        numbers = sorted({int(f) for f in self.fact_of_token if f >= 0})
        shares = {n: float(self.share[self.fact_of_token == n].sum()) for n in numbers}
        return dict(sorted(shares.items(), key=lambda item: -item[1]))

    @property
    def sink(self) -> float:
        """Share of the entries that belong to no fact: the first entry, on which attention rests."""
        return float(self.share[self.fact_of_token < 0].sum())

    @property
    def itself(self) -> float:
        """Share that stayed with the question and the answer so far."""
        return max(0.0, 1.0 - float(self.share.sum()))


@dataclass(frozen=True)
class Dream:
    """One line the brain said to itself while asleep. `score` is what the cache added to its answer, in nats."""

    question: str
    answer: str
    fact: int | None  # Fact.number it was read from; None: dreamt with an empty cache, or with the whole of it in view
    source: DreamSource
    score: float
    kept: bool
    reason: str = ""

    @property
    def is_rehearsed(self) -> bool:
        """Said with an empty cache, to keep what was known: nothing was read out for it, so it has no score."""
        return self.source in ("rehearsal", "older night")


@dataclass(frozen=True)
class AnswerProbability:
    """How likely a dreamt answer is, as a whole (0 to 1): to the teacher with that memory in view, to the student without."""

    fact: int  # Fact.number
    question: str
    answer: str
    teacher: float
    student: float


@dataclass(frozen=True)
class SleepStep:
    """One tick of a sleep, for whoever watches. `losses` holds the newest loss by source, in nats per token."""

    stage: Stage
    index: int
    total: int
    losses: dict[str, float] = field(default_factory=dict)
    grad_norm: float | None = None
    seconds: float = 0.0  # since the sleep began
    dreams: tuple[Dream, ...] = ()  # those new since the last step
    probabilities: tuple[AnswerProbability, ...] = ()  # one per fact, at a few steps of the training
    recalled: float | None = None  # share of all dreams that the student answered as the teacher when last asked


@dataclass(frozen=True)
class ExamRow:
    """One asking: see metrics in the README. `right` compares the freely generated answer after normalisation."""

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
        return self.expected.split("|")[0].strip().lower() in {"yes", "no"}


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
class Way:
    """One question answered from one kind of memory, and what that answer cost."""

    kind: Literal["none", "cache", "weights", "retrieval"]
    answer: Answer  # its `seconds` are those of the answer alone
    question_tokens: int  # of the question by itself
    reading_seconds: float = 0.0  # to find or read the sentences beforehand

    @property
    def tokens(self) -> int:
        """All that stood before the answer: the sentences, in the cache or in the prompt, and the question."""
        return self.answer.receipt.cache_length + len(self.answer.receipt.prompt_tokens)


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
