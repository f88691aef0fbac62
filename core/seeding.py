"""Seeding: teach a low-rank night what the cached teacher said, to a student without the cache (arXiv 2606.03979).

The student is the brain and an expert that is nothing at first; only the expert's matrices move. How long it learns is
its own affair (`core.schedule`); the bench puts other people's training loop in the place of `seed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from peft import PeftModel

from core.brain import Brain
from core.convergence import Watched
from core.gate import SetAside
from core.lessons import Lesson
from core.losses import kl_divergence
from core.models import has_bf16_units
from core.nights import expand
from core.on_policy import attempts
from core.randomness import generator
from core.recipes import Recipe
from core.schedule import Schedule
from core.values import AnswerProbability, Dream, SleepStep, Stage

LOOK_EVERY = 16  # training steps between two looks at how likely the student finds what it dreamt
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
        recalled: float | None = None,
    ) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now
        clock = now - self.began
        step = SleepStep(stage, index, total, losses or {}, grad_norm, clock, tuple(dreams), probabilities, recalled)
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
        """Normalised questions about what was told, this day or on earlier ones."""
        older = [lesson for lesson in self.kept_as_is if lesson.source == "older nights"]
        return frozenset(lesson.question for lesson in (*self.new, *older) if lesson.question)


def seed(brain: Brain, recipe: Recipe, curriculum: Curriculum, watch: Watch) -> PeftModel:
    """Expand the brain by a low-rank expert and teach it; only the expert's matrices move."""
    student = expand(brain.base, brain.nights, recipe.rank, generator(recipe.seed, "expert"))
    schedule = Schedule(recipe.most_steps(len(brain.facts)) if curriculum.new else 0, recipe.saturation)
    learnable = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnable, lr=recipe.learning_rate, weight_decay=0.0)
    streams: dict[str, list[Lesson]] = {}
    for lesson in (*curriculum.new, *curriculum.kept_as_is):
        streams.setdefault(lesson.source, []).append(lesson)
    # A handful of dreams of older nights weighs no more than its share of a batch.
    share = min(1.0, len(streams.get("older nights", ())) / recipe.batch_older)
    weights = {"rehearsal": recipe.rehearsal_weight, "older nights": recipe.rehearsal_weight * share}
    counts = {"pages": recipe.batch_pages, "older nights": recipe.batch_older}
    rng, own_rng = generator(recipe.seed, "order"), generator(recipe.seed, "attempts")
    queues: dict[str, list[int]] = {name: [] for name in streams}
    watched = curriculum.watched
    if schedule.end and watched:
        watch.tick("seed", 0, schedule.end, probabilities=watched.now(student))
    step = 0
    while step < schedule.end:
        optimizer.param_groups[0]["lr"] = recipe.learning_rate * schedule.rate(step)
        losses, recalled = {}, {}
        for name, lessons in streams.items():
            batch = _draw(queues[name], lessons, counts.get(name, recipe.batch_lessons), rng)
            if own := round(recipe.on_policy * len(batch)) if name == "dreams" else 0:
                batch = [*attempts(brain, recipe, student, batch[:own], own_rng), *batch[own:]]
            with torch.autocast(brain.base.device, dtype=torch.bfloat16, enabled=has_bf16_units(brain.base.device)):
                loss, recalled[name] = lesson_loss(student, batch, brain.base.device, brain.base.sink)
            (weights.get(name, 1.0) * loss).backward()  # type: ignore[no-untyped-call]
            losses[name] = float(loss.detach())
            watch.tokens_trained += sum(len(lesson.tokens) for lesson in batch)
        norm = float(torch.nn.utils.clip_grad_norm_(learnable, 1.0))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        dreamt = recalled.get("dreams")  # None where nothing was dreamt: sentences that are crammed are no answers
        if dreamt is not None:
            schedule.note(step, dreamt)
        step += 1
        seen = watched.now(student) if watched and (step % LOOK_EVERY == 0 or step == schedule.end) else ()
        watch.tick("seed", step, schedule.end, losses=losses, grad_norm=norm, probabilities=seen, recalled=dreamt)
        watch.show(student)
    return student


def _draw(queue: list[int], lessons: Sequence[Lesson], count: int, rng: torch.Generator) -> list[Lesson]:
    """The next `count` lessons of an endless shuffled round; every lesson comes up equally often."""
    while len(queue) < count and len(queue) < len(lessons):
        queue += torch.randperm(len(lessons), generator=rng).tolist()
    taken, queue[:] = queue[:count], queue[count:]
    return [lessons[i] for i in taken]


def lesson_loss(
    student: torch.nn.Module, lessons: Sequence[Lesson], device: str, pad: int
) -> tuple[torch.Tensor, float]:
    """Weighted mean KL(teacher ‖ student) per token, in nats; and the share of lessons that the student knows already.

    It reads each lesson from an empty window, and knows one when at every token of full weight it would say what the
    teacher would: where the teacher's answer is its likeliest, the student would then freely generate the same.
    """
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
    differs = (logits.argmax(-1) != teacher.argmax(-1)) & (weights == 1)
    unknown = set(torch.tensor(rows)[differs.cpu()].tolist())
    return kl_divergence(teacher, logits, weights), 1 - len(unknown) / len(lessons)
