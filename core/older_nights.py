"""Older nights, dreamt anew with an empty cache, so that a new night can rehearse them and the gate can judge by them.

No text of an older night is kept. Free dreams seldom come to speak of it, so each night also learns a cue: behind "Night 3"
the brain asks itself what it dreamt on that night. (Generative replay, arXiv 1705.08690; one token that calls up one task's
examples, learned beside them: LAMOL, arXiv 1909.03329.)

It is asked as it was on the morning after that night, which is its weights without the nights since. Asked as it is now, it
would teach on what later nights have blurred, a little more every night, and come to ask of ever fewer facts.

An answer is owed to an older night when the brain was sure of it and, with all nights off, gives another one. The alternative
needs a notebook: ask again the questions that older nights dreamt, as the journal has them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from core.brain import Brain
from core.dreamer import Dreamer, sure_of
from core.errors import BadInput
from core.findings import Recollection
from core.lessons import Lesson, Said, one_hot, sureness
from core.lines import EMPTY_VIEW, View
from core.measured import SleepReport
from core.models import Base
from core.nights import fold, private_tree
from core.randomness import python_random
from core.recipes import RECIPES, Recipe
from core.text import normalise, same_answer
from core.values import UNKNOWN

CALM = 0.7  # sampling temperature behind a cue, for showing what comes up first
AT_LEAST = 8  # dreams of a night that is called up
NIGHTS_AT_MOST = (
    16  # that are called up before one night; where there are more, or than AT_LEAST allows, some are drawn
)
Nightly = dict[int, list[Lesson]]  # lessons by the number of the night that they are about


def teach_cue(base: Base, night: int, lessons: Sequence[Lesson]) -> list[Lesson]:
    """Lessons that ask the questions of `lessons` behind the cue of `night`, as often as they stand there."""
    cue = (base.sink, *base.cue_ids(night))
    bodies = {lesson.said.body for lesson in lessons if lesson.said}
    made = {body: Lesson((*cue, *body), one_hot(base, body), torch.ones(len(body)), "cues") for body in bodies}
    return [made[lesson.said.body] for lesson in lessons if lesson.said]


def bring_up(
    brain: Brain, recipe: Recipe, count: int, label: str, *, use_journal: bool = False, still_known: bool = False
) -> Nightly:
    """Lessons from at most `count` questions (many are not worth it) to which the answer is owed to older nights.

    Each night is asked as the brain was on the morning after it, with an empty cache: what later nights have blurred is
    taught as it was. What the brain is sure of otherwise, or today's cache answers otherwise, is left out: it was told anew. `still_known`:
    only what the brain still answers so. Drawn by the recipe's seed and `label`; changes nothing.
    """
    reports = _nights_on(brain)
    if len(reports) > (most := min(count // AT_LEAST, NIGHTS_AT_MOST)):
        reports = sorted(python_random(recipe.seed, label).sample(reports, most), key=lambda report: report.night)
    found: dict[str, tuple[int, Lesson]] = {}
    for report in reports:  # a later night's answer to the same question takes the place
        share = min(count // len(reports), recipe.older_per_night)
        then = Dreamer(brain.base, _morning_after(brain, report), recipe)
        name = f"{label}/{report.night}"
        asked = (
            _from_journal(report, recipe, share, name)
            if use_journal
            else _cued(then, report, share, name, recipe.older_temperature)
        )
        found |= {lesson.question: (report.night, lesson) for lesson in _owed(then, asked)}
    true = _still_true(brain, recipe, [lesson for _, lesson in found.values()], still_known=still_known)
    nightly: Nightly = {}
    for lesson in true:
        nightly.setdefault(found[lesson.question][0], []).append(lesson)
    return nightly


def recollect(brain: Brain, night: int, count: int = 12, seed: int = 0) -> tuple[Recollection, ...]:
    """What the brain, as it is now and with an empty cache, asks itself behind the cue of a night, and answers.

    At most `count` questions, each once. Raises BadInput for a night that was never slept, or that learned no cue.
    """
    report = next((r for r in brain.reports if r.night == night), None)
    if report is None or not report.has_cue:
        raise BadInput(f"There is no night {night} that learned a cue; choose one that was slept with dreams.")
    dreamer = Dreamer(brain.base, brain.model, RECIPES["full"].with_seed(seed))
    questions = _cued(dreamer, report, count, "recollect", CALM)
    taught = {normalise(d.question): d.answer for d in report.dreams if d.kept and not d.is_rehearsed}
    return tuple(
        Recollection(s.question, s.answer, taught.get(normalise(s.question))) for s in _answered(dreamer, questions)
    )


def journal(brain: Brain) -> list[str]:
    """Every question that an older night was taught by, each once, as the reports keep them. Nights at dose 0 are off."""
    return list(dict.fromkeys(question for report in _nights_on(brain) for question in _written(report)))


def _nights_on(brain: Brain) -> list[SleepReport]:
    on = {night.name for night in brain.nights if night.dose and not night.is_empty}
    return [report for report in brain.reports if report.name in on]


def _morning_after(brain: Brain, report: SleepReport) -> torch.nn.Module:
    """The brain's weights without the nights after that one, which are kept anyway, to be dosed or undone."""
    last = next(i for i, night in enumerate(brain.nights) if night.name == report.name)
    if last == len(brain.nights) - 1:
        return brain.model
    tree = private_tree(brain.base)
    fold(brain.base, tree, brain.nights[: last + 1])
    return tree


