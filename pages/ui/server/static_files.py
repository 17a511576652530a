"""Static files, answered from memory: read once, compressed once, before anything else is asked.

A first visit asks for eighty to a hundred and fifty small files. Starlette opens each file anew in
a thread, behind all of Streamlit's middleware: two milliseconds of the one interpreter that also
runs the pages. Here an address is looked up in a table; no address ever becomes a path.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

#: How long a browser keeps an answer: for good where the address changes with the content, else
#: until it has asked whether there is another.
IMMUTABLE = b"public, max-age=31536000, immutable"
REVALIDATED = b"no-cache"

_GZIP = re.compile(rb"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
#: What shrinks by compression; pictures and fonts are compressed already.
_TEXT = re.compile(r"text/|application/(?:json|wasm)|image/svg")
#: Said here, because some systems take a script for plain text, which no browser would run.
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}


#: So many headers at the start of an answer's describe a body.
_ABOUT_BODY = 2


class Answer(NamedTuple):
    """What is sent for a file: the body, its entity tag, the headers without ``Cache-Control``."""

    body: bytes
    etag: bytes
    headers: list[tuple[bytes, bytes]]


class StaticFile:
    """One file to be served; read, and compressed, when it is first asked for.

    Args:
        read: Its bytes.
        media_type: As in ``Content-Type``.
        hashed: Whether its address changes whenever its content does.
    """

    def __init__(self, read: Callable[[], bytes], media_type: str, hashed: bool = False) -> None:
        self._read = read
        self._media_type = media_type
        self.hashed = hashed

    @cached_property
    def version(self) -> str:
        """A short hash of the content. The address ``...?v={version}`` is kept for good."""
        return hashlib.sha256(self.plain.body).hexdigest()[:12]

    @cached_property
    def plain(self) -> Answer:
        """As it is."""
        return self._answer(self._read())

    @cached_property
    def packed(self) -> Answer:
        """For a browser that reads gzip."""
        if not _TEXT.match(self._media_type):
            return self.plain
        body = gzip.compress(self.plain.body, compresslevel=6, mtime=0)
        return self._answer(body, b"gzip") if len(body) < len(self.plain.body) else self.plain

    def _answer(self, body: bytes, encoding: bytes = b"") -> Answer:
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:16].encode()
        headers = [
            (b"content-type", self._media_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"etag", etag),
        ]
        if _TEXT.match(self._media_type):
            headers.append((b"vary", b"accept-encoding"))
        if encoding:
            headers.append((b"content-encoding", encoding))
        return Answer(body, etag, headers)


def from_path(path: Path, hashed: bool = False) -> StaticFile:
    """The file at ``path``."""
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = _TYPES.get(path.suffix, guessed)
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return StaticFile(path.read_bytes, kind, hashed)


def folder(path: Path, address: str, hashed: bool = False) -> dict[str, StaticFile]:
    """All files in and below a folder, by their addresses below ``address``."""
    return {
        f"{address}/{file.relative_to(path).as_posix()}": from_path(file, hashed)
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


class StaticFiles:
    """ASGI: answers GET and HEAD of the addresses in ``files`` and passes on all else.

    Args:
        app: Asked for all other addresses.
        files: By address below ``base``, as "/assets/icon.png".
        base: The path that the app is served under, as "explorer" (``server.baseUrlPath``).
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, StaticFile], base: str = "") -> None:
        self.app = app
        under = f"/{base.strip('/')}" if base.strip("/") else ""
        self.files = {f"{under}{address}": file for address, file in files.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        file = self.files.get(scope["path"]) if asked else None
        if file is None:
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"])
        answer = file.packed if _GZIP.search(given.get(b"accept-encoding", b"")) else file.plain
        query = scope["query_string"]
        fixed = file.hashed or (query != b"" and query == b"v=" + file.version.encode())
        known = answer.etag in given.get(b"if-none-match", b"")
        headers = answer.headers[_ABOUT_BODY:] if known else answer.headers
        start = {
            "type": "http.response.start",
            "status": 304 if known else 200,
            "headers": [*headers, (b"cache-control", IMMUTABLE if fixed else REVALIDATED)],
        }
        await send(start)
        whole = scope["method"] == "GET" and not known
        await send({"type": "http.response.body", "body": answer.body if whole else b""})
