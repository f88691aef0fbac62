"""Losses of a sleep, as pure tensor functions. Units: nats."""

from __future__ import annotations

import torch


def kl_divergence(teacher: torch.Tensor, student: torch.Tensor) -> torch.Tensor:
    """KL(teacher ‖ student) of each token, (N,): the distillation loss of knowledge seeding (arXiv 2606.03979).

    `teacher` log-probs (N, V), `student` logits (N, V). Zero where both agree; with a one-hot teacher it is the
    cross-entropy of plain next-token training.
    """
    return (teacher.exp() * (teacher - student.log_softmax(-1))).sum(-1)
