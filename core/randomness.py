"""Randomness as an argument: every source of it is folded from one root seed and a label, never drawn from a global."""

from __future__ import annotations

import hashlib
import random

import torch


def fold(seed: int, *labels: object) -> int:
    """A 63-bit seed for one purpose, e.g. `fold(seed, "dream", 3)`."""
    text = "/".join(map(str, (seed, *labels)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *labels: object) -> torch.Generator:
    """A CPU generator of its own."""
    return torch.Generator().manual_seed(fold(seed, *labels))


def python_random(seed: int, *labels: object) -> random.Random:
    return random.Random(fold(seed, *labels))
