"""The judging of lessons: each condition on what a brain is and was asked, and the six lessons as data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.frozen import Exchange
from app.lessons import CHECKS, LESSONS, Progress, Step, insight, is_done, progress
from app.recorded import RecordedNight
from core.lab import COMPARISONS
from core.recipes import RECIPES
from core.values import Answer, Receipt
from tests.chart_values import NASTY, make_report, make_snapshot
from tests.test_layers import ROOT


def exchange(cache_length: int, text: str = "Oslo") -> Exchange:
    return Exchange(Answer("Where does Mira live?", text, -0.1, Receipt(("Q",), cache_length), 0.1), "live", 0)


SEEING, BLIND = exchange(12), exchange(0)


@pytest.mark.parametrize(
    ("done", "before", "after"),
    [
        ({"told": 3}, Progress(told=2), Progress(told=3)),
        ({"set_aside": True}, Progress(), Progress(is_set_aside=True)),
        ({"set_aside": False}, Progress(is_set_aside=True), Progress()),
        ({"asked_seeing": 1}, Progress(asked=(BLIND,)), Progress(asked=(BLIND, SEEING))),
        ({"asked_blind": 2}, Progress(asked=(BLIND, SEEING)), Progress(asked=(BLIND, BLIND))),
        ({"nights": 2}, Progress(recipes=("full",)), Progress(recipes=("full", "cram"))),
        ({"recipe": "cram"}, Progress(recipes=("full",)), Progress(recipes=("full", "cram"))),
        ({"off": True}, Progress(), Progress(is_off=True)),
        ({"off": False}, Progress(is_off=True), Progress()),
        ({"looked": "Weights"}, Progress(looked=frozenset({"Wake"})), Progress(looked=frozenset({"Weights"}))),
        ({"compared": "dreaming"}, Progress(), Progress(compared=frozenset({"dreaming"}))),
        ({"nights": 1, "recipe": "full"}, Progress(recipes=("cram",)), Progress(recipes=("cram", "full"))),
    ],
    ids=str,
)
def test_a_step_is_done_by_doing_it(done, before, after):
    step = Step("", "wake", done)
    assert not is_done(step, before)
    assert is_done(step, after)


def test_progress_is_read_off_the_brain():
    from app.frozen import View

    report = replace(make_report(), recipe={"name": "cram"})
    off = RecordedNight("night-1", "abc", 1, 4, dose=0.0)
    view = View("built-in", 1, "cpu", 4, report.facts[:2], (off,), (report,), 12, True, make_snapshot())
    now = progress(view, (SEEING,), frozenset({"Morning"}), frozenset({"dreaming"}))
    assert now == Progress(5, True, ("cram",), True, (SEEING,), frozenset({"Morning"}), frozenset({"dreaming"}))
    assert not progress(replace(view, nights=(replace(off, dose=1.0),))).is_off
    assert progress(replace(view, nights=(replace(off, dose=1.0, layers_off=frozenset({2})),))).is_off
    assert progress(None) == Progress()


def test_an_insight_says_what_was_measured_and_no_more():
    step = Step("", "wake", {}, learned="It said “{answer}” from {entries} entries; {before}, then {after}.")
    assert insight(step, None, ()) == "It said “–” from – entries; –, then –."
    assert insight(step, None, (SEEING, exchange(0, NASTY))) == f"It said “{NASTY}” from 0 entries; –, then –."


# The six lessons -----------------------------------------------------------------------------------


def test_there_are_six_lessons_in_their_order():
    names = "amnesia first-night dreaming-or-cramming forgetting-and-rehearsal where-does-a-fact-live no-test-time"
    assert list(LESSONS) == names.split()


# Keys that the views put together, by how they begin.
MADE = {
    "go-tell-": 'key=f"go-{box}"',
    "ask-": 'key=f"ask-{where}"',
    "suggest-": 'key=f"suggest-{where}-{number}"',
}
STEPS = [pytest.param(step, id=f"{name}-{n}") for name, one in LESSONS.items() for n, step in enumerate(one.steps, 1)]


@pytest.mark.parametrize("step", STEPS)
def test_every_step_can_be_judged_and_begins_undone(step):
    assert step.done and step.done.keys() <= CHECKS.keys()
    assert step.done.get("recipe", "full") in RECIPES
    assert step.done.get("compared", "dreaming") in COMPARISONS
    if not any(value is False for value in step.done.values()):
        assert not is_done(step, Progress())
    insight(step, None, ())  # its placeholders are known


@pytest.mark.parametrize("step", STEPS)
def test_every_step_points_to_controls_that_are_there(step):
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "views").glob("*.py"))
    for key in step.keys:
        made = next((drawn for start, drawn in MADE.items() if key.startswith(start)), f'key="{key}"')
        assert made in source
    assert step.page in {"wake", "sleep", "morning", "lab", "nights", "weights"}


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_texts_are_short_and_plain(lesson):
    texts = [lesson.summary, lesson.question, *(t for step in lesson.steps for t in (step.text, step.learned))]
    assert all(10 < len(text) < 260 for text in texts)
    assert lesson.question.endswith("?") and 2 <= lesson.minutes <= 20
