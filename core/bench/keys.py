"""What of a recipe a life depends on. A knob that another one switches off changes nothing, so a life that was lived
before stays known when only such a knob is moved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields

from core.recipes import Recipe

_NAMES = {"name", "summary", "seed"}
_OLDER = {"older_per_night", "older_temperature", "batch_older", "older_weight"}
_LOOKALIKES = {"batch_lookalikes", "lookalike_weight"}
_PAGES = {"page_tokens", "batch_pages", "page_weight"}
_FREE = {"batch_rehearsals", "rehearsal_weight"}
_CUES = {"cue_weight"}
_GATE = {"gate_dreams", "set_aside_every"}
_DREAMS = {
    *("one_at_a_time", "reread", "dreams_per_fact", "dream_temperature", "dream_min_p", "borrowed_openings"),
    *("question_weight", "min_gap_nats", "min_answer_probability", "on_policy", "rounds_out"),
    *("rehearsals", "older_dreams", "lookalikes_per_fact", "namesakes_per_fact", "pages", "batch_cues"),
}

# When, by recipe and number of nights, which knobs do nothing.
IDLE: tuple[tuple[Callable[[Recipe, int], bool], Collection[str]], ...] = (
    (lambda recipe, nights: recipe.steps == 0, {f.name for f in fields(Recipe)} - {"steps", "rank"}),
    (lambda recipe, nights: recipe.lessons_from == "statements", _DREAMS),
    (lambda recipe, nights: recipe.lessons_from == "statements", _OLDER | _LOOKALIKES | _PAGES | _FREE | _CUES),
    (lambda recipe, nights: nights == 1, _OLDER | {"older_dreams", "older_from"}),
    (lambda recipe, nights: not recipe.older_dreams and recipe.gate_tolerance is None, _OLDER),
    (lambda recipe, nights: not recipe.lookalikes_per_fact and not recipe.namesakes_per_fact, _LOOKALIKES),
    (lambda recipe, nights: not recipe.pages, _PAGES),
    (lambda recipe, nights: not recipe.rehearsals, _FREE),
    (lambda recipe, nights: not recipe.batch_cues, _CUES),
    (lambda recipe, nights: recipe.gate_tolerance is None, _GATE),
)


def in_effect(recipe: Recipe, nights: int) -> dict[str, object]:
    """The knobs on which a life of so many nights depends, and how they are set."""
    idle = _NAMES.union(*(knobs for does_nothing, knobs in IDLE if does_nothing(recipe, nights)))
    return {knob: value for knob, value in recipe.as_dict().items() if knob not in idle}
