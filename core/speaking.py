"""The model speaking: generation and scoring of many lines at once (`core.lines`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from core.lines import Batch, Line, batch_of, chunks
from core.models import Base


@dataclass(frozen=True, eq=False)
class Spoken:
    """Generated ids of one line, without the token that ended it, and their total log-probability in nats."""

    ids: list[int]
    log_prob: float = 0.0
    ended: bool = True  # False: cut off before the line came to its natural stop


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
    for rows in chunks(lines):
        batch = batch_of(base, [lines[i] for i in rows])
        pick = partial(_pick, temperature=temperature, generator=generator, min_p=min_p)
        said = _speak_batch(base, model, batch, max_tokens, pick, whole_pages)
        spoken |= dict(zip(rows, said, strict=True))
    return [spoken[i] for i in range(len(lines))]


def _speak_batch(
    base: Base,
    model: torch.nn.Module,
    batch: Batch,
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
    for rows in chunks([Line(o.view, (*o.prompt, *t)) for o, t in zip(lines, targets, strict=True)]):
        batch = batch_of(base, [lines[i] for i in rows])
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


def _next(model: torch.nn.Module, batch: Batch) -> torch.Tensor:
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
    for rows in chunks([Line(o.view, (*o.prompt, *t)) for o, t in zip(lines, targets, strict=True)]):
        batch = batch_of(base, [lines[i] for i in rows], [targets[i] for i in rows])
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
