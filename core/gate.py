"""The gate: before a night joins the brain it is judged, on dreams that no lesson contained.

New dreams tell whether the night learned; the brain's own dreams with an empty cache, dreamt before training, tell
whether what it knew is still answered as before. The gate knows no fact, no probe and no list of the world: it sees
what the brain said to itself. Too much change, and the night is taught again more gently, or refused (`core.sleep`).

A night that learned little is no harm, so `learned` is measured and shown, and refuses nothing. Harm has to be certain:
a night is refused only when the whole Wilson 95 % interval of what stayed lies below what the recipe allows, and where
there were enough dreams to judge by, so that a few unlucky dreams of an older night refuse nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from core.dreamer import Dreamer
from core.lessons import Lesson, Said
from core.lines import EMPTY_VIEW, line
from core.measured import Rate, Verdict
from core.models import Base
from core.recipes import Recipe
from core.speaking import speak
from core.text import normalise, same_answer

ENOUGH = 6  # dreams of one kind; fewer refuse nothing


@dataclass(frozen=True)
class SetAside:
    """Questions, each with the answer that a good night gives to it with an empty cache."""

    new: tuple[tuple[str, str], ...]  # the answer with the memory in view
    deep_past: tuple[tuple[str, str], ...]  # the answer before this night, the same with all nights off
    older_nights: tuple[tuple[str, str], ...]  # the answer before this night, another one with all nights off


def free_questions(dreamer: Dreamer) -> list[str]:
    """At most `gate_dreams` distinct questions that the brain asks itself with an empty cache; [] when there is no gate.

    Drawn before anything is rehearsed, and kept out of the lessons: many rehearsals would leave the gate little to ask.
    """
    if dreamer.recipe.gate_tolerance is None:
        return []
    return dreamer.questions(EMPTY_VIEW, dreamer.base.ask_ids, dreamer.recipe.gate_dreams, "gate", 1.0)


def set_aside(
    dreamer: Dreamer,
    new: Sequence[Said],
    free: Sequence[str],
    older: Sequence[Lesson] = (),
    learned_from: Sequence[Lesson] = (),
) -> SetAside | None:
    """Answer what the gate asks, before anything is taught. None when the recipe has no gate.

    `older`: dreams of older nights (`core.older_nights`). Of the `free_questions` those that the brain answers otherwise with
    its nights off are no part of its deep past.
    """
    base = dreamer.base
    if dreamer.recipe.gate_tolerance is None:
        return None
    taken = {lesson.question for lesson in learned_from} | {normalise(said.question) for said in new}
    questions = [q for q in free if normalise(q) not in taken]
    said = dreamer.answered([EMPTY_VIEW] * len(questions), questions, [None] * len(questions))
    old = [(one.question, one.answer) for one in said if one.ended and one.answer]
    raised = _answers(base, base.model, [question for question, _ in old])
    is_deep = [same_answer(answer, (was,)) for answer, (_, was) in zip(raised, old, strict=True)]
    return SetAside(
        new=tuple((one.question, one.answer) for one in new),
        deep_past=tuple(pair for pair, deep in zip(old, is_deep, strict=True) if deep),
        older_nights=tuple((s.question, s.answer) for one in older if one.question not in taken and (s := one.said)),
    )


def judge(base: Base, model: torch.nn.Module, aside: SetAside, recipe: Recipe, *, is_last_try: bool = False) -> Verdict:
    """Ask `model`, a brain with the night in question, everything that was set aside. Changes nothing."""
    learned, deep_past, older = (
        _still_answered(base, model, pairs) for pairs in (aside.new, aside.deep_past, aside.older_nights)
    )
    tolerance = 1.0 if recipe.gate_tolerance is None else recipe.gate_tolerance
    passed = not any(is_harmed(rate, tolerance) for rate in (deep_past, older))
    words = _words(learned, deep_past, older, tolerance, passed, is_last_try)
    return Verdict(recipe.learning_rate, learned, deep_past, older, tolerance, passed, words)


def is_harmed(kept: Rate, tolerance: float) -> bool:
    """True when surely more than `tolerance` of the answers changed, and there were enough of them to say so."""
    return kept.n >= ENOUGH and kept.high is not None and kept.high < 1 - tolerance


def _still_answered(base: Base, model: torch.nn.Module, pairs: Sequence[tuple[str, str]]) -> Rate:
    answers = _answers(base, model, [question for question, _ in pairs])
    return Rate.of(sum(same_answer(a, (wanted,)) for a, (_, wanted) in zip(answers, pairs, strict=True)), len(pairs))


def _answers(base: Base, model: torch.nn.Module, questions: Sequence[str]) -> list[str]:
    """With an empty cache."""
    lines = [line(base, EMPTY_VIEW, base.question_ids(q)) for q in questions]
    return [base.decode(s.ids).strip() for s in speak(base, model, lines)]


def _words(learned: Rate, deep_past: Rate, older: Rate, tolerance: float, passed: bool, is_last_try: bool) -> str:
    """What happened, for a person."""
    old = [
        f"{_of(rate)} dreams of {what}"
        for rate, what in ((deep_past, "the deep past"), (older, "older nights"))
        if rate.n
    ]
    done = [f"answered {_of(learned)} new dreams that it had not learned from"] if learned.n else []
    done += [f"answered {' and '.join(old)} as before"] if old else []
    try_ = "At half the learning rate" if is_last_try else "At the gate"
    found = f"{try_} it {', and '.join(done) or 'had no dream to be judged by'}."
    if passed:
        return f"{found} The night was let in."
    limit = f"Surely more than {100 * tolerance:g} % of its old answers changed, so the night was"
    return f"{found} {limit} {'refused; nothing was changed.' if is_last_try else 'taught once more, gently.'}"


def _of(rate: Rate) -> str:
    return f"{round((rate.value or 0.0) * rate.n)} of {rate.n}"
