"""Sessions that come and go, and a server that is killed under open pages."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

from engine.bench.load.browser.visitor import VisitError, Visitor
from engine.bench.load.browser.widgets import ControlError
from engine.bench.load.opening import opened
from engine.bench.load.server import ROOT, Server, start

AT_ONCE = 10
FORGOTTEN = (
    150.0  #: seconds after which Streamlit has forgotten a session (its time to live is 120)
)
PAGES = ("swiss_roll", "one_dimension", "helix", "samplers", "noise_schedules") * 2
UPLOADS = 2
TABLE = b"x,y\n" + b"\n".join(b"%d,%d" % (k, k * k % 97) for k in range(200))
UPLOADER = "A table with two columns, or an image"


async def come_and_go(server: Server, sessions: int, forgotten: float = FORGOTTEN) -> float:
    """Megabytes by which a server is larger after so many sessions than before them."""
    assert server.processes is not None
    await opened(server.url, "/swiss_roll", AT_ONCE, 120)
    await asyncio.sleep(forgotten)
    before = server.processes.megabytes()
    for _ in range(sessions // AT_ONCE):
        await opened(server.url, "/swiss_roll", AT_ONCE, 120)
    await asyncio.sleep(forgotten)
    return server.processes.megabytes() - before


async def restart(server: Server) -> tuple[Server, dict[str, Any]]:
    """Kill a server under ten open pages, two with uploads, and start it again.

    Returns: the new server; and of the pages that worked before how many do after it, of those
    with uploads how many still show these, and seconds until the slowest was there.
    """
    assert server.processes is not None
    async with AsyncExitStack() as stack:
        guests = []
        for k, page in enumerate(PAGES):
            visitor = await stack.enter_async_context(Visitor(server.url))
            guests.append((visitor, "own_data" if k < UPLOADS else page))
        before = [await _settled(visitor, page) for visitor, page in guests]
        await asyncio.to_thread(server.processes.kill)
        again = await asyncio.to_thread(start, ROOT, urlsplit(server.url).port or 0)
        at = time.perf_counter()
        same = await asyncio.gather(
            *(
                _same(visitor, page, seen)
                for (visitor, page), seen in zip(guests, before, strict=True)
            )
        )
        return again, {
            "pages": len(guests),
            "pages_back": sum(same),
            "uploads": UPLOADS,
            "uploads_back": sum(same[:UPLOADS]),
            "seconds": time.perf_counter() - at,
        }


async def _settled(visitor: Visitor, page: str) -> str:
    """Open a page, turn its seed to 1 and to 2; the digest for 1. Your own data get an upload."""
    if page == "own_data":
        await visitor.open("/own_data", "source=file")
        await visitor.upload(UPLOADER, "points.csv", TABLE)
    else:
        await visitor.open(f"/{page}")
    seen = await visitor.picture(page)
    await visitor.still()
    digests = []
    for seed in (1, 2):
        visitor.turn("Seed", seed)
        seen = await visitor.picture(page, other=seen.digest)
        await visitor.still()
        digests.append(visitor.pictures[page].digest)
    return digests[0]


async def _same(visitor: Visitor, page: str, digest: str) -> bool:
    """Whether the page shows the picture of seed 1 when it is asked for it again."""
    try:
        await visitor.until(lambda: visitor.lost > 0 and visitor.connected)
        visitor.turn("Seed", 1)
        await visitor.until(lambda: visitor.pictures[page].digest == digest, 60)
    except (OSError, VisitError, ControlError):
        return False
    return True
