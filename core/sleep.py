"""Sleep: move what the cache holds into a new low-rank night of the MLP weights. All or nothing.

The night is learned beside the brain and joins it only when complete; anything raised on the way, a cancel included,
leaves the brain bit-identical. One implementation serves the app, the command line and the tests: `on_step` is called
after each piece of work, and may raise to stop.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import torch
from peft import PeftModel

from core.brain import Brain
from core.changes import changed_most
from core.convergence import Watched
from core.curriculum import Curriculum
from core.deltas import deltas
from core.dreamer import FACTS_AT_A_TIME, Dreamer, Dreamt
from core.errors import NightRefused, NothingToSleepOn
from core.exam import ask_evening, side_effects, take_exam
from core.gate import free_questions, judge, set_aside
from core.importance import importance_of
from core.journal import leave_out
from core.lessons import Lesson, evenly
from core.measured import ExamRow, SideEffects, SleepReport, Verdict
from core.nights import Night, fold, private_tree, take
from core.older_nights import Nightly, bring_up, journal, teach_cue
from core.past import ask_past
from core.precision import training_dtype
from core.randomness import fold as fold_seed
from core.randomness import generator
from core.recipes import Recipe
from core.rehearsal import pages, rehearse
from core.seeding import seed
from core.text import normalise
from core.values import Condition, Dream
from core.watch import OnStep, OnStudent, Watch

BEFORE: tuple[Condition, ...] = ("blank", "awake", "alone", "amnesia")


Learn = Callable[[Brain, Recipe, Curriculum, Watch], PeftModel]


def sleep(
    brain: Brain,
    recipe: Recipe,
    on_step: OnStep | None = None,
    without: frozenset[str] = frozenset(),
    *,
    learn: Learn | None = None,
    on_student: OnStudent | None = None,
) -> SleepReport:
    """One night. Raises NothingToSleepOn, NightRefused, or whatever `on_step` raises, with the brain bit-identical.

    Afterwards the night is part of the brain, the cache is empty and the day is over. `without`: normalised questions
    whose dreams teach nothing. `learn` replaces the training loop (the bench compares it with other people's);
    `on_student` is shown the student after every training step.
    """
    facts = brain.facts
    if not facts:
        raise NothingToSleepOn("Nothing was heard today, so there is nothing to sleep on; tell it a fact first.")
    watch = Watch(on_step, on_student)
    exam: list[ExamRow] = []
    for i, condition in enumerate(BEFORE):
        exam += take_exam(brain, facts, condition)
        watch.tick("exam", i + 1, 6)
    before = ask_evening(brain, facts)
    watch.tick("exam", 5, 6)
    # Every night draws anew: the same seed on another night means other dreams and another start of the expert.
    drawn = recipe.with_seed(fold_seed(recipe.seed, "night", brain.next_night))
    curriculum = _prepare(brain, drawn, watch, without)
    night, morning, verdicts = _learn(brain, drawn, curriculum, watch, learn or seed)
    if drawn.importance_weight:
        rng = generator(drawn.seed, "importance")
        night = replace(night, importance=importance_of(brain.base, morning, curriculum.new, rng))
    exam += take_exam(brain, facts, "slept", model=morning, lesson_questions=curriculum.questions)
    side = side_effects(brain, facts, before, model=morning)
    past = ask_past(brain, model=morning, lesson_questions=curriculum.questions)
    changed = changed_most(brain, before, model=morning)
    watch.tick("exam", 6, 6)
    report = _report(brain, recipe, watch, curriculum, night, exam, side)
    report = replace(report, past=past, gate=verdicts, changed=changed)
    brain.join(night, report, morning)
    return report


def _prepare(brain: Brain, recipe: Recipe, watch: Watch, without: frozenset[str]) -> Curriculum:
    """Read out, dream, select and rehearse: nothing is changed yet. The exam's probes are not looked at."""
    dreamer = Dreamer(brain.base, brain.shared_model, recipe)
    if recipe.steps == 0:
        return Curriculum([], [], [])
    if recipe.lessons_from == "statements":
        return Curriculum(dreamer.cram(brain.facts), [], [], set_aside(dreamer, [], free_questions(dreamer)))
    day = dreamer.source_day(brain.day)
    watch.tick("read out", 1, 1)
    dreamt, done = Dreamt(), 0
    for said in dreamer.dream(day):
        done = min(done + FACTS_AT_A_TIME, len(day.facts))
        watch.tick("dream", done, len(day.facts))
        part = leave_out(dreamer.select(said), without)
        dreamt.lessons.extend(part.lessons)
        dreamt.dreams.extend(part.dreams)
        dreamt.kept.extend(part.kept)
        dreamt.aside.extend(part.aside)
        watch.tick("select", done, len(day.facts), dreams=part.dreams)
    free = free_questions(dreamer)
    judged_by = {normalise(q) for q in (*free, *(said.question for said in dreamt.aside))}
    as_is, rehearsals = rehearse(dreamer, dreamt.kept, judged_by, len(day.facts))
    watch.tick("rehearse", 1, 3, dreams=rehearsals)
    older, judges = _older_nights(brain, recipe, {normalise(s.question) for s in (*dreamt.kept, *dreamt.aside)})
    owed = [lesson for lessons in older.values() for lesson in lessons]
    recalled = [Dream(s.question, s.answer, None, "older night", 0.0, True) for one in owed if (s := one.said)]
    watch.tick("rehearse", 2, 3, dreams=recalled)
    aside = set_aside(dreamer, dreamt.aside, free, judges, learned_from=[*dreamt.lessons, *as_is, *owed])
    cues = []
    if recipe.batch_cues:
        for night, lessons in {**older, brain.next_night: evenly(dreamt.lessons)}.items():
            cues += teach_cue(brain.base, night, lessons)
    as_is = [*as_is, *owed, *cues, *pages(dreamer)]
    watch.tick("rehearse", 3, 3)
    watched = Watched(brain.base, brain.model, day, dreamt.dreams)
    return Curriculum(dreamt.lessons, as_is, [*dreamt.dreams, *rehearsals, *recalled], aside, watched)


def _older_nights(brain: Brain, recipe: Recipe, taken: set[str]) -> tuple[Nightly, list[Lesson]]:
    """What older nights are owed, by night; and other dreams of theirs, for the gate. Nothing that is `taken`."""
    few = recipe.gate_dreams if recipe.gate_tolerance is not None else 0
    judges = [
        one for lessons in bring_up(brain, recipe, few, "gate older", still_known=True).values() for one in lessons
    ]
    taken = taken | {one.question for one in judges}
    older = bring_up(brain, recipe, recipe.older_dreams, "older", use_journal=recipe.older_from == "journal")
    return {night: [one for one in some if one.question not in taken] for night, some in older.items()}, judges


def _learn(
    brain: Brain, recipe: Recipe, curriculum: Curriculum, watch: Watch, learn: Learn
) -> tuple[Night, torch.nn.Module, tuple[Verdict, ...]]:
    """Teach a night and let the gate judge it; a harmful one is taught once more, gently. Raises NightRefused.

    Comes with the very weights that the brain will wake up with: its own and the night's.
    """
    verdicts: tuple[Verdict, ...] = ()
    for attempt in (recipe, recipe.gentler()):
        student = learn(brain, attempt, curriculum, watch)
        night = take(brain.base, student, f"night-{brain.next_night}", recipe.rank)
        morning = private_tree(brain.base)
        fold(brain.base, morning, (*brain.nights, night))
        if curriculum.aside is None:
            return night, morning, ()
        verdicts += (judge(brain.base, morning, curriculum.aside, attempt, is_last_try=bool(verdicts)),)
        watch.tick("gate", len(verdicts), 2)
        if verdicts[-1].passed:
            return night, morning, verdicts
    raise NightRefused(" ".join(v.words for v in verdicts), verdicts)


def _report(
    brain: Brain,
    recipe: Recipe,
    watch: Watch,
    curriculum: Curriculum,
    night: Night,
    exam: list[ExamRow],
    side: SideEffects,
) -> SleepReport:
    seconds = {**watch.seconds, "total": time.perf_counter() - watch.began}
    return SleepReport(
        night=brain.next_night,
        name=night.name,
        model=brain.base.name,
        recipe=recipe.as_dict(),
        facts=brain.facts,
        steps=tuple(watch.steps),
        dreams=tuple(curriculum.dreams),
        exam=tuple(exam),
        deltas=deltas(brain.base, night),
        side=side,
        seconds={k: round(v, 3) for k, v in seconds.items()},
        seed=recipe.seed,
        versions=versions(brain.base.device),
        device=brain.base.device,
        night_hash=night.hash,
        night_parameters=night.parameters,
        night_bytes=night.bytes,
        importance_bytes=night.importance.bytes if night.importance else 0,
        journal_bytes=sum(len(q.encode()) for q in journal(brain))
        if recipe.older_from == "journal" and recipe.steps
        else 0,
        tokens_trained=watch.tokens_trained,
    )


def versions(device: str) -> dict[str, str]:
    """What a figure depends on besides the seed; `training` is the number format of its matrix products."""
    found = {name: version(name) for name in ("torch", "transformers", "peft", "numpy")}
    return {
        "python": platform.python_version(),
        **found,
        "training": str(training_dtype(device)).removeprefix("torch."),
    }
