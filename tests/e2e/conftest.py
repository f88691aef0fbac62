"""What the browser tests share: one Chromium and one server per module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import Browser, Page

from tests.e2e.browser import awake, chromium, server


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with an empty store. A module that says `NIGHT_STEPS = 3` gets one whose nights are short."""
    home = tmp_path_factory.mktemp("home")
    with server(home, home / "server.log", getattr(request.module, "NIGHT_STEPS", None)) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as it:
        yield it


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh tab on a fresh brain, its model loaded. What it says at the end is printed, to be read where a test failed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    tab = context.new_page()
    tab.goto(address)
    awake(tab)
    yield tab
    print(tab.url, tab.get_by_test_id("stApp").inner_text(), sep="\n")  # noqa: T201
    context.close()
