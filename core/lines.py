"""Lines for the model to go on with, each with its own view of a cache, and batches of them.

A `View` names the cache entries that a line may see and the position it starts at. Lines of different views share one
batch: entries and prompts are padded on the left and masked. The model's own cache is never written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import DynamicCache

from core.models import Base

MAX_ENTRIES_PER_BATCH = 24_000  # bounds memory: rows x (entries + prompt) of one batch


@dataclass(frozen=True, eq=False)
class View:
    """What a line may see: indices into the entries of `cache`, in order, and the next free position.

    An empty view (`cache` None) is a cleared window: the prompt then opens with the sink token at position 0.
    """

    cache: DynamicCache | None = None
    entries: tuple[int, ...] = ()
    position: int = 0


EMPTY_VIEW = View()


@dataclass(frozen=True)
class Line:
    """A view and the prompt that follows it. Token ids."""

    view: View
    prompt: tuple[int, ...]


@dataclass(eq=False)
class Batch:
    """Left-padded tensors of several lines: ids (B, P), mask (B, K + P), positions (B, P), cache of K entries."""

    ids: torch.Tensor
    mask: torch.Tensor
    positions: torch.Tensor
    cache: DynamicCache

    def append(self, tokens: torch.Tensor) -> None:
        """One more token (B,) for every line; what stood before is in the cache by now."""
        self.ids = tokens[:, None]
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(tokens), 1)], 1)
        self.positions = self.positions[:, -1:] + 1

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these lines only."""
        index = torch.tensor(rows, device=self.ids.device)
        self.ids, self.mask, self.positions = (t[index] for t in (self.ids, self.mask, self.positions))
        self.cache.batch_select_indices(index)


def line(base: Base, view: View, prompt: Sequence[int]) -> Line:
    """A line of `prompt` seen from `view`; an empty window opens with the sink."""
    return Line(view, tuple(prompt) if view.entries else (base.sink, *prompt))


def _gather(lines: Sequence[Line], base: Base) -> DynamicCache:
    """Stack every line's entries, left-padded with zeros, into one cache (B, H, K, D) per layer."""
    longest = max(len(one.view.entries) for one in lines)
    stacked = DynamicCache(config=base.config)
    if longest == 0:
        return stacked
    source = next(one.view.cache for one in lines if one.view.entries)
    assert source is not None
    index = torch.zeros(len(lines), longest, dtype=torch.long)
    for row, one in enumerate(lines):
        if one.view.entries:
            index[row, longest - len(one.view.entries) :] = torch.tensor(one.view.entries)
    index = index.to(source.layers[0].keys.device)
    for number, layer in enumerate(source.layers):
        keys, values = (t[0][:, index].transpose(0, 1) for t in (layer.keys, layer.values))  # (B, H, K, D)
        stacked.update(keys, values, number)
    return stacked


def batch_of(base: Base, lines: Sequence[Line], targets: Sequence[Sequence[int]] | None = None) -> Batch:
    """The lines as one batch, each followed by its target tokens where there are any."""
    sequences = [[*one.prompt, *(targets[i] if targets else ())] for i, one in enumerate(lines)]
    width, held = max(map(len, sequences)), max(len(one.view.entries) for one in lines)
    ids = torch.full((len(lines), width), base.sink)
    mask = torch.zeros(len(lines), held + width, dtype=torch.long)
    positions = torch.zeros(len(lines), width, dtype=torch.long)
    for row, (one, tokens) in enumerate(zip(lines, sequences, strict=True)):
        n = len(tokens)
        ids[row, width - n :] = torch.tensor(tokens)
        mask[row, held + width - n :] = 1
        mask[row, held - len(one.view.entries) : held] = 1
        positions[row, width - n :] = torch.arange(one.view.position, one.view.position + n)
    cache = _gather(lines, base)
    return Batch(ids.to(base.device), mask.to(base.device), positions.to(base.device), cache)


def chunks(lines: Sequence[Line]) -> list[list[int]]:
    """Row numbers in batches of bounded memory, alike lengths together."""
    order = sorted(range(len(lines)), key=lambda i: (len(lines[i].view.entries), len(lines[i].prompt), i))
    batches: list[list[int]] = []
    width = 0
    for i in order:
        width = max(width, len(lines[i].view.entries) + len(lines[i].prompt) + 24)
        if not batches or (len(batches[-1]) + 1) * width > MAX_ENTRIES_PER_BATCH:
            batches.append([])
            width = len(lines[i].view.entries) + len(lines[i].prompt) + 24
        batches[-1].append(i)
    return batches