def _written(report: SleepReport) -> list[str]:
    return list(dict.fromkeys(dream.question for dream in report.dreams if dream.kept and dream.source == "replay"))


def _from_journal(report: SleepReport, recipe: Recipe, count: int, label: str) -> list[str]:
    written = _written(report)
    return python_random(recipe.seed, label).sample(written, min(count, len(written)))


def _cued(dreamer: Dreamer, report: SleepReport, count: int, label: str, temperature: float) -> list[str]:
    """Distinct questions, of `count` drawn from the cue of a night; [] for a night that learned none."""
    if not report.has_cue:
        return []
    cue = tuple(dreamer.base.cue_ids(report.night))
    return dreamer.questions_from([(EMPTY_VIEW, cue, None)] * count, label, temperature, dreamer.recipe.dream_min_p)[0]


def _owed(then: Dreamer, questions: Sequence[str]) -> list[Lesson]:
    """A lesson for each question that the brain was sure of, and would answer otherwise with all its nights off."""
    said = [one for one in _answered(then, questions) if one.ended and one.answer not in ("", UNKNOWN)]
    raised = _answered(Dreamer(then.base, then.base.model, then.recipe), [one.question for one in said])
    owed = [one for one, other in zip(said, raised, strict=True) if not same_answer(other.answer, (one.answer,))]
    lessons = then.teach(owed, [EMPTY_VIEW] * len(owed), "older nights") if owed else []
    return [lesson for lesson in lessons if sureness(lesson) >= then.recipe.min_answer_probability]


def _still_true(brain: Brain, recipe: Recipe, lessons: Sequence[Lesson], *, still_known: bool) -> list[Lesson]:
    """Those that nothing told since contradicts, as far as the brain with an empty cache, or with today's, is sure of it."""
    now = Dreamer(brain.base, brain.model, recipe)
    said = [lesson.said for lesson in lessons if lesson.said]
    alone = _answered(now, [one.question for one in said])
    today = _answered(now, [one.question for one in said], brain.day.whole()) if brain.facts else said
    otherwise = [one for one, was in zip(alone, said, strict=True) if not same_answer(one.answer, (was.answer,))]
    sure = {one.question for one in otherwise if still_known} | sure_of(now, otherwise)
    return [
        lesson
        for lesson, one, seen in zip(lessons, said, today, strict=True)
        if one.question not in sure and (seen.answer == UNKNOWN or same_answer(seen.answer, (one.answer,)))
    ]


def _answered(dreamer: Dreamer, questions: Sequence[str], view: View = EMPTY_VIEW) -> list[Said]:
    return dreamer.answered([view] * len(questions), questions, [None] * len(questions)) if questions else []
