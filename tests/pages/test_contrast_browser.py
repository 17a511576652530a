"""All text of every page can be read in both themes: at least 4.5 : 1 against what is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from pages.ui.navigation import ENTRIES, HOME
from tests.conftest import BrowserPage, Server, at_rest, wait, watched_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Deque's own checks: every text in sight, large ones at 3 : 1, what cannot be used left out.
AXE = files("axe_playwright_python").joinpath("axe.min.js")
#: Nothing is faded: what is drawn anew turns pale, and comes back.
FULL = """() => !document.querySelector('[data-stale="true"]')
    && !document.getAnimations().some(each => each instanceof CSSTransition)"""
CHECK = """async () => {
    const rules = { runOnly: ["color-contrast"] };
    const { violations, passes } = await axe.run(document, rules);
    return [passes.flatMap(rule => rule.nodes).length, violations.flatMap(rule => rule.nodes.map(
        ({ html, any: [{ data }] }) =>
            `${data.contrastRatio} ${data.fgColor} on ${data.bgColor}: ${html.slice(0, 120)}`))];
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def reader(browser: Any, server: Server, request: pytest.FixtureRequest) -> Iterator[BrowserPage]:
    """A page on the desktop in one of the themes."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme=request.param
    )
    yield watched_page(context, server.url)
    context.close()


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
def test_every_text_can_be_read(reader: BrowserPage, name: str) -> None:
    page = reader.open("" if name == HOME else f"{name}?take=true")
    at_rest(page)
    wait(page, lambda: page.evaluate(FULL), tell=lambda: "Something goes on fading.")
    if page.locator('[data-testid="stCode"]').count():
        page.locator(".token").first.wait_for()  # the script to copy, once it is coloured
    page.evaluate(AXE.read_text(encoding="utf-8"))
    read, faint = page.evaluate(CHECK)
    assert read > 10
    assert faint == []
