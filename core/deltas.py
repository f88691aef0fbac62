"""How a night changed the weights: norms and spectra of its low-rank deltas."""

from __future__ import annotations

import torch

from core.measured import MatrixDelta
from core.models import Base
from core.nights import Night
from core.randomness import generator


def deltas(base: Base, night: Night) -> tuple[MatrixDelta, ...]:
    """One entry per MLP matrix, in layer order. Norms are Frobenius; singular values of the change, largest first.

    Beside them stand those of a random change of the same shape, rank and norm: what learning added to the rank is
    only what sets the two apart.
    """
    found = []
    for matrix in base.mlp:
        spectrum = singular_values(night.a[matrix.module], night.b[matrix.module])
        norm = float(spectrum.square().sum().sqrt())
        frozen = float(base.weight(matrix).norm())
        control = random_values(night.a[matrix.module].shape[1], night.b[matrix.module].shape[0], night.rank)
        found.append(
            MatrixDelta(matrix.layer, matrix.short, norm, norm / frozen, _rounded(spectrum), _rounded(norm * control))
        )
    return tuple(found)


def singular_values(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Singular values (r,) of b a, for a (r, in) and b (out, r), from the r x r core of two thin QR factorisations."""
    _, left = torch.linalg.qr(b)
    _, right = torch.linalg.qr(a.T)
    return torch.linalg.svdvals(left @ right.T)


def random_values(n_in: int, n_out: int, rank: int) -> torch.Tensor:
    """Singular values (rank,) of a product of two Gaussian factors, scaled to Frobenius norm 1. Always the same draw."""
    rng = generator(0, "random change", n_in, n_out, rank)
    spectrum = singular_values(torch.randn(rank, n_in, generator=rng), torch.randn(n_out, rank, generator=rng))
    return spectrum / spectrum.norm()


def _rounded(spectrum: torch.Tensor) -> tuple[float, ...]:
    return tuple(round(float(s), 6) for s in spectrum)
