"""Losses of a sleep, as pure tensor functions. Units: nats."""

from __future__ import annotations

import torch


def kl_divergence(teacher: torch.Tensor, student: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean KL(teacher ‖ student) over masked tokens: the distillation loss of knowledge seeding (arXiv 2606.03979).

    `teacher` log-probs (N, V), `student` logits (N, V), `mask` (N,) of weights. Zero iff both agree wherever mask > 0.
    """
    student_log = student.log_softmax(-1)
    per_token = (teacher.exp() * (teacher - student_log)).sum(-1)  # (N,)
    return (per_token * mask).sum() / mask.sum().clamp_min(1e-9)


def next_token_loss(logits: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy over masked tokens: plain language-model training, the `cram` control.

    `logits` (N, V), `targets` (N,), `mask` (N,).
    """
    per_token = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    return (per_token * mask).sum() / mask.sum().clamp_min(1e-9)
