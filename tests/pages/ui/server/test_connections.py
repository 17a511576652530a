"""Connections that wait for nothing."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server.connections import Prompt


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("here", media_type="text/html")(scope, receive, send)


class Told:
    """ASGI: remembers whether the connection of each request sends at once."""

    def __init__(self) -> None:
        self.at_once: list[bool] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection = receive.__self__.transport.get_extra_info("socket")  # type: ignore[attr-defined]
            option = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            self.at_once.append(option != 0)
            await page(scope, receive, send)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A listening socket that does not name its protocol, as Streamlit binds it."""
    with socket.socket(socket.AF_INET) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        yield bound


def _ask(app: ASGIApp, listening: socket.socket) -> None:
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        host, port = listening.getsockname()
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"here"
        connection.close()
    finally:
        server.should_exit = True
        thread.join()


def test_connections_send_at_once(listening: socket.socket) -> None:
    told = Told()
    _ask(Prompt(told), listening)
    assert told.at_once == [True]


def test_without_it_they_do_not(listening: socket.socket) -> None:
    told = Told()
    _ask(told, listening)
    if told.at_once == [True]:
        pytest.skip("This Python's event loop sends at once by itself: Prompt can go.")
    assert told.at_once == [False]


def test_prompt_lets_pass_what_has_no_connection() -> None:
    assert TestClient(Prompt(page)).get("/").text == "here"
