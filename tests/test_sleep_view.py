"""The Sleep page after a night: the journal, its filter, its switches, and sleeping again. Runs the built-in model."""

from __future__ import annotations

import pytest

from app.charts import dreams, hypnogram
from app.desks import desk_of
from app.views import journal
from core.journal import LEFT_OUT, left_out
from core.values import SleepStep
from tests.app_values import live
from tests.chart_values import make_dreams, make_facts
from tests.short_nights import shorten_nights
from tests.test_views import open_app, sleep_to_the_end, tell, words


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    """A store of this module's own, and nights short enough for a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOCTURNE_HOME", str(tmp_path_factory.mktemp("home")))
        shorten_nights(patch)
        yield


def test_a_dream_is_switched_off_and_the_night_slept_again():
    name = "journal-1"
    app = open_app(name)
    tell(app, "Mira lives in Oslo.\nTovan lives in Rusta.")
    sleep_to_the_end(app, name)
    page, desk = words(app), desk_of(name)
    assert "Dream by dream" in page and "it asked itself, one memory in view" in page
    first = desk.view.reports[0]
    assert app.button(key="sleep-again").disabled

    switch = app.toggle[0]
    switch.set_value(False).run()
    again = app.button(key="sleep-again")
    assert not again.disabled and "without 1 question" in again.label
    again.click().run()
    assert desk.sleeping.ended.wait(300)
    app.run()
    assert not app.exception
    second = desk.view.reports[0]
    assert len(desk.view.reports) == len(desk.view.nights) == 1
    assert len(left_out(second.dreams)) == 1 and not left_out(first.dreams)
    assert second.night_hash != first.night_hash and desk.replaced == first
    assert "over once more" in app.success[0].value
    assert LEFT_OUT in words(app)  # still listed, so that it can be switched on again


def test_the_journal_can_be_read_fact_by_fact():
    open_app("journal-2")
    report = live("journal-2", nights=1, today=0).reports[0]
    app = open_app("journal-2", view="sleep")
    app.segmented_control(key="journal-fate").set_value("all").run()
    for chosen, number in ((1, 1), (journal.NO_FACT, None)):
        app.selectbox(key="pick-fact-journal").set_value(chosen).run()
        assert not app.exception
        count = sum(d.fact == number for d in report.dreams)
        assert f"{count} dream" in words(app)
        assert bool(app.toggle) == any(d.kept for d in report.dreams if d.fact is not None and d.fact == number)


def test_the_recorded_night_has_a_journal_without_switches():
    app = open_app("journal-3", view="sleep", wait=False)
    assert "Dream by dream" in words(app)
    assert not app.toggle and not [b for b in app.button if b.key == "sleep-again"]


# The pictures ----------------------------------------------------------------------------------------


def test_the_hypnogram_has_no_row_for_a_stage_that_did_not_happen():
    steps = (SleepStep("read out", 1, 1, seconds=1.0), SleepStep("seed", 1, 1, seconds=2.0))
    assert list(hypnogram.figure(steps).layout.yaxis.ticktext) == ["reading its cache out", "writing into weights"]


def test_rehearsals_are_not_counted_as_dreams_that_were_kept():
    read = [d for d in make_dreams() if d.fact is not None]
    kept = sum(d.kept for d in read)
    words = dreams.caption(make_dreams(), make_facts())
    assert words.startswith(f"72 dreams read out of the cache, {kept} kept.")
    assert "Beside them, 24 dreamt with an empty cache" in words
