"""What older nights need of the weights, so that a new night can go round it.

A night leaves behind, for every MLP matrix, which inputs its dreams bring there and which outputs their answers hang on:
a Kronecker-factored Fisher information, the Laplace approximation of what it learned (Martens & Grosse 2015, arXiv
1503.05671; kept from task to task: Ritter, Botev & Barber 2018, arXiv 1805.07810). Both factors are cut to their strongest
directions. No text is kept. A new night pays for every change that older nights would feel, and so learns where they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from peft import PeftModel

from core.lessons import Lesson
from core.models import Base
from core.randomness import generator

DIRECTIONS = 48  # strongest directions kept of each factor
ENOUGH = 384  # lessons that are read; more change little
SOFTNESS = 2.0  # temperature of the answers that are drawn: at 1 a sure answer hangs on nothing
NIGHTS_AT_ONCE = 8  # older nights that a training step goes round
_SPARE, _ROUNDS = 16, 6  # directions more than are kept, and rounds, until those that are kept have settled
_AT_ONCE = 32  # lessons read at once


@dataclass(frozen=True, eq=False)
class Importance:
    """Per MLP module m: `inputs[m]` (in, k) and `outputs[m]` (out, k), each a factor's strongest eigenvectors, scaled by
    the root of their eigenvalues: changing the weight by W costs about ‖outputsᵀ W inputs‖² nats² a token."""

    inputs: dict[str, torch.Tensor]
    outputs: dict[str, torch.Tensor]

    @property
    def bytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in (*self.inputs.values(), *self.outputs.values()))

    def tensors(self) -> dict[str, torch.Tensor]:
        """As one dictionary, for a file."""
        parts = {"inputs": self.inputs, "outputs": self.outputs}
        return {f"{part}/{name}": t.contiguous() for part, some in parts.items() for name, t in some.items()}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, torch.Tensor]) -> Importance:
        """Back from `tensors`."""
        parts: dict[str, dict[str, torch.Tensor]] = {"inputs": {}, "outputs": {}}
        for key, tensor in tensors.items():
            part, _, name = key.partition("/")
            parts[part][name] = tensor
        return cls(parts["inputs"], parts["outputs"])


class _Listener:
    """Sums, over tokens, of the outer products of a linear module's inputs, and of the gradients at its outputs."""

    def __init__(self, module: torch.nn.Module):
        self.inputs: torch.Tensor | float = 0.0
        self.outputs: torch.Tensor | float = 0.0
        self.seen = torch.empty(0)  # which tokens (L x T,) of the lessons being read are no padding
        self.hook = module.register_forward_hook(self._forward)

    def _forward(self, _: torch.nn.Module, given: tuple[torch.Tensor], out: torch.Tensor) -> None:
        x = given[0].detach().flatten(0, -2)[self.seen]
        self.inputs = self.inputs + x.T @ x
        out.register_hook(self._backward)  # type: ignore[no-untyped-call]

    def _backward(self, gradient: torch.Tensor) -> None:
        g = gradient.flatten(0, -2)[self.seen]
        self.outputs = self.outputs + g.T @ g


def importance_of(
    base: Base, model: torch.nn.Module, lessons: Sequence[Lesson], rng: torch.Generator
) -> Importance | None:
    """What `lessons` need of the weights of `model`, which has learned them. None where there are no lessons."""
    if not lessons:
        return None
    lessons = [lessons[i] for i in torch.randperm(len(lessons), generator=rng)[:ENOUGH].tolist()]
    listeners = {m.module: _Listener(model.get_submodule(m.module)) for m in base.mlp}
    tokens = answers = 0
    try:
        for start in range(0, len(lessons), _AT_ONCE):
            part = lessons[start : start + _AT_ONCE]
            ids, seen, answered = _rows(part, base)
            for listener in listeners.values():
                listener.seen = seen.flatten()
            words = model.get_input_embeddings()(ids)  # type: ignore[operator]
            words = words.detach().requires_grad_()  # the weights themselves are frozen
            logits = model(inputs_embeds=words, attention_mask=seen.long()).logits[answered].float() / SOFTNESS
            drawn = torch.multinomial(logits.detach().softmax(-1).cpu(), 1, generator=rng).to(logits.device)
            logits.log_softmax(-1).gather(-1, drawn).sum().backward()  # type: ignore[no-untyped-call]
            tokens, answers = tokens + int(seen.sum()), answers + int(answered.sum())
    finally:
        for listener in listeners.values():
            listener.hook.remove()
    return Importance(
        {name: _strongest(one.inputs, tokens) for name, one in listeners.items()},
        {name: _strongest(one.outputs, answers) for name, one in listeners.items()},
    )


