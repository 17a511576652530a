"""One user alone: as fast as before, at what price of the processor, with the same results."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Callable

from engine.bench.load.acting import SAMPLE
from engine.bench.load.browser.visitor import VisitError, Visitor
from engine.bench.load.results import Ledger
from engine.bench.load.server import Processes

ALL = (
    "home", "one_dimension", "swiss_roll", "helix", "polymer", "noise_schedules", "samplers",
    "own_data", "exact_learned", "molecule", "symmetry",
)  # fmt: skip
STEPS = (40, 60, 80, 120, 140)  #: values of a slider that is turned
RERUNS = 10
CALM = 0.3  #: seconds after which a page that rests is believed


async def ratio(url: str, reference: str, rounds: int, molecules: bool = True) -> float:
    """How much longer a user alone waits at ``url`` than at ``reference``: geometric mean.

    Over the first picture, a turned slider, and (if ``molecules``) a sampled molecule. Medians of
    visits to both in turn, so that whatever else the machine does burdens both.
    """
    servers = url, reference
    waits: list[list[list[float]]] = [[], []]
    for round in range(rounds + 1):
        for server, found in zip(servers, waits, strict=True):
            visit = await _visit(server, STEPS[round % len(STEPS)], molecules)
            if round:  # the first visit warms
                found.append(visit)
    medians = [
        [statistics.median(column) for column in zip(*found, strict=True)] for found in waits
    ]
    return math.exp(statistics.mean(math.log(a / b) for a, b in zip(*medians, strict=True)))


async def _visit(url: str, steps: int, molecules: bool) -> list[float]:
    """Seconds until the first picture, until that of a slider, and until a molecule is sampled."""
    found = await _points(url, steps)
    return [*found, await _molecule(url, steps)] if molecules else found


async def _points(url: str, steps: int) -> list[float]:
    found = []
    async with Visitor(url) as visitor:
        start = time.perf_counter()
        await visitor.open("/swiss_roll")
        seen = await visitor.picture("swiss_roll")
        found.append(seen.at - start)
        await visitor.still()
        start = time.perf_counter()
        visitor.turn("Steps T", steps)
        found.append((await visitor.picture("swiss_roll", other=seen.digest)).at - start)
    return found


async def _molecule(url: str, steps: int) -> float:
    async with Visitor(url) as visitor:
        await visitor.open("/molecule", f"seed={steps}")
        await visitor.until(lambda: _sampled(visitor))
        await visitor.still()
        start = time.perf_counter()
        visitor.press(SAMPLE)
        last = len(visitor.history)
        await visitor.until(lambda: _sampled(visitor, last))
        return time.perf_counter() - start


def _sampled(visitor: Visitor, last: int = 0) -> bool:
    return any(p.data.get("mode") == "replay" for p in visitor.history[last:])


async def price(url: str, server: Processes) -> dict[str, dict[str, float]]:
    """Processor seconds of an opened page and of a rerun in which nothing changes, by page.

    The page was opened before, so that its results are known.
    """
    found = {}
    for page in ALL:
        path = "/" if page == "home" else f"/{page}"
        for _ in range(2):
            async with Visitor(url) as visitor:
                before = await _rest(visitor, server)
                await visitor.open(path)
                await visitor.picture()
                opened = await _rest(visitor, server) - before
                before = server.seconds()
                for _ in range(RERUNS):
                    runs = visitor.tree.runs
                    visitor.rerun()
                    await visitor.until(_more(visitor, runs))
                rerun = (await _rest(visitor, server) - before) / RERUNS
        found[page] = {"open": opened, "rerun": rerun}
    return found


def _more(visitor: Visitor, runs: int) -> Callable[[], bool]:
    return lambda: visitor.tree.runs > runs


async def _rest(visitor: Visitor, server: Processes) -> float:
    """Processor seconds of the server when the page and it rest."""
    await visitor.still()
    return await rest(server)


async def rest(server: Processes) -> float:
    """Processor seconds of the server when it rests."""
    while True:
        before = server.seconds()
        await asyncio.sleep(CALM)
        after = server.seconds()
        if after - before < 0.1 * CALM:
            return after


async def identical(url: str, ledger: Ledger, most: int) -> float | None:
    """The share of pictures that a user alone sees just as they were seen under load."""
    same = []
    for asked, digests in [*ledger.seen.items()][-most:]:
        if asked.page == "molecule":
            continue
        async with Visitor(url) as visitor:
            await visitor.open(f"/{asked.page}")
            await visitor.picture(asked.page)
            await visitor.still()
            for label, value in asked.controls:
                visitor.turn(label, value)
                await visitor.until(lambda runs=visitor.tree.runs: visitor.tree.runs > runs)  # type: ignore[misc]
                await visitor.still()
            try:
                await visitor.until(lambda: visitor.pictures[asked.page].digest in digests, 10)  # noqa: B023
                same.append(1.0)
            except VisitError:
                same.append(0.0)
    return statistics.mean(same) if same else None
