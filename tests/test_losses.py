"""Laws of the losses, not their numbers."""

from __future__ import annotations

import torch

from core.losses import kl_divergence


def _logits(seed: int) -> torch.Tensor:
    return torch.randn(7, 11, generator=torch.Generator().manual_seed(seed))


def test_kl_of_equals_is_zero_and_of_others_positive() -> None:
    logits = _logits(0)
    assert float(kl_divergence(logits.log_softmax(-1), logits).abs().max()) < 1e-6
    assert float(kl_divergence(logits.log_softmax(-1), _logits(1)).min()) > 0


def test_each_token_counts_for_itself() -> None:
    teacher, student = _logits(0).log_softmax(-1), _logits(1)
    changed = student.clone()
    changed[5] += torch.arange(11.0)
    same = kl_divergence(teacher, student) == kl_divergence(teacher, changed)
    assert same.tolist() == [row != 5 for row in range(7)]


def test_a_one_hot_teacher_is_next_token_training() -> None:
    logits, targets = _logits(0), torch.arange(7)
    teacher = torch.full((7, 11), -1e9)
    teacher[range(7), targets] = 0.0
    plain = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    assert torch.allclose(kl_divergence(teacher, logits), plain, atol=1e-5)
