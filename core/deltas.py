"""How a night changed the weights: norms and spectra of its low-rank deltas."""

from __future__ import annotations

import torch

from core.models import Base
from core.nights import Night
from core.values import MatrixDelta


def deltas(base: Base, night: Night) -> tuple[MatrixDelta, ...]:
    """One entry per MLP matrix, in layer order. Norms are Frobenius; singular values of the change, largest first."""
    found = []
    for matrix in base.mlp:
        spectrum = singular_values(night.a[matrix.module], night.b[matrix.module])
        norm = float(spectrum.square().sum().sqrt())
        frozen = float(base.weight(matrix).norm())
        values = tuple(round(float(s), 6) for s in spectrum)
        found.append(MatrixDelta(matrix.layer, matrix.short, norm, norm / frozen, values))
    return tuple(found)


def singular_values(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Singular values (r,) of b a, for a (r, in) and b (out, r), from the r x r core of two thin QR factorisations."""
    _, left = torch.linalg.qr(b)
    _, right = torch.linalg.qr(a.T)
    return torch.linalg.svdvals(left @ right.T)
