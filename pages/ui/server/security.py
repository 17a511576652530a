"""What a browser is told not to do, with every answer."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(scripts: Iterable[str], ancestors: str) -> str:
    """The content security policy: nothing from elsewhere, no inline script, no ``eval``.

    Streamlit writes its styles into the page, and runs the scripts of components from blobs, which
    only a script that already runs can make.

    Args:
        scripts: Hashes of the inline scripts that are allowed.
        ancestors: Sites that may show the app in a frame, as in ``frame-ancestors``.
    """
    allowed = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *(f"'{each}'" for each in scripts)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


class SecurityHeaders:
    """ASGI: adds to every answer the content policy and what else a browser should not do.

    An address holds the settings of a page, molecules among them: it is told to no other site.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self.headers]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)
