"""Rehearsal: lookalikes are about somebody else, pages are the brain's own, and neither unteaches what was told."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.brain import Brain
from core.dreamer import Dreamer
from core.lessons import Said, sureness
from core.lines import EMPTY_VIEW, line
from core.models import Base, Shape
from core.nights import fold, private_tree
from core.randomness import generator
from core.recipes import Recipe
from core.rehearsal import REDRAWN_WORDS, pages, rehearse
from core.speaking import redraw, speak
from core.text import normalise, same_answer
from core.values import UNKNOWN

FACTS = ("Bus 41 stops at Harrow Lane.", "Tovik works as a carpenter.")


def namesakes(recipe: Recipe) -> Recipe:
    """Enough dreams to be like, and nothing else rehearsed."""
    return replace(recipe.without_rehearsal(), dreams_per_fact=24, namesakes_per_fact=16)


@pytest.fixture
def told(base: Base) -> Brain:
    brain = Brain(base)
    for statement in FACTS:
        brain.hear(statement)
    return brain


def night(brain: Brain, recipe: Recipe) -> tuple[Dreamer, list[Said]]:
    dreamer = Dreamer(brain.base, brain.model, replace(recipe, gate_tolerance=None))
    return dreamer, [one for said in dreamer.dream(brain.day) for one in dreamer.select(said).kept]


def test_a_redrawn_token_is_another_of_the_same_shape_and_the_rest_stays(base: Base) -> None:
    body = base.question_ids("Where does bus 41 stop?")
    places = [frozenset({i}) for i in range(len(body))]
    blank = [line(base, EMPTY_VIEW, ())] * len(body)
    drawn = redraw(base, base.model, blank, [body] * len(body), places, generator(0, "redraw"))
    shapes = base.token_shapes
    for place, tokens in enumerate(drawn):
        is_alone = int((shapes == shapes[body[place]]).sum()) == 1
        changed = [i for i, (a, b) in enumerate(zip(tokens, body, strict=True)) if a != b]
        assert changed == ([] if is_alone else [place])
        assert shapes[tokens[place]] == shapes[body[place]]


def test_shapes_tell_names_numbers_and_words_apart(base: Base) -> None:
    def kinds(text: str) -> list[int]:
        return [shape // 2 for shape in base.token_shapes[base.encode(text)].tolist()]

    assert set(kinds("480317")) <= {Shape.DIGIT, Shape.NOTHING}
    assert kinds(" the")[0] == Shape.LETTER
    assert kinds(" Mira")[0] == Shape.CAPITAL
    assert kinds("?")[-1] == Shape.OTHER


def test_a_namesake_is_like_a_dream_of_the_night_but_was_never_told(told: Brain, quick: Recipe) -> None:
    dreamer, kept = night(told, namesakes(quick))
    lessons, dreams = rehearse(dreamer, kept, (), len(FACTS))
    assert dreams and all(d.source == "rehearsal" for d in dreams)
    assert not {normalise(d.question) for d in dreams} & {normalise(s.question) for s in kept}
    widths = {len(s.prompt) for s in kept}
    assert {len(lesson.said.prompt) for lesson in lessons if lesson.said} & widths


def test_what_the_memory_would_answer_is_rehearsed_only_where_a_name_was_replaced(base: Base, quick: Recipe) -> None:
    """Neither with it nor without it is a rehearsed question answered otherwise, unless it is about somebody else."""
    brain = Brain(base)
    brain.hear("Rosa's badge number is 80317.")
    dreamer, kept = night(brain, replace(namesakes(quick), lookalikes_per_fact=64, namesakes_per_fact=64))
    lessons, dreams = rehearse(dreamer, kept, (), 1)
    assert dreams and {lesson.source for lesson in lessons} == {"lookalikes"}
    blank, alone = (
        dreamer.answered([view] * len(dreams), [d.question for d in dreams], [None] * len(dreams))
        for view in (EMPTY_VIEW, brain.day.alone(brain.facts[0].number))
    )
    assert all(same_answer(said.answer, (d.answer,)) for said, d in zip(blank, dreams, strict=True))
    fooled = [said.question for said, d in zip(alone, dreams, strict=True) if not same_answer(said.answer, (d.answer,))]
    dreamt = [one.question.split() for one in kept]
    for words in (question.split() for question in fooled):
        of_its_length = [other for other in dreamt if len(other) == len(words)]
        others = [sum(a != b for a, b in zip(words, other, strict=True)) for other in of_its_length]
        assert others and 1 <= min(others) <= max(REDRAWN_WORDS)


def test_the_deep_past_is_taught_as_the_raised_model_has_it(base: Base, two_nights: Brain, quick: Recipe) -> None:
    """What earlier nights have blurred is mended; what they made the brain sure to answer is left alone."""
    recipe = replace(quick.without_rehearsal(), rehearsals=96)
    blurred = private_tree(base)
    fold(base, blurred, tuple(replace(night, dose=30.0) for night in two_nights.nights))
    dreamer, raised = (Dreamer(base, model, recipe) for model in (blurred, base.model))
    lessons, _ = rehearse(dreamer, [], (), 0)
    rehearsed = {lesson.said.question: lesson.said.answer for lesson in lessons if lesson.said}
    drawn = dreamer.questions(EMPTY_VIEW, base.ask_ids, 96, "rehearse", 1.0)
    nobody = [None] * len(drawn)
    was, now = (who.answered([EMPTY_VIEW] * len(drawn), drawn, nobody) for who in (raised, dreamer))
    sure = [sureness(lesson) >= 0.5 for lesson in dreamer.teach(now, [EMPTY_VIEW] * len(now), "")]
    told = [p and b.ended and b.answer not in ("", UNKNOWN) for b, p in zip(now, sure, strict=True)]
    changed = [(a, t) for a, b, t in zip(was, now, told, strict=True) if not same_answer(a.answer, (b.answer,))]
    assert {a.question: a.answer for a in was if a.question in rehearsed} == rehearsed
    assert all((a.question in rehearsed) == (a.ended and not t) for a, t in changed)
    assert any(a.question in rehearsed for a, _ in changed)


def test_before_the_first_night_nothing_is_asked_twice_and_the_same_is_rehearsed(told: Brain, quick: Recipe) -> None:
    """The brain's own weights are then the raised model's, so one asking serves for both."""
    recipe = replace(quick.without_rehearsal(), rehearsals=48)
    base = told.base
    (of_brain, dreams), (of_base, same) = (
        rehearse(Dreamer(base, model, recipe), [], (), 0) for model in (told.model, base.model)
    )
    assert dreams == same and dreams
    assert [lesson.tokens for lesson in of_brain] == [lesson.tokens for lesson in of_base]


def test_pages_are_what_the_raised_model_writes_and_cost_what_the_recipe_says(told: Brain, quick: Recipe) -> None:
    dreamer = Dreamer(told.base, told.model, replace(quick, pages=3, page_tokens=12))
    written = pages(dreamer)
    assert [len(lesson.tokens) for lesson in written] == [13] * 3
    assert [lesson.tokens for lesson in pages(dreamer)] == [lesson.tokens for lesson in written]
    assert all(bool(torch.all(lesson.weights == 1)) for lesson in written)
    assert pages(Dreamer(told.base, told.model, replace(quick, pages=0))) == []


def test_unlikely_tokens_are_never_drawn_with_min_p(base: Base) -> None:
    prompt = [line(base, EMPTY_VIEW, base.ask_ids)] * 8
    greedy = speak(base, base.model, prompt[:1])[0].ids
    drawn = speak(base, base.model, prompt, temperature=5.0, generator=generator(1, "p"), min_p=1.0)
    assert all(one.ids == greedy for one in drawn)
