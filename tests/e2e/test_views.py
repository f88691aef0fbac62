"""Each view's story in a real browser, in both themes: what is drawn are the values of the report.

Played on the recorded run, so that the values are known before the page is opened and no model has to be loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from app.theme import CONDITION_NAMES
from core.measured import SleepReport
from core.recording import Recording, recording
from core.values import Condition
from tests.e2e.browser import CHROMIUM, PATIENCE, awake, plotted, settled, switch

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def run() -> Recording:
    return recording()


@pytest.fixture(scope="module", params=["dark", "light"])
def page(browser: Browser, address: str, request) -> Iterator[Page]:
    """One tab for the whole story of a theme: each test goes on where the one before left it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    tab = context.new_page()
    tab.goto(f"{address}/?mode=recorded")
    awake(tab)
    yield tab
    context.close()


def go(page: Page, view: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=view).click()
    page.get_by_role("heading", name=view, exact=True).wait_for()
    settled(page)


def answers(report: SleepReport, condition: Condition) -> dict[str, str]:
    return {row.question: row.answer for row in report.exam if row.condition == condition}


def ask_first(page: Page, where: str) -> tuple[str, str]:
    """Click the first question that is offered; the question and its answer as shown."""
    button = page.locator(f"[class*=st-key-suggest-{where}-0] button")
    before = page.get_by_test_id("stChatMessage").count()
    button.click()
    messages = page.get_by_test_id("stChatMessage")
    expect(messages).to_have_count(before + 2, timeout=PATIENCE)
    settled(page)
    question, answer = (messages.nth(i).get_by_test_id("stText").first.inner_text() for i in (-2, -1))
    return question.strip(), answer.strip()


def test_wake_shows_what_the_cache_holds_and_answers_from_it(page: Page, run: Recording) -> None:
    expect(page.get_by_text(f"sees now: {len(run.report.facts)} facts")).to_be_visible()
    strip = page.get_by_role("listbox", name="The cache, token by token")
    expect(strip.get_by_role("option")).to_have_count(len(run.snapshot.tokens))
    question, answer = ask_first(page, "live")
    assert answer == answers(run.report, "awake")[question]
    expect(page.get_by_text(f"Receipt: {len(run.snapshot.tokens)} entries in the cache").last).to_be_visible()
    drawn = next(t for t in plotted(page, "map") if t["type"] == "heatmap")
    cells = np.array(drawn["z"], float)
    assert np.isnan(cells[:, 0]).all(), "the sink would drown the rest, so it is left blank"
    np.testing.assert_allclose(cells[:, 1:], run.snapshot.key_norm.mean(axis=1)[:, 1:], rtol=1e-4)


def test_cleared_it_sees_nothing_and_does_not_know(page: Page, run: Recording) -> None:
    page.get_by_role("button", name="Clear the cache").click()
    expect(page.get_by_text("set aside for tonight").first).to_be_visible()
    settled(page)
    question, answer = ask_first(page, "live")
    assert answer == answers(run.report, "amnesia")[question]
    expect(page.get_by_text("Receipt: empty cache").last).to_be_visible()


def test_sleep_draws_the_losses_and_the_dreams_of_the_night(page: Page, run: Recording) -> None:
    go(page, "Sleep")
    page.get_by_role("button", name="Sleep", exact=True).click()
    page.get_by_role("button", name="Cancel").wait_for(timeout=PATIENCE)
    page.get_by_test_id("stTopNavLink").filter(has_text="Wake").click()
    expect(page.get_by_text("sees now: its dreams (asleep)")).to_be_visible()
    expect(page.get_by_text("sees now: nothing")).to_be_visible(timeout=PATIENCE)  # though nobody touched the page
    go(page, "Sleep")
    page.get_by_role("link", name="Next: see what it kept →").wait_for(timeout=PATIENCE)
    losses = [step.losses["dreams"] for step in run.report.steps if "dreams" in step.losses]
    drawn = next(t for t in plotted(page, "last-loss") if t["name"] == "dreams")
    np.testing.assert_allclose(drawn["y"], losses, rtol=1e-5)
    kept = sum(dream.kept for dream in run.report.dreams if not dream.is_rehearsed)
    expect(page.get_by_text(f"read out of the cache, {kept} kept.").first).to_be_attached()


