"""Every page in both themes: axe-core finds nothing serious that is ours, all fits 800 px, the keyboard is enough.

No night is slept here: the pages show the recorded one, and Wake a day of one fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import CHROMIUM, PATIENCE, awake, server, settled

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")

AXE = resources.files("axe_playwright_python") / "axe.min.js"
# What Streamlit 1.67 itself draws against the rules, by rule: the elements, as a CSS selector. Nothing of ours is in it.
STREAMLIT = {
    # The selected segment is written in the primary colour on a tint of it; a primary colour light enough for that
    # would be too light under the white words of a primary button.
    "color-contrast": "[data-testid=stBaseButton-segmented_controlActive], [data-selected=true]",
}
RUN = """async (theirs) => (await axe.run({resultTypes: ["violations"]})).violations.flatMap(rule => rule.nodes
  .filter(node => !(theirs[rule.id] && document.querySelector(node.target[0])?.closest(theirs[rule.id])))
  .map(node => ({rule: rule.id, impact: node.impact, target: node.target.flat().join(" "), html: node.html})))"""


@dataclass(frozen=True)
class Violation:
    """One element of ours that breaks one of axe's rules."""

    rule: str
    impact: str  # minor | moderate | serious | critical
    target: str
    html: str


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory) -> Iterator[str]:
    """A server with one brain that was told one fact and answered one question."""
    home = tmp_path_factory.mktemp("home")
    with server(home, home / "server.log") as url:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        tab = context.new_page()
        tab.goto(url)
        awake(tab)
        tab.locator(".st-key-tell-one input").fill("Mira lives in Oslo.")
        tab.keyboard.press("Enter")
        expect(tab.get_by_text("sees now: 1 fact")).to_be_visible(timeout=PATIENCE)
        tab.locator(".st-key-ask-live textarea").fill("Where does Mira live?")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("button", name="Drop the entries of fact 1")).to_be_visible(timeout=PATIENCE)
        yield tab.url
        context.close()


@pytest.fixture(params=["dark", "light"])
def context(browser: Browser, request) -> Iterator[BrowserContext]:
    it = browser.new_context(viewport={"width": 800, "height": 900}, color_scheme=request.param)
    yield it
    it.close()


def pages(tab: Page) -> list[str]:
    """The names of all pages, from the navigation."""
    return [link.inner_text().split()[-1] for link in tab.get_by_test_id("stTopNavLink").all()]


def violations(tab: Page) -> list[Violation]:
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    return [Violation(**found) for found in tab.evaluate(RUN, STREAMLIT)]


def open_pages(context: BrowserContext, address: str) -> Iterator[tuple[str, Page]]:
    """Every page in turn, drawn to its end."""
    tab = context.new_page()
    tab.goto(address)
    awake(tab)
    for name in pages(tab):
        tab.get_by_test_id("stTopNavLink").filter(has_text=name).click()
        tab.get_by_role("heading", level=1).wait_for()
        settled(tab)
        yield name, tab


def test_axe_finds_nothing_serious_in_what_is_ours_and_all_fits_800_pixels(context: BrowserContext, address: str):
    found, wide = [], []
    for name, tab in open_pages(context, address):
        found += [(name, v) for v in violations(tab) if v.impact in ("serious", "critical")]
        if tab.evaluate("(e => e.scrollWidth > e.clientWidth)(document.querySelector('[data-testid=stMain]'))"):
            wide.append(name)
    assert not found, "\n".join(f"{name}: {v.rule}, {v.target}\n    {v.html[:300]}" for name, v in found)
    assert not wide, "a page must not scroll sideways"


def test_the_keyboard_alone_picks_an_entry_and_sees_where_it_is(context: BrowserContext, address: str):
    tab = context.new_page()
    tab.goto(address)
    awake(tab)
    strip = tab.get_by_role("listbox", name="The cache, token by token")
    strip.get_by_role("option").first.focus()
    tab.keyboard.press("ArrowRight")
    focused = strip.locator("[role=option]:focus-visible")
    expect(focused).to_have_css("outline-style", "dashed")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Entry 1:")).to_be_visible(timeout=PATIENCE)
    expect(strip.locator("[aria-selected=true]")).to_have_count(1)
    assert "token=1" in tab.url
    settled(tab)
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("No entry is selected")).to_be_visible(timeout=PATIENCE)
    assert "token=" not in tab.url


def test_dropping_the_fact_s_entries_shows_both_answers_side_by_side(context: BrowserContext, address: str):
    tab = context.new_page()
    tab.goto(address)
    awake(tab)
    button = tab.get_by_role("button", name="Drop the entries of fact 1")
    button.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("With every entry", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(tab.get_by_text("Without fact 1", exact=True)).to_be_visible()
