"""A first and a second visit in a real browser, to a server below a path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Server, start_server, stop_server, watched_page


@pytest.fixture
def below() -> Iterator[Server]:
    """A server whose pages stand below /explorer."""
    server = start_server(below="/explorer")
    yield server
    stop_server(server)


@pytest.mark.slow
@pytest.mark.browser
def test_a_second_visit_brings_almost_nothing_and_no_inline_script_runs(
    browser: Any, below: Server
) -> None:
    context = browser.new_context()
    brought = []
    for _ in ("first", "second"):
        opened = watched_page(context, below.url)
        page = opened.open("swiss_roll")
        page.locator("canvas").first.wait_for(timeout=90_000)
        brought.append(
            page.evaluate(
                "performance.getEntriesByType('resource')"
                ".reduce((sum, each) => sum + each.transferSize, 0)"
            )
        )
        assert opened.console_errors == []
        assert opened.foreign_requests == []
    first, second = brought
    assert second < 0.05 * first
    assert first < 2e6
    assert page.evaluate(
        "const made = document.createElement('script'); made.textContent = 'window.ran = true';"
        "document.head.append(made); window.ran === undefined"
    )
    assert any("Content Security Policy" in error for error in opened.console_errors)
    context.close()
