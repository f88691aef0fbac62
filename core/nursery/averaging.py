"""Averaging: one model whose every weight is the mean of those of several that went on learning from one another.

Stochastic weight averaging (arXiv 1803.05407) over terms of school, a model soup (arXiv 2203.05482). It costs no training;
whether the mean knows more than the last term is for the exam to say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from core.errors import BadInput
from core.nursery.card import terms

WEIGHTS = "model.safetensors"


def average(folders: Sequence[Path], out: Path) -> None:
    """Write the mean of the models in `folders` to `out` (transformers format, fp16).

    Its `raising.json` is that of the last folder, and says in `averaged` for how many terms each of them had learned.

    Raises BadInput for fewer than two folders, one without a raised model, and models of which the mean says nothing: of
    other shapes, or with other tokens.
    """
    if len(folders) < 2:
        raise BadInput("A mean needs at least two raised models; give a folder for each.")
    for folder in folders:
        if not all((folder / name).exists() for name in (WEIGHTS, "raising.json")):
            raise BadInput(f"There is no raised model in {str(folder)!r}; give a folder that `raise` wrote.")
    last = folders[-1]
    states = [load_file(folder / WEIGHTS) for folder in folders]
    shapes = [{name: tensor.shape for name, tensor in state.items()} for state in states]
    pieces = [AutoTokenizer.from_pretrained(folder).get_vocab() for folder in folders]
    if any(shape != shapes[-1] for shape in shapes) or any(vocabulary != pieces[-1] for vocabulary in pieces):
        raise BadInput("These models differ in shape or in their tokens; only terms of one raising have a mean.")
    model = AutoModelForCausalLM.from_pretrained(last, dtype=torch.float32)
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[-1]}
    model.load_state_dict(mean, strict=False)  # tied weights stand in a file once
    model.half().save_pretrained(out)
    AutoTokenizer.from_pretrained(last).save_pretrained(out)
    raised = [json.loads((folder / "raising.json").read_text(encoding="utf-8")) for folder in folders]
    raising = {**raised[-1], "averaged": [len(terms(one)) for one in raised]}
    (out / "raising.json").write_text(json.dumps(raising, indent=1), encoding="utf-8")
