"""How the app is served: hints, connections that wait for nothing, and a warm start."""

from __future__ import annotations

import asyncio
import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
import uvicorn
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.component import preloads
from pages.ui.navigation import ENTRIES
from pages.ui.serving import Hints, Prompt
from tests.conftest import ROOT


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("here", media_type="text/html")(scope, receive, send)


@pytest.mark.parametrize(("path", "hinted"), [("/molecule", True), ("/", False), ("/x", False)])
def test_the_hint_comes_with_its_page_alone(path: str, hinted: bool) -> None:
    client = TestClient(Hints(page, {"/molecule": "viewer"}))
    answer = client.get(path)
    assert answer.text == "here"
    links = answer.headers.get("link", "")
    named = [part.split(">")[0].strip(" <") for part in links.split(", ") if part]
    if not hinted:
        assert not named
        return
    own = preloads("viewer")
    assert named[: len(own)] == own
    theirs = named[len(own) :]
    assert any("BidiComponent" in path for path in theirs) and len(set(theirs)) == len(theirs)
    assert all((Path(st.__file__).parent / "static" / path).is_file() for path in theirs)


def test_every_page_of_the_menu_is_hinted() -> None:
    opening = {entry.path: entry.opening for entry in ENTRIES}
    client = TestClient(Hints(page, opening))
    for path, script in opening.items():
        assert f"assets/js/{script}.js" in client.get(path).headers["link"]
    assert opening["/"] == "player" and opening["/molecule"] == "viewer"


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


def test_a_warm_server_has_what_pages_import() -> None:
    """In a process of its own, because here all has been imported before."""
    code = (
        "import asyncio, sys, threading\n"
        "from pages.ui.serving import warm\n"
        "assert 'torch' not in sys.modules\n"
        "async def main():\n"
        "    async with warm(None):\n"
        "        [t.join() for t in threading.enumerate() if t.daemon]\n"
        "asyncio.run(main())\n"
        "assert {'torch', 'rdkit.Chem', 'plotly'} <= sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
