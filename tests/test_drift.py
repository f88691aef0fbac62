"""Drift: what a night does to other text, the same however many documents are read at once."""

from __future__ import annotations

import pytest
import torch

from core import drift
from core.brain import Brain
from core.exam import _raised_past, ask_bystanders
from core.models import Base
from core.nights import private_tree


@pytest.fixture(scope="module")
def shaken(base: Base) -> torch.nn.Module:
    """The raised model, one MLP matrix of which was changed a little."""
    tree, matrix = private_tree(base), base.mlp[0]
    weight = base.weight(matrix)
    noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)).to(weight.device)
    shaken = torch.nn.Parameter(weight + 0.1 * weight.std() * noise, requires_grad=False)
    tree.get_submodule(matrix.module).weight = shaken  # type: ignore[assignment]
    return tree


def test_no_padding_counts(base: Base, shaken: torch.nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = drift.held_out_documents()[:5]
    monkeypatch.setattr(drift, "held_out_documents", lambda: documents)
    together = drift.drift_on_held_out(base, base.model, shaken)
    monkeypatch.setattr(drift, "TOGETHER", 1)
    assert drift.drift_on_held_out(base, base.model, shaken) == pytest.approx(together, rel=1e-3)
    assert together[1] > 0


def test_what_stays_the_same_drifts_by_nothing_and_back_is_as_far(base: Base, shaken: torch.nn.Module) -> None:
    assert drift.drift_on_held_out(base, base.model, base.model) == (0.0, 0.0)
    there, _ = drift.drift_on_held_out(base, base.model, shaken)
    back, kl = drift.drift_on_held_out(base, shaken, base.model)
    assert back == pytest.approx(-there) and kl == 0.0


def test_the_raised_model_is_asked_once_about_its_world(brain: Brain) -> None:
    first = ask_bystanders(brain, brain.facts).deep_past
    asked = _raised_past.cache_info().misses
    assert ask_bystanders(Brain(brain.base), ()).deep_past == first
    assert _raised_past.cache_info().misses == asked
    assert ask_bystanders(brain, brain.facts, model=private_tree(brain.base)).deep_past == first
