"""Inside a night: the hidden units that it changed most, the words their change promotes, and how nights point.

A column of the MLP's last matrix is what one hidden unit writes into the residual stream; its change, multiplied by the
unembedding, gives the words that the night taught the unit to promote (Geva et al. 2022, arXiv 2203.14680).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from core.brain import Brain
from core.findings import Cosines, Neuron, Word
from core.interventions import asked_after, find_night, with_nights
from core.lines import EMPTY_VIEW
from core.models import Base, Matrix
from core.nights import Night
from core.values import Fact

PER_LAYER, WORDS = 8, 5


@torch.no_grad()
def neurons(brain: Brain, name: str) -> tuple[Neuron, ...]:
    """The PER_LAYER hidden units of each layer with the greatest relative change by night `name`, greatest first.

    Raises BadInput for an unknown night. A night that changed nothing in a layer gives none there.
    """
    base, night = brain.base, find_night(brain, name)
    facts = asked_after(brain, name)
    fired, numbers = _activations(brain, facts)
    owners = _owners(base, facts)
    found = []
    for layer, writer in base.writers.items():
        change, frozen = _unit_norms(base, night, layer)
        relative = change / frozen.clamp_min(1e-12)
        for unit in relative.argsort(descending=True)[:PER_LAYER].tolist():
            if not change[unit]:
                break
            hits = fired[layer][:, unit]  # (P,)
            place = int(hits.abs().argmax()) if len(hits) else None
            fires = 1.0 if place is None else float(hits[place])
            words = _promoted(base, fires * _column(night, writer, unit), owners)
            fact = -1 if place is None else numbers[place]
            found.append(Neuron(layer, unit, float(change[unit]), float(relative[unit]), fact, fires, words))
    return tuple(sorted(found, key=lambda n: -n.relative))


def _unit_norms(base: Base, night: Night, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Norms (units,) of the change and of the frozen weights that belong to each hidden unit of a layer."""
    units = night.a[base.writers[layer].module].shape[1]
    squares = torch.zeros(2, units)
    for matrix in (m for m in base.mlp if m.layer == layer):
        frozen = base.weight(matrix).detach().float().cpu()
        both = (night.b[matrix.module] @ night.a[matrix.module], frozen.T if matrix.transposed else frozen)
        for row, weight in enumerate(both):  # (out, in)
            owned = weight.T if matrix is base.writers[layer] else weight
            squares[row] += owned.square().sum(1).reshape(-1, units).sum(0)  # fused gate and up are stacked
    return squares[0].sqrt(), squares[1].sqrt()


def _column(night: Night, writer: Matrix, unit: int) -> torch.Tensor:
    """What the night adds to the vector (hidden size,) that a unit writes."""
    return night.b[writer.module] @ night.a[writer.module][:, unit]


def _activations(brain: Brain, facts: Sequence[Fact]) -> tuple[dict[int, torch.Tensor], list[int]]:
    """By layer, what each hidden unit fires (P, units) at the last token of each of the facts' P questions; whose they
    are. Measured on a private copy, with an empty cache and the brain's nights as they are."""
    asked = [(fact.number, probe.question) for fact in facts for probe in fact.probes]
    tree = with_nights(brain, brain.nights)
    kept: dict[int, list[torch.Tensor]] = {layer: [] for layer in brain.base.writers}
    for layer, writer in brain.base.writers.items():
        tree.get_submodule(writer.module).register_forward_pre_hook(
            lambda _, inputs, layer=layer: kept[layer].append(inputs[0].detach()[0, -1].float().cpu())
        )
    for _, question in asked:
        prompt = brain.question_line(question, EMPTY_VIEW).prompt
        tree(input_ids=torch.tensor([prompt], device=brain.base.device), use_cache=False)
    none = {layer: torch.zeros(0, _units(brain.base, writer)) for layer, writer in brain.base.writers.items()}
    return {k: torch.stack(v) if v else none[k] for k, v in kept.items()}, [number for number, _ in asked]


def _units(base: Base, writer: Matrix) -> int:
    """How many hidden units write through this matrix."""
    return int(base.weight(writer).shape[0 if writer.transposed else 1])


def _owners(base: Base, facts: Sequence[Fact]) -> dict[int, int]:
    """Token id -> Fact.number, for tokens that stand in the expected answers of one fact only."""
    by_fact = {f.number: {i for p in f.probes for a in p.answers for i in base.answer_ids(a)} for f in facts}
    shared = Counter(token for tokens in by_fact.values() for token in tokens)
    return {t: n for n, tokens in by_fact.items() for t in tokens if shared[t] == 1 and not base.ends_line(t)}


def _promoted(base: Base, direction: torch.Tensor, owners: dict[int, int]) -> tuple[Word, ...]:
    """The WORDS tokens that a vector in the residual stream raises most above the mean of all tokens."""
    unembedding = base.model.get_output_embeddings().weight.detach().float().cpu()  # type: ignore[operator]
    push = unembedding @ direction
    push -= push.mean()
    best = push.argsort(descending=True)[:WORDS].tolist()
    return tuple(Word(base.pieces([i])[0], float(push[i]), owners.get(i, -1)) for i in best)


def cosines(base: Base, nights: Sequence[Night]) -> Cosines:
    """Inner products between the changes of nights at dose 1, from their factors: <B1 A1, B2 A2> = sum (B1'B2 * A1A2')."""
    inner = np.zeros((len(base.mlp), len(nights), len(nights)))
    for place, matrix in enumerate(base.mlp):
        for i, one in enumerate(nights):
            for j, two in enumerate(nights):
                b = one.b[matrix.module].T @ two.b[matrix.module]
                a = one.a[matrix.module] @ two.a[matrix.module].T
                inner[place, i, j] = float((a * b).sum())
    places = tuple((m.layer, m.short) for m in base.mlp)
    return Cosines(tuple(n.name for n in nights), places, inner, tuple(base.weight(m).numel() for m in base.mlp))
