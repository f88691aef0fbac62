"""The Wake page's pictures and its truth test; what every page's charts, terms and waiting have in common."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from app import errands, selection
from app.desks import desk_of
from app.frozen import Dropped
from app.views import seeing
from app.views.glossary import GLOSSARY, explain
from app.worker import WORKER, Job
from core.recording import snapshot_from_json, snapshot_to_json
from core.values import UNKNOWN, Answer, Receipt
from tests.app_values import live, make_exchange
from tests.chart_values import make_snapshot
from tests.test_views import ROOT, VIEWS, _names, ask, home, open_app, settle, tell, words  # noqa: F401

NO_MODEL = "/no/model"


@pytest.fixture
def no_model(monkeypatch):
    """What the page draws without a model: a life made of copies of the recorded night."""
    monkeypatch.setenv("NOCTURNE_MODEL", NO_MODEL)


def lived(nights: int, today: int, view: str = "wake", **address: str) -> AppTest:
    """A page of such a life."""
    name = next(_names)
    live(name, nights, today)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["brain"] = name
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    if view != "wake":
        app.switch_page(VIEWS[view]).run()
    assert not app.exception
    return app


def address(app: AppTest) -> dict[str, str]:
    return {key: app.query_params[key][0] for key in selection.SELECTIONS if key in app.query_params}


# What an answer read, with the model -----------------------------------------------------------------


def test_an_answer_has_its_trace_and_its_truth_test():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.")
    assert "Ask about a fact that you told it" in words(app)
    assert ask(app, "Where does Mira live?") == "Oslo"
    assert "of its attention went to fact" in words(app)
    trace = desk_of(name).chat[0].trace
    assert set(trace.by_fact) == {0, 1}

    app.selectbox(key="pick-fact-test").set_value(0).run()
    app.button(key="drop-fact").click().run()
    settle(app)
    [test] = desk_of(name).chat[0].dropped
    assert test.whole.text == "Oslo" != test.without.text
    assert test.without.receipt.cache_length < test.whole.receipt.cache_length
    page = words(app)
    assert "With every entry" in page and "Without fact 1" in page and "so it did need them" in page

    app.button(key="clear").click().run()
    settle(app)
    assert "bring the day back to test this answer" in words(app)
    assert not [b for b in app.button if b.key == "drop-fact"]


# The verdict says no more than was measured ------------------------------------------------------------


def said(whole: str, without: str, nights: tuple[str, ...] = ()) -> str:
    slip = Receipt((), 9, nights)
    return seeing.verdict(Dropped(1, *(Answer("Who?", text, 0.0, slip, 0.0) for text in (whole, without))))


def test_the_verdict_of_the_truth_test():
    assert "did need them" in said("Oslo", UNKNOWN)
    assert "did need them" in said("Oslo", "Lund")
    survived = said("Oslo", "oslo.")
    assert "survived" in survived and "carry traces" in survived and "weights" not in survived
    assert "in the weights" in said("Oslo", "Oslo", ("night-1",))
    assert "tells nothing" in said(UNKNOWN, UNKNOWN)


def test_a_recorded_cache_keeps_what_the_answer_read():
    shot = make_snapshot()
    again = snapshot_from_json(json.loads(json.dumps(snapshot_to_json(shot))))
    assert again.trace.by_fact == pytest.approx(shot.trace.by_fact, rel=1e-3)
    assert snapshot_from_json(snapshot_to_json(make_snapshot(asked=False))).trace is None


# One selection ---------------------------------------------------------------------------------------------


def test_the_selection_stands_in_the_address_and_follows_from_page_to_page(no_model):
    app = lived(0, 3)
    app.selectbox(key="pick-fact-cache").set_value(1).run()
    app.selectbox(key="pick-layer-cache").set_value(2).run()
    assert address(app) == {"fact": "1", "layer": "2"}
    assert app.selectbox(key="pick-fact-test").value == 1, "every box shows the one selection"
    assert "the 7 entries of fact 2" in words(app).lower()
    app.switch_page(VIEWS["morning"]).run()
    app.switch_page(VIEWS["wake"]).run()
    assert app.selectbox(key="pick-fact-cache").value == 1
    assert address(app) == {"fact": "1", "layer": "2"}
    app.selectbox(key="pick-fact-cache").set_value(None).run()
    assert address(app) == {"layer": "2"}


def test_a_link_selects_and_nonsense_in_it_is_dropped(no_model):
    app = lived(0, 3, token="3", layer="1", fact="Mira", night="99999999999999")
    assert "Entry 3:" in words(app)
    assert app.selectbox(key="pick-layer-cache").value == 1
    assert address(app) == {"token": "3", "layer": "1"}
    lost = lived(0, 3, token="4000", layer="77", fact="12")
    assert "No entry is selected" in words(lost) and lost.selectbox(key="pick-layer-cache").value is None


def test_nothing_that_was_typed_reaches_the_address(no_model):
    app = lived(0, 3)
    app.selectbox(key="pick-fact-cache").set_value(2).run()
    assert "town" not in str(dict(app.query_params)).lower()


# What all pages have in common ------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_a_long_life_is_drawn_and_every_chart_has_words_and_a_twin(no_model, view):
    app = lived(8, 40, view)
    charts = [c.proto for c in app.get("plotly_chart")]
    assert charts
    twins = [e for e in app.expander if e.label == "The same as a table"]
    assert len(twins) == len(charts)
    for chart in charts:
        assert len(chart.alt) > 20
        assert json.loads(chart.config)["displayModeBar"] is False


def test_a_click_is_answered_before_the_device_is_free(no_model):
    """The worker is held by somebody else: the page comes back at once and says what is waited for."""
    app, gate = lived(0, 2), threading.Event()
    holder = WORKER.submit(Job("holding the device", "somebody", lambda job: gate.wait(60)))
    try:
        app.button(key="clear").click().run()
        assert not app.exception
        [bar] = app.get("progress")
        assert "Waiting for the device" in bar.proto.text
    finally:
        gate.set()
        assert holder.ended.wait(60)


def test_a_click_never_waits_for_long():
    assert errands.PATIENCE <= 0.2, "with the page's own time, a click is acknowledged within 0.3 s"


def test_terms_are_explained_where_they_are_used():
    assert set(GLOSSARY) >= {"cache", "MLP", "KL", "low rank", "night", "recall"}
    assert explain("The cache is empty.") == f"**cache**: {GLOSSARY['cache']}"
    assert explain("Two nights").startswith("**night**") and explain("It recalled nothing, overnight.") is None
    both = explain("A Low rank change of the MLP")
    assert both.index("**MLP**") < both.index("**low rank**")
    assert explain("a simple klaxon") is None


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_explains_its_terms_on_hover(no_model, view):
    app = lived(1, 2, view)
    hints = [e.proto.help for kind in (app.markdown, app.caption, app.header) for e in kind]
    assert any(GLOSSARY["cache"] in hint for hint in hints)


def test_a_day_that_is_over_cannot_be_tested(no_model):
    name = next(_names)
    old = make_exchange(live(name, 0, 3))
    view = live(name, 1, 3)
    desk_of(name).chat = (replace(old, dropped=()),)
    assert not set(old.trace.by_fact) & {f.number for f in view.facts}
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["brain"] = name
    app.run()
    assert not app.exception
    assert "That day is over" in words(app)
