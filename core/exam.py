"""Exams: recall under a named condition, decided by free generation; and what a night costs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch

from core.brain import Brain
from core.cache import MAX_QUESTION
from core.drift import drift_on_held_out
from core.lines import EMPTY_VIEW, Line, line
from core.measured import ExamRow, Rate, SideEffects
from core.models import Base
from core.neighbours import neighbours
from core.nursery.world import deep_past
from core.put_back import long_context_view, retrieval_lines
from core.speaking import speak, target_scores
from core.text import is_yes_no, normalise, same_answer
from core.values import UNKNOWN, Condition, Fact, Probe

NEIGHBOURS = 60
NIGHTS_OFF: tuple[Condition, ...] = ("blank", "retrieval", "long_context")


def take_exam(
    brain: Brain,
    facts: Sequence[Fact],
    condition: Condition,
    *,
    model: torch.nn.Module | None = None,
    lesson_questions: frozenset[str] | None = None,
) -> list[ExamRow]:
    """Ask every probe of `facts` under `condition`. `model` replaces the brain's own weights (a night being tried)."""
    asked = [(fact, probe) for fact in facts for probe in fact.probes]
    if not asked:
        return []
    base = brain.base
    weights = base.model if condition in NIGHTS_OFF else model or brain.model
    lines = exam_lines(brain, asked, condition)
    spoken = speak(base, weights, lines)
    expected = [base.answer_ids(probe.answers[0]) for _, probe in asked]
    scores = target_scores(base, weights, lines, expected)
    rows = []
    for (fact, probe), one, said, score in zip(asked, lines, spoken, scores, strict=True):
        answer = base.decode(said.ids).strip()
        rows.append(
            ExamRow(
                night=fact.day,
                statement=fact.statement,
                question=probe.question,
                expected="|".join(probe.answers),
                source=probe.source,
                in_lessons=None if lesson_questions is None else normalise(probe.question) in lesson_questions,
                condition=condition,
                answer=answer,
                right=same_answer(answer, probe.answers),
                log_prob=float(score.sum()),
                prompt_tokens=base.pieces(list(one.prompt)),
                cache_length=len(one.view.entries),
                fact=fact.number,
                prompt_ids=one.prompt,
            )
        )
    return rows


def exam_lines(brain: Brain, asked: Sequence[tuple[Fact, Probe]], condition: Condition) -> list[Line]:
    """The exact line that puts each probe to the model. The cache is empty in every condition but awake, alone and
    long_context; what retrieval fetches stands in the prompt."""
    if condition == "retrieval":
        return retrieval_lines(brain, [probe.question for _, probe in asked])
    if condition == "alone":
        return [brain.question_line(probe.question, brain.day.alone(fact.number)) for fact, probe in asked]
    view = EMPTY_VIEW
    if condition in ("awake", "long_context"):
        view = brain.day.whole() if condition == "awake" else long_context_view(brain)
    return [brain.question_line(probe.question, view) for _, probe in asked]


@dataclass(frozen=True)
class Bystanders:
    """What a night should leave alone, asked with an empty cache: answers to neighbours and to the deep past.

    `awake`: what the neighbours are answered with the whole day in the cache; () where there was no day to see.
    """

    neighbour_questions: tuple[str, ...]
    neighbour_answers: tuple[str, ...]
    deep_past: Rate
    awake: tuple[str, ...] = ()


def ask_bystanders(brain: Brain, facts: Sequence[Fact], *, model: torch.nn.Module | None = None) -> Bystanders:
    """Neighbours are told questions about a fresh name of the same shape; they were never told, on any night."""
    base, weights = brain.base, model or brain.shared_model
    questions = _neighbours_of(brain, facts)
    answers = _answers(base, weights, [brain.question_line(q, EMPTY_VIEW) for q in questions])
    past = (_raised_past if weights is base.model else _past)(base, weights, deep_past())
    return Bystanders(questions, tuple(answers), past)


def _past(base: Base, weights: torch.nn.Module, past: tuple[tuple[tuple[str, ...], str], ...]) -> Rate:
    """The world that the model was raised in, asked with an empty cache."""
    answers = _answers(base, weights, [line(base, EMPTY_VIEW, base.question_ids(asked[0])) for asked, _ in past])
    return Rate.of(sum(same_answer(a, (e,)) for a, (_, e) in zip(answers, past, strict=True)), len(past))


_raised_past = lru_cache(maxsize=4)(_past)  # its answers never change


def ask_evening(brain: Brain, facts: Sequence[Fact]) -> Bystanders:
    """Bystanders before a night: the neighbours are asked with the day in the cache, too."""
    found = ask_bystanders(brain, facts)
    day = brain.day.whole()
    lines = [brain.question_line(q, day) for q in found.neighbour_questions]
    return replace(found, awake=tuple(_answers(brain.base, brain.model, lines)))


def _neighbours_of(brain: Brain, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Drawn from given probes where there are any, else from self-made ones."""
    probes = [(p, f.statement) for f in facts for p in f.probes if not is_yes_no(p.answers[0])]
    given = [(p.question, text) for p, text in probes if p.source == "given"]
    told = given or [(p.question, text) for p, text in probes]
    ever = {normalise(p.question) for f in _told_ever(brain, facts) for p in f.probes}
    drawn = neighbours(told, NEIGHBOURS, seed=1) if told else []
    fitting = (q for q in drawn if len(brain.base.question_ids(q)) <= MAX_QUESTION)
    return tuple(q for q in fitting if normalise(q) not in ever)


def _told_ever(brain: Brain, facts: Sequence[Fact]) -> list[Fact]:
    return [*facts, *(fact for report in brain.reports for fact in report.facts)]


def _answers(base: Base, model: torch.nn.Module, lines: Sequence[Line]) -> list[str]:
    return [base.decode(s.ids).strip() for s in speak(base, model, lines)]


def side_effects(brain: Brain, facts: Sequence[Fact], before: Bystanders, *, model: torch.nn.Module) -> SideEffects:
    """Compare `before` with the same questions put to `model`, and measure drift on held-out text."""
    after = ask_bystanders(brain, facts, model=model)
    locality, false_recall, unknown = neighbour_rates(brain, facts, before, after)
    drift, kl = drift_on_held_out(brain.base, brain.shared_model, model)
    return SideEffects(
        deep_past=after.deep_past,
        deep_past_before=before.deep_past,
        locality=locality,
        false_recall=false_recall,
        unknown=unknown,
        drift_nats=drift,
        kl_to_base=kl,
        false_recall_awake=_false_recall(brain, facts, before.awake),
    )


def neighbour_rates(
    brain: Brain, facts: Sequence[Fact], before: Bystanders, after: Bystanders
) -> tuple[Rate, Rate, Rate]:
    """Of the neighbours in `after`: answered as in `before`, with a value that was told for something else, and with
    not knowing."""
    answers = [normalise(a) for a in after.neighbour_answers]
    same = sum(a == normalise(b) for a, b in zip(answers, before.neighbour_answers, strict=True))
    unknown = sum(a == normalise(UNKNOWN) for a in answers)
    told = _false_recall(brain, facts, after.neighbour_answers)
    return Rate.of(same, len(answers)), told, Rate.of(unknown, len(answers))


def _false_recall(brain: Brain, facts: Sequence[Fact], answers: Sequence[str]) -> Rate:
    """The share of neighbours' answers that were told for something else."""
    values = {normalise(a) for f in _told_ever(brain, facts) for p in f.probes for a in p.answers if not is_yes_no(a)}
    values -= {"", normalise(UNKNOWN)}
    return Rate.of(sum(normalise(a) in values for a in answers), len(answers))
