"""What the attention cache holds, and where in it each fact stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from transformers import DynamicCache

from core.errors import CacheFull
from core.lines import View
from core.models import Base
from core.values import CacheSnapshot, Fact

MAX_QUESTION, MAX_ANSWER = 80, 64  # tokens; kept free in every cache, so that a question and its answer always fit


@dataclass(eq=False)
class Day:
    """The live window of one day: a real DynamicCache, the tokens that made it, and the fact each belongs to."""

    cache: DynamicCache
    tokens: list[int] = field(default_factory=list)
    fact_of: list[int] = field(default_factory=list)  # Fact.number, -1 for the sink
    facts: list[Fact] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.tokens)

    def entries_of(self, number: int) -> list[int]:
        return [i for i, fact in enumerate(self.fact_of) if fact == number]

    def whole(self) -> View:
        """Everything heard today."""
        return View(self.cache, tuple(range(len(self))), len(self))

    def alone(self, number: int) -> View:
        """The first entry (the sink) and one fact's entries, positions as they were."""
        return View(self.cache, (0, *self.entries_of(number)), len(self))

    def without(self, number: int) -> View:
        """Everything but one fact's entries, positions as they were. What later entries took up from it stays."""
        return View(self.cache, tuple(i for i, fact in enumerate(self.fact_of) if fact != number), len(self))


def new_day(base: Base) -> Day:
    return Day(DynamicCache(config=base.config))


def room(base: Base, day: Day) -> int:
    """Entries that may still be read, so that a question and its answer find a place behind them."""
    return base.context_length - len(day) - MAX_QUESTION - MAX_ANSWER


def check_room(base: Base, statements: Sequence[str]) -> None:
    """Raise CacheFull when one day cannot hold all of these."""
    needed = 1 + sum(len(base.statement_ids(one)) for one in statements)
    if needed > (free := room(base, new_day(base))):
        raise CacheFull(f"A day holds {free} entries, and its {len(statements)} facts take {needed}; tell fewer.")


@torch.no_grad()
def read(base: Base, model: torch.nn.Module, day: Day, fact: Fact, ids: Sequence[int]) -> None:
    """Append a statement's entries to the day. Raises CacheFull, with the day as it was, when they do not fit."""
    fresh = list(ids) if day.tokens else [base.sink, *ids]
    if len(fresh) > room(base, day):
        raise CacheFull(
            f"The cache is full: {len(day)} of {base.context_length} entries are taken, so this fact was not read. "
            "Let it sleep, or clear the day."
        )
    at = torch.arange(len(day), len(day) + len(fresh), device=base.device)[None]
    grown = DynamicCache(config=base.config)  # beside the day, which stays as it was until every layer has grown
    for number, layer in enumerate(day.cache.layers if day.tokens else []):
        grown.update(layer.keys, layer.values, number)
    model(input_ids=torch.tensor([fresh], device=base.device), position_ids=at, past_key_values=grown, use_cache=True)
    day.cache = grown
    day.tokens += fresh
    day.fact_of += [-1] * (len(fresh) - len(ids)) + [fact.number] * len(ids)
    day.facts.append(fact)


def _norms(tensors: Sequence[torch.Tensor]) -> np.ndarray:
    """Euclidean norms (L, H, T) of entries (1, H, T, D) per layer."""
    return np.stack([t[0].float().norm(dim=-1).cpu().numpy() for t in tensors])


@torch.no_grad()
def _attention(
    base: Base, model: torch.nn.Module, day: Day, question: str, answer: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean attention (L, H, T) to each entry, from the question's tokens and from the steps that wrote the answer's.

    Query heads are averaged under their KV head. A token is written at the position before its own.
    """
    asked = base.question_ids(question)
    ids = torch.tensor([[*asked, *answer[:-1]]], device=base.device)
    at = torch.arange(len(day), len(day) + ids.shape[1], device=base.device)[None]
    copy = DynamicCache(config=base.config)
    for number, layer in enumerate(day.cache.layers):
        copy.update(layer.keys, layer.values, number)
    out = model(input_ids=ids, position_ids=at, past_key_values=copy, use_cache=True, output_attentions=True)
    maps = torch.stack(out.attentions)[:, 0, ..., : len(day)].float()  # (L, heads, Q + A - 1, T)
    grouped = maps.unflatten(1, (base.n_kv_heads, -1)).mean(dim=2)
    spans = grouped[:, :, : len(asked)], grouped[:, :, len(asked) - 1 :]
    by_question, by_answer = (span.mean(dim=2).cpu().numpy() for span in spans)
    return by_question, by_answer


def snapshot(
    base: Base, model: torch.nn.Module, day: Day, question: str | None = None, answer: Sequence[int] = ()
) -> CacheSnapshot:
    """Everything a picture of the cache needs, as numpy. An empty day gives arrays with T = 0.

    `answer`: the token ids that the model gave as its answer to `question`.
    """
    layers = day.cache.layers if len(day) else []
    empty = np.zeros((base.n_layers, base.n_kv_heads, 0), dtype=np.float32)
    size = sum(t.numel() * t.element_size() for layer in layers for t in (layer.keys, layer.values))
    received, read_by_answer = _attention(base, model, day, question, answer) if question and layers else (None, None)
    return CacheSnapshot(
        tokens=base.pieces(day.tokens),
        fact_of_token=np.array(day.fact_of, dtype=np.int64),
        key_norm=_norms([layer.keys for layer in layers]) if layers else empty,
        value_norm=_norms([layer.values for layer in layers]) if layers else empty,
        attention_received=received,
        bytes=size,
        capacity=base.context_length,
        question=question,
        answer_attention=read_by_answer,
    )
