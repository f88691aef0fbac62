"""Where it went, in a real browser after a short night: dose, lesion and attribution are measured and agree with the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from tests.e2e.acts import go, sleep_till_morning, tell
from tests.e2e.browser import CHROMIUM, PATIENCE, awake, plotted, settled, switch

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")

NIGHT_STEPS = 60  # a short night, but one that teaches

FACTS = ("Mira lives in Oslo.", "Tovik works as a carpenter.")
THEMES = ("dark", "light")


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """One tab, on the page Weights, the morning after."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    tab = context.new_page()
    tab.goto(address)
    awake(tab)
    tell(tab, FACTS)
    expect(tab.get_by_text(f"sees now: {len(FACTS)} facts")).to_be_visible(timeout=PATIENCE)
    sleep_till_morning(tab)
    tab.get_by_role("button", name="Reveal", exact=True).click()
    settled(tab)
    yield tab
    context.close()


def morning_recall(page: Page) -> dict[str, float]:
    """Shares right in the evening and in the morning, as the page Morning says them."""
    go(page, "Morning")
    words = page.get_by_text("With an empty cache it answered").inner_text()
    found = [int(right) / int(of) for right, of in re.findall(r"(\d+) of (\d+)", words)]
    return dict(zip(("evening", "morning"), found, strict=True))


def words(page: Page) -> str:
    """All that the page says, without the joiners that keep typed text from being markup."""
    return page.get_by_test_id("stMain").inner_text().replace("\u2060", "")


def measured(page: Page, button: str, chart: str) -> dict[str, list[dict[str, Any]]]:
    """Start a measurement, and take the chart's traces in both themes."""
    page.get_by_role("button", name=button).click()
    page.locator(f".st-key-chart-{chart} .js-plotly-plot").wait_for(timeout=PATIENCE)
    drawn = {}
    for theme in THEMES:
        switch(page, theme)
        drawn[theme] = plotted(page, chart)
    return drawn


def test_the_dose_curve_meets_the_evening_at_0_and_the_morning_at_1(page: Page) -> None:
    recall = morning_recall(page)
    go(page, "Weights")
    for traces in measured(page, "Measure the dose curve", "dose").values():
        curve = next(t for t in traces if t["name"] == "that night's facts")
        by_dose = dict(zip((round(x, 1) for x in curve["x"]), curve["y"], strict=True))
        assert recall["evening"] < recall["morning"]
        assert by_dose[0.0] == pytest.approx(recall["evening"])
        assert by_dose[1.0] == pytest.approx(recall["morning"])


def test_a_lesion_of_all_layers_costs_what_the_night_brought(page: Page) -> None:
    for traces in measured(page, "Lesion each layer", "lesions").values():
        layers, whole = (t for t in traces if t["type"] == "heatmap")
        assert len(layers["z"]) == len(whole["z"]) == len(FACTS)
        assert {len(row) for row in layers["z"]} == {6} and {len(row) for row in whole["z"]} == {1}
        assert all(row[0] < 0 for row in whole["z"])
    assert "This is an intervention: nothing else was changed." in words(page)


def test_attribution_stands_beside_as_a_correlation(page: Page) -> None:
    for traces in measured(page, "Attribute this answer", "attribution").values():
        assert [len(t["x"]) for t in traces if t["type"] == "bar"] == [6, 6, 6]
    assert "Correlation: conductance points at layer" in words(page)
    assert "Agreement with the lesion over 6 layers" in words(page)
