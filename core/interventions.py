"""Trying it out: a night at another dose, or with one of its layers switched off. The brain itself never changes.

Everything is measured on a private copy of the weights (base + nights, folded anew), with an empty cache and free
generation, exactly as in the morning's exam. That makes it an intervention, where attribution is a correlation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from core.brain import Brain
from core.errors import BadInput
from core.exam import ask_bystanders, neighbour_rates, take_exam
from core.findings import DoseCurve, DosePoint, LesionMap
from core.nights import Night, fold, private_tree
from core.values import Fact

DOSES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
OnProgress = Callable[[int, int], None]  # (done, of how many); may raise to stop


def find_night(brain: Brain, name: str) -> Night:
    """The night of that name. Raises BadInput."""
    for night in brain.nights:
        if night.name == name:
            return night
    raise BadInput(f"There is no night called {name!r}; choose one of those listed.")


def asked_after(brain: Brain, name: str) -> tuple[Fact, ...]:
    """The facts of a night, with the questions that its own exam asked."""
    return next((report.facts for report in brain.reports if report.name == name), ())


def with_nights(brain: Brain, nights: Sequence[Night], tree: torch.nn.Module | None = None) -> torch.nn.Module:
    """A private copy of the model with these nights instead of the brain's; `tree`, an older copy, is used again."""
    tree = tree or private_tree(brain.base)
    fold(brain.base, tree, tuple(nights))
    return tree


def _instead(brain: Brain, changed: Night) -> list[Night]:
    return [changed if night.name == changed.name else night for night in brain.nights]


def without_layer(brain: Brain, night: Night, layer: int, tree: torch.nn.Module | None = None) -> torch.nn.Module:
    """A private copy of the model in which `night` does not act in `layer`."""
    lesioned = replace(night, layers_off=night.layers_off | {layer})
    return with_nights(brain, _instead(brain, lesioned), tree)


def dose_curve(
    brain: Brain, name: str, doses: Sequence[float] = DOSES, on_progress: OnProgress | None = None
) -> DoseCurve:
    """The night's own facts, neighbours and the deep past along alpha x night, all other nights as they are.

    0 is always among the doses: the neighbours' answers there are what locality is compared with. Raises BadInput
    for an unknown night, and whatever `on_progress` raises.
    """
    night, facts = find_night(brain, name), asked_after(brain, name)
    tree, asleep, points = private_tree(brain.base), None, []
    rising = sorted({0.0, *doses})
    for done, dose in enumerate(rising):
        with_nights(brain, _instead(brain, replace(night, dose=dose)), tree)
        rows = take_exam(brain, facts, "slept", model=tree)
        now = ask_bystanders(brain, facts, model=tree)
        asleep = asleep or now
        locality, false_recall, _ = neighbour_rates(brain, facts, asleep, now)
        points.append(DosePoint(dose, tuple(rows), locality, false_recall, now.deep_past))
        if on_progress:
            on_progress(done + 1, len(rising))
    return DoseCurve(name, night.dose, tuple(points))


def lesion_map(brain: Brain, name: str, on_progress: OnProgress | None = None) -> LesionMap:
    """The night's own facts with the whole night, without it, and with each of its layers switched off in turn.

    Raises BadInput for an unknown night, and whatever `on_progress` raises.
    """
    night, facts = find_night(brain, name), asked_after(brain, name)
    layers = tuple(brain.base.writers)
    tree, exams = private_tree(brain.base), []
    changes = [night, replace(night, dose=0.0), *(replace(night, layers_off=night.layers_off | {n}) for n in layers)]
    for done, changed in enumerate(changes):
        with_nights(brain, _instead(brain, changed), tree)
        exams.append(tuple(take_exam(brain, facts, "slept", model=tree)))
        if on_progress:
            on_progress(done + 1, len(changes))
    return LesionMap(name, layers, exams[0], exams[1], tuple(exams[2:]))
