"""Drift: what a night does to text that has nothing to do with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

from core.models import Base

HELD_OUT = Path(__file__).parent.parent / "assets" / "facts" / "held_out.txt"
TOGETHER = 16  # documents of alike length that are read as one batch


@torch.no_grad()
def drift_on_held_out(base: Base, before: torch.nn.Module, after: torch.nn.Module) -> tuple[float, float]:
    """Held-out text unrelated to any lesson: change of mean negative log-likelihood per token from `before` to `after`,
    and mean KL(base ‖ after) per token. Both in nats."""
    change = divergence = tokens = 0.0
    encoded = sorted(([base.sink, *base.encode(text)] for text in held_out_documents()), key=len)
    for start in range(0, len(encoded), TOGETHER):
        part = encoded[start : start + TOGETHER]
        ids, is_text = _padded(part, base)
        raised, now = (_log_probs(model, ids, is_text) for model in (base.model, after))
        was = raised if before is base.model else _log_probs(before, ids, is_text)
        target = ids[:, 1:][is_text[:, 1:]][:, None]
        change += float((was.gather(1, target) - now.gather(1, target)).sum())
        divergence += float((raised.exp() * (raised - now)).sum())
        tokens += len(target)
    return change / tokens, divergence / tokens


@cache
def held_out_documents() -> tuple[str, ...]:
    return tuple(HELD_OUT.read_text(encoding="utf-8").split("\n\n"))


def _padded(documents: list[list[int]], base: Base) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids (L, T), padded on the right, and which of them are text."""
    shape = (len(documents), max(map(len, documents)))
    ids, is_text = torch.full(shape, base.sink), torch.zeros(shape, dtype=torch.bool)
    for row, tokens in enumerate(documents):
        ids[row, : len(tokens)], is_text[row, : len(tokens)] = torch.tensor(tokens), True
    return ids.to(base.device), is_text.to(base.device)


def _log_probs(model: torch.nn.Module, ids: torch.Tensor, is_text: torch.Tensor) -> torch.Tensor:
    """Of the next token, behind every token that has one (N, V)."""
    logits = model(input_ids=ids, attention_mask=is_text.long()).logits
    return torch.as_tensor(logits[:, :-1][is_text[:, 1:]].float().log_softmax(-1))
