"""The Lab: two recipes through the one queue while the page stays alive; what was run is looked up, not run again."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

import pytest

from app.desk import Desk
from app.desks import desk_of
from app.worker import WORKER, Job
from core import lab
from core.facts import Heard
from core.lab import COMPARISONS, Comparison
from core.recipes import RECIPES
from tests.chart_values import make_runs
from tests.test_views import open_app, settle, tell, words

_names = (f"lab-test-{n}" for n in itertools.count())
LAB = "app/views/lab.py"


@pytest.fixture(autouse=True)
def short_nights(tmp_path, monkeypatch, quick):
    """A store of this test's own, and a comparison of two nights that are over in a moment."""
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    sides = (("short dreams", quick), ("nothing", replace(RECIPES["none"], name="nothing")))
    monkeypatch.setitem(COMPARISONS, "dreaming", Comparison("Two short nights", "Which is shorter?", sides))


def open_lab():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.")
    app.switch_page(LAB).run()
    assert not app.exception
    return app, desk_of(name)


def finish(app, desk: Desk):
    for job in list(desk.trying.values()):
        assert job.ended.wait(300)
    app.run()
    assert not app.exception
    return app


def test_two_recipes_run_side_by_side_through_the_queue():
    app, desk = open_lab()
    before, page = desk._brain.digest(), words(app)
    assert "not run yet" in page and "time of 2 nights" in page
    assert "Today's facts (2)" in app.selectbox(key="lab-facts").options
    app.button(key="lab-run").click().run()
    assert not app.exception
    app.switch_page("app/views/wake.py").run()  # the rest of the app stays alive
    assert not app.exception and "Mira lives in Oslo." in words(app)
    finish(app.switch_page(LAB), desk)
    assert [job.state for job in desk.trying.values()] == ["done", "done"]
    page = words(app)
    assert "All sides were run" in app.success[0].value
    assert "Gain and cost, side by side" in page and "Question by question" in page
    assert desk._brain.digest() == before, "the brain of this page is not touched"

    # After a restart nothing is in memory: the sides are looked up, and shown without running anything.
    desk.trying.clear()
    lab._read.cache_clear()
    app.run()
    assert not app.exception and app.success and not desk.trying


def keys_of(desk: Desk) -> list[str]:
    facts = [Heard(fact.statement, fact.probes) for fact in desk.view.facts]
    return [lab.key_of(side, desk.fingerprint, "cpu") for side in COMPARISONS["dreaming"].sides(facts, 0)]


def test_an_interrupted_comparison_goes_on_with_what_is_missing():
    app, desk = open_lab()
    first, second = keys_of(desk)
    lab.keep(first, make_runs()[0][1])
    app.run()
    assert app.button(key="lab-run").label == "Run the rest" and "time of 1 night." in words(app)
    assert "Side by side" in words(app), "what is there is shown"
    lab.keep(second, make_runs()[1][1])
    app.run()
    assert not app.exception and "All sides were run" in app.success[0].value and not desk.trying


def test_waiting_sides_say_so_and_cancel_keeps_nothing():
    app, desk = open_lab()
    release = threading.Event()
    WORKER.submit(Job("holding the device", "somebody", lambda job: release.wait(120)))
    app.button(key="lab-run").click().run()
    assert not app.exception
    assert all("Waiting for the device" in bar.proto.text for bar in app.get("progress"))
    app.button(key="lab-cancel").click().run()
    release.set()
    assert not app.exception and "lab-run" in {button.key for button in app.button}, "nobody waits for what never began"
    assert [job.state for job in desk.trying.values()] == ["cancelled", "cancelled"]
    assert words(app).count("cancelled, nothing was kept of it") == 2
    assert not (lab.home() / "lab").exists()


def test_the_choice_outlives_the_page():
    app, _ = open_lab()
    app.selectbox(key="lab-comparison").set_value("contradiction").run()
    app.number_input(key="lab-seed").set_value(3).run()
    app.switch_page("app/views/wake.py").run()
    app.switch_page(LAB).run()
    settle(app)
    assert app.selectbox(key="lab-comparison").value == "contradiction"
    assert app.number_input(key="lab-seed").value == 3
    assert "lab-facts" not in {box.key for box in app.selectbox}, "it brings its own facts"
