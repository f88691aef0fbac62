"""Pictures of the views, dark and light, for the README: `python scripts/screenshots.py` or `make screenshots`.

Starts its own server with a store in a temporary folder, plays one small day and night on the built-in model, and
writes assets/screenshots/{wake,sleep,morning,weights,nights,lab,lessons}-{dark,light}.png. Give other widths to check a
narrow window: `python scripts/screenshots.py 1280 800 --out /tmp/shots`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.e2e.acts import go
from tests.e2e.browser import ROOT, awake, chromium, server, settled

# On the page Weights: the button that starts a measurement, and the chart that it ends in.
MEASURED = {"Measure the dose curve": "dose", "Lesion each layer": "lesions", "Attribute this answer": "attribution"}

LATE_AT_NIGHT = re.compile(r"it now gives (over )?([89]\d|100) % of the answers")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("widths", type=int, nargs="*", default=[1280])
    options.add_argument("--out", type=Path, default=ROOT / "assets" / "screenshots")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        server(Path(home), Path(home) / "log") as address,
        chromium() as browser,
    ):
        for width in chosen.widths:
            for scheme in ("dark", "light"):
                context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
                suffix = f"{scheme}.png" if width == 1280 else f"{scheme}-{width}.png"
                day_and_night(context.new_page(), address, chosen.out, suffix)
                context.close()


def day_and_night(page: Page, address: str, out: Path, suffix: str) -> None:
    page.goto(address)
    awake(page)
    page.get_by_text("An example", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Tell all of these").click()
    page.get_by_text("Today's facts").wait_for(timeout=900_000)
    while page.get_by_role("progressbar").count():  # it is still reading
        page.wait_for_timeout(300)
    settled(page)
    page.locator("[class*=st-key-suggest-live-0] button").click()
    settled(page)
    picture(page, out / f"wake-{suffix}")
    page.get_by_role("link", name="Next: put it to sleep →").click()
    page.get_by_role("button", name="Sleep", exact=True).click()
    page.get_by_text(LATE_AT_NIGHT).wait_for(timeout=900_000)
    picture(page, out / f"sleep-{suffix}", wait=False)
    page.get_by_role("link", name="Next: see what it kept →").click(timeout=900_000)
    settled(page)
    page.get_by_role("button", name="Reveal", exact=True).click()
    settled(page)
    page.locator("[class*=st-key-suggest-empty-0] button").click()
    settled(page)
    picture(page, out / f"morning-{suffix}")
    go(page, "Weights")
    for button, chart in MEASURED.items():
        page.get_by_role("button", name=button).click()
        page.locator(f".st-key-chart-{chart} .js-plotly-plot").wait_for(timeout=900_000)
        settled(page)
    picture(page, out / f"weights-{suffix}")
    for view in ("Nights", "Lab", "Lessons"):
        go(page, view)
        if view == "Lab":
            compare(page)
        picture(page, out / f"{view.lower()}-{suffix}")


def compare(page: Page) -> None:
    """Run the comparison that the page Lab offers first, unless an earlier visit did."""
    run, done = page.get_by_role("button", name="Run them all"), page.get_by_text("All sides were run.")
    run.or_(done).first.wait_for()
    if run.count():
        run.click()
    done.wait_for(timeout=900_000)
    settled(page)


def picture(page: Page, path: Path, wait: bool = True) -> None:
    """The whole page: the app scrolls inside, so the window is made as tall as its content."""
    size = page.viewport_size
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(tall + 40, 6000)})
    page.wait_for_timeout(1500)
    if wait:
        settled(page)
    page.screenshot(path=path)
    page.set_viewport_size(size)
    print(path)


if __name__ == "__main__":
    main()
