"""What is compared: recipes and controls, and what a user would pick instead of a sleep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.recipes import RECIPES, Recipe
from core.values import Condition


@dataclass(frozen=True)
class Method:
    """How facts are kept, and under which condition the model is then asked about them."""

    name: str
    recipe: Recipe
    condition: Condition = "slept"
    learner: Literal["ours", "trainer"] = "ours"


def _recipe(name: str, like: str) -> Recipe:
    """For the Trainer, which does not stop by itself: as many steps as `cram`, about what `full` takes."""
    cram = RECIPES["cram"]
    steps, per_fact = cram.steps, cram.steps_per_fact
    return replace(RECIPES[like], name=name, steps=steps, steps_per_fact=per_fact, gate_tolerance=None)


METHODS: dict[str, Method] = {
    **{name: Method(name, RECIPES[name]) for name in ("full", "cram", "placebo", "none", "replay", "seed")},
    # The sentences as typed; and the very lessons of `full` (dreams and rehearsals), as questions with answers.
    "trainer_statements": Method("trainer_statements", _recipe("trainer_statements", "cram"), learner="trainer"),
    "trainer_qa": Method("trainer_qa", _recipe("trainer_qa", "full"), learner="trainer"),
    # Nothing is learned: one empty night serves both, and the sentences are put back before each question.
    "retrieval": Method("retrieval", RECIPES["none"], "retrieval"),
    "long_context": Method("long_context", RECIPES["none"], "long_context"),
}

# Each knob of `full`, and the value at which it does nothing. A knob that `full` does not use is tried switched on.
_OFF: dict[str, tuple[object, object]] = {
    "one_at_a_time": (False, True),
    "dream_temperature": (1.0, 1.5),
    "dream_min_p": (0.0, 0.02),
    "borrowed_openings": (0.0, 0.5),
    "question_weight": (0.0, 0.1),
    "min_gap_nats": (0.0, 1.0),
    "min_answer_probability": (0.0, 0.5),
    "reread": (False, True),
    "rehearsals": (0, 768),
    "lookalikes_per_fact": (0, 16),
    "namesakes_per_fact": (0, 128),
    "pages": (0, 96),
    "page_weight": (1.0, 4.0),
    "steps_per_fact": (0.0, 12.0),
    "saturation": (None, 0.96),
    "rounds_out": (0, 3),
    "rate_ratio": (1.0, 4.0),
    "weight_decay": (0.0, 1.0),
    "on_policy": (0.0, 0.5),
    "gate_tolerance": (None, 0.1),
}
_FOR_LATER = {
    "older_dreams": 0,
    "older_temperature": 0.7,
    "older_from": "journal",
    "batch_cues": 0,
    "importance_weight": 0.0,
}
_FEWER = {"dreams_per_fact": 128, "rank": 8}  # cannot be switched off: less of it


def ablations() -> list[Method]:
    """`full` itself, then `full` with one knob changed: off where it is in use, on where it is not."""
    full = RECIPES["full"]
    switched = {knob: on if getattr(full, knob) == off else off for knob, (off, on) in _OFF.items()}
    return [METHODS["full"], *(_with(knob, value) for knob, value in {**switched, **_FEWER}.items())]


def ways_to_keep() -> list[Method]:
    """`full` itself, then `full` with what it does for older nights changed. To be compared in lives of several nights."""
    return [METHODS["full"], *(_with(knob, value) for knob, value in _FOR_LATER.items())]


def _with(knob: str, value: object) -> Method:
    name = f"full, {knob} = {value}"
    return Method(name, replace(METHODS["full"].recipe, **{knob: value}))  # type: ignore[arg-type]
