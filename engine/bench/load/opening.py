"""A class opens a page at once: seconds to the first picture of each."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from engine.bench.load.browser.visitor import VisitError, Visitor

PAGES = {"home": "/", "swiss_roll": "/swiss_roll", "molecule": "/molecule"}
WITHIN = 5.0  #: seconds in which all of them come


async def opened(url: str, path: str, visitors: int, patience: float) -> list[float]:
    """Seconds until each visitor saw the first picture; infinite after ``patience`` or a failure.

    Each is a first visit with an empty cache, and stays until all have their picture.
    """
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(Visitor(url)) for _ in range(visitors)]
        waits = [k * WITHIN / visitors for k in range(visitors)]
        works = [
            _first(guest, path, wait, patience) for guest, wait in zip(guests, waits, strict=True)
        ]
        return await asyncio.gather(*works)


async def _first(visitor: Visitor, path: str, wait: float, patience: float) -> float:
    await asyncio.sleep(wait)
    start = time.perf_counter()
    try:
        async with asyncio.timeout(patience):
            await visitor.open(path)
            found = await visitor.picture(seconds=patience)
    except (OSError, VisitError, TimeoutError):
        return float("inf")
    return found.at - start
