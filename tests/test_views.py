"""Every view, headless: the empty state, a day with facts, bad input, and a night. Runs the built-in model."""

from __future__ import annotations

import gc
import itertools
import re
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.desks import desk_of
from app.views import parts, pictures
from app.worker import WORKER, Job
from core.values import UNKNOWN
from tests.short_nights import shorten_nights

ROOT = Path(__file__).resolve().parents[1]
VIEWS = {name: f"app/views/{name}.py" for name in ("wake", "sleep", "morning")}
_names = (f"test-{n}" for n in itertools.count())


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    """A store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOCTURNE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def open_app(name: str | None = None, view: str = "wake", wait: bool = True) -> AppTest:
    name = name or next(_names)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["brain"] = name
    app.run()
    if view != "wake":
        app.switch_page(VIEWS[view]).run()
    if wait:
        assert desk_of(name).opening.ended.wait(120)
        app.run()
    assert not app.exception
    return app


def settle(app: AppTest) -> AppTest:
    """Run until nothing is waited for any more."""
    end = time.monotonic() + 120
    while app.session_state["pending"] and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    assert not app.exception
    return app


def tell(app: AppTest, text: str) -> AppTest:
    app.segmented_control(key="manner").set_value("many").run()
    app.text_area(key="tell-many").set_value(text)
    app.button(key="go-tell-many").click().run()
    return settle(app)


def ask(app: AppTest, question: str, where: str = "live") -> str:
    """The answer as the page shows it."""
    app.chat_input(key=f"ask-{where}").set_value(question).run()
    settle(app)
    return app.chat_message[-1].text[0].value


def words(app: AppTest) -> str:
    """Everything the page says, the escapes of Markdown taken out."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.markdown,
        app.caption,
        app.text,
        app.error,
        app.info,
        app.success,
    )
    return "\n".join(e.value for kind in kinds for e in kind).replace("\\", "").replace("\u2060", "")


# Nothing was told yet ----------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
def test_first_paint_shows_a_recorded_night_before_any_model_is_there(view):
    app = open_app(view=view, wait=False)
    assert "recorded night" in app.get("badge")[0].value if app.get("badge") else "recorded night" in words(app)
    assert app.get("plotly_chart")


@pytest.mark.parametrize("view", VIEWS)
def test_empty_brain(view):
    app = open_app(view=view)
    page = words(app)
    assert "0 nights so far" in page and "sees now: nothing" in page
    assert not app.error


def test_every_page_says_that_it_waits_for_its_model_until_it_is_there():
    pages, gate = ("wake", "sleep", "morning", "weights", "nights", "lab", "lessons"), threading.Event()
    WORKER.submit(Job("held up", "another", lambda job: gate.wait(60)))
    try:
        app = open_app(wait=False)
        assert all("A first start" in words(app.switch_page(f"app/views/{page}.py").run()) for page in pages)
    finally:
        gate.set()
    assert desk_of(app.query_params["brain"]).opening.ended.wait(120)
    assert not any("A first start" in words(app.switch_page(f"app/views/{page}.py").run()) for page in pages)


def test_a_loaded_model_is_left_out_of_the_search_for_garbage():
    """Streamlit searches after every run of the page, and holds up the worker meanwhile."""
    open_app()
    assert gc.get_freeze_count() > 100_000


def test_the_address_names_the_brain_and_a_bad_name_gets_a_fresh_one():
    app = open_app(name="amber-otter-7")
    assert app.query_params["brain"] == "amber-otter-7"
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["brain"] = "../../etc/passwd"
    app.run()
    assert not app.exception
    assert app.query_params["brain"] != "../../etc/passwd"


# A day ---------------------------------------------------------------------------------------------


def test_a_day_tell_ask_clear_ask_bring_back():
    app = open_app()
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.")
    page = words(app)
    assert "Mira lives in Oslo." in page and "sees now: 2 facts" in page
    assert app.text_area(key="tell-many").value == ""
    assert ask(app, "Where does Mira live?").rstrip(".") == "Oslo"

    app.button(key="clear").click().run()
    settle(app)
    assert "2 facts set aside for tonight" in words(app)
    assert ask(app, "Where does Mira live?").rstrip(".") == UNKNOWN

    app.button(key="bring-back").click().run()
    settle(app)
    assert ask(app, "Where does Mira live?").rstrip(".") == "Oslo"


def test_each_answer_has_its_receipt():
    app = open_app()
    tell(app, "Mira lives in Oslo.")
    ask(app, "Where does Mira live?")
    labels = [e.label for e in app.expander]
    assert any(label.startswith("Receipt:") and "in the cache, nights on: none" in label for label in labels)


