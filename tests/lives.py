"""A life of nights without the cost of sleeping: small random nights, with real questions asked of real weights."""

from __future__ import annotations

from dataclasses import replace

import torch

from core.brain import Brain
from core.exam import take_exam
from core.measured import Rate, Verdict
from core.models import Base
from core.nights import Night, fold, private_tree
from core.past import ask_past
from core.values import Probe
from tests.chart_values import make_report

TOLD = (
    ("Mira lives in Oslo.", "Where does Mira live?", "Oslo"),
    ("The lighthouse is red.", "What colour is the lighthouse?", "red"),
    ("Zorvath drives a tractor.", "What does Zorvath drive?", "a tractor"),
)
ALMOST = Rate.of(59, 60)
LET_IN = Verdict(0.01, ALMOST, ALMOST, Rate.of(0, 0), 0.1, True, "At the gate it did well. The night was let in.")


def random_night(base: Base, number: int, rank: int = 4) -> Night:
    """Weak enough that the model still speaks, strong enough to change what it says."""
    rng = torch.Generator().manual_seed(number)
    a, b = {}, {}
    for matrix in base.mlp:
        out, into = base.weight(matrix).T.shape if matrix.transposed else base.weight(matrix).shape
        a[matrix.module] = torch.randn(rank, into, generator=rng) * into**-0.5
        b[matrix.module] = torch.randn(out, rank, generator=rng) * 0.02
    return Night(f"night-{number}", a, b, rank)


def grown(base: Base, name: str = "life", nights: int = 3) -> Brain:
    """A brain that was told one fact a day and has one random night for each."""
    brain = Brain(base, name)
    for statement, question, answer in TOLD[:nights]:
        facts = (brain.hear(statement, [Probe(question, (answer,))]),)
        night = random_night(base, brain.next_night)
        morning = private_tree(base)
        fold(base, morning, (*brain.nights, night))
        before = take_exam(brain, facts, "amnesia")
        exam = (*before, *take_exam(brain, facts, "slept", model=morning, lesson_questions=frozenset()))
        past = ask_past(brain, model=morning)
        report = replace(
            make_report(),
            **dict(night=brain.next_night, name=night.name, facts=facts, exam=exam, past=past, gate=(LET_IN,)),
            recipe={"name": "full", "batch_cues": 16},
        )
        brain.join(night, report, morning)
    return brain
