"""In what a machine trains fastest: bf16 matrix products (autocast; weights, losses and what is learned stay fp32), or fp32.

What a night dreams is spoken in the same way; what is measured of it, teachers and exams alike, is always fp32.

On CUDA bf16 is always the faster one. On processors it depends on more than the name of an instruction set: on some with
AVX512-BF16 it is much the faster one, on others with it the slower, and without such instructions it crawls. So it is
measured, once per process. Nights of the same seed are alike bit for bit where it comes out alike.
"""

from __future__ import annotations

import time

import torch

SIDE = 256  # of the square matrices: large enough to tell, and a third of a second where bf16 crawls
REPEATS = 5
AT_MOST = 0.75  # of the time of fp32: what rounding costs has to pay


_faster: dict[str, torch.dtype] = {}  # by device, as far as it was measured


def training_dtype(device: str) -> torch.dtype:
    """torch.bfloat16 where its matrix products are really faster, else torch.float32."""
    if device not in _faster:
        _faster[device] = _measured(device)
    return _faster[device]


def take_over(device: str, dtype: torch.dtype) -> None:
    """Train in what another process of this machine found, so that both learn alike, whatever else it has to do by now."""
    _faster[device] = dtype


def _measured(device: str) -> torch.dtype:
    if device == "cuda":
        return torch.bfloat16
    bf16, fp32 = (_seconds(dtype) for dtype in (torch.bfloat16, torch.float32))
    return torch.bfloat16 if bf16 < AT_MOST * fp32 else torch.float32


def trains_in_bf16(device: str) -> bool:
    """The same as a switch, for what asks for one."""
    return training_dtype(device) == torch.bfloat16


def fastest(device: str) -> torch.autocast:
    """A context in which matrix products are in the format that is fastest here."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=trains_in_bf16(device))


def _seconds(dtype: torch.dtype) -> float:
    """The shortest of a few products: whatever else the machine does only adds to the others."""
    a = torch.ones(SIDE, SIDE, dtype=dtype)
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        a @ a
        taken.append(time.perf_counter() - began)
    return min(taken)
