"""The weights page, headless: its empty state, one selection for all pages, and what is measured on demand."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.desks import desk_of
from app.measures import ATTRIBUTION, LESION
from core.store import save
from tests.test_views import ROOT, open_app, words

PAGE = "app/views/weights.py"


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    """A store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOCTURNE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def slept(two_nights, home) -> AppTest:
    """The page of a brain with two nights; the tests of this file go on with it one after another."""
    save(two_nights)
    return open_app(two_nights.name).switch_page(PAGE).run()


def finish(app: AppTest, measure, *about) -> AppTest:
    """Wait for a measurement that was asked for, and draw the page again."""
    desk = desk_of("two-nights")
    job = measure.of(desk, desk.view, *about)
    assert job.ended.wait(300) and job.error is None
    app.run()
    assert not app.exception
    return app


def titles(app: AppTest) -> str:
    return "\n".join(m.value for m in app.markdown)


def test_before_any_night_it_says_what_to_do_and_shows_a_recorded_one():
    app = open_app("weights-empty").switch_page(PAGE).run()
    assert not app.exception
    page = words(app)
    assert "has not slept yet" in page and "It is not this brain." in page
    assert app.get("plotly_chart") and app.get("page_link")


def test_what_is_quick_is_there_without_asking(slept):
    app = slept
    desk = desk_of("two-nights")
    for job in desk.measurements.values():
        assert job.ended.wait(120)
    app.run()
    assert not app.exception
    page = titles(app)
    for title in ("Where the night was written", "The shape of the change", "The neurons", "Night against night"):
        assert title in page
    for title in ("The dose curve", "Lesions:", "Attribution beside"):
        assert title not in page
    assert {"measure-dose", "measure-lesion", "measure-attribution"} <= {b.key for b in app.button}


def test_the_selection_is_kept_in_the_address_and_followed_by_the_boxes(slept):
    app = slept
    assert app.selectbox(key="choose-night").value == 2  # the newest
    app.selectbox(key="choose-night").set_value(1).run()
    app.selectbox(key="choose-fact").set_value(1).run()
    app.selectbox(key="choose-layer").set_value(4).run()
    assert not app.exception
    assert app.query_params["layer"] in ("4", ["4"])
    assert app.query_params["night"] in ("1", ["1"]) and app.query_params["fact"] in ("1", ["1"])
    app.switch_page("app/views/wake.py").run()
    app.switch_page(PAGE).run()
    assert [app.selectbox(key=f"choose-{what}").value for what in ("night", "fact", "layer")] == [1, 1, 4]

    linked = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    linked.query_params.update(brain="two-nights", night="1", fact="99")
    linked.run()
    linked.switch_page(PAGE).run()
    assert not linked.exception
    assert linked.selectbox(key="choose-night").value == 1  # as in the link
    assert linked.selectbox(key="choose-fact").value == 0  # there is no such fact: the first


def test_morning_sleep_and_nights_show_what_was_selected_here(slept):
    app = slept
    app.selectbox(key="choose-night").set_value(1).run()
    app.selectbox(key="choose-fact").set_value(1).run()
    app.selectbox(key="choose-layer").set_value(4).run()
    matrix = app.selectbox(key="choose-matrix").options[-1]
    app.selectbox(key="choose-matrix").set_value(matrix).run()
    app.switch_page("app/views/morning.py").run()
    assert [app.selectbox(key=f"choose-{what}").value for what in ("night", "layer", "matrix")] == [1, 4, matrix]
    app.switch_page("app/views/nights.py").run()
    assert app.selectbox(key="choose-night").value == 1
    app.selectbox(key="choose-night").set_value(2).run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.selectbox(key="choose-night").value == 2
    app.selectbox(key="choose-night").set_value(1).run()


def test_a_lesion_is_measured_once_and_then_looked_up(slept, two_nights):
    app, desk = slept, desk_of("two-nights")
    app.button(key="measure-lesion").click().run()
    finish(app, LESION, "night-1")
    assert "Lesions: switch a layer off" in titles(app)
    job = LESION.of(desk, desk.view, "night-1")
    assert LESION.take(desk, desk.view, "night-1") is job
    app.selectbox(key="choose-night").set_value(2).run()
    assert "Lesions: switch a layer off" not in titles(app)  # another night, not measured
    app.selectbox(key="choose-night").set_value(1).run()
    assert "Lesions: switch a layer off" in titles(app)
    assert [n.dose for n in desk.view.nights] == [n.dose for n in two_nights.nights]


def test_attribution_is_of_the_chosen_fact_and_says_what_it_is(slept):
    app = slept
    app.selectbox(key="choose-fact").set_value(0).run()
    app.button(key="measure-attribution").click().run()
    finish(app, ATTRIBUTION, "night-1", 0)
    assert "Attribution beside lesion" in titles(app)
    page = words(app)
    assert "Intervention:" in page and "Correlation:" in page and "Spearman" in page


def test_a_measurement_can_be_stopped_and_asked_for_again(slept):
    app, desk = slept, desk_of("two-nights")
    app.button(key="measure-dose").click().run()
    job = next(j for key, j in desk.measurements.items() if key[0] == "dose")
    job.cancel()
    assert job.ended.wait(300) and job.state == "cancelled"
    app.run()
    assert not app.exception
    assert "Stopped before it was done" in words(app)
    assert app.button(key="measure-dose")
