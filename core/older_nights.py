"""Older nights, dreamt anew with an empty cache, so that a new night can rehearse them and the gate can judge by them.

Nothing of an older night is kept but its weights. Free dreams seldom come to speak of it, so here the brain speaks away
from itself without that night (`core.speaking.Guide`), and what is brought up is what the night has added. An answer
is owed to older nights when the brain is sure of it and, with all of them off, gives another one.

The alternative needs a notebook: ask again the questions that older nights dreamt, as the journal has them.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.brain import Brain
from core.lessons import Dreamer, Lesson, Said, sureness
from core.nights import Night, fold, private_tree
from core.randomness import python_random
from core.recipes import Recipe
from core.speaking import EMPTY_VIEW, Guide, View
from core.text import normalise, same_answer
from core.values import UNKNOWN

GROUPS = 8  # nights are brought up in at most so many turns
BOLD = 1.3  # sampling temperature: each fact of a night has to come up, the loudest least of all


def bring_up(brain: Brain, recipe: Recipe, count: int, label: str, *, use_journal: bool = False) -> list[Lesson]:
    """Lessons from at most `count` questions (many are not worth it) to which the answer is owed to older nights.

    What today's cache answers otherwise is left out: it was told anew. The teacher is the brain as it is, with an empty
    cache. Drawn by the recipe's seed and `label`; changes nothing.
    """
    if count <= 0:
        return []
    dreamer = Dreamer(brain.base, brain.model, recipe)
    asked = _from_journal(brain, recipe, count, label) if use_journal else _guided(brain, dreamer, count, label)
    return _still_true(brain, dreamer, _owed(dreamer, list({normalise(q): q for q in asked}.values())))


def journal(brain: Brain) -> list[str]:
    """Every question that an older night was taught by, each once, as the reports keep them. Nights at dose 0 are off."""
    on = {night.name for night in brain.nights if night.dose}
    written = (d for r in brain.reports if r.name in on for d in r.dreams if d.kept and d.source == "replay")
    return list(dict.fromkeys(d.question for d in written))


def _from_journal(brain: Brain, recipe: Recipe, count: int, label: str) -> list[str]:
    written = journal(brain)
    return python_random(recipe.seed, label).sample(written, min(count, len(written)))


def _guided(brain: Brain, dreamer: Dreamer, count: int, label: str) -> list[str]:
    """Spoken away from the brain without some of its nights, these first and those in the next turn."""
    base, recipe, opening = brain.base, dreamer.recipe, tuple(brain.base.ask_ids)
    groups = _turns([n for n in brain.nights if n.dose and not n.is_empty])
    questions = []
    for number, group in enumerate(groups):
        without = private_tree(base)
        fold(base, without, tuple(n for n in brain.nights if n not in group))
        share = count // len(groups) + (number < count % len(groups))
        guide, name = Guide(without, recipe.older_guidance), f"{label}/{number}"
        openings = [(EMPTY_VIEW, opening, None)] * share
        questions += dreamer.questions_from(openings, name, BOLD, recipe.dream_min_p, guide)[0]
    return questions


def _turns(nights: Sequence[Night]) -> list[list[Night]]:
    return [list(nights[i::GROUPS]) for i in range(min(GROUPS, len(nights)))]


def _owed(dreamer: Dreamer, questions: Sequence[str]) -> list[Lesson]:
    """A lesson for each question that the brain is sure of, and would answer otherwise with all its nights off."""
    said = [one for one in _answered(dreamer, questions) if one.ended and one.answer not in ("", UNKNOWN)]
    raised = _answered(Dreamer(dreamer.base, dreamer.base.model, dreamer.recipe), [one.question for one in said])
    owed = [one for one, other in zip(said, raised, strict=True) if not same_answer(other.answer, (one.answer,))]
    lessons = dreamer.teach(owed, [EMPTY_VIEW] * len(owed), "older nights") if owed else []
    return [lesson for lesson in lessons if sureness(lesson) >= dreamer.recipe.min_answer_probability]


def _still_true(brain: Brain, dreamer: Dreamer, lessons: Sequence[Lesson]) -> list[Lesson]:
    said = [lesson.said for lesson in lessons if lesson.said]
    today = _answered(dreamer, [one.question for one in said], brain.day.whole()) if brain.facts else said
    return [
        lesson
        for lesson, one, now in zip(lessons, said, today, strict=True)
        if now.answer == UNKNOWN or same_answer(now.answer, (one.answer,))
    ]


def _answered(dreamer: Dreamer, questions: Sequence[str], view: View = EMPTY_VIEW) -> list[Said]:
    return dreamer.answered([view] * len(questions), questions, [None] * len(questions)) if questions else []
