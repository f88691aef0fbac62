"""The Morning page: guess, reveal, four memories side by side, and what moved. Runs the built-in model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from app.charts import convergence, fact_nights
from app.desks import desk_of
from core.models import Base
from core.reports import recorded_run
from core.store import save
from core.values import Fact
from tests.chart_values import make_report, make_steps
from tests.lives import grown
from tests.test_views import open_app, settle, words


@pytest.fixture(scope="module")
def slept(tmp_path_factory, base: Base) -> Iterator[str]:
    """The name of a brain after one night, in a store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOCTURNE_HOME", str(tmp_path_factory.mktemp("home")))
        save(grown(base, "morning-1", nights=1))
        open_app("morning-1")
        yield "morning-1"


@pytest.fixture
def morning(slept: str) -> AppTest:
    """A fresh tab on the morning after, when nobody has looked yet."""
    desk_of(slept).unseen.add("night-1")
    desk_of(slept).guesses.clear()
    return open_app(slept, view="morning")


def night_hash(name: str) -> str:
    return desk_of(name).view.reports[0].night_hash


def test_the_bars_wait_for_a_guess_and_score_it(morning: AppTest, slept: str):
    assert "What it kept" not in words(morning) and "What it cost" not in words(morning)
    rate = desk_of(slept).view.reports[0].recall("slept")
    right = round(rate.value * rate.n)
    morning.slider(key=f"guess-{night_hash(slept)}").set_value(rate.n).run()
    morning.button(key="reveal").click().run()
    page = words(morning)
    assert "What it kept" in page and "Answers that moved most" in page
    assert f"You guessed {rate.n} of {rate.n}; it answered {right}." in morning.info[0].value
    again = open_app(slept, view="morning")
    assert "What it kept" in words(again) and not again.slider, "whoever comes back is not asked again"


def test_the_guess_is_skipped_with_one_click(morning: AppTest):
    morning.button(key="skip").click().run()
    assert "With an empty cache it answered" in words(morning)
    assert not morning.info


def test_four_memories_answer_with_their_cost_and_receipt(morning: AppTest, slept: str):
    morning.text_input(key=f"ways-question-{night_hash(slept)}").set_value("Where does Mira live?")
    morning.button(key="go-ways").click().run()
    settle(morning)
    page = words(morning)
    for part in ("No memory", "The cache", "Its weights", "Looked up", "read again now"):
        assert part in page
    for way in desk_of(slept).ways:
        assert f"{way.tokens} tokens: {way.tokens - way.question_tokens} of sentences" in page
    receipts = [e.label for e in morning.expander if e.label.startswith("Receipt:")]
    assert len(receipts) >= 4


def test_an_empty_question_is_answered_with_one_sentence(morning: AppTest, slept: str):
    morning.text_input(key=f"ways-question-{night_hash(slept)}").set_value(" ")
    morning.button(key="go-ways").click().run()
    settle(morning)
    assert [e.value for e in morning.error if "question is empty" in e.value]


def test_the_recorded_night_asks_for_no_guess():
    app = open_app("morning-2", view="morning", wait=False)
    assert "What it kept" in words(app) and not app.slider


def test_the_receipt_follows_the_selected_fact_and_selects_its_own():
    app = open_app("morning-3", view="morning", wait=False)
    app.query_params["fact"] = "4"
    app.run()
    box = app.selectbox(key=f"receipt-{recorded_run()[0].night_hash}")
    assert box.options[box.value].startswith("fact 5:")
    box.set_value(0).run()
    assert app.query_params["fact"] in ("0", ["0"]) and not app.exception


# The pictures ----------------------------------------------------------------------------------------


def test_a_fact_that_was_lost_is_named_and_one_not_asked_is_a_dot():
    first, told = make_report(), (Fact(3, "Otto owns a kite.", day=2),)
    past = [replace(r, right=r.fact == 2 and r.right) for r in first.exam if r.condition == "slept" and r.fact != 1]
    own = tuple(replace(r, night=2, fact=3) for r in first.exam if r.fact == 0)
    life = (first, replace(first, night=2, facts=told, exam=own, past=tuple(past)))
    rates = {(c.fact.number, c.night): c.rate.value for c in fact_nights.cells(life)}
    assert rates[0, 1] == 1.0 and rates[0, 2] == 0.0 and rates[1, 2] is None and (3, 1) not in rates
    assert fact_nights.forgotten(fact_nights.cells(life)) == [0]
    assert "not in full now: fact 1." in fact_nights.caption(life)


def test_the_student_is_drawn_beside_a_teacher_that_does_not_move():
    drawn = convergence.lines(make_steps())
    assert [line.fact for line in drawn] == [0, 1] and drawn[0].steps == (15, 30, 45, 60)
    assert drawn[0].student[0] < drawn[0].student[-1] <= drawn[0].teacher == 0.9
    assert len(convergence.lines(make_steps(), fact=1)) == 1