def test_morning_guesses_first_and_then_draws_recall_and_cost(page: Page, run: Recording) -> None:
    go(page, "Morning")
    expect(page.locator(".st-key-chart-bars")).to_have_count(0)
    page.get_by_role("button", name="Reveal", exact=True).click()
    settled(page)
    before, after = run.report.recall("amnesia"), run.report.recall("slept")
    assert before.value is not None and after.value is not None
    headline = page.get_by_text("With an empty cache it answered").inner_text()
    assert f"{round(before.value * before.n)} of {before.n}" in headline
    assert f"{round(after.value * after.n)} of {after.n}" in headline
    bars = next(t for t in plotted(page, "bars") if t["type"] == "bar")
    shown: list[Condition] = ["blank", "awake", "alone", "amnesia", "slept"]
    np.testing.assert_allclose(bars["x"], [run.report.recall(c).value for c in shown], atol=1e-9)
    assert all(CONDITION_NAMES[c] in page.locator(".st-key-chart-bars").inner_text() for c in shown)
    side = run.report.side
    stars = next(t for t in plotted(page, "side") if t["name"] == "after sleep")
    expected = [after, side.deep_past, side.locality, side.unknown, side.false_recall]
    np.testing.assert_allclose(stars["x"], [rate.value for rate in expected], atol=1e-9)
    expect(page.get_by_text(f"{side.drift_nats:+.3f} nats per token")).to_be_visible()
    question, answer = ask_first(page, "empty")
    assert answer == answers(run.report, "slept")[question]


def test_weights_draws_the_change_of_every_matrix(page: Page, run: Recording) -> None:
    go(page, "Weights")
    drawn = np.array(next(t for t in plotted(page, "weights-map") if t["type"] == "heatmap")["z"], float)
    matrices = list(dict.fromkeys(d.matrix for d in run.report.deltas))
    for delta in run.report.deltas:
        shown = drawn[delta.layer, matrices.index(delta.matrix)]
        assert shown == pytest.approx(np.log10(np.clip(delta.relative, 1e-4, 1.0)), abs=1e-5)


def test_nights_shows_the_life_so_far(page: Page, run: Recording) -> None:
    go(page, "Nights")
    kept = run.report.recall("slept")
    assert kept.value is not None
    expect(page.get_by_text(f"{100 * kept.value:.0f} % of {kept.n} in the morning")).to_be_visible()
    assert plotted(page, "timeline")
    page.get_by_role("button", name="Switch this night off").click()
    expect(page.get_by_text("This is a recording").last).to_be_visible()


def test_pictures_follow_a_switch_between_light_and_dark(page: Page) -> None:
    go(page, "Nights")
    for scheme in ("light", "dark", "light"):
        switch(page, scheme)


def test_the_report_to_print_opens_offline_with_the_same_figures(
    page: Page, browser: Browser, run: Recording, tmp_path: Path
) -> None:
    go(page, "Lessons")
    with page.expect_download(timeout=PATIENCE) as given:
        page.get_by_role("button", name="Download a report to print").click()
    file = tmp_path / "report.html"
    given.value.save_as(file)
    context = browser.new_context(offline=True)
    asked: list[str] = []
    paper = context.new_page()
    paper.on("request", lambda request: asked.append(request.url))
    paper.goto(file.as_uri())
    figures = [float(value) for value in paper.eval_on_selector_all("data", "all => all.map(d => d.value)")]
    stored = [run.report.recall(condition).value for condition in ("amnesia", "slept")]
    stored += [run.report.side.drift_nats, run.report.side.false_recall.value, float(run.report.seed)]
    assert all(value in figures for value in stored)
    expect(paper.get_by_text(run.report.night_hash).first).to_be_visible()
    assert asked == [file.as_uri()], "nothing else is loaded"
    context.close()
