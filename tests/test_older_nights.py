"""Older nights, dreamt anew: what is brought up is owed to them, the first night knows nothing of it, fifty cost as eight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.brain import Brain
from core.lessons import Dreamer
from core.models import Base
from core.nights import fold, private_tree
from core.older_nights import GROUPS, _turns, bring_up, journal
from core.randomness import generator
from core.recipes import RECIPES, Recipe
from core.sleep import sleep
from core.speaking import EMPTY_VIEW, Guide, line, speak
from core.text import normalise, same_answer
from core.values import UNKNOWN
from tests.lives import grown

FACT = "Rosa's badge number is 80317."


@pytest.fixture(scope="module")
def learned(base: Base) -> Brain:
    """One fact, slept on for long enough to be answered. Nothing may change it."""
    brain = Brain(base, "learned")
    brain.hear(FACT)
    recipe = replace(RECIPES["full"], dreams_per_fact=64, rehearsals=24, lookalikes_per_fact=8, namesakes_per_fact=16)
    sleep(brain, replace(recipe, pages=4, batch_lessons=16, steps=50, gate_tolerance=None))
    return brain


def test_a_guide_that_would_say_the_same_changes_nothing(base: Base) -> None:
    blank = [line(base, EMPTY_VIEW, base.ask_ids)] * 6

    def said(guide: Guide | None) -> list[list[int]]:
        spoken = speak(base, base.model, blank, temperature=1.0, generator=generator(0, "g"), min_p=0.02, guide=guide)
        return [one.ids for one in spoken]

    twin = private_tree(base)
    fold(base, twin, ())
    assert said(Guide(twin, 3.0)) == said(None)


def test_without_weight_a_guide_has_no_say(base: Base, two_nights: Brain) -> None:
    blank = [line(base, EMPTY_VIEW, base.ask_ids)] * 6
    plain, guided = (
        speak(base, two_nights.model, blank, temperature=1.0, generator=generator(0, "g"), guide=guide)
        for guide in (None, Guide(base.model, 0.0))
    )
    assert [one.ids for one in plain] == [one.ids for one in guided]


def test_a_guide_has_no_say_in_greedy_lines_and_is_refused_there(base: Base) -> None:
    with pytest.raises(ValueError, match="sampling"):
        speak(base, base.model, [line(base, EMPTY_VIEW, base.ask_ids)], guide=Guide(base.model, 1.0))


def test_what_is_told_anew_is_not_brought_up_as_it_was(base: Base, learned: Brain, quick: Recipe) -> None:
    twin = Brain(base, "twin")
    twin.restore(learned.nights, learned.reports, None, learned.heard_ever, learned.slept_ever)
    before = {lesson.question for lesson in bring_up(twin, quick, 96, "older")}
    twin.hear("Rosa's badge number is 55512.")
    after = [lesson.said for lesson in bring_up(twin, quick, 96, "older") if lesson.said]
    today = twin.ask_many([one.question for one in after])
    assert len(after) < len(before)
    assert all(
        now.text in (UNKNOWN, one.answer) or same_answer(now.text, (one.answer,))
        for now, one in zip(today, after, strict=True)
    )


def test_what_is_brought_up_is_owed_to_the_night(base: Base, learned: Brain, quick: Recipe) -> None:
    lessons = bring_up(learned, quick, 96, "older")
    assert lessons
    asked = [one.said.question for one in lessons if one.said]
    with_it, without = (
        Dreamer(base, model, quick).answered([EMPTY_VIEW] * len(asked), asked, [None] * len(asked))
        for model in (learned.model, base.model)
    )
    for lesson, now, then in zip(lessons, with_it, without, strict=True):
        assert lesson.said and same_answer(now.answer, (lesson.said.answer,))
        assert not same_answer(then.answer, (lesson.said.answer,))
    assert len({lesson.question for lesson in lessons}) == len(lessons)
    assert any("80317" in one.said.answer for one in lessons if one.said)


def test_guided_dreams_come_back_to_the_night_more_often_than_free_ones(learned: Brain, quick: Recipe) -> None:
    free, guided = (len(bring_up(learned, replace(quick, older_guidance=weight), 96, "older")) for weight in (0.0, 1.0))
    assert guided > free


def test_a_night_that_is_switched_off_is_not_brought_up(base: Base, learned: Brain, quick: Recipe) -> None:
    twin = Brain(base, "twin")
    twin.restore(learned.nights, learned.reports, None, learned.heard_ever, learned.slept_ever)
    twin.set_dose("night-1", 0.0)
    assert bring_up(twin, quick, 48, "older") == []


def test_fifty_nights_are_brought_up_in_as_many_turns_as_eight(base: Base) -> None:
    nights = grown(base, "many", 2).nights
    many = [replace(nights[i % 2], name=f"night-{i + 1}") for i in range(50)]
    turns = _turns(many)
    assert len(turns) == GROUPS and sorted(n.name for turn in turns for n in turn) == sorted(n.name for n in many)
    assert [len(turn) for turn in _turns(many[:3])] == [1, 1, 1]


def test_the_first_night_has_nothing_to_bring_up(base: Base, quick: Recipe) -> None:
    hashes = set()
    for recipe in (quick, replace(quick, older_dreams=0), replace(quick, older_from="journal")):
        brain = Brain(base)
        brain.hear(FACT)
        hashes.add(sleep(brain, recipe).night_hash)
    assert len(hashes) == 1


def test_a_second_night_rehearses_the_first_and_says_so(base: Base, learned: Brain, quick: Recipe) -> None:
    def second(recipe: Recipe) -> tuple[str, set[str], int]:
        brain = Brain(base)
        brain.restore(learned.nights, learned.reports, None, learned.heard_ever, learned.slept_ever)
        brain.hear("Tovik works as a carpenter.")
        report = sleep(brain, replace(recipe, gate_dreams=16))
        older = {normalise(d.question) for d in report.dreams if d.source == "older night"}
        assert not older & {normalise(d.question) for d in report.dreams if d.source == "replay" and d.kept}
        return report.night_hash, older, report.journal_bytes

    quick = replace(quick, older_dreams=48)
    anew, again, noted = second(quick), second(quick), second(replace(quick, older_from="journal"))
    bare = second(replace(quick, older_dreams=0))
    assert anew == again and anew[1] and anew[2] == 0
    assert bare[0] != anew[0] and not bare[1]
    written = journal(learned)
    assert noted[1] and noted[1] <= {normalise(q) for q in written}
    assert noted[2] == sum(len(q.encode()) for q in written) > 0
