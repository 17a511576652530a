"""Every page's address, opened on a cold server, shows that page; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import BrowserPage, Server, start_server, stop_server, watched_page

NAMES = [entry.name for entry in ENTRIES if entry.name != HOME]
TITLES = {entry.name: entry.title for entry in ENTRIES} | {HOME: "Diffusion explorer"}


@pytest.fixture
def cold_server() -> Iterator[Server]:
    """A server that nobody has visited yet."""
    server = start_server()
    yield server
    stop_server(server)


@pytest.mark.browser
@pytest.mark.parametrize("name", [HOME, *NAMES])
def test_every_address_shows_its_page_on_a_cold_server(
    browser: Any, cold_server: Server, name: str
) -> None:
    context = browser.new_context()
    opened = watched_page(context, cold_server.url)
    page = opened.open("" if name == HOME else name)
    assert page.locator("h1").first.inner_text() == TITLES[name]
    page.locator("canvas").first.wait_for(timeout=45_000)
    assert opened.exceptions() == []
    assert opened.foreign_requests == []
    assert opened.console_errors == []
    context.close()


@pytest.mark.browser
def test_the_menu_leads_to_every_page(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    for entry in ENTRIES[1:3]:
        page.locator('[data-testid="stSidebarNav"]').get_by_text(entry.title, exact=True).click()
        page.locator("h1", has_text=entry.title).wait_for(timeout=20_000)
    assert browser_page.exceptions() == []


@pytest.mark.browser
def test_a_changed_control_is_in_the_address(browser_page: BrowserPage) -> None:
    page = browser_page.open("swiss_roll")
    seed = page.get_by_label("Seed", exact=True)
    seed.fill("17")
    seed.press("Enter")
    page.wait_for_url("**/swiss_roll?*seed=17*", timeout=15_000)
    page.reload()
    page.get_by_label("Seed", exact=True).wait_for()
    assert page.get_by_label("Seed", exact=True).input_value() == "17"


@pytest.mark.browser
def test_our_typeface_is_loaded_from_our_own_files(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    loaded = page.evaluate(
        "document.fonts.ready.then(fonts => [...fonts]"
        ".filter(font => font.status === 'loaded').map(font => font.family))"
    )
    assert "Inter" in loaded


@pytest.mark.browser
def test_assets_are_revalidated(browser_page: BrowserPage) -> None:
    page = browser_page.open("")
    answer = page.request.get(f"{browser_page.url}/assets/js/player.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]
    assert "javascript" in answer.headers["content-type"]


@pytest.mark.browser
def test_a_narrow_window_does_not_scroll_sideways(browser_page: BrowserPage) -> None:
    browser_page.page.set_viewport_size({"width": 390, "height": 844})
    page = browser_page.open("")
    page.locator("canvas").first.wait_for(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
