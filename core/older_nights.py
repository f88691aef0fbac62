"""Older nights, dreamt anew with an empty cache, so that a new night can rehearse them and the gate can judge by them.

No text of an older night is kept. Free dreams seldom come to speak of it, so each night also learns a cue:
behind "Night 3" the brain asks itself what it dreamt on that night. What later nights draw from the cues of all nights,
as much from each, they teach once more: the answers, and the asking. (Generative replay, arXiv 1705.08690; one token that
calls up one task's examples, learned beside them: LAMOL, arXiv 1909.03329.)

An answer is owed to older nights when the brain is sure of it and, with all of them off, gives another one. The alternative
needs a notebook: ask again the questions that older nights dreamt, as the journal has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from core.brain import Brain
from core.errors import BadInput
from core.findings import Recollection
from core.lessons import Dreamer, Lesson, Said, one_hot, sureness
from core.models import Base
from core.randomness import python_random
from core.recipes import RECIPES, Recipe
from core.speaking import EMPTY_VIEW, View
from core.text import normalise, same_answer
from core.values import UNKNOWN, SleepReport

CALM = 0.7  # sampling temperature behind a cue: bolder, it mixes facts up, and finds no more of what was dreamt
Nightly = dict[int, list[Lesson]]  # lessons by the number of the night that they are about


def teach_cue(base: Base, night: int, lessons: Sequence[Lesson]) -> list[Lesson]:
    """Lessons that ask the questions of `lessons` behind the cue of `night`, as often as they stand there."""
    cue = (base.sink, *base.cue_ids(night))
    bodies = {lesson.said.body for lesson in lessons if lesson.said}
    made = {body: Lesson((*cue, *body), one_hot(base, body), torch.ones(len(body)), "cues") for body in bodies}
    return [made[lesson.said.body] for lesson in lessons if lesson.said]


def bring_up(brain: Brain, recipe: Recipe, count: int, label: str, *, use_journal: bool = False) -> Nightly:
    """Lessons from at most `count` questions (many are not worth it) to which the answer is owed to older nights.

    What today's cache answers otherwise is left out: it was told anew. The teacher is the brain as it is, with an empty
    cache. Drawn by the recipe's seed and `label`; changes nothing.
    """
    reports = _nights_on(brain)
    if count <= 0 or not reports:
        return {}
    dreamer = Dreamer(brain.base, brain.model, recipe)
    asked = _from_journal(reports, recipe, count, label) if use_journal else _cued(reports, dreamer, count, label)
    about: dict[str, tuple[int, str]] = {}
    for night, question in asked:
        about.setdefault(normalise(question), (night, question))
    owed = _owed(dreamer, [question for _, question in about.values()])
    found: Nightly = {}
    for lesson in _still_true(brain, dreamer, owed):
        found.setdefault(about[lesson.question][0], []).append(lesson)
    return found


def recollect(brain: Brain, night: int, count: int = 12, seed: int = 0) -> tuple[Recollection, ...]:
    """What the brain, as it is now and with an empty cache, asks itself behind the cue of a night, and answers.

    At most `count` questions, each once. Raises BadInput for a night that was never slept, or that learned no cue.
    """
    report = next((r for r in brain.reports if r.night == night), None)
    if report is None or not report.has_cue:
        raise BadInput(f"There is no night {night} that learned a cue; choose one that was slept with dreams.")
    dreamer = Dreamer(brain.base, brain.model, RECIPES["full"].with_seed(seed))
    questions = [question for _, question in _cued([report], dreamer, count, "recollect")]
    taught = {normalise(d.question): d.answer for d in report.dreams if d.kept and not d.is_rehearsed}
    return tuple(
        Recollection(s.question, s.answer, taught.get(normalise(s.question))) for s in _answered(dreamer, questions)
    )


def journal(brain: Brain) -> list[str]:
    """Every question that an older night was taught by, each once, as the reports keep them. Nights at dose 0 are off."""
    return list(dict.fromkeys(question for _, question in _written(_nights_on(brain))))


def _nights_on(brain: Brain) -> list[SleepReport]:
    on = {night.name for night in brain.nights if night.dose and not night.is_empty}
    return [report for report in brain.reports if report.name in on]


def _written(reports: Sequence[SleepReport]) -> Iterator[tuple[int, str]]:
    return ((r.night, d.question) for r in reports for d in r.dreams if d.kept and d.source == "replay")


def _from_journal(reports: Sequence[SleepReport], recipe: Recipe, count: int, label: str) -> Sequence[tuple[int, str]]:
    written = list(dict.fromkeys(_written(reports)))
    return python_random(recipe.seed, label).sample(written, min(count, len(written)))


def _cued(reports: Sequence[SleepReport], dreamer: Dreamer, count: int, label: str) -> Sequence[tuple[int, str]]:
    """As many drawn from the cue of each night that has one, as far as the count can be divided."""
    reports = [report for report in reports if report.has_cue]
    shares = [(r.night, count // len(reports) + (i < count % len(reports))) for i, r in enumerate(reports)]
    nights = [night for night, share in shares for _ in range(share)]
    openings = [(EMPTY_VIEW, tuple(dreamer.base.cue_ids(night)), None) for night in nights]
    questions, origins = dreamer.questions_from(openings, label, CALM, dreamer.recipe.dream_min_p)
    return [(nights[i], question) for question, i in zip(questions, origins, strict=True)]


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
