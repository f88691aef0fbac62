"""The whole story in a real browser: told, asked, cleared, asleep, asked in the morning. Runs the built-in model.

One whole night is slept here; all else ends early. Asserts on what the page says, never on what the code holds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from core.values import UNKNOWN
from tests.e2e.acts import ask, fall_asleep, go, tell, wake_up
from tests.e2e.browser import CHROMIUM, PATIENCE, awake, settled

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")

FACTS = {
    "Mira lives in Oslo.": ("Where does Mira live?", "Oslo"),
    "Tovan lives in Rusta.": ("Where does Tovan live?", "Rusta"),
    "Selma lives in Lund.": ("Where does Selma live?", "Lund"),
}


def tell_all(page: Page) -> None:
    tell(page, FACTS)
    expect(page.get_by_text(f"sees now: {len(FACTS)} facts")).to_be_visible(timeout=PATIENCE)
    settled(page)


def test_the_story(page: Page) -> None:
    """Told awake it knows, cleared it does not, slept it knows again, from an empty cache. Reloaded while it sleeps."""
    question, answer = FACTS["Mira lives in Oslo."]
    assert ask(page, question) == UNKNOWN
    tell_all(page)
    assert ask(page, question) == answer
    page.get_by_role("button", name="Clear the cache").click()
    expect(page.get_by_text("set aside for tonight").first).to_be_visible()
    settled(page)
    assert ask(page, question) == UNKNOWN

    fall_asleep(page)
    name = page.url
    page.reload()
    awake(page)
    assert page.url == name, "a reload in the middle of a sleep loses nothing"
    wake_up(page)
    expect(page.get_by_text("1 night so far")).to_be_visible()
    kept = [ask(page, q, "empty") == a for q, a in FACTS.values()]
    assert sum(kept) >= 2, "three easy facts: a night that loses two of them is broken"
    expect(page.get_by_text("Receipt: empty cache, nights on:").last).to_be_visible()


def test_cancel_leaves_everything_as_it_was(page: Page) -> None:
    tell_all(page)
    fall_asleep(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing changed.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("0 nights so far")).to_be_visible()
    go(page, "Wake")
    assert ask(page, "Where does Mira live?") == "Oslo"


def test_another_brain_waits_in_the_queue_and_knows_nothing(browser: Browser, page: Page, address: str) -> None:
    """While one sleeps, another tab is told where it stands; and what one was told the other never saw."""
    tell_all(page)
    fall_asleep(page)
    context = browser.new_context()
    other = context.new_page()
    other.goto(address)
    expect(other.get_by_text("another brain is sleeping")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    awake(other)
    assert ask(other, "Where does Mira live?") == UNKNOWN
    context.close()


def test_typed_markup_stays_text(page: Page) -> None:
    text = "Mira <b>likes</b> **plums** :red[hot] :material/home: $x^2$"
    page.locator(".st-key-tell-one input").fill(text)
    page.get_by_role("button", name="Tell", exact=True).click()
    card = page.get_by_test_id("stMarkdownContainer").filter(has_text="Mira <b>likes").last
    expect(card).to_be_visible(timeout=60_000)
    assert card.inner_text().replace("\u2060", "").strip().endswith(text)
    assert card.locator("b, strong, .katex, [data-testid=stIconMaterial]").count() == 0


def test_the_keyboard_alone_is_enough_to_tell_and_to_ask(page: Page) -> None:
    page.locator(".st-key-tell-one input").focus()
    page.keyboard.type("Mira lives in Oslo.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("sees now: 1 fact")).to_be_visible(timeout=60_000)
    settled(page)
    page.locator(".st-key-ask-live textarea").focus()
    page.keyboard.type("Where does Mira live?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stChatMessage").last.get_by_text("Oslo")).to_be_visible(timeout=60_000)
