"""HTTP as a browser speaks it: six connections kept alive, cookies, and a cache that obeys headers.

Thirty visitors ask for thousands of small files, so the client has to cost little of the processor
that the server needs: general ones take several times as long for each answer.
"""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 6  #: to one host over HTTP/1.1
ENCODINGS = "gzip, deflate"  #: what browsers take over plain HTTP
XSRF = "_streamlit_xsrf"

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class WebError(OSError):
    """The server did not answer as HTTP has it."""


@dataclass(frozen=True)
class Answer:
    """One answer; ``body`` as it came over the wire, headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def content(self) -> bytes:
        """The body without its compression."""
        packed = self.headers.get("content-encoding", "identity") != "identity"
        return zlib.decompress(self.body, 47) if packed else self.body

    def text(self) -> str:
        """The content as text."""
        return self.content().decode()


@dataclass
class _Kept:
    """What the cache knows of an address: until when it is fresh, and by which name to ask."""

    fresh_until: float
    etag: str


@dataclass
class Web:
    """The connections, the cookies and the cache of one visitor.

    Attributes:
        url: of the app, for example http://127.0.0.1:8501.
        asked: requests that went out, by address, in their order.
        received: bytes of bodies.
    """

    url: str
    asked: list[str] = field(default_factory=list)
    received: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    _cache: dict[str, _Kept] = field(default_factory=dict)
    _idle: list[Stream] = field(default_factory=list)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if secure else 80)
        self._name = parts.netloc
        self._tls = ssl.create_default_context() if secure else None

    async def get(self, path: str) -> Answer | None:
        """The answer of ``path``; None where the cache has it.

        Raises:
            OSError: if there is no connection or no proper answer.
        """
        kept = self._cache.get(path)
        if kept is not None and time.monotonic() < kept.fresh_until:
            return None
        asked = {"If-None-Match": kept.etag} if kept is not None and kept.etag else {}
        answer = await self.send("GET", path, asked)
        if answer.status in (200, 304):
            self._keep(path, answer)
        return None if answer.status == 304 else answer

    async def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """One request over a free connection. Raises: as ``get``."""
        async with self._places:
            self.asked.append(path)
            head = self._head(method, path, headers or {}, len(body))
            while self._idle:
                stream = self._idle.pop()
                try:
                    return await self._exchange(stream, head + body)
                except (OSError, asyncio.IncompleteReadError):
                    stream[1].close()  # the server had closed it meanwhile
            stream = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
            try:
                return await self._exchange(stream, head + body)
            except asyncio.IncompleteReadError as problem:
                raise WebError(f"{path}: the connection ended within the answer.") from problem

    def again(self) -> Web:
        """The same browser at a later visit: new connections, the cache as it was left."""
        return Web(self.url, cookies=dict(self.cookies), _cache=dict(self._cache))

    def close(self) -> None:
        """Close all connections, as a browser that leaves."""
        while self._idle:
            self._idle.pop()[1].close()

    @property
    def cookie(self) -> str:
        """The header of all cookies."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _head(self, method: str, path: str, headers: dict[str, str], length: int) -> bytes:
        given = {"Host": self._name, "Accept-Encoding": ENCODINGS, "User-Agent": "load", **headers}
        if self.cookies:
            given["Cookie"] = self.cookie
        if length:
            given["Content-Length"] = str(length)
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in given.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    async def _exchange(self, stream: Stream, request: bytes) -> Answer:
        reader, writer = stream
        writer.write(request)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in filter(None, lines):
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
            headers[name.lower()] = value
        status = int(first.split(" ", 2)[1])
        body = b"" if status in (204, 304) else await _body(reader, headers)
        self.received += len(body)
        if headers.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._idle.append(stream)
        return Answer(status, headers, body)

    def _keep(self, path: str, answer: Answer) -> None:
        rules = answer.headers.get("cache-control", "")
        if "no-store" in rules:
            return
        seconds = 0.0
        if "no-cache" not in rules and "max-age=" in rules:
            seconds = float(rules.split("max-age=")[1].split(",")[0])
        self._cache[path] = _Kept(time.monotonic() + seconds, answer.headers.get("etag", ""))


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.read()
    parts: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readuntil(b"\r\n")
    return b"".join(parts)