def _rows(lessons: Sequence[Lesson], base: Base) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids (L, T), which of them are no padding, and behind which ones a token of full weight is to come."""
    shape = (len(lessons), max(len(lesson.tokens) for lesson in lessons))
    ids, seen, answered = torch.full(shape, base.sink), torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)  # fmt: skip
    for row, lesson in enumerate(lessons):
        n = len(lesson.tokens)
        ids[row, :n], seen[row, :n] = torch.tensor(lesson.tokens), True
        answered[row, n - len(lesson.teacher) - 1 : n - 1] = lesson.weights == 1
    return ids.to(base.device), seen.to(base.device), answered.to(base.device)


def _strongest(total: torch.Tensor | float, count: int) -> torch.Tensor:
    """The strongest directions (n, k) of a mean outer product, each as long as the root of its strength, the strongest last.

    By subspace iteration (Halko, Martinsson & Tropp 2011, arXiv 0909.4061), from the same start every time: finding all n
    directions takes longer, and most are thrown away.
    """
    assert isinstance(total, torch.Tensor)
    mean = (total / count).float().cpu()
    few = min(DIRECTIONS + _SPARE, len(mean))
    found = torch.linalg.qr(mean @ torch.randn(len(mean), few, generator=generator(0, "strongest")))[0]
    for _ in range(_ROUNDS):
        found = torch.linalg.qr(mean @ found)[0]
    strengths, turned = torch.linalg.eigh(found.T @ mean @ found)
    k = min(DIRECTIONS, few)
    return (found @ turned)[:, -k:] * strengths[-k:].clamp(min=0).sqrt()


class Cost:
    """What older nights would feel of a night that is being learned, as a loss.

    Where they are many they take turns from step to step, those of one turn standing for all: a step after fifty nights
    takes no longer than after a few, and over all turns the loss is the sum over all nights.
    """

    def __init__(self, base: Base, needs: Sequence[Importance]):
        turns = -(-len(needs) // NIGHTS_AT_ONCE)
        self.turns = [_Stacked(base, needs[first::turns], len(needs)) for first in range(turns)]

    def of(self, student: PeftModel, adapter: str, step: int = 0) -> torch.Tensor:
        """The sum over nights and matrices, in nats² a token: zero for a night that has not learned yet."""
        return self.turns[step % len(self.turns)].of(student, adapter)


class _Stacked:
    """Some of `all_nights` older nights, which stand for all."""

    def __init__(self, base: Base, needs: Sequence[Importance], all_nights: int):
        self.inputs = {m.module: torch.stack([n.inputs[m.module] for n in needs]).to(base.device) for m in base.mlp}
        self.outputs = {m.module: torch.stack([n.outputs[m.module] for n in needs]).to(base.device) for m in base.mlp}
        self.stands_for = all_nights / len(needs)

    def of(self, student: PeftModel, adapter: str) -> torch.Tensor:
        total = torch.zeros((), device=next(iter(self.inputs.values())).device)
        for name, inputs in self.inputs.items():
            layer = student.base_model.model.get_submodule(name)
            a, b = layer.lora_A[adapter].weight, layer.lora_B[adapter].weight
            total = total + ((self.outputs[name].mT @ b) @ (a @ inputs)).square().sum()
        return self.stands_for * total
