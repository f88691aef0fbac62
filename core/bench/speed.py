"""How fast the machine multiplies matrices, and what share of that the training of a night reaches."""

from __future__ import annotations

import time

import torch
from transformers.pytorch_utils import Conv1D

from core.models import Base
from core.precision import training_dtype

_SIDE = {"cpu": 2048, "cuda": 8192}  # large enough that nothing but the product counts
_TRIES = 5


def matrix_peak(device: str) -> float:
    """Floating-point operations per second of the fastest of a few square products, in the number format of training."""
    side, on_gpu = _SIDE.get(device, 2048), device == "cuda"
    a = torch.ones(side, side, device=device, dtype=training_dtype(device))
    best = float("inf")
    for _ in range(_TRIES + 1):  # the first one may have to load a library
        started = time.perf_counter()
        a @ a
        if on_gpu:
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - started)
    return 2 * side**3 / best


def multiplied(base: Base) -> int:
    """Weights of the model that stand in a matrix product at every token: all but norms and the table of embeddings."""
    return sum(m.weight.numel() for m in base.model.modules() if isinstance(m, torch.nn.Linear | Conv1D))


def training_flops(tokens: int, frozen: int, learned: int) -> int:
    """What training a low-rank night on `tokens` must calculate, padding and attention between tokens left out.

    A product takes two operations per weight, and two more to hand the gradient on; a learned weight takes another two
    (arXiv 2204.02311, appendix B, for a model of which most is frozen).
    """
    return tokens * (4 * frozen + 6 * learned)
