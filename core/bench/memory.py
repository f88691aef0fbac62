"""Peak memory of one piece of work."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import torch

_PROCESS = Path("/proc/self")


def forget_peak(device: str) -> None:
    """Start counting anew. Where the system cannot (no Linux, no rights), the peak stays that of the whole process."""
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
        return
    with suppress(OSError):
        (_PROCESS / "clear_refs").write_text("5")  # man proc: resets the high-water mark of the resident size


def peak_bytes(device: str) -> int | None:
    """Largest memory taken on the device since `forget_peak`; on a CPU the resident size. None where nobody counts."""
    if device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    try:
        lines = (_PROCESS / "status").read_text().splitlines()
    except OSError:
        return None
    return next((int(one.split()[1]) * 1024 for one in lines if one.startswith("VmHWM")), None)
