"""Lines in one batch do not disturb each other, whatever their views and lengths."""

from __future__ import annotations

import pytest
import torch

from core.brain import Brain
from core.memory import ALONE, EMPTY, LIVE
from core.models import Base
from core.randomness import generator
from core.speaking import speak, target_log_probs

QUESTIONS = ["Where does Mira live?", "Where is the spare key behind the blue flowerpot?", "What?"]


def test_a_line_in_company_scores_as_it_does_alone(brain: Brain, base: Base) -> None:
    lines = [brain.question_line(q, brain.view(m)) for q in QUESTIONS for m in (LIVE, EMPTY, ALONE(1))]
    targets = [base.answer_ids("behind the blue flowerpot")] * len(lines)
    together = target_log_probs(base, brain.model, lines, targets)
    for one, target, expected in zip(lines, targets, together, strict=True):
        apart = target_log_probs(base, brain.model, [one], [target])[0]
        assert torch.allclose(apart, expected, atol=1e-3)


def test_generation_in_company_is_generation_alone(brain: Brain, base: Base) -> None:
    lines = [brain.question_line(q, brain.view(m)) for q in QUESTIONS for m in (LIVE, EMPTY, ALONE(1))]
    together = speak(base, brain.model, lines)
    for one, expected in zip(lines, together, strict=True):
        alone = speak(base, brain.model, [one])[0]
        assert alone.ids == expected.ids
        assert alone.log_prob == pytest.approx(expected.log_prob, abs=1e-3)


def test_sampling_needs_and_obeys_its_generator(brain: Brain, base: Base) -> None:
    lines = [brain.question_line("Who?", brain.view(LIVE))] * 8
    with pytest.raises(ValueError, match="Generator"):
        speak(base, brain.model, lines, temperature=1.0)
    first, again = (
        [s.ids for s in speak(base, brain.model, lines, temperature=2.0, generator=generator(3, "x"))] for _ in range(2)
    )
    assert first == again


def test_the_sink_opens_only_an_empty_window(brain: Brain, base: Base) -> None:
    assert brain.question_line("Who?", brain.view(EMPTY)).prompt[0] == base.sink
    assert brain.question_line("Who?", brain.view(LIVE)).prompt[0] != base.sink
