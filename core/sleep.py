"""Sleep: move what the cache holds into a new low-rank night of the MLP weights. All or nothing.

The night is learned beside the brain and joins it only when complete; anything raised on the way, a cancel included,
leaves the brain bit-identical. One implementation serves the app, the command line and the tests: `on_step` is called
after each piece of work, and may raise to stop.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import torch
from peft import PeftModel

from core.brain import Brain
from core.changes import changed_most
from core.convergence import Watched
from core.deltas import deltas
from core.errors import NightRefused, NothingToSleepOn
from core.exam import ask_bystanders, side_effects, take_exam
from core.gate import SetAside, judge, set_aside
from core.journal import leave_out
from core.lessons import FACTS_AT_A_TIME, Dreamer, Dreamt, Lesson
from core.losses import kl_divergence
from core.models import has_bf16_units
from core.nights import Night, expand, fold, private_tree, take
from core.on_policy import attempts
from core.past import ask_past
from core.randomness import fold as fold_seed
from core.randomness import generator
from core.recipes import Recipe
from core.rehearsal import pages, rehearse
from core.values import (
    AnswerProbability,
    Condition,
    Dream,
    ExamRow,
    SideEffects,
    SleepReport,
    SleepStep,
    Stage,
    Verdict,
)

BEFORE: tuple[Condition, ...] = ("blank", "awake", "alone", "amnesia")
OnStep = Callable[[SleepStep], None]
OnStudent = Callable[[torch.nn.Module, float], None]  # the night being learned, and the seconds that it has trained


@dataclass
class Watch:
    """Tells whoever watches what was just done, and keeps the record of it."""

    on_step: OnStep | None = None
    on_student: OnStudent | None = None
    steps: list[SleepStep] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tokens_trained: int = 0
    began: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)

    def tick(
        self,
        stage: Stage,
        index: int,
        total: int,
        *,
        losses: dict[str, float] | None = None,
        grad_norm: float | None = None,
        dreams: Sequence[Dream] = (),
        probabilities: tuple[AnswerProbability, ...] = (),
    ) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now
        step = SleepStep(stage, index, total, losses or {}, grad_norm, now - self.began, tuple(dreams), probabilities)
        self.steps.append(step)
        if self.on_step:
            self.on_step(step)

    def show(self, student: torch.nn.Module) -> None:
        """Let whoever watches examine the student; the time that takes is not the night's."""
        if self.on_student:
            paused = time.perf_counter()
            self.on_student(student, self.seconds.get("seed", 0.0))
            spent = time.perf_counter() - paused
            self.began, self.last = self.began + spent, self.last + spent


@dataclass(frozen=True, eq=False)
class Curriculum:
    """All that a night will learn from."""

    new: list[Lesson]
    kept_as_is: list[Lesson]
    dreams: list[Dream]
    aside: SetAside | None = None  # what the gate judges by; None: it judges nothing
    watched: Watched | None = None

    @property
    def questions(self) -> frozenset[str]:
        return frozenset(lesson.question for lesson in self.new if lesson.question)


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
    before = ask_bystanders(brain, facts)
    watch.tick("exam", 5, 6)
    # Every night draws anew: the same seed on another night means other dreams and another start of the expert.
    drawn = recipe.with_seed(fold_seed(recipe.seed, "night", brain.next_night))
    curriculum = _prepare(brain, drawn, watch, without)
    night, morning, verdicts = _learn(brain, drawn, curriculum, watch, learn or _seed)
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
    dreamer = Dreamer(brain.base, brain.model, recipe)
    if recipe.steps == 0:
        return Curriculum([], [], [])
    if recipe.lessons_from == "statements":
        return Curriculum(dreamer.cram(brain.facts), [], [], set_aside(dreamer, []))
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
    as_is, rehearsals = rehearse(dreamer, dreamt.kept, dreamt.aside, len(day.facts))
    aside = set_aside(dreamer, dreamt.aside, learned_from=[*dreamt.lessons, *as_is])
    watch.tick("rehearse", 1, 1, dreams=rehearsals)
    watched = Watched(brain.base, brain.model, day, dreamt.dreams)
    return Curriculum(dreamt.lessons, [*as_is, *pages(dreamer)], [*dreamt.dreams, *rehearsals], aside, watched)


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


