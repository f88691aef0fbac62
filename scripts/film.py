"""The README's moving picture, of a whole day and night: `python scripts/film.py` writes assets/screenshots/night.gif.

Plays the recorded run in a browser, so no model is loaded and nothing is slept anew: what is seen was measured once, by
`scripts/record.py`, and the page says that it is a recording.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from app.theme import CONDITION_COLORS, FACT_COLORS
from tests.e2e.browser import ROOT, awake, chromium, server, settled

OUT = ROOT / "assets" / "screenshots" / "night.gif"
SIZE = {"width": 1000, "height": 720}
READING, DREAMING = 2200, 450  # milliseconds that a picture stays
COLOURS = 112


class Film:
    """Pictures of one page, each with the milliseconds that it stays."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def shoot(self, stays: int = READING) -> None:
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.frames.append(shot.resize((shot.width * 4 // 5, shot.height * 4 // 5), Image.Resampling.LANCZOS))
        self.times.append(stays)

    def write(self, path: Path) -> None:
        """One palette for all pictures, so that nothing flickers. Small things keep their colours: those of facts and
        conditions are in it whatever area they take."""
        strip = Image.new("RGB", (self.frames[0].width, self.frames[0].height * len(self.frames)))
        for number, frame in enumerate(self.frames):
            strip.paste(frame, (0, number * frame.height))
        own = bytes.fromhex("".join((*FACT_COLORS, *CONDITION_COLORS.values())).replace("#", ""))
        common = COLOURS - len(own) // 3
        palette = strip.quantize(common)
        palette.putpalette([*(palette.getpalette() or [])[: 3 * common], *own])
        first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames)
        first.save(path, save_all=True, append_images=rest, duration=self.times, loop=0, optimize=True)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        server(Path(home), Path(home) / "log") as address,
        chromium() as browser,
    ):
        page = browser.new_context(viewport=SIZE, color_scheme="dark").new_page()
        page.goto(f"{address}/?mode=recorded")
        awake(page)
        film = Film(page)
        day(page, film)
        night(page, film)
        morning(page, film)
        film.write(OUT)
    print(OUT, f"{OUT.stat().st_size / 1e6:.1f} MB, {len(film.frames)} pictures")


def day(page: Page, film: Film) -> None:
    """Told and asked, cleared and asked again."""
    page.get_by_role("listbox", name="The cache, token by token").scroll_into_view_if_needed()
    film.shoot()
    ask(page, "live")
    film.shoot()
    page.get_by_role("button", name="Clear the cache").click()
    settled(page)
    ask(page, "live")
    film.shoot()


def night(page: Page, film: Film) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text="Sleep").click()
    settled(page)
    page.get_by_role("button", name="Sleep", exact=True).click()
    over = page.get_by_role("link", name="Next: see what it kept →")
    while not over.count():
        page.get_by_test_id("stMain").evaluate("main => main.scrollTop = 330")  # the stages and dreams, not the title
        film.shoot(DREAMING)
        page.wait_for_timeout(1200)
    settled(page)
    over.click()


def morning(page: Page, film: Film) -> None:
    page.get_by_role("heading", name="Morning", exact=True).wait_for()
    settled(page)
    page.get_by_role("button", name="Reveal", exact=True).click()
    settled(page)
    ask(page, "empty")
    film.shoot()
    page.locator(".st-key-chart-bars").scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    film.shoot(2 * READING)


def ask(page: Page, where: str) -> None:
    """The first question offered below the box, its answer in view."""
    before = page.get_by_test_id("stChatMessage").count()
    page.locator(f"[class*=st-key-suggest-{where}-0] button").click()
    page.wait_for_function("n => document.querySelectorAll('[data-testid=stChatMessage]').length > n", arg=before)
    settled(page)
    page.get_by_test_id("stChatMessage").last.scroll_into_view_if_needed()
    page.wait_for_timeout(400)


if __name__ == "__main__":
    main()
