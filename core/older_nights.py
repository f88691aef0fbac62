"""Older nights, dreamt anew with an empty cache, so that a new night can rehearse them and the gate can judge by them.

Nothing of an older night is kept but its weights. Free dreams seldom come to speak of it, so here the brain speaks away
from itself without that night (`core.speaking.Guide`), and what is brought up is what the night has added. A question
belongs to a night when the brain is sure of its answer and, without the night, gives another one.

The alternative needs a notebook: ask again the questions that older nights dreamt, as the journal has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from core.brain import Brain
from core.lessons import Dreamer, Lesson, Said, sureness
from core.nights import Night, fold, private_tree
from core.randomness import python_random
from core.recipes import Recipe
from core.speaking import EMPTY_VIEW, Guide
from core.text import normalise, same_answer
from core.values import UNKNOWN

GROUPS = 8  # nights are brought up in at most so many turns, so that the fiftieth night costs what the ninth does
BOLD = 1.3  # sampling temperature: each fact of a night has to come up, the loudest least of all
PLAUSIBLE = 0.02  # min-p: guidance is no licence to babble


def bring_up(brain: Brain, recipe: Recipe, count: int, label: str, *, use_journal: bool = False) -> list[Lesson]:
    """Lessons from at most `count` questions (many are not worth it) to which the answer is owed to older nights.

    The teacher is the brain as it is, with an empty cache. Drawn by the recipe's seed and `label`; changes nothing.
    """
    dreamer = Dreamer(brain.base, brain.model, recipe)
    turns = _from_journal(brain, recipe, count, label) if use_journal else _guided(brain, dreamer, count, label)
    found: dict[str, Lesson] = {}
    for questions, without in turns:
        new = [q for q in questions if normalise(q) not in found]
        found |= {lesson.question: lesson for lesson in _owed(dreamer, new, without)}
    return list(found.values())


def still_true(brain: Brain, recipe: Recipe, lessons: Sequence[Lesson]) -> list[Lesson]:
    """Those `lessons` to which today's cache gives no other answer: what was told anew is not rehearsed as it was."""
    said = [lesson.said for lesson in lessons if lesson.said]
    if not said:
        return []
    dreamer, view = Dreamer(brain.base, brain.model, recipe), brain.day.whole()
    today = dreamer.answered([view] * len(said), [one.question for one in said], [None] * len(said))
    return [
        lesson
        for lesson, one, now in zip(lessons, said, today, strict=True)
        if now.answer == UNKNOWN or same_answer(now.answer, (one.answer,))
    ]


def journal(brain: Brain) -> list[str]:
    """Every question that an older night was taught by, oldest first, as the reports keep them."""
    return [d.question for r in brain.reports for d in r.dreams if d.kept and d.source == "replay"]


def _from_journal(brain: Brain, recipe: Recipe, count: int, label: str) -> list[tuple[list[str], torch.nn.Module]]:
    written = journal(brain)
    rng = python_random(recipe.seed, label)
    return [(rng.sample(written, min(count, len(written))), brain.base.model)]


def _guided(brain: Brain, dreamer: Dreamer, count: int, label: str) -> Iterator[tuple[list[str], torch.nn.Module]]:
    """Questions, and the brain without the nights that they were drawn from."""
    base, opening = brain.base, tuple(brain.base.ask_ids)
    groups = _turns([n for n in brain.nights if n.dose and not n.is_empty])
    for number, group in enumerate(groups):
        without = private_tree(base)
        fold(base, without, tuple(n for n in brain.nights if n not in group))
        openings = [(EMPTY_VIEW, opening, None)] * (count // len(groups))
        guide = Guide(without, dreamer.recipe.older_guidance)
        yield dreamer.questions_from(openings, f"{label}/{number}", BOLD, PLAUSIBLE, guide)[0], without


def _turns(nights: Sequence[Night]) -> list[list[Night]]:
    return [list(nights[i::GROUPS]) for i in range(min(GROUPS, len(nights)))]


def _owed(dreamer: Dreamer, questions: Sequence[str], without: torch.nn.Module) -> list[Lesson]:
    """A lesson for each question that the brain is sure of, and would answer otherwise `without`."""
    said = [one for one in _answered(dreamer, questions) if one.ended and one.answer not in ("", UNKNOWN)]
    others = _answered(Dreamer(dreamer.base, without, dreamer.recipe), [one.question for one in said])
    owed = [one for one, other in zip(said, others, strict=True) if not same_answer(other.answer, (one.answer,))]
    if not owed:
        return []
    lessons = dreamer.teach(owed, [EMPTY_VIEW] * len(owed), "older nights")
    return [lesson for lesson in lessons if sureness(lesson) >= dreamer.recipe.min_answer_probability]


def _answered(dreamer: Dreamer, questions: Sequence[str]) -> list[Said]:
    return dreamer.answered([EMPTY_VIEW] * len(questions), questions, [None] * len(questions)) if questions else []
