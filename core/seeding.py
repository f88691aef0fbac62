"""Seeding: teach a low-rank night what the cached teacher said, to a student without the cache (arXiv 2606.03979).

The student is the brain and an expert that is nothing at first; only the expert's matrices move. How long it learns is
its own affair (`core.schedule`); the bench puts other people's training loop in the place of `seed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from peft import PeftModel
from peft.optimizers import create_loraplus_optimizer

from core.brain import Brain
from core.curriculum import Curriculum, Streams
from core.importance import Cost
from core.lessons import Lesson
from core.losses import kl_divergence
from core.models import Base
from core.nights import ADAPTER, expand
from core.on_policy import attempts
from core.precision import fastest
from core.randomness import generator
from core.recipes import Recipe
from core.schedule import Schedule
from core.watch import Watch

PADDING = 0.15  # at most this share of a row in a batch is padding
LOOK_EVERY = 16  # training steps between two looks at how likely the student finds what it dreamt


class Drawn(NamedTuple):
    """One lesson of a training step: its source, and its place among those of that source."""

    source: str
    place: int
    lesson: Lesson


def seed(brain: Brain, recipe: Recipe, curriculum: Curriculum, watch: Watch) -> PeftModel:
    """Expand the brain by a low-rank expert and teach it; only the expert's matrices move."""
    student = expand(brain.base, brain.nights, recipe.rank, generator(recipe.seed, "expert"))
    schedule = Schedule(recipe.most_steps(len(brain.facts)) if curriculum.new else 0, recipe.saturation)
    learnable = [p for p in student.parameters() if p.requires_grad]
    optimizer = create_loraplus_optimizer(
        student,
        torch.optim.AdamW,
        lr=recipe.learning_rate / recipe.rate_ratio**0.5,
        loraplus_lr_ratio=recipe.rate_ratio,
        loraplus_weight_decay=recipe.weight_decay,
    )
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule.rate)
    streams = Streams(curriculum, recipe, generator(recipe.seed, "order"))
    own_rng = generator(recipe.seed, "attempts")
    watched = curriculum.watched
    if schedule.end and watched:
        watch.tick("seed", 0, schedule.end, probabilities=watched.now(student))
    needs = [n.importance for n in brain.nights if n.dose and n.importance] if recipe.importance_weight else []
    cost = Cost(brain.base, needs) if needs else None
    step = 0
    while step < schedule.end:
        drawn = streams.draw()
        if own := round(recipe.on_policy * len(drawn.get("dreams", ()))):
            lessons = drawn["dreams"]
            drawn["dreams"] = [*attempts(brain, recipe, student, lessons[:own], own_rng), *lessons[own:]]
        losses, known = _learn_from(student, drawn, streams.weights, brain.base)
        watch.tokens_trained += sum(len(lesson.tokens) for lessons in drawn.values() for lesson in lessons)
        if cost:
            (recipe.importance_weight * cost.of(student, ADAPTER, step)).backward()  # type: ignore[no-untyped-call]
        norm = float(torch.nn.utils.clip_grad_norm_(learnable, 1.0))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        recalled = streams.note(known)  # None where nothing was dreamt: sentences that are crammed are no answers
        if recalled is not None:
            schedule.note(step, recalled)
        rate.step()
        step += 1
        seen = watched.now(student) if watched and (step % LOOK_EVERY == 0 or step == schedule.end) else ()
        watch.tick("seed", step, schedule.end, losses=losses, grad_norm=norm, probabilities=seen, recalled=recalled)
        watch.show(student)
    return student


def _learn_from(
    student: torch.nn.Module, drawn: dict[str, list[Lesson]], weights: dict[str, float], base: Base
) -> tuple[dict[str, float], dict[str, list[bool]]]:
    """Gradients of one step. By source: the weighted mean KL per token, in nats, and which lessons were known already.

    Lessons of all sources are read together, alike lengths in one batch: read source by source, a third would be padding.
    """
    totals = {name: sum(float(lesson.weights.sum()) for lesson in lessons) for name, lessons in drawn.items()}
    losses = dict.fromkeys(drawn, 0.0)
    known = {name: [False] * len(lessons) for name, lessons in drawn.items()}
    for part in _by_length([Drawn(name, i, one) for name, some in drawn.items() for i, one in enumerate(some)]):
        with fastest(base.device):
            sums, is_known = lesson_losses(student, [one.lesson for one in part], base.device, base.sink)
        scale = torch.tensor([weights.get(one.source, 1.0) / totals[one.source] for one in part], device=sums.device)
        (scale * sums).sum().backward()  # type: ignore[no-untyped-call]
        for one, loss, knows in zip(part, sums.tolist(), is_known.tolist(), strict=True):
            losses[one.source] += loss / totals[one.source]
            known[one.source][one.place] = knows
    return losses, known


def _by_length(drawn: Sequence[Drawn]) -> list[list[Drawn]]:
    """In batches of alike lengths, the longest first."""
    parts: list[list[Drawn]] = []
    widest = 0
    for one in sorted(drawn, key=lambda one: -len(one.lesson.tokens)):
        if not parts or len(one.lesson.tokens) < (1 - PADDING) * widest:
            parts.append([])
            widest = len(one.lesson.tokens)
        parts[-1].append(one)
    return parts


def lesson_losses(
    student: torch.nn.Module, lessons: Sequence[Lesson], device: str, pad: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """For each lesson (L,): KL(teacher ‖ student) in nats, weighted and summed over its tokens; and whether it is known.

    The student reads each from an empty window, and knows one when at every token of full weight it would say what the
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
    of_lesson = torch.tensor(rows, device=device)
    sums = torch.zeros(len(lessons), device=device).index_add(0, of_lesson, weights * kl_divergence(teacher, logits))
    is_known = torch.ones(len(lessons), dtype=torch.bool, device=device)
    is_known[of_lesson[(logits.argmax(-1) != teacher.argmax(-1)) & (weights == 1)]] = False
    return sums, is_known
