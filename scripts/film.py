"""The moving picture at the top of the README: one real day and night, filmed in the browser.

python scripts/film.py        writes assets/screenshots/night.gif

Nothing is staged: it tells the first example set, asks one question, clears the cache, asks again, sleeps, and asks in
the morning. Each frame is a screenshot of the page with one line of words under it.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.e2e.browser import ROOT, awake, chromium, server, settled

OUT = ROOT / "assets" / "screenshots" / "night.gif"
SIZE = {"width": 1120, "height": 760}
SHOWN = (896, 608)  # pixels of a frame in the film
STRIP = 44  # pixels for the words
SLOW, FAST = 2600, 700  # milliseconds a frame stands


class Film:
    """Frames and how long each stands."""

    def __init__(self, page: Page):
        self.page = page
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def shoot(self, words: str, duration: int = SLOW, at: str = "") -> None:
        """One frame, with what `at` names scrolled into the middle."""
        if at:
            self.page.locator(at).last.scroll_into_view_if_needed()
            self.page.wait_for_timeout(400)
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
        frame = Image.new("RGB", (SHOWN[0], SHOWN[1] + STRIP), "#181e31")
        frame.paste(shot, (0, 0))
        font = ImageFont.load_default(size=20)
        ImageDraw.Draw(frame).text((18, SHOWN[1] + 10), words, fill="#e8e6df", font=font)
        self.frames.append(frame.quantize(96, dither=Image.Dither.NONE))
        self.durations.append(duration)

    def save(self, path: Path) -> None:
        first, *rest = self.frames
        first.save(path, save_all=True, append_images=rest, duration=self.durations, loop=0, optimize=True)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        server(Path(home), Path(home) / "log") as address,
        chromium() as browser,
    ):
        context = browser.new_context(viewport=SIZE, color_scheme="dark")
        film = Film(context.new_page())
        film.page.goto(address)
        awake(film.page)
        day(film)
        night(film)
        morning(film)
        film.save(OUT)
        print(OUT, f"{OUT.stat().st_size / 1e6:.1f} MB, {len(film.frames)} frames")


def day(film: Film) -> None:
    page = film.page
    page.get_by_text("An example", exact=True).click()
    settled(page)
    film.shoot("Morning of day one: the model has never met you.")
    page.get_by_role("button", name="Tell all of these").click()
    page.get_by_text("Today's facts").wait_for(timeout=120_000)
    while page.get_by_role("progressbar").count():  # it is still reading
        page.wait_for_timeout(300)
    settled(page)
    film.shoot("You tell it facts. It reads them into its attention cache.", at=".st-key-strip")
    page.locator("[class*=st-key-suggest-live-0] button").click()
    settled(page)
    film.shoot("You ask. It answers from the cache.", at="[data-testid=stChatMessage]")
    page.get_by_role("button", name="Clear the cache").click()
    settled(page)
    page.locator("[class*=st-key-suggest-live-0] button").click()
    settled(page)
    film.shoot("You clear the cache and ask again: the day is gone.", at="[data-testid=stChatMessage]")


def night(film: Film) -> None:
    page = film.page
    page.get_by_role("link", name="Next: put it to sleep →").click()
    page.get_by_role("button", name="Sleep", exact=True).click()
    done = page.get_by_role("link", name="Next: see what it kept →")
    while not done.count():
        film.shoot("It sleeps: reads out each memory, dreams, writes into its weights.", FAST)
        page.wait_for_timeout(4000)
    settled(page)
    film.shoot("The night is over.")
    done.click()


def morning(film: Film) -> None:
    page = film.page
    page.get_by_role("heading", name="Morning", exact=True).wait_for()
    settled(page)
    film.shoot("The cache is empty. What did it keep?")
    page.locator("[class*=st-key-suggest-empty-0] button").click()
    settled(page)
    film.shoot("You ask again. It answers from its weights.", 2 * SLOW, at="[data-testid=stChatMessage]")


if __name__ == "__main__":
    main()
