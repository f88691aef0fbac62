"""The frozen values that cross a border: engine to app, engine to disk, one thread to another.

This module knows numpy and nothing heavier, so that charts and the first paint never load torch. Text that a
person typed is kept here as typed; escaping is the job of whoever draws it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
