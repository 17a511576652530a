"""Connections wait for nothing."""

from __future__ import annotations

import socket

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server.streamlit_internals import connection


class Prompt:
    """ASGI: every connection sends what it has at once (TCP_NODELAY).

    asyncio asks for that only on sockets that name their protocol, and Streamlit's listening socket
    does not. Without it the body of an answer waits until the browser has acknowledged its head,
    which browsers put off by up to 40 ms: half a second over the eighty files of a first visit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = connection(receive)
        if found is not None:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)
