"""Pictures in a real browser: fetched over HTTP, shared by sessions, and never lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Server, at_rest, moves, wait, watched_page

FILM = ".player[data-frames]"
SMALL = 50_000  #: bytes; the film of the start page has 3 million


class Session:
    """A page of the app in a browser of its own, and what it receives."""

    def __init__(self, browser: Any, server: Server, route: str = "") -> None:
        self.context = browser.new_context()
        self.opened = watched_page(self.context, server.url)
        self.fetched: list[str] = []
        self.received = 0
        self.page = self.opened.page
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._received))
        self.page.on("request", self._requested)
        if route:
            self.page.route(route, lambda request: request.fulfill(status=404))
        self.opened.open()
        self.page.locator(FILM).wait_for(timeout=60_000)
        at_rest(self.page)

    def _received(self, frame: str | bytes) -> None:
        self.received += len(frame)

    def _requested(self, request: Any) -> None:
        if "/pictures/" in request.url:
            self.fetched.append(request.url)


@pytest.mark.browser
def test_two_sessions_fetch_one_address_and_a_rerun_sends_almost_nothing(
    browser: Any, server: Server
) -> None:
    first, second = Session(browser, server), Session(browser, server)
    for session in (first, second):  # the film, and the words of the glossary
        wait(session.page, lambda session=session: len(session.fetched) == 2)
    assert first.fetched == second.fetched
    assert second.received < SMALL, "the film did not come through the websocket"
    second.received = 0
    second.page.keyboard.press("r")
    wait(second.page, lambda: second.received > 0)
    at_rest(second.page)
    assert second.received < SMALL
    assert len(second.fetched) == 2
    for session in (first, second):
        assert session.opened.console_errors == []
        session.context.close()


@pytest.mark.browser
def test_a_picture_that_cannot_be_fetched_comes_with_the_page(browser: Any, server: Server) -> None:
    session = Session(browser, server, route="**/assets/pictures/*")
    moves(session.page, ".player canvas")
    assert session.received > SMALL
    session.context.close()
