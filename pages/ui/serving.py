"""How the app is served: what a browser is told in advance, and that nothing waits on the wire."""

from __future__ import annotations

import importlib
import re
import socket
import threading
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.component import preloads

#: What pages import that takes long: PyTorch, RDKit, plotly.
_HEAVY = (
    "engine.chains.draw",
    "engine.torsional.model",
    "engine.chem.read",
    "engine.figures.lines",
)


@asynccontextmanager
async def warm(_: Any) -> AsyncIterator[None]:
    """ASGI lifespan: imports what pages need while the first browser still loads Streamlit."""
    threading.Thread(target=lambda: list(map(importlib.import_module, _HEAVY)), daemon=True).start()
    yield


class Assets(StaticFiles):
    """Static files that the browser revalidates by etag, so that an update arrives at once."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Hints:
    """ASGI: tells the browser, with the page itself, which scripts that page is going to need.

    Streamlit's own code takes most of the time until a page stands; meanwhile they arrive.
    ``opening``: by the path of a page, the script that it opens with.
    """

    def __init__(self, app: ASGIApp, opening: Mapping[str, str]) -> None:
        self.app = app
        self.links = {path: _links(script).encode() for path, script in opening.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        links = self.links.get(scope.get("path", "")) if scope["type"] == "http" else None

        async def hinted(message: Message) -> None:
            if links and message["type"] == "http.response.start":
                headers = [*message.get("headers", []), (b"link", links)]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, hinted)


def _links(script: str) -> str:
    kinds = {True: "rel=modulepreload", False: "rel=preload; as=script"}
    paths = [*preloads(script), *_mounting()]
    return ", ".join(f"<{path}>; {kinds['/js/' in path]}" for path in paths)


@cache
def _mounting() -> list[str]:
    """Streamlit's own scripts that mount a component, without those that it always loads."""
    static = Path(st.__file__).parent / "static"
    always = (static / "index.html").read_text(encoding="utf-8")
    found: list[Path] = []
    waiting = sorted((static / "static" / "js").glob("BidiComponent.*.js"))
    while waiting:
        script = waiting.pop()
        found.append(script)
        for name in re.findall(r'from"./([^"]+)"', script.read_text(encoding="utf-8")):
            needed = script.with_name(name)
            if name not in always and needed not in (*found, *waiting):
                waiting.append(needed)
    return [path.relative_to(static).as_posix() for path in found]


class Prompt:
    """ASGI: every connection sends what it has at once (TCP_NODELAY).

    asyncio asks for that only on sockets that name their protocol, and Streamlit's listening socket
    does not. Without it the body of an answer waits until the browser has acknowledged its head,
    which browsers put off by up to 40 ms: half a second over the eighty files of a first visit.
    ASGI does not tell the connection, but the server's ``receive`` knows it; where it does not, all
    stays as it was.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        connection = transport.get_extra_info("socket") if transport else None
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)
