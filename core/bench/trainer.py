"""Plain `peft` + `transformers.Trainer`: what a user would fine-tune with. Same lessons, same matrices, same rank.

It takes the place of our training loop (`core.seeding.seed`), so that the exams and the side effects are the same code.
One-hot answers instead of the teacher's distribution, everything shuffled together, otherwise the Trainer's defaults.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

import torch
from peft import PeftModel
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from core.brain import Brain
from core.curriculum import Curriculum
from core.lessons import Lesson
from core.nights import expand
from core.precision import trains_in_bf16
from core.randomness import generator
from core.recipes import Recipe
from core.watch import Watch

_IGNORED = -100  # label of a token that is read but not learned


def learn_with_trainer(brain: Brain, recipe: Recipe, curriculum: Curriculum, watch: Watch) -> PeftModel:
    """A night taught by the Trainer on `curriculum` as plain text: steps, batch and learning rate from `recipe`."""
    base = brain.base
    student = expand(base, brain.nights, recipe.rank, generator(recipe.seed, "expert"))
    examples = [example(lesson) for lesson in (*curriculum.new, *curriculum.kept_as_is)]
    total = recipe.most_steps(len(brain.facts))
    if not examples or not total:
        return student
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=total,
            per_device_train_batch_size=_batch_size(recipe, curriculum),
            learning_rate=recipe.learning_rate,
            lr_scheduler_type="linear",
            seed=recipe.seed % 2**32,
            use_cpu=base.device == "cpu",
            bf16=trains_in_bf16(base.device),
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
            label_names=["labels"],
            dataloader_pin_memory=base.device != "cpu",
        )
        trainer = Trainer(
            model=student,
            args=arguments,
            train_dataset=examples,
            data_collator=_Batches(watch, base.sink),
            callbacks=[_Ticks(watch, total)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return student.eval()


def _batch_size(recipe: Recipe, curriculum: Curriculum) -> int:
    """As many lines as our loop takes at each step, pages and cues aside."""
    sources = {lesson.source for lesson in curriculum.kept_as_is}
    beside = {
        "rehearsal": recipe.batch_rehearsals,
        "lookalikes": recipe.batch_lookalikes,
        "older nights": recipe.batch_older,
    }
    return recipe.batch_lessons + sum(count for source, count in beside.items() if source in sources)


def example(lesson: Lesson) -> dict[str, list[int]]:
    """A lesson as token ids and labels: what it teaches with full weight is learned, all else is only read."""
    taught = lesson.tokens[-len(lesson.weights) :]
    labels = [t if w == 1 else _IGNORED for t, w in zip(taught, lesson.weights.tolist(), strict=True)]
    unlearned = [_IGNORED] * (len(lesson.tokens) - len(labels))
    ids = list(lesson.tokens)
    return {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": unlearned + labels}


class _Batches:
    """Pads examples on the right, and counts their tokens as our own loop does."""

    def __init__(self, watch: Watch, pad: int):
        self.watch = watch
        self.fill = {"input_ids": pad, "attention_mask": 0, "labels": _IGNORED}

    def __call__(self, examples: Sequence[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        lengths = [len(one["input_ids"]) for one in examples]
        self.watch.tokens_trained += sum(lengths)
        return {
            key: torch.tensor([one[key] + [fill] * (max(lengths) - len(one[key])) for one in examples])
            for key, fill in self.fill.items()
        }


class _Ticks(TrainerCallback):
    """Tells the watch of every step, and lets it look at the student."""

    def __init__(self, watch: Watch, total: int):
        self.watch, self.total = watch, total

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **handed: Any) -> None:
        self.watch.tick("seed", state.global_step, self.total)
        handed["model"].eval()
        self.watch.show(handed["model"])
        handed["model"].train()
