"""The Nights page, headless: empty, a life of two nights, and what a person can do to a night."""

from __future__ import annotations

import itertools
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from streamlit.testing.v1 import AppTest

from app.desks import desk_of
from app.measures import RECOLLECTION
from app.views import parts, recollection
from core import recording
from core.brain import Brain
from core.findings import Recollection
from core.models import Base
from core.recording import recorded_week
from core.store import open_brain, save
from tests.lives import grown
from tests.test_views import open_app, settle, words

PAGE = "app/views/nights.py"
NASTY = "**bold** :red[hot] <b>"
_names = (f"life-{n}" for n in itertools.count())


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOCTURNE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def slept(base: Base) -> Brain:
    return grown(base, nights=2)


@pytest.fixture
def name(slept: Brain) -> str:
    """A stored life of its own for each test."""
    brain = Brain(slept.base, next(_names))
    brain.restore(slept.nights, slept.reports, None, slept.heard_ever, slept.slept_ever)
    save(brain)
    return brain.name


def open_nights(name: str | None = None) -> AppTest:
    app = open_app(name)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def night_options(app: AppTest) -> list[str]:
    return next(box.options for box in app.selectbox if box.label == "Night")


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    return settle(app)


def test_a_brain_that_never_slept_says_what_to_do_and_shows_a_recorded_life():
    app = open_nights()
    page = words(app)
    assert "has not slept yet" in page and "It is not this brain" in page
    assert len(app.get("plotly_chart")) == 4 and not app.error
    assert all(fact.statement in page for report in recorded_week() for fact in report.facts)
    assert "was told another answer on a later day" in page


def test_without_the_recorded_life_nothing_stands_in_its_place(tmp_path, monkeypatch, request):
    monkeypatch.setattr(recording, "WEEK", tmp_path)
    request.addfinalizer(parts.recorded_week.clear)
    parts.recorded_week.clear()
    app = open_nights()
    assert "has not slept yet" in words(app) and not app.get("plotly_chart") and not app.error


def test_a_life_is_drawn_and_explained(name: str):
    app = open_nights(name)
    page = words(app)
    assert len(app.get("plotly_chart")) == 4
    for part in ("Days and nights", "What stays", "There is no test time", "Only then does the day begin"):
        assert part in page
    for verdict in desk_of(name).view.reports[1].gate:
        assert verdict.words in page


def test_switching_off_asks_every_night_and_can_be_taken_back(name: str):
    app = press(open_nights(name), "switch")
    desk = desk_of(name)
    assert [n.dose for n in desk.view.nights] == [1.0, 0.0]
    assert "Switching night 2 off" in words(app) and len(app.get("plotly_chart")) == 5
    assert set(desk.change.rates) == {1, 2}
    assert "switched off" in night_options(app)[1]
    press(app, "switch")
    assert [n.dose for n in desk.view.nights] == [1.0, 1.0]
    assert "Switching night 2 on" in words(app)


def test_undo_shows_what_it_would_do_before_it_does_it(name: str):
    app = press(open_nights(name), "try-undo")
    desk = desk_of(name)
    assert app.warning and "Night 2 is still there" in app.warning[0].value
    assert len(desk.view.nights) == 2
    press(app, "leave")
    assert not app.warning and desk.change is None
    press(press(app, "try-undo"), "undo")
    assert [n.name for n in desk.view.nights] == ["night-1"] and not app.warning
    assert "Taking night 2 back" in words(app)
    assert len(open_brain(name, desk._brain.base).nights) == 1


def test_a_night_gets_a_name_that_stays_text(name: str):
    app = open_nights(name)
    app.text_input(key=f"title-{desk_of(name).view.reports[1].night_hash}").set_value(NASTY)
    press(app, "rename")
    assert desk_of(name).view.nights[1].title == NASTY
    assert NASTY in night_options(app)[1]
    assert not any(NASTY in m.value for m in (*app.markdown, *app.caption))


def test_a_night_is_exported_as_an_adapter(name: str):
    open_nights(name)
    with zipfile.ZipFile(BytesIO(desk_of(name).adapter("night-1"))) as archive:
        assert "night-1/adapter_model.safetensors" in archive.namelist()


def test_reminded_of_a_night_it_shows_what_comes_up_beside_what_was_dreamt(name: str):
    app = open_nights(name)
    app.button(key="measure-recollection").click().run()
    desk = desk_of(name)
    job = RECOLLECTION.of(desk, desk.view, 2)
    assert job.ended.wait(120) and job.error is None
    app.run()
    assert not app.exception
    (table,) = [frame.value for frame in app.dataframe if "it asks itself" in frame.value]
    assert [*table["it asks itself"]] == [one.question for one in job.result]
    assert "With an empty cache, behind the words “Night 2”" in words(app)
    assert recollection.caption(job.result) in words(app)
    press(app, "switch")
    assert not app.dataframe, "other weights: it has to be asked again"


def test_what_comes_up_counts_what_was_dreamt_and_what_is_answered_as_then():
    found = [
        Recollection(f"Who {i}?", *answers)
        for i, answers in enumerate([("Oslo", "oslo."), ("Rusta", "Lund"), ("six", None)])
    ]
    assert "2 of 3 questions it had dreamt" in recollection.caption((*found,))
    assert "and 1 of these it answers as it did then" in recollection.caption((*found,))
    assert [*recollection.table((*found,))["in that night's dream"]] == ["oslo.", "Lund", "never dreamt"]


def test_a_night_without_a_cue_says_so(slept: Brain):
    brain = Brain(slept.base, next(_names))
    bare = replace(slept.reports[1], recipe={"name": "replay", "batch_cues": 0})
    brain.restore(slept.nights, (slept.reports[0], bare), None, slept.heard_ever, slept.slept_ever)
    save(brain)
    app = open_nights(brain.name)
    assert recollection.NO_CUE in words(app)
    assert not [button for button in app.button if button.key == "measure-recollection"]