def test_the_chat_and_the_facts_outlive_the_tab():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.")
    ask(app, "Where does Mira live?")
    again = open_app(name)
    assert "Mira lives in Oslo." in words(again)
    assert len(again.chat_message) == 2


def test_a_question_of_ones_own_replaces_the_model_s():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.")
    boxes = [t for t in app.text_input if "question" in t.label.lower()]
    boxes[0].set_value("Which town is Mira's home?")
    app.button(key="keep-0").click().run()
    settle(app)
    probe = desk_of(name).view.facts[0].probes[0]
    assert (probe.question, probe.source) == ("Which town is Mira's home?", "given")


@pytest.mark.parametrize("text", ["", "   \n  ", "x" * 5000])
def test_bad_input_is_answered_with_one_sentence_and_loses_nothing(text):
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.")
    tell(app, text)
    assert len(app.error) == 1
    assert len(desk_of(name).view.facts) == 1


def test_an_empty_probe_is_refused():
    app = open_app()
    tell(app, "Mira lives in Oslo.")
    next(t for t in app.text_input if "question" in t.label.lower()).set_value(" ")
    app.button(key="keep-0").click().run()
    assert "old ones were kept" in app.error[0].value


def test_markup_that_a_person_types_stays_text():
    app = open_app()
    tell(app, "Mira says **bold** <script>alert(1)</script> :red[hot] $x$.")
    drawn = next(m.value for m in app.markdown if "Mira says" in m.value)
    typed = drawn[drawn.index("Mira") :]
    assert not re.search(r"(?<!\\)[*<>\[\]$:]", typed)


def test_the_day_can_be_thrown_away():
    app = open_app()
    tell(app, "Mira lives in Oslo.")
    app.button(key="drop").click().run()
    settle(app)
    assert "sees now: nothing" in words(app)


# A night -------------------------------------------------------------------------------------------


def sleep_to_the_end(app: AppTest, name: str) -> AppTest:
    app.switch_page(VIEWS["sleep"]).run()
    app.button(key="sleep").click().run()
    assert not app.exception
    assert desk_of(name).sleeping.ended.wait(300)
    app.run()
    assert not app.exception
    return app


def test_a_night_and_its_morning(monkeypatch: pytest.MonkeyPatch):
    shorten_nights(monkeypatch)
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.\nSelma lives in Lund.")
    sleep_to_the_end(app, name)
    assert "is over" in app.success[0].value
    assert "1 night so far" in words(app)

    app.switch_page(VIEWS["morning"]).run()
    assert not app.exception
    app.button(key="skip").click().run()
    page = words(app)
    assert "With an empty cache it answered" in page
    for part in ("What it kept", "What it cost", "Where it is now", "In its own words"):
        assert part in page
    ask(app, "Where does Mira live?", "empty")
    assert any("empty cache" in e.label for e in app.expander)

    app.switch_page(VIEWS["wake"]).run()
    assert not app.exception
    assert "Nothing was told today" in words(app)


def test_a_cancelled_sleep_changes_nothing():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.")
    desk = desk_of(name)
    app.switch_page(VIEWS["sleep"]).run()
    app.button(key="sleep").click().run()
    desk.sleeping.cancel()
    assert desk.sleeping.ended.wait(120)
    app.run()
    assert desk.sleeping.state == "cancelled"
    page = words(app)
    assert "Nothing changed." in page and "0 nights so far" in page
    assert len(desk.view.facts) == 2


def test_while_it_sleeps_the_day_page_is_closed_and_says_why():
    name = next(_names)
    app = open_app(name)
    tell(app, "Mira lives in Oslo.")
    app.switch_page(VIEWS["sleep"]).run()
    app.button(key="sleep").click().run()
    app.switch_page(VIEWS["wake"]).run()
    assert not app.exception
    if not desk_of(name).sleeping.is_over:
        assert any("asleep" in i.value for i in app.info)
    desk_of(name).sleeping.cancel()
    assert desk_of(name).sleeping.ended.wait(120)


# Small parts ----------------------------------------------------------------------------------------


def test_csv_cells_are_no_formulas():
    import pandas as pd

    text = pictures.csv(pd.DataFrame({"a": ["=cmd()", "+1", "-x", "@y", "fine"], "n": [-1.5, 2, 3, 4, 5]}))
    assert text.splitlines()[1:] == ["'=cmd(),-1.5", "'+1,2.0", "'-x,3.0", "'@y,4.0", "fine,5.0"]


def test_md_escapes_every_sign_and_keeps_the_words():
    text = "a *b* _c_ `d` <i> [x](y) :material/home: $z$ # | \n next"
    escaped = parts.md(text)
    assert "\n" not in escaped
    assert escaped.replace("\\", "").replace("\u2060", "") == " ".join(text.split())
