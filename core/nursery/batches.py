"""Training batches: documents as token rows with loss weights and positions.

Positions jump at random between lines, up to the model's full length, so that what a fact's entries say does not
depend on where in the cache they stand, nor on what stands between them and the question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset
from transformers import PreTrainedTokenizerFast

from core.nursery.documents import ANSWER, FACT, QUESTION, RESTATEMENT, document
from core.nursery.world import World

# Loss weights by kind of segment, from a trial: restatements teach copying, answers are what is wanted.
WEIGHTS = {FACT: 0.1, QUESTION: 0.6, RESTATEMENT: 1.0, ANSWER: 2.0}


@dataclass(frozen=True)
class Bucket:
    """Rows of one length. `facts` is the range of told facts per document, `share` how often it is drawn."""

    length: int
    facts: tuple[int, int]
    share: float


BUCKETS = (
    Bucket(128, (0, 3), 0.12),
    Bucket(256, (3, 8), 0.34),
    Bucket(448, (8, 16), 0.36),
    Bucket(768, (16, 42), 0.18),
)


@dataclass(frozen=True)
class Plan:
    """What a batch depends on besides its number: all that must be equal for the same model to come out again."""

    seed: int
    steps: int
    tokens_per_step: int
    positions: int
    is_grown: bool = False  # it can copy already, and needs no short documents and no crowd of restatements first

    def restate(self, step: int) -> float:
        """Share of restatements: 0.7 at first, 0.12 from the middle on (they start the copying, then only keep it)."""
        if self.is_grown:
            return 0.12
        return max(0.12, 0.7 - 0.58 * step / (0.5 * self.steps))

    def bucket(self, step: int, rng: random.Random) -> Bucket:
        """Short documents only for the first eighth, then by share."""
        if step < self.steps / 8 and not self.is_grown:
            return BUCKETS[0]
        return rng.choices(BUCKETS, [b.share for b in BUCKETS])[0]


def positions_with_gaps(boundaries: list[int], length: int, limit: int, rng: random.Random) -> np.ndarray:
    """Positions (length,) that jump at some of the line `boundaries`; half of the rows have no jump at all."""
    steps = np.ones(length, dtype=np.int64)
    steps[0] = 0
    room = limit - length
    if boundaries and rng.random() < 0.6:
        for at in rng.sample(boundaries, min(len(boundaries), rng.randint(1, 5))):
            jump = int(rng.random() ** 2 * room)
            steps[at] += jump
            room -= jump
    return np.cumsum(steps)


def make_batch(tokenizer: PreTrainedTokenizerFast, plan: Plan, step: int) -> dict[str, torch.Tensor]:
    """Batch number `step`: ids (B, T), weights (B, T) of each token as a target, positions (B, T)."""
    rng = random.Random(plan.seed * 1_000_003 + step)
    bucket = plan.bucket(step, rng)
    world, length = World(rng), bucket.length
    rows = plan.tokens_per_step // length
    ids = np.full((rows, length), tokenizer.eos_token_id, dtype=np.int64)
    weights = np.zeros((rows, length), dtype=np.float32)
    positions = np.zeros((rows, length), dtype=np.int64)
    for row in range(rows):
        segments = document(world, rng.randint(*bucket.facts), restate=plan.restate(step))
        encoded = tokenizer([text for _, text in segments], add_special_tokens=False)["input_ids"]
        flat, weight, boundaries = [tokenizer.bos_token_id], [0.0], []
        for (kind, _), tokens in zip(segments, encoded, strict=True):
            if kind != ANSWER and len(flat) < length:
                boundaries.append(len(flat))
            flat += tokens
            weight += [WEIGHTS[kind]] * len(tokens)
        n = min(length, len(flat))
        ids[row, :n], weights[row, :n] = flat[:n], weight[:n]
        positions[row] = positions_with_gaps(boundaries, length, plan.positions, rng)
    return {
        "ids": torch.from_numpy(ids),
        "weights": torch.from_numpy(weights),
        "positions": torch.from_numpy(positions),
    }


class _Stream(IterableDataset[dict[str, torch.Tensor]]):
    def __init__(self, tokenizer: PreTrainedTokenizerFast, plan: Plan, start: int):
        self.tokenizer, self.plan, self.start = tokenizer, plan, start

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        info = torch.utils.data.get_worker_info()
        offset, stride = (info.id, info.num_workers) if info else (0, 1)
        for step in range(self.start + offset, self.plan.steps, stride):
            yield make_batch(self.tokenizer, self.plan, step)


def batches(
    tokenizer: PreTrainedTokenizerFast, plan: Plan, *, start: int = 0, workers: int = 1
) -> DataLoader[dict[str, torch.Tensor]]:
    """Batches `start`..`plan.steps`, made in `workers` processes beside the training."""
    return DataLoader(
        _Stream(tokenizer, plan, start), batch_size=None, num_workers=workers, prefetch_factor=8 if workers else None
    )
