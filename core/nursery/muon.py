"""Muon: momentum whose matrix-shaped update is orthogonalised (Jordan et al. 2024), here in a chosen precision.

torch ships a Muon too, but its Newton–Schulz steps run in bf16, which crawls on processors without bf16 matrix
units; this one takes the precision as an argument and treats matrices of one shape as a batch.
"""

from __future__ import annotations

import torch


def orthogonalise(matrices: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Nearest semi-orthogonal matrices to a batch (n, r, c), by five quintic Newton–Schulz steps."""
    x = matrices.to(dtype)
    is_tall = x.size(1) > x.size(2)
    x = x.mT if is_tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return (x.mT if is_tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """For the hidden matrices only; embeddings and norms belong to AdamW."""

    def __init__(
        self,
        params: list[torch.nn.Parameter],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        dtype: torch.dtype = torch.float32,
    ):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[torch.nn.Parameter]] = {}
            for p in group["params"]:
                by_shape.setdefault(p.shape, []).append(p)
            for shape, params in by_shape.items():
                self._step_shape(shape, params, group)

    def _step_shape(self, shape: torch.Size, params: list[torch.nn.Parameter], group: dict[str, float]) -> None:
        pairs = [(p, p.grad) for p in params if p.grad is not None]
        if not pairs:
            return
        learned: list[torch.Tensor] = [p for p, _ in pairs]
        grads: list[torch.Tensor] = [g for _, g in pairs]
        buffers = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in learned]
        torch._foreach_lerp_(buffers, grads, 1 - group["momentum"])
        ahead = torch._foreach_lerp(grads, buffers, group["momentum"])  # Nesterov
        updates = orthogonalise(torch.stack(ahead), self.dtype)
        scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
        torch._foreach_mul_(learned, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(learned, list(updates.unbind()), alpha=-scale)
