"""Pictures by address: what is large reaches a browser over HTTP, once, not through the websocket.

A component's data hold the address of its picture, relative to the app, in their field "picture":

    {"picture": "assets/pictures/3f0c…", "options": {…}, "serial": 1764512345678}

The address is made of a hash of the content, so an answer never changes and a browser, or a cache
in front of the server, keeps it. No script runs for it. All sessions share the pictures: whoever
asks for the same settings gets the same address, and the picture is packed once. What has not been
used for long is forgotten; the browser then gets a 404 and says so in its component's state, as
"missing", and Python makes the picture anew and sends it in the data, as the list "blocks" of
base64.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

PATH = "assets/pictures"
SIZE = 64_000_000  #: bytes of all pictures that are kept: a class turns over more in a minute
GAIN = 0.9  #: a picture is kept compressed if that makes it so many times as large, or smaller
LEVEL = 3  #: of compression: a fifth of the time of the default, and a few per cent larger
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True)
class _Kept:
    """One picture, as it travels."""

    data: bytes
    compressed: bool
    settings: set[Hashable] = field(default_factory=set)  #: all that lead to it


class Pictures:
    """Blocks of bytes by a hash of them. Safe to use from any thread."""

    def __init__(self, size: int = SIZE) -> None:
        """Keep at most ``size`` bytes; the least recently used go first."""
        self._size = size
        self._held = 0
        self._lock = threading.Lock()
        self._making: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)
        self._names: dict[Hashable, str] = {}
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def address(self, settings: Hashable, make: Callable[[], bytes]) -> str:
        """Where the picture with these settings is, made by ``make()`` unless it is here.

        Sessions that ask for the same at once wait for the first of them.
        """
        with self._lock:
            making = self._making[settings]
        with making:
            name = self._found(settings)
            if name is None:
                name = self._put(settings, make())
        with self._lock:
            self._making.pop(settings, None)
        return f"{PATH}/{name}"

    def get(self, name: str) -> tuple[bytes, bool] | None:
        """The picture of that name, and whether it is compressed; None if it is not here."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None:
                return None
            self._kept.move_to_end(name)
            return kept.data, kept.compressed

    def block(self, address: str) -> bytes | None:
        """The picture at an address, as it was made; None if it is not here."""
        found = self.get(address.removeprefix(f"{PATH}/"))
        if found is None:
            return None
        data, compressed = found
        return gzip.decompress(data) if compressed else data

    def _found(self, settings: Hashable) -> str | None:
        with self._lock:
            name = self._names.get(settings)
            if name is not None:
                self._kept.move_to_end(name)
            return name

    def _put(self, settings: Hashable, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()[:32]
        small = gzip.compress(data, LEVEL, mtime=0)
        compressed = len(small) < GAIN * len(data)
        with self._lock:
            if name not in self._kept:
                self._kept[name] = _Kept(small if compressed else data, compressed)
                self._held += len(self._kept[name].data)
            self._kept[name].settings.add(settings)
            self._names[settings] = name
            self._kept.move_to_end(name)
            while self._held > self._size and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._held -= len(gone.data)
                for each in gone.settings:
                    del self._names[each]
        return name


PICTURES = Pictures()  #: those of this server


def picture(request: Request) -> Response:
    """Answers for the address of a picture."""
    name = request.path_params["name"]
    found = PICTURES.get(name)
    if found is None:
        return PlainTextResponse("There is no such picture.", 404, {"Cache-Control": "no-store"})
    data, compressed = found
    headers = {**IMMUTABLE, "Vary": "Accept-Encoding"}
    if compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    elif compressed:
        data = gzip.decompress(data)
    return Response(data, media_type="application/octet-stream", headers=headers)
