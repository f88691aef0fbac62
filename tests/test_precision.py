"""In what a machine trains: measured where it is a question, and then the same for good."""

from dataclasses import replace

import torch

from core import precision
from core.brain import Brain
from core.dreamer import Dreamer
from core.recipes import RECIPES


def test_the_faster_format_is_taken_and_bf16_only_when_it_pays(monkeypatch) -> None:
    for bf16, expected in ((0.1, torch.bfloat16), (0.9, torch.float32), (50.0, torch.float32)):
        taken = {torch.bfloat16: bf16, torch.float32: 1.0}
        monkeypatch.setattr(precision, "_seconds", taken.__getitem__)
        monkeypatch.setattr(precision, "_faster", {})
        assert precision.training_dtype("cpu") == expected
        assert precision.trains_in_bf16("cpu") == (expected == torch.bfloat16)
    assert precision.training_dtype("cuda") == torch.bfloat16


def test_it_is_measured_once_a_process_or_taken_over_from_another(monkeypatch) -> None:
    first = precision.training_dtype("cpu")
    monkeypatch.setattr(precision, "_seconds", {torch.bfloat16: 1.0, torch.float32: 1.0}.__getitem__)
    assert precision.training_dtype("cpu") is first
    monkeypatch.setattr(precision, "_faster", {})
    precision.take_over("cpu", torch.bfloat16)
    assert precision.training_dtype("cpu") == torch.bfloat16


def test_dreams_are_spoken_in_either_format_and_teachers_are_exact(brain: Brain, monkeypatch) -> None:
    dreamer = Dreamer(brain.base, brain.model, replace(RECIPES["full"], dreams_per_fact=8))
    view = brain.day.alone(0)
    taught = []
    for dtype in (torch.bfloat16, torch.float32):
        monkeypatch.setattr(precision, "training_dtype", lambda device, dtype=dtype: dtype)
        assert any(one.question and one.answer for some in dreamer.dream(brain.day) for one in some)
        [said] = dreamer.answered([view], ["Where does Mira live?"], [0])
        assert said.answer == "Oslo"
        taught += dreamer.teach([said], [view], "dreams")
    assert torch.equal(taught[0].teacher, taught[1].teacher)
