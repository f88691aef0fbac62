"""What a visitor does: go to a page, tell, ask, sleep. Waits for what the page says, never for a time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Page, expect

from tests.e2e.browser import PATIENCE, settled

A_MOMENT = 60_000  # ms
MORNING_LINK = "Next: see what it kept →"


def go(page: Page, view: str) -> None:
    page.get_by_role("link", name=re.compile(rf"\b{view}$")).first.click()
    page.get_by_role("heading", name=view, exact=True).wait_for()
    settled(page)


def tell(page: Page, facts: Iterable[str]) -> None:
    page.get_by_text("Many at once", exact=True).click()
    settled(page)
    page.locator(".st-key-tell-many textarea").fill("\n".join(facts))
    page.get_by_role("button", name="Tell", exact=True).click()


def ask(page: Page, question: str, where: str = "live") -> str:
    """Type into the chat; the newest answer as the page shows it, without its receipt."""
    messages = page.get_by_test_id("stChatMessage")
    before = messages.count()
    box = page.locator(f".st-key-ask-{where} textarea")
    box.fill(question)
    box.press("Enter")
    expect(messages).to_have_count(before + 2, timeout=A_MOMENT)
    settled(page)
    return messages.last.get_by_test_id("stText").first.inner_text().strip().rstrip(".")


def fall_asleep(page: Page) -> None:
    go(page, "Sleep")
    page.get_by_role("button", name="Sleep", exact=True).click()
    page.get_by_role("button", name="Cancel").wait_for(timeout=A_MOMENT)


def wake_up(page: Page) -> None:
    """Wait for the end of the night, and go and see what it kept."""
    page.get_by_role("link", name=MORNING_LINK).click(timeout=PATIENCE)
    page.get_by_role("heading", name="Morning", exact=True).wait_for()
    settled(page)


def sleep_till_morning(page: Page) -> None:
    fall_asleep(page)
    wake_up(page)
