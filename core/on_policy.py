"""On-policy lessons: the student answers, the teacher says what it would have said at each word of that answer.

Generalised knowledge distillation (arXiv 2306.13649): a student that only ever reads its teacher's answers never learns
to get out of its own mistakes. The teacher is the brain with its cache, the student the same brain with an empty window
and the night as far as it has got. No gradient flows through the sampling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from core.brain import Brain
from core.dreamer import Dreamer
from core.lessons import Lesson, Said
from core.lines import EMPTY_VIEW, line
from core.models import Base
from core.precision import fastest
from core.recipes import Recipe
from core.speaking import Spoken, speak

MAX_ATTEMPT = 24  # tokens of one attempt; longer ones are marked as far as they go


def attempts(
    brain: Brain, recipe: Recipe, student: torch.nn.Module, lessons: Sequence[Lesson], rng: torch.Generator
) -> list[Lesson]:
    """The same questions as in `lessons`, answered by the student (sampled at temperature 1) and marked by the teacher in
    the view that each question was dreamt in. Lessons that were not made of a question come back as they are."""
    asked = [lesson.said for lesson in lessons if lesson.said]
    if not asked:
        return list(lessons)
    base = brain.base
    lines = [line(base, EMPTY_VIEW, s.prompt) for s in asked]
    with fastest(base.device):
        spoken = speak(base, student, lines, temperature=1.0, generator=rng, max_tokens=MAX_ATTEMPT)
    tried = [_with_answer(base, s, answer) for s, answer in zip(asked, spoken, strict=True)]
    untouched = [lesson for lesson in lessons if not lesson.said]
    return untouched + Dreamer(base, brain.model, recipe).teach(tried, [s.view for s in tried], lessons[0].source)


def _with_answer(base: Base, said: Said, spoken: Spoken) -> Said:
    text = base.decode(spoken.ids).strip()
    ids = base.answer_ids(text) if spoken.ended else base.encode(f" {text}")
    return replace(said, answer_ids=tuple(ids), answer=text, ended=spoken.ended)
