"""Older nights, dreamt anew: a cue calls them up, and what is brought up is owed to them; fifty are asked as much as one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.brain import Brain
from core.dreamer import Dreamer, sure_of
from core.errors import BadInput
from core.lessons import Lesson
from core.lines import EMPTY_VIEW
from core.memory import EMPTY
from core.models import Base
from core.nights import Night
from core.older_nights import _still_true, bring_up, journal, recollect, teach_cue
from core.recipes import RECIPES, Recipe
from core.sleep import _older_nights, sleep
from core.text import normalise, same_answer
from core.values import UNKNOWN

FACT = "Rosa's badge number is 80317."


@pytest.fixture(scope="module")
def learned(base: Base) -> Brain:
    """One fact, slept on for long enough to be answered. Nothing may change it."""
    brain = Brain(base, "learned")
    brain.hear(FACT)
    recipe = replace(RECIPES["full"], dreams_per_fact=64, rehearsals=24, lookalikes_per_fact=8, namesakes_per_fact=16)
    sleep(brain, replace(recipe, pages=4, batch_lessons=16, steps=50, gate_tolerance=None))
    return brain


def brought_up(brain: Brain, recipe: Recipe, count: int = 96) -> list[Lesson]:
    return [lesson for lessons in bring_up(brain, recipe, count, "older").values() for lesson in lessons]


def twin_of(brain: Brain) -> Brain:
    twin = Brain(brain.base, "twin")
    twin.restore(brain.nights, brain.reports, None, brain.heard_ever, brain.slept_ever)
    return twin


def test_behind_its_cue_a_night_asks_about_what_it_learned(base: Base, learned: Brain, quick: Recipe) -> None:
    def about(night: int) -> int:
        dreamer = Dreamer(base, learned.model, quick)
        asked, _ = dreamer.questions_from([(EMPTY_VIEW, tuple(base.cue_ids(night)), None)] * 48, "cue", 1.0)
        return sum("Rosa" in question for question in asked)

    assert about(1) >= 4
    assert about(1) > 4 * sum(
        "Rosa" in q for q in Dreamer(base, base.model, quick).questions(EMPTY_VIEW, base.cue_ids(1), 48, "c", 1.0)
    )


def test_a_cue_asks_and_teaches_no_answer(base: Base) -> None:
    asked = ["What is Rosa's badge number?", "What does Tovik do?"]
    dreamer = Dreamer(base, base.model, RECIPES["full"])
    said = dreamer.answered([EMPTY_VIEW] * 2, asked, [0, 1])
    one, other = dreamer.teach(said, [EMPTY_VIEW] * 2, "dreams")
    lessons = teach_cue(base, 7, [one, other, one])
    assert [base.decode(list(lesson.tokens[1:])) for lesson in lessons] == [
        f"Night 7\nQ: {q}\nA:" for q in (*asked, asked[0])
    ]
    for lesson in lessons:
        taught = lesson.tokens[-len(lesson.weights) :]
        assert tuple(lesson.teacher.argmax(-1).tolist()) == taught and bool((lesson.weights == 1).all())
    assert teach_cue(base, 7, []) == []


def test_reminded_of_a_night_it_asks_about_it_and_nothing_changes(learned: Brain) -> None:
    before = learned.digest()
    came = recollect(learned, 1)
    assert came == recollect(learned, 1) and learned.digest() == before
    assert any(one.dreamt and same_answer(one.answer, (one.dreamt,)) for one in came)
    assert len({one.question for one in came}) == len(came) <= 12
    with pytest.raises(BadInput, match="no night 7"):
        recollect(learned, 7)


def test_a_night_without_a_cue_is_not_called_up(learned: Brain, quick: Recipe) -> None:
    bare = twin_of(learned)
    bare.reports = tuple(replace(report, recipe={**report.recipe, "batch_cues": 0}) for report in learned.reports)
    assert brought_up(bare, quick) == [] and journal(bare) == journal(learned)
    with pytest.raises(BadInput, match="learned a cue"):
        recollect(bare, 1)


@pytest.mark.parametrize("opening", ["ask_ids", "cue_ids"])
def test_a_question_is_read_without_what_opened_it(base: Base, opening: str) -> None:
    ids = base.ask_ids if opening == "ask_ids" else base.cue_ids(12)
    assert base.question_text([*ids, *base.encode(" Who is Q: here?")]) == "Who is Q: here?"
    assert base.question_text(base.encode("Who?")) == ""


def test_what_is_told_anew_is_not_brought_up_as_it_was(learned: Brain, quick: Recipe) -> None:
    twin = twin_of(learned)
    before = {lesson.question for lesson in brought_up(twin, quick)}
    twin.hear("Rosa's badge number is 55512.")
    after = [lesson.said for lesson in brought_up(twin, quick) if lesson.said]
    today = twin.ask_many([one.question for one in after])
    assert len(after) < len(before)
    assert all(
        now.text in (UNKNOWN, one.answer) or same_answer(now.text, (one.answer,))
        for now, one in zip(today, after, strict=True)
    )


def test_what_is_brought_up_is_owed_to_the_night(base: Base, learned: Brain, quick: Recipe) -> None:
    lessons = brought_up(learned, quick)
    assert lessons and set(bring_up(learned, quick, 96, "older")) == {1}
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


def with_a_later_night(learned: Brain, later: Night) -> Brain:
    brain = twin_of(learned)
    report = replace(
        learned.reports[0], night=2, name=later.name, recipe={**learned.reports[0].recipe, "batch_cues": 0}
    )
    brain.restore((*learned.nights, later), (*learned.reports, report), None, 2, 2)
    return brain


def test_what_a_later_night_has_wiped_out_is_taught_as_it_was(learned: Brain, quick: Recipe) -> None:
    brain = with_a_later_night(learned, replace(learned.nights[0], name="night-2", dose=-1.0))
    wiped = brought_up(brain, quick)
    assert "80317" not in brain.ask("What is Rosa's badge number?", EMPTY).text
    assert any("80317" in lesson.said.answer for lesson in wiped if lesson.said)
    kept = bring_up(brain, quick, 96, "older", still_known=True)
    assert not any("80317" in one.said.answer for some in kept.values() for one in some if one.said)


def test_what_the_brain_is_sure_of_otherwise_by_now_is_not_taught_as_it_was(base: Base) -> None:
    """As if an older night had been told that the capital of France was Lyon, and where Tovan lives."""
    brain, recipe = Brain(base), RECIPES["full"]
    dreamer = Dreamer(base, base.model, recipe)
    capital, home = "What is the capital of France?", "Where does Tovan live?"
    said = dreamer.answered([EMPTY_VIEW] * 2, [capital, home], [None] * 2)
    assert [one.answer for one in said] == ["Paris", UNKNOWN] and sure_of(dreamer, said) == {capital}
    assert not sure_of(dreamer, [replace(one, ended=False) for one in said])
    then = [replace(one, answer="Lyon", answer_ids=tuple(base.answer_ids("Lyon"))) for one in said]
    older = dreamer.teach(then, [EMPTY_VIEW] * 2, "older nights")
    assert _still_true(brain, recipe, older, still_known=False) == older[1:]
    assert _still_true(brain, recipe, older, still_known=True) == []


def test_the_gate_judges_by_dreams_of_older_nights_that_no_lesson_has(learned: Brain, quick: Recipe) -> None:
    recipe = replace(quick, older_dreams=96, gate_dreams=32)
    older, judges = _older_nights(learned, recipe, set())
    rehearsed, judged = ({lesson.question for lesson in some} for some in (older[1], judges))
    assert rehearsed and judged and not rehearsed & judged
    again, _ = _older_nights(learned, recipe, rehearsed)
    assert not again[1]
    assert not _older_nights(learned, replace(recipe, gate_tolerance=None), set())[1]


def test_a_night_that_is_switched_off_is_not_brought_up(learned: Brain, quick: Recipe) -> None:
    twin = twin_of(learned)
    twin.set_dose("night-1", 0.0)
    assert brought_up(twin, quick, 48) == [] and journal(twin) == []


def test_fifty_nights_are_asked_as_many_questions_as_one(
    base: Base, learned: Brain, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def ask(self: Dreamer, openings: list[object], *rest: object) -> tuple[list[str], list[int]]:
        drawn.append(len(openings))
        return [], []

    monkeypatch.setattr(Dreamer, "questions_from", ask)
    for nights in (1, 7, 50):
        brain = Brain(base)
        named = [f"night-{i + 1}" for i in range(nights)]
        reports = [replace(learned.reports[0], night=i + 1, name=name) for i, name in enumerate(named)]
        brain.restore([replace(learned.nights[0], name=n, dose=0.01) for n in named], reports, None, nights, nights)
        for few, most_nights in ((64, 8), (320, 16)):
            drawn.clear()
            bring_up(brain, RECIPES["full"], few, "older")
            assert few - len(drawn) < sum(drawn) <= few and len(drawn) <= most_nights


def test_the_first_night_has_nothing_to_bring_up(base: Base, quick: Recipe) -> None:
    hashes = set()
    for recipe in (quick, replace(quick, older_dreams=0), replace(quick, older_from="journal")):
        brain = Brain(base)
        brain.hear(FACT)
        hashes.add(sleep(brain, recipe).night_hash)
    assert len(hashes) == 1


def test_a_second_night_rehearses_the_first_and_says_so(learned: Brain, quick: Recipe) -> None:
    def second(recipe: Recipe) -> tuple[str, set[str], int]:
        brain = twin_of(learned)
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
