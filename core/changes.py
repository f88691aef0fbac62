"""Which answers a night changed most, of those that it should have left alone."""

from __future__ import annotations

import torch

from core.brain import Brain
from core.exam import Bystanders
from core.lines import EMPTY_VIEW
from core.measured import ChangedAnswer
from core.speaking import speak, target_scores

MOST = 10


def changed_most(
    brain: Brain, before: Bystanders, *, model: torch.nn.Module, most: int = MOST
) -> tuple[ChangedAnswer, ...]:
    """The neighbours whose old answer lost most log-probability from the brain's weights to `model`, the worst first.

    Neighbours were never told; all are asked with an empty cache. Those whose old answer lost nothing are left out.
    """
    base, questions, answers = brain.base, before.neighbour_questions, before.neighbour_answers
    if not questions:
        return ()
    lines = [brain.question_line(q, EMPTY_VIEW) for q in questions]
    targets = [base.answer_ids(answer) for answer in answers]
    was, now = (target_scores(base, weights, lines, targets) for weights in (brain.model, model))
    lost = [float(old.sum() - new.sum()) for old, new in zip(was, now, strict=True)]
    worst = [i for i in sorted(range(len(lost)), key=lambda i: -lost[i]) if lost[i] > 0][:most]
    spoken = speak(base, model, [lines[i] for i in worst]) if worst else []
    return tuple(
        ChangedAnswer(questions[i], answers[i], base.decode(said.ids).strip(), lost[i])
        for i, said in zip(worst, spoken, strict=True)
    )
