"""The model speaking: generation and scoring of many lines at once, each with its own view of a cache.

A `View` names the cache entries that a line may see and the position it starts at. Lines of different views share one
batch: entries and prompts are padded on the left and masked. The model's own cache is never written to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

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


@dataclass(frozen=True, eq=False)
class Spoken:
    """Generated ids of one line, without the token that ended it, and their total log-probability in nats."""

    ids: list[int]
    log_prob: float = 0.0
    ended: bool = True  # False: cut off before the line came to its natural stop


@dataclass(eq=False)
class _Batch:
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


def _batch(base: Base, lines: Sequence[Line], targets: Sequence[Sequence[int]] | None = None) -> _Batch:
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
    return _Batch(ids.to(base.device), mask.to(base.device), positions.to(base.device), cache)


def _chunks(lines: Sequence[Line]) -> list[list[int]]:
    """Row numbers in batches of bounded memory, alike lengths together."""
    order = sorted(range(len(lines)), key=lambda i: (len(lines[i].view.entries), len(lines[i].prompt), i))
    chunks: list[list[int]] = []
    width = 0
    for i in order:
        width = max(width, len(lines[i].view.entries) + len(lines[i].prompt) + 24)
        if not chunks or (len(chunks[-1]) + 1) * width > MAX_ENTRIES_PER_BATCH:
            chunks.append([])
            width = len(lines[i].view.entries) + len(lines[i].prompt) + 24
        chunks[-1].append(i)
    return chunks


@torch.no_grad()
def speak(
    base: Base,
    model: torch.nn.Module,
    lines: Sequence[Line],
    *,
    max_tokens: int = 64,
    temperature: float = 0.0,
    generator: torch.Generator | None = None,
    whole_pages: bool = False,
    min_p: float = 0.0,
) -> list[Spoken]:
    """Continue every line to the end of its line of text, or for `max_tokens` tokens of many lines if `whole_pages`.

    Temperature 0 is greedy; above, a generator is required. `min_p` excludes tokens whose probability is less than that
    share of the likeliest one's (min-p sampling, arXiv 2407.01082). Raises ValueError for sampling without a generator.
    """
    if temperature > 0 and generator is None:
        raise ValueError("sampling needs a torch.Generator, so that it can be repeated")
    spoken: dict[int, Spoken] = {}
    for rows in _chunks(lines):
        batch = _batch(base, [lines[i] for i in rows])
        pick = partial(_pick, temperature=temperature, generator=generator, min_p=min_p)
        said = _speak_batch(base, model, batch, max_tokens, pick, whole_pages)
        spoken |= dict(zip(rows, said, strict=True))
    return [spoken[i] for i in range(len(lines))]


def _speak_batch(
    base: Base,
    model: torch.nn.Module,
    batch: _Batch,
    max_tokens: int,
    pick: Callable[[torch.Tensor], torch.Tensor],
    whole_pages: bool,
) -> list[Spoken]:
    count = batch.ids.shape[0]
    said: list[list[int]] = [[] for _ in range(count)]
    totals, rows, is_open = [0.0] * count, list(range(count)), [True] * count
    for _ in range(max_tokens):
        log_probs = _next(model, batch)
        picked = pick(log_probs)
        scores = log_probs.cpu()[range(len(rows)), picked].tolist()
        for row, token, score in zip(rows, picked.tolist(), scores, strict=True):
            if not is_open[row]:
                continue
            totals[row] += score
            if base.ends_line(token) and not whole_pages:
                is_open[row] = False
            else:
                said[row].append(token)
        batch.append(picked.to(base.device))
        still = [place for place, row in enumerate(rows) if is_open[row]]
        if not still:
            break
        if 2 * len(still) <= len(rows):  # a few long lines do not keep all the others waiting
            batch.keep(still)
            rows = [rows[place] for place in still]
    return [Spoken(said[row], totals[row], not is_open[row]) for row in range(count)]


@torch.no_grad()
def redraw(
    base: Base,
    model: torch.nn.Module,
    lines: Sequence[Line],
    targets: Sequence[Sequence[int]],
    places: Sequence[frozenset[int]],
    generator: torch.Generator,
) -> list[tuple[int, ...]]:
    """Each line's target tokens with those at `places` drawn anew, in the light of what stands before them: other tokens of
    the same shape (`Base.token_shapes`), where there is one. The rest stays, and so does the length."""
    redrawn: dict[int, tuple[int, ...]] = {}
    shapes = base.token_shapes
    for rows in _chunks([Line(o.view, (*o.prompt, *t)) for o, t in zip(lines, targets, strict=True)]):
        batch = _batch(base, [lines[i] for i in rows])
        width = max(len(targets[i]) for i in rows)
        written = torch.tensor([[*targets[i], *[base.sink] * (width - len(targets[i]))] for i in rows])
        for at in range(width):
            was = written[:, at]
            log_probs = _next(model, batch).cpu()
            excluded = shapes != shapes[was][:, None]
            excluded[range(len(rows)), was] = True
            drawn = _pick(log_probs.masked_fill(excluded, -1e9), 1.0, generator)
            is_new = torch.tensor([at in places[i] for i in rows]) & ~excluded.all(-1)
            written[:, at] = torch.where(is_new, drawn, was)
            batch.append(written[:, at].to(base.device))
        redrawn |= {i: tuple(tokens[: len(targets[i])]) for i, tokens in zip(rows, written.tolist(), strict=True)}
    return [redrawn[i] for i in range(len(lines))]


def _next(model: torch.nn.Module, batch: _Batch) -> torch.Tensor:
    """Log-probs (B, V) of each line's next token; the batch's own cache grows by what was fed."""
    logits = model(
        input_ids=batch.ids,
        attention_mask=batch.mask,
        position_ids=batch.positions,
        past_key_values=batch.cache,
        use_cache=True,
        logits_to_keep=1,
    ).logits
    return logits[:, -1].float().log_softmax(-1)


def _pick(
    log_probs: torch.Tensor,
    temperature: float,
    generator: torch.Generator | None,
    min_p: float = 0.0,
) -> torch.Tensor:
    if temperature <= 0:
        return log_probs.argmax(-1).cpu()
    # Sampled on the CPU, so that a seed means the same line on every device as far as rounding allows.
    log_probs = log_probs.cpu()
    if min_p:
        unlikely = log_probs < log_probs.max(-1, keepdim=True).values + math.log(min_p)
        log_probs = log_probs.masked_fill(unlikely, float("-inf"))
    return torch.multinomial((log_probs / temperature).softmax(-1), 1, generator=generator)[:, 0]


def target_log_probs(
    base: Base, model: torch.nn.Module, lines: Sequence[Line], targets: Sequence[Sequence[int]]
) -> list[torch.Tensor]:
    """For each line, log-probs (T, V) that the model gives at each of the T target tokens that follow its prompt."""
    found = dict(_at_targets(base, model, lines, targets))
    return [found[i].cpu() for i in range(len(lines))]


def target_scores(
    base: Base, model: torch.nn.Module, lines: Sequence[Line], targets: Sequence[Sequence[int]]
) -> list[torch.Tensor]:
    """For each line, the log-prob (T,) of each target token itself, in nats."""
    found = {}
    for i, log_probs in _at_targets(base, model, lines, targets):
        found[i] = log_probs[range(len(targets[i])), list(targets[i])].cpu()
    return [found[i] for i in range(len(lines))]


@torch.no_grad()
def _at_targets(
    base: Base, model: torch.nn.Module, lines: Sequence[Line], targets: Sequence[Sequence[int]]
) -> Iterator[tuple[int, torch.Tensor]]:
    """Row number and log-probs (T, V), batch by batch, so that a caller need not hold them all."""
    for rows in _chunks([Line(o.view, (*o.prompt, *t)) for o, t in zip(lines, targets, strict=True)]):
        batch = _batch(base, [lines[i] for i in rows], [targets[i] for i in rows])
        logits = model(
            input_ids=batch.ids,
            attention_mask=batch.mask,
            position_ids=batch.positions,
            past_key_values=batch.cache,
            use_cache=True,
            logits_to_keep=max(len(targets[i]) for i in rows) + 1,
        ).logits
        for row, i in enumerate(rows):
            yield i, logits[row, -len(targets[i]) - 1 : -1].float().log_softmax(-1)
