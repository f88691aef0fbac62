"""Growing: a raised model's weights in a model with more layers and wider MLPs, which says at first exactly the same.

A new layer writes nothing until it has learned to (its output matrices are zero), and neither do new MLP neurons
(Net2Net and its successors, arXiv 1511.05641).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from transformers import LlamaForCausalLM

from core.errors import BadInput

_LAYER = re.compile(r"model\.layers\.(\d+)\.(.*)")
_WRITERS = ("self_attn.o_proj.weight", "mlp.down_proj.weight")


@torch.no_grad()
def grow_into(model: LlamaForCausalLM, old: Mapping[str, torch.Tensor]) -> None:
    """Copy `old` (a state dict) into `model`; new layers stand in the middle. Raises BadInput if it does not fit."""
    n_old = 1 + max(int(m.group(1)) for name in old if (m := _LAYER.match(name)))
    new = model.config.num_hidden_layers - n_old
    if new < 0:
        raise BadInput("A model can grow, not shrink: the raised one has more layers; choose a larger --size.")
    middle = (n_old + 1) // 2
    for name, parameter in model.named_parameters():
        if (match := _LAYER.match(name)) is None:
            parameter.copy_(old[name])
            continue
        layer, rest = int(match.group(1)), match.group(2)
        if middle <= layer < middle + new:
            if rest in _WRITERS:
                parameter.zero_()
            continue
        _copy_part(parameter, old[f"model.layers.{layer if layer < middle else layer - new}.{rest}"], rest)


def _copy_part(parameter: torch.Tensor, old: torch.Tensor, rest: str) -> None:
    """The old values in the first rows and columns; what reads from new neurons is zero."""
    if any(was > now for was, now in zip(old.shape, parameter.shape, strict=True)):
        raise BadInput(f"A model can grow, not shrink: {rest} was {tuple(old.shape)}; choose a larger --size.")
    if rest in _WRITERS:
        parameter.zero_()
    parameter[tuple(slice(0, n) for n in old.shape)] = old.to(parameter)