def _seed(brain: Brain, recipe: Recipe, curriculum: Curriculum, watch: Watch) -> PeftModel:
    """Expand the brain by a low-rank expert and teach it; only the expert's matrices move."""
    student = expand(brain.base, brain.nights, recipe.rank, generator(recipe.seed, "expert"))
    total = recipe.total_steps(len(brain.facts)) if curriculum.new else 0
    learnable = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnable, lr=recipe.learning_rate, weight_decay=0.0)
    streams: dict[str, list[Lesson]] = {}
    for lesson in (*curriculum.new, *curriculum.kept_as_is):
        streams.setdefault(lesson.source, []).append(lesson)
    weights = {"rehearsal": recipe.rehearsal_weight}
    counts = {"pages": recipe.batch_pages}
    rng, own_rng = generator(recipe.seed, "order"), generator(recipe.seed, "attempts")
    queues: dict[str, list[int]] = {name: [] for name in streams}
    watched = curriculum.watched
    if total and watched:
        watch.tick("seed", 0, total, probabilities=watched.at(0, total, student))
    for step in range(total):
        optimizer.param_groups[0]["lr"] = recipe.learning_rate * (1 - step / total)
        losses = {}
        for name, lessons in streams.items():
            batch = _draw(queues[name], lessons, counts.get(name, recipe.batch_lessons), rng)
            if own := round(recipe.on_policy * len(batch)) if name == "dreams" else 0:
                batch = [*attempts(brain, recipe, student, batch[:own], own_rng), *batch[own:]]
            with torch.autocast(brain.base.device, dtype=torch.bfloat16, enabled=has_bf16_units(brain.base.device)):
                loss = lesson_loss(student, batch, brain.base.device, brain.base.sink)
            (weights.get(name, 1.0) * loss).backward()  # type: ignore[no-untyped-call]
            losses[name] = float(loss.detach())
            watch.tokens_trained += sum(len(lesson.tokens) for lesson in batch)
        norm = float(torch.nn.utils.clip_grad_norm_(learnable, 1.0))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen = watched.at(step + 1, total, student) if watched else ()
        watch.tick("seed", step + 1, total, losses=losses, grad_norm=norm, probabilities=seen)
        watch.show(student)
    return student


def _draw(queue: list[int], lessons: Sequence[Lesson], count: int, rng: torch.Generator) -> list[Lesson]:
    """The next `count` lessons of an endless shuffled round; every lesson comes up equally often."""
    while len(queue) < count and len(queue) < len(lessons):
        queue += torch.randperm(len(lessons), generator=rng).tolist()
    taken, queue[:] = queue[:count], queue[count:]
    return [lessons[i] for i in taken]


def lesson_loss(student: torch.nn.Module, lessons: Sequence[Lesson], device: str, pad: int) -> torch.Tensor:
    """Weighted mean KL(teacher ‖ student) per token, in nats. The student reads each lesson from an empty window."""
    width = max(len(lesson.tokens) for lesson in lessons)
    ids = torch.full((len(lessons), width), pad)
    seen = torch.zeros(len(lessons), width, dtype=torch.long)
    rows: list[int] = []
    columns: list[int] = []
    for row, lesson in enumerate(lessons):
        n = len(lesson.tokens)
        ids[row, :n] = torch.tensor(lesson.tokens)
        seen[row, :n] = 1
        rows += [row] * len(lesson.teacher)
        columns += range(n - len(lesson.teacher) - 1, n - 1)
    logits = student(input_ids=ids.to(device), attention_mask=seen.to(device)).logits[rows, columns].float()
    teacher = torch.cat([lesson.teacher for lesson in lessons]).to(device)
    weights = torch.cat([lesson.weights for lesson in lessons]).to(device)
    return kl_divergence(teacher, logits, weights)


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
        versions=versions(),
        device=brain.base.device,
        night_hash=night.hash,
        night_parameters=night.parameters,
        night_bytes=night.bytes,
        tokens_trained=watch.tokens_trained,
    )


def versions() -> dict[str, str]:
    """What a figure depends on besides the seed."""
    found = {name: version(name) for name in ("torch", "transformers", "peft", "numpy")}
    return {"python": platform.python_version(), **found}
