"""Lessons played by doing, teachers' links, and the recorded mode: on the recording, so that no model is needed."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import recorded
from app.desks import desk_of, replay_of
from app.lessons import LESSONS
from app.measures import DOSE, RECOLLECTION
from app.views import recollection
from core.errors import BadInput
from core.recording import recording
from core.reports import recorded_run
from core.text import normalise
from tests.test_views import settle, words

ROOT = Path(__file__).resolve().parents[1]
REPORT = recorded_run()[0]
QUESTION = REPORT.exam[0].question
_names = (f"lesson-test-{n}" for n in itertools.count())


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A store of this test's own, and a recording that hurries."""
    monkeypatch.setenv("NOCTURNE_HOME", str(tmp_path))
    monkeypatch.setattr(recorded, "SPEED", 1e4)


def open_link(view: str = "wake", name: str | None = None, *, mode: str = "recorded", **parameters: str) -> AppTest:
    """A fresh tab on the recording, or with another `mode` on the model."""
    name = name or next(_names)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    for key, value in (parameters | {"brain": name, "mode": mode}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert (replay_of if mode == "recorded" else desk_of)(name).opening.ended.wait(60)
    return go(app, view) if view != "wake" else app.run()


def go(app: AppTest, view: str) -> AppTest:
    app.switch_page(f"app/views/{view}.py").run()
    assert not app.exception
    return app


def ask(app: AppTest, where: str = "live", question: str = QUESTION) -> None:
    app.chat_input(key=f"ask-{where}").set_value(question).run()
    settle(app)


def click(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    settle(app)


def sleep(app: AppTest) -> None:
    go(app, "sleep")
    click(app, "sleep")
    assert replay_of(app.query_params["brain"]).sleeping.ended.wait(60)
    app.run()
    assert not app.exception


def keys(app: AppTest) -> set[str]:
    return {widget.key for kind in ("button", "radio", "text_input", "segmented_control") for widget in app.get(kind)}


# Lessons -------------------------------------------------------------------------------------------


def test_amnesia_is_played_to_its_end_by_doing():
    app = open_link(lesson="amnesia", step="1")
    assert "**Amnesia** · step 2 of 6" in words(app)  # the recording's facts are told already
    app.run()
    assert "step 2 of 6" in words(app), "a rerun alone does not go on"
    ask(app)
    assert "step 3 of 6" in words(app) and app.query_params["step"] == "3"
    click(app, "clear")
    assert "step 4 of 6" in words(app)
    ask(app)
    assert "step 5 of 6" in words(app) and "I do not know" in words(app)
    click(app, "bring-back")
    ask(app)
    awake = next(r.answer for r in REPORT.exam if (r.question, r.condition) == (QUESTION, "awake"))
    assert "**Amnesia** · done" in words(app) and f"It said “{awake}”" in words(app)
    click(app, "leave-lesson")
    assert "Amnesia" not in words(app) and "lesson" not in app.query_params


def test_the_first_night_is_played_to_its_end_over_three_pages():
    app = open_link(lesson="first-night", step="1")
    ask(app)
    assert "step 3 of 4" in words(app)
    sleep(app)
    assert "step 4 of 4" in words(app)
    before, after = (f"{round(r.value * r.n)} of {r.n}" for r in map(REPORT.recall, ("amnesia", "slept")))
    assert f"{before} questions in the evening and {after} this morning" in words(app)
    go(app, "morning")
    ask(app, "empty")
    assert "step 4 of 4" in words(app), "it asks for two"
    ask(app, "empty")
    assert "**The first night** · done" in words(app)


def test_a_question_with_a_full_cache_is_no_question_with_an_empty_one():
    app = open_link(lesson="amnesia", step="4")
    ask(app)
    assert "step 4 of 6" in words(app)


def test_the_lesson_goes_on_from_its_address_after_a_reload():
    app = open_link(lesson="amnesia", step="1")
    ask(app)
    again = open_link(name=app.query_params["brain"], lesson="amnesia", step=app.query_params["step"])
    assert "step 3 of 6" in words(again)


def test_starting_a_lesson_opens_a_brain_of_its_own():
    app = open_link("lessons")
    before = app.query_params["brain"]
    click(app, "lesson-amnesia")
    assert app.query_params["brain"] != before and app.query_params["lesson"] == "amnesia"
    assert app.button(key="lesson-no-test-time").disabled, "the recording holds one night only"
    assert len([key for key in keys(app) if key.startswith("lesson-")]) == len(LESSONS) - 1


# Teachers' links -----------------------------------------------------------------------------------


def test_a_link_shows_its_preset_and_hides_its_controls():
    facts = "Mira lives in Oslo.\n<script>alert(1)</script> **Tovan** :red[x]"
    hide = "tell,recipe,throw-away,lab,lessons"
    app = open_link(mode="live", facts=facts, hide=hide, recipe="cram", seed="7")
    assert any(text.value == facts for text in app.text), "typed text is drawn as plain text"
    assert "tell-handout" in keys(app) and not keys(app) & {"manner", "tell-one", "drop"}
    click(app, "tell-handout")
    go(app, "sleep")
    assert "recipe" not in keys(app)
    assert "Cramming" in words(app) and "Seed 7" in words(app)
    assert app.query_params["hide"] == ",".join(sorted(hide.split(","))), "the address keeps it from page to page"


def test_a_hostile_link_is_answered_in_words():
    app = open_link(facts="x" * 5000, seed="-1", recipe="<b>", lesson="../../etc", hide="tell,<i>", set="No such")
    assert not app.exception
    told = " ".join(w.value for w in app.warning)
    assert "4000 characters" in told and "seed" in told and "recipe" in told and "<b>" not in told
    assert "manner" not in keys(app), "what can be hidden is hidden"


def test_the_form_makes_a_link_that_opens_as_made():
    app = open_link("lessons")
    app.selectbox(key="link-facts").set_value("A family").run()
    app.selectbox(key="link-lesson").set_value("first-night").run()
    app.multiselect(key="link-hide").set_value(["tell"]).run()
    assert app.code[-1].value.endswith("/?set=A+family&hide=tell&lesson=first-night&step=1")
    app.selectbox(key="link-facts").set_value("Facts of my own").run()
    app.text_area(key="link-text").set_value("").run()
    assert len(app.error) == 1


# The recorded mode ---------------------------------------------------------------------------------


def test_the_recording_refuses_what_was_not_done_that_day():
    app = open_link()
    app.text_input(key="tell-one").set_value("Mira lives in Oslo.")
    app.button(key="go-tell-one").click().run()
    assert "recording" in app.error[0].value
    ask(app, question="Who is Mira?")
    assert any("recording" in e.value for e in app.error)


def test_the_recording_shows_what_came_up_of_its_night_and_measures_nothing_else():
    app = open_link()
    sleep(app)
    go(app, "nights")
    click(app, "measure-recollection")
    desk = replay_of(app.query_params["brain"])
    assert RECOLLECTION.of(desk, desk.view, 1).ended.wait(10)
    app.run()
    found = recording().recollections
    assert found and recollection.caption(found) in words(app)
    dreamt = {normalise(d.question): d.answer for d in REPORT.dreams if d.kept and not d.is_rehearsed}
    assert [one.dreamt for one in found] == [dreamt.get(normalise(one.question)) for one in found], "one run"
    with pytest.raises(BadInput, match="recording"):
        DOSE.take(desk, desk.view, "night-1")


def test_a_recording_that_is_over_can_be_started_over():
    app = open_link()
    assert "start-over" not in keys(app)
    sleep(app)
    go(app, "sleep")
    assert "Start it over" in words(app)
    before = app.query_params["brain"]
    click(app, "start-over")
    assert app.query_params["brain"] != before


def test_a_replayed_sleep_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(recorded, "SPEED", 0.01)
    app = open_link("sleep")
    click(app, "sleep")
    desk = replay_of(app.query_params["brain"])
    desk.sleeping.cancel()
    assert desk.sleeping.ended.wait(10)
    app.run()
    assert desk.sleeping.state == "cancelled" and not desk.view.reports


NO_TORCH = """
import sys, time
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "transformers", "peft", "captum", "tokenizers"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from pathlib import Path
from streamlit.testing.v1 import AppTest
from app import recorded
from app.desks import replay_of
recorded.SPEED = 1e4
app = AppTest.from_file("streamlit_app.py", default_timeout=300).run()
desk = replay_of(app.query_params["brain"])
assert desk.opening.ended.wait(30) and desk.opening.error is None
def check():
    assert not app.exception, [e.value for e in app.exception]
    # What needs the model says that it is not there; nothing else goes wrong.
    assert all("This is a recording" in e.value for e in app.error), [e.value for e in app.error]
    assert any("Recording" in m.value for m in app.get("badge") or app.markdown)
views = sorted(p.stem for p in Path("app/views").glob("*.py") if "parts.opening(" in p.read_text())
for moment in ("evening", "morning"):
    for view in views:
        app.switch_page(f"app/views/{view}.py").run()
        check()
    if moment == "evening":
        desk.sleep("full").ended.wait(60)
        assert desk.view.reports
assert "torch" not in sys.modules
print("pages:", len(views))
"""


def test_the_recorded_mode_runs_where_there_is_no_torch(tmp_path):
    env = os.environ | {"NOCTURNE_RECORDED": "1", "NOCTURNE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", NO_TORCH], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) >= 5
