"""A Nocturne server of one's own and a Chromium to look at it: shared by the story test and the screenshots."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from app.theme import GROUND

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TRACES = """key => document.querySelector(`.st-key-chart-${key} .js-plotly-plot`)._fullData.map(
  t => ({type: t.type, name: t.name, x: [...(t.x || [])], y: [...(t.y || [])], z: Array.from(t.z || [], row => [...row])}))"""
PAINTED = """ground => {
  const charts = [...document.querySelectorAll(".js-plotly-plot")]
  return charts.length > 0 && charts.every(chart => chart._fullLayout?.paper_bgcolor === ground)
}"""
PATIENCE = 600_000  # ms, for whatever waits for the model: a sleep on a busy machine
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def server(home: Path, log: Path, night_steps: int | None = None) -> Iterator[str]:
    """`streamlit run` on a free port with its own store; yields the address.

    With `night_steps`, its nights are short ones: few dreams, and at most so many training steps.
    """
    port = free_port()
    module = "tests.e2e.quick_server" if night_steps else "streamlit"
    command = [sys.executable, "-m", module, "run", "streamlit_app.py", "--server.port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"NOCTURNE_HOME": str(home), "NIGHT_STEPS": str(night_steps or 0)},
            stdout=out,
            stderr=out,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_healthy(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_healthy(address: str, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def settled(page: Page) -> None:
    """Wait until the script has run to its end and stays there."""
    page.wait_for_selector(IDLE, timeout=60_000)
    page.wait_for_timeout(250)
    page.wait_for_selector(IDLE, timeout=60_000)


def awake(page: Page) -> None:
    """Wait until the model is loaded: the header then says what it sees."""
    page.get_by_text("sees now:").wait_for(timeout=PATIENCE)
    settled(page)


def plotted(page: Page, key: str) -> list[dict[str, Any]]:
    """The traces of a chart as the browser holds them."""
    page.locator(f".st-key-chart-{key} .js-plotly-plot").wait_for(timeout=60_000)
    return page.evaluate(TRACES, key)


def switch(page: Page, scheme: Literal["dark", "light"]) -> None:
    """Change the colour scheme as the system does, and wait until every picture has its ground."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(PAINTED, arg=GROUND[scheme == "dark"], timeout=60_000)
    settled(page)
