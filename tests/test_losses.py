"""Laws of the losses, not their numbers."""

from __future__ import annotations

import torch

from core.losses import kl_divergence, next_token_loss


def _logits(seed: int) -> torch.Tensor:
    return torch.randn(7, 11, generator=torch.Generator().manual_seed(seed))


def test_kl_of_equals_is_zero_and_of_others_positive() -> None:
    logits, mask = _logits(0), torch.ones(7)
    assert abs(float(kl_divergence(logits.log_softmax(-1), logits, mask))) < 1e-6
    assert float(kl_divergence(logits.log_softmax(-1), _logits(1), mask)) > 0


def test_masked_tokens_do_not_count() -> None:
    teacher, student, mask = _logits(0).log_softmax(-1), _logits(1), torch.zeros(7)
    mask[2] = 1
    changed = student.clone()
    changed[5] += torch.arange(11.0)
    assert torch.equal(kl_divergence(teacher, student, mask), kl_divergence(teacher, changed, mask))


def test_a_one_hot_teacher_is_next_token_training() -> None:
    logits, targets, mask = _logits(0), torch.arange(7), torch.ones(7)
    teacher = torch.full((7, 11), -1e9)
    teacher[range(7), targets] = 0.0
    assert torch.allclose(kl_divergence(teacher, logits, mask), next_token_loss(logits, targets, mask), atol=1e-5)
