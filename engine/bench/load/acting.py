"""A class at work: every visitor turns a control every ten seconds, some sample molecules."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from engine.bench.load.browser.visitor import VisitError, Visitor
from engine.bench.load.browser.web import Web
from engine.bench.load.browser.widgets import ControlError
from engine.bench.load.results import Asked, Ledger
from engine.bench.load.server import Processes

PAUSE = 10.0  #: seconds between two turns of a control
APART = 0.1  #: seconds between two that open their pages
SETTLING = 60.0  #: seconds after which memory must not grow any more
READING = 4.0  #: seconds between two readings of the memory
SAMPLERS = 6  #: one visitor in so many samples molecules all the time
SAMPLE = "Sample conformers"
#: What a class looks at, oftener what stands oftener. The picture has the key of the page.
MIXED = (
    "swiss_roll", "one_dimension", "helix", "swiss_roll", "one_dimension", "own_data",
    "swiss_roll", "helix", "samplers", "swiss_roll", "one_dimension", "noise_schedules",
)  # fmt: skip
#: Values that the whole class is told to choose, one after the other; others draw seeds.
TOGETHER: dict[str, tuple[str, tuple[Any, ...]]] = {
    "swiss_roll": ("Steps T", (50, 200, 100, 20, 150)),
    "one_dimension": ("Steps T", (50, 200, 100, 20, 150)),
    "helix": ("Steps T", (50, 200, 100, 20, 150)),
}


@dataclass
class Lesson:
    """What a class has seen.

    Attributes:
        turns: by page, seconds from each turn of a control to its picture.
        failed: what went wrong, one a session.
        ledger: who got what.
        sampled: runs of the samplers that ended.
        cores: processor seconds of the server per second.
        growth: megabytes from the second minute to the last.
        seconds: how long it lasted.
    """

    turns: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    sampled: int = 0
    cores: float | None = None
    growth: float | None = None
    seconds: float = 0.0

    @property
    def waits(self) -> list[float]:
        """Those of all pages."""
        return [wait for waits in self.turns.values() for wait in waits]

    @property
    def throughput(self) -> float:
        """Pictures a second."""
        return len(self.waits) / self.seconds if self.seconds else 0.0


async def act(
    url: str, sessions: int, seconds: float, server: Processes | None, found: Lesson
) -> None:
    """Let a class of so many sessions work for so long, once they have opened their pages.

    Their browsers have been here before and have the files in their caches. What they see is put
    into ``found``, so that something is known of a lesson that is cut short.
    """
    known = await _known(url)
    async with AsyncExitStack() as stack:
        works = []
        for k in range(sessions):
            visitor = await stack.enter_async_context(Visitor(url, known.again()))
            samples = k % SAMPLERS == SAMPLERS - 1
            page = "molecule" if samples else MIXED[(k - k // SAMPLERS) % len(MIXED)]
            works.append((visitor, page, k))
        ready = await asyncio.gather(*(_ready(*work, found) for work in works))
        start, before = time.perf_counter(), server.seconds() if server else 0.0
        watch = asyncio.create_task(_growth(server, seconds))
        end = start + seconds
        await asyncio.gather(
            *(_work(*work, end, found) for work, well in zip(works, ready, strict=True) if well)
        )
        found.seconds = time.perf_counter() - start
        if server:
            found.cores = (server.seconds() - before) / found.seconds
        found.growth = await watch


async def _known(url: str) -> Web:
    """A browser that has seen a page of every kind."""
    web = Web(url)
    for page in ("swiss_roll", "molecule"):
        async with Visitor(url, web := web.again()) as visitor:
            await visitor.open(f"/{page}")
            await visitor.picture(page)
    return web


async def _ready(visitor: Visitor, page: str, number: int, found: Lesson) -> bool:
    await asyncio.sleep(number * APART)
    try:
        await visitor.open(f"/{page}")
        await visitor.picture(page)
    except (OSError, VisitError) as problem:
        found.failed.append(f"{page}: {problem}")
        return False
    return True


async def _work(visitor: Visitor, page: str, number: int, end: float, found: Lesson) -> None:
    work = _sample if page == "molecule" else _turn
    try:
        await work(visitor, page, number, end, found)
    except (OSError, VisitError, ControlError) as problem:
        found.failed.append(f"{page}: {problem}")
    else:
        found.failed += [f"{page}: the connection was lost"] * bool(visitor.lost)


async def _turn(visitor: Visitor, page: str, number: int, end: float, found: Lesson) -> None:
    """Turn a control, wait for its picture, and turn the next when its time has come."""
    controls: dict[str, Any] = {}
    await asyncio.sleep(PAUSE * (number * 0.618 % 1))
    for label, value in _turns(page, number):
        start = time.perf_counter()
        if start >= end:
            return
        before = visitor.pictures[page].digest
        visitor.turn(label, value)
        seen = await visitor.picture(page, other=before)
        found.turns.setdefault(page, []).append(seen.at - start)
        controls[label] = value
        await asyncio.sleep(max(1.0, min(end, start + PAUSE) - time.perf_counter()))
        if not visitor.tree.running:
            asked = Asked(page, tuple(sorted(controls.items())))
            found.ledger.note(asked, visitor.pictures[page])


async def _sample(visitor: Visitor, page: str, number: int, end: float, found: Lesson) -> None:
    """Sample conformers from one seed after the other; what runs at the end is left alone."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(end - time.perf_counter()):
            for round in itertools.count(1):
                seed = _seed(number, round)
                visitor.turn("Seed", seed)
                await asyncio.sleep(1.0)
                await visitor.until(lambda: visitor.offers(SAMPLE))  # no run goes on
                before = visitor.pictures[page].data["run"]
                visitor.press(SAMPLE)
                await visitor.until(lambda before=before: _replay(visitor, before))  # type: ignore[misc]
                found.sampled += 1
                found.ledger.note(Asked(page, (("Seed", seed),)), visitor.pictures[page])


def _replay(visitor: Visitor, before: str) -> bool:
    data = visitor.pictures["molecule"].data
    return data["mode"] == "replay" and data["run"] != before


def _turns(page: str, number: int) -> Iterator[tuple[str, Any]]:
    """What a visitor turns: one half of them what the class is told, the others seeds."""
    if number % 2 and page in TOGETHER:
        label, values = TOGETHER[page]
        yield from ((label, value) for value in itertools.cycle(values))
    yield from (("Seed", _seed(number, round)) for round in itertools.count(1))


def _seed(number: int, round: int) -> int:
    """A seed that no other visitor has."""
    return 100 * number + round


async def _growth(server: Processes | None, seconds: float) -> float | None:
    """Megabytes in use on average over the last minute, less those over the second.

    Of a time under three minutes, over its thirds. What a run takes and gives back, tens of
    megabytes every second, would decide between two single readings.
    """
    if server is None:
        return None
    span = min(SETTLING, seconds / 3)
    await asyncio.sleep(span)
    before = await _used(server, span)
    await asyncio.sleep(seconds - 3 * span)
    return await _used(server, span) - before


async def _used(server: Processes, seconds: float) -> float:
    """Megabytes in use on average over so long."""
    end = time.perf_counter() + seconds
    found: list[float] = []
    while not found or time.perf_counter() < end:
        found.append(await asyncio.to_thread(server.megabytes))
        await asyncio.sleep(min(READING, seconds / 3))
    return sum(found) / len(found)
