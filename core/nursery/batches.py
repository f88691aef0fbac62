"""Training batches: documents as token rows, the lines that follow them packed into blocks, loss weights, positions.

Positions jump at random between lines, up to the model's full length, so that what a fact's entries say does not
depend on where in the cache they stand, nor on what stands between them and the question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset
from transformers import PreTrainedTokenizerFast

from core.nursery.documents import Document, Saying, document
from core.nursery.world import World

# Loss weights: restatements teach copying, answers are what is wanted, questions are what dreams are made of.
FACT, QUESTION, RESTATEMENT, ANSWER = 0.1, 0.6, 1.0, 2.0
BLOCK = 64  # tokens; several lines share a block, each seeing only itself and the told lines
Batch = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Bucket:
    """Rows of one shape: `length` tokens of told facts, then `blocks` of lines about them.

    `facts` are the numbers of told facts to draw from, `share` how often the bucket is drawn. Only where `learns_told`
    are the told facts themselves learned as text, beside what follows them: that costs time and serves little.
    """

    length: int
    blocks: int
    facts: tuple[int, ...]
    share: float
    learns_told: bool = False

    @property
    def tokens(self) -> int:
        return self.length + self.blocks * BLOCK


BUCKETS = (
    Bucket(64, 3, (0, 1, 1, 1, 2, 2), 0.20, learns_told=True),
    Bucket(160, 5, tuple(range(3, 9)), 0.26),
    Bucket(288, 6, tuple(range(8, 16)), 0.27),
    Bucket(704, 8, tuple(range(16, 41)), 0.27),
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
        """Share of restatements: 0.7 at first, 0.08 from the third on (they start the copying, then only keep it)."""
        return 0.08 if self.is_grown else max(0.08, 0.7 - 0.62 * step / (0.3 * self.steps))

    def bucket(self, step: int, rng: random.Random) -> Bucket:
        """Short documents only for the first twelfth, then by share."""
        if step < self.steps / 12 and not self.is_grown:
            return BUCKETS[0]
        return rng.choices(BUCKETS, [b.share for b in BUCKETS])[0]


def positions_with_gaps(boundaries: list[int], length: int, limit: int, rng: random.Random) -> np.ndarray:
    """Positions (length,) below `limit` that jump at some of the line `boundaries`; two rows of five have no jump."""
    steps = np.ones(length, dtype=np.int64)
    steps[0] = 0
    room = limit - length
    if boundaries and rng.random() < 0.6:
        for at in rng.sample(boundaries, min(len(boundaries), rng.randint(1, 5))):
            jump = int(rng.random() ** 2 * room)
            steps[at] += jump
            room -= jump
    return np.cumsum(steps)


class _Packer:
    """Fills the arrays of one batch, row by row."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, plan: Plan, bucket: Bucket, rng: random.Random):
        self.tokenizer, self.plan, self.bucket, self.rng = tokenizer, plan, bucket, rng
        rows, length, n = plan.tokens_per_step // bucket.tokens, bucket.length, bucket.blocks
        eos = tokenizer.eos_token_id
        self.told = np.full((rows, length), eos, dtype=np.int64)
        self.told_weights = np.zeros((rows, length), dtype=np.float32)
        self.told_positions = np.zeros((rows, length), dtype=np.int64)
        self.lines = np.full((rows, n, BLOCK), eos, dtype=np.int64)
        self.line_weights = np.zeros((rows, n, BLOCK), dtype=np.float32)
        self.line_positions = np.zeros((rows, n, BLOCK), dtype=np.int64)
        self.piece = np.full((rows, n, BLOCK), -1, dtype=np.int64)  # which line of its block a token belongs to
        self.sees = np.zeros((rows, n, BLOCK, length), dtype=bool)
        self.sees[..., 0] = True  # the sink is always in view

    def arrays(self) -> Batch:
        names = ["told", "told_positions", "lines", "line_weights", "line_positions", "piece", "sees"]
        names += ["told_weights"] if self.bucket.learns_told else []
        return {name: torch.from_numpy(getattr(self, name)) for name in names}

    def encode(self, texts: list[str]) -> list[list[int]]:
        return list(self.tokenizer(texts, add_special_tokens=False)["input_ids"]) if texts else []

    def fill(self, row: int, world: World, restate: float) -> None:
        """One document, and as many lines about it as the blocks hold."""
        found, encoded = self._document(world)
        spans = self._tell(row, encoded)
        wanted = self.bucket.blocks * BLOCK // 15 + 2
        sayings = list(islice(found.sayings(restate=restate), wanted))
        prompts = self.encode([s.prompt for s in sayings])
        answers = self.encode([s.answer for s in sayings])
        room = [0] * self.bucket.blocks
        for saying, prompt, answer in zip(sayings, prompts, answers, strict=True):
            size = len(prompt) + len(answer)
            block = next((i for i, used in enumerate(room) if used + size <= BLOCK), None)
            if block is not None:
                self._say(row, block, room[block], saying, prompt, answer, spans)
                room[block] += size

    def _document(self, world: World) -> tuple[Document, list[list[int]]]:
        """A document whose told lines fit the row."""
        n = self.rng.choice(self.bucket.facts)
        while True:
            found = document(world, n)
            encoded = self.encode([f" {line}\n" for line in found.lines])
            if 1 + sum(map(len, encoded)) <= self.bucket.length:
                return found, encoded
            n = max(0, n - 1 - n // 8)

    def _tell(self, row: int, encoded: list[list[int]]) -> list[tuple[int, int]]:
        """Write the told lines; the span (start, end) of each."""
        flat, spans = [self.tokenizer.bos_token_id], []
        for tokens in encoded:
            spans.append((len(flat), len(flat) + len(tokens)))
            flat += tokens
        self.told[row, : len(flat)] = flat
        self.told_weights[row, 1 : len(flat)] = FACT
        limit = self.plan.positions - 2 * BLOCK
        self.told_positions[row] = positions_with_gaps([s for s, _ in spans], self.bucket.length, limit, self.rng)
        return spans

    def _say(
        self,
        row: int,
        block: int,
        at: int,
        saying: Saying,
        prompt: list[int],
        answer: list[int],
        spans: list[tuple[int, int]],
    ) -> None:
        """Write one line into its block. Its first token (`Q`, `S`) is always given, never learned."""
        size, here = len(prompt) + len(answer), slice(at, at + len(prompt) + len(answer))
        self.lines[row, block, here] = prompt + answer
        weights = [QUESTION * saying.wonders] * len(prompt) + [ANSWER if saying.is_question else RESTATEMENT] * len(
            answer
        )
        self.line_weights[row, block, here] = [0.0, *weights[1:]]
        self.piece[row, block, here] = at
        end = spans[-1][1] if spans else 1
        start = int(self.told_positions[row, end - 1]) + 1
        if self.rng.random() < 0.3:
            start += int(self.rng.random() ** 2 * (self.plan.positions - BLOCK - start))
        self.line_positions[row, block, here] = np.arange(start, start + size)
        if saying.sees is None:
            self.sees[row, block, here, :end] = True
        for line in saying.sees or ():
            self.sees[row, block, here, slice(*spans[line])] = True


def make_batch(tokenizer: PreTrainedTokenizerFast, plan: Plan, step: int) -> Batch:
    """Batch number `step`, of B rows, T told tokens, n blocks of W tokens: `told`, `told_positions` (B, T); `lines`,
    `line_weights`, `line_positions`, `piece` (B, n, W); `sees` (B, n, W, T). Weights are those of a token as a target;
    `told_weights` (B, T) is there only where the told text is learned too."""
    rng = random.Random(plan.seed * 1_000_003 + step)
    packer = _Packer(tokenizer, plan, plan.bucket(step, rng), rng)
    world = World(rng)
    for row in range(len(packer.told)):
        packer.fill(row, world, plan.restate(step))
    return packer.arrays()


class _Stream(IterableDataset[Batch]):
    def __init__(self, tokenizer: PreTrainedTokenizerFast, plan: Plan, start: int):
        self.tokenizer, self.plan, self.start = tokenizer, plan, start

    def __iter__(self) -> Iterator[Batch]:
        info = torch.utils.data.get_worker_info()
        offset, stride = (info.id, info.num_workers) if info else (0, 1)
        for step in range(self.start + offset, self.plan.steps, stride):
            yield make_batch(self.tokenizer, self.plan, step)


def batches(
    tokenizer: PreTrainedTokenizerFast, plan: Plan, *, start: int = 0, workers: int = 1, pinned: bool = False
) -> DataLoader[Batch]:
    """Batches `start`..`plan.steps`, made in `workers` processes beside the training; `pinned` for copies to a GPU."""
    return DataLoader(
        _Stream(tokenizer, plan, start),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=pinned,
    )
