"""Every lesson, played to its end in a real browser by doing what it asks; its nights are short ones."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page, expect

from app.lessons import LESSONS, Step
from app.theme import RECIPE_NAMES
from core.lab import COMPARISONS
from tests.e2e.acts import MORNING_LINK, ask, go, tell
from tests.e2e.browser import CHROMIUM, PATIENCE, awake, settled

NIGHT_STEPS = 3  # for the server of this module
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")

DAYS = (
    ("Mira lives in Oslo.", "The spare key is behind the blue flowerpot.", "Bus 41 stops at Harrow Lane."),
    ("Tovik works as a carpenter.", "Rosa's badge number is 80317.", "We named the submarine Periwinkle."),
)
QUESTIONS = ("Where does Mira live?", "Where is the spare key?", "Who is the doctor of Quenlia?")


def sleep(page: Page, recipe: str) -> None:
    page.locator(".st-key-recipe").get_by_text(RECIPE_NAMES[recipe], exact=True).click()
    settled(page)
    page.get_by_role("button", name="Sleep", exact=True).click()
    expect(page.get_by_role("link", name=MORNING_LINK)).to_be_visible(timeout=PATIENCE)


def compare(page: Page, name: str) -> None:
    """Both sides run through the queue, while the page can be left and come back to."""
    page.locator(".st-key-lab-comparison [role=combobox], .st-key-lab-comparison input").first.click()
    page.get_by_role("option", name=COMPARISONS[name].title).click()
    settled(page)
    page.get_by_role("button", name=re.compile("^Run (them all|the rest)")).click()
    settled(page)
    go(page, "Wake")
    expect(page.get_by_text("sees now:")).to_be_visible()
    go(page, "Lab")
    expect(page.get_by_text("All sides were run.")).to_be_visible(timeout=PATIENCE)
    settled(page)


def do(page: Page, step: Step) -> None:
    """What the step's condition asks for, with the controls that any visitor has."""
    go(page, step.page.capitalize())
    done = dict(step.done)
    if "told" in done:
        tell(page, DAYS[(done["told"] - 1) // len(DAYS[0])])
    if "nights" in done or "recipe" in done:
        sleep(page, done.get("recipe", "full"))
    if "set_aside" in done:
        page.get_by_role("button", name="Clear the cache" if done["set_aside"] else "Bring the day back").click()
    if "off" in done:
        page.get_by_role("button", name=f"Switch this night {'off' if done['off'] else 'on'}").click()
    if "compared" in done:
        compare(page, done["compared"])
    for number in range(done.get("asked_seeing", 0) + done.get("asked_blind", 0)):
        ask(page, QUESTIONS[number], "live" if step.page == "wake" else "empty")


def play(page: Page, name: str, first: int = 1) -> None:
    steps = LESSONS[name].steps
    bar = page.locator(".st-key-lesson-bar")
    for number, step in enumerate(steps[first - 1 :], first):
        expect(bar.get_by_text(f"step {number} of {len(steps)}")).to_be_visible(timeout=PATIENCE)
        settled(page)
        do(page, step)
    expect(bar.get_by_text("Done.")).to_be_visible(timeout=PATIENCE)
    expect(bar.get_by_text(LESSONS[name].summary[:40])).to_be_visible()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_completed_by_doing(page: Page, name: str) -> None:
    go(page, "Lessons")
    page.locator(f".st-key-lesson-{name} button").click()
    page.locator(".st-key-lesson-bar").wait_for()
    awake(page)
    play(page, name)


def test_a_teachers_link_opens_its_preset_with_its_controls_hidden(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    facts = quote("\n".join(DAYS[0]))
    tab.goto(f"{address}/?facts={facts}&seed=7&recipe=replay&hide=tell,recipe,weights,lab&lesson=amnesia&step=1")
    awake(tab)
    expect(tab.locator(".st-key-lesson-bar").get_by_text("step 1 of 6")).to_be_visible()
    expect(tab.locator(".st-key-tell-one, .st-key-tell-many")).to_have_count(0)
    expect(tab.get_by_role("link", name=re.compile("(Weights|Lab)$"))).to_have_count(0)
    tab.locator(".st-key-tell-handout button").click()
    expect(tab.get_by_text(f"sees now: {len(DAYS[0])} facts")).to_be_visible(timeout=60_000)
    expect(tab.locator(".st-key-lesson-bar").get_by_text("step 2 of 6")).to_be_visible()
    go(tab, "Sleep")
    expect(tab.locator(".st-key-recipe")).to_have_count(0)
    expect(tab.get_by_text(RECIPE_NAMES["replay"], exact=True)).to_be_visible()
    expect(tab.get_by_text("Seed 7, from your link")).to_be_visible()
    context.close()
