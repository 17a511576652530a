"""Nobody waits for somebody else's long work, and who cancels frees the processor."""

from __future__ import annotations

import asyncio
import contextlib
import time
from contextlib import AsyncExitStack

from engine.bench.load.acting import SAMPLE
from engine.bench.load.browser.pictures import Picture
from engine.bench.load.browser.visitor import VisitError, Visitor
from engine.bench.load.browser.widgets import ControlError
from engine.bench.load.server import Processes

TRAINERS = 2
PAUSE = "Pause training"
#: A training that takes about forty minutes of one core.
LONG = "fit_steps=6000&fit_batch_size=2048&fit_width=256&fit_depth=6"
AWAKE = 0.2  #: cores; a server that does less rests
GLANCE = 0.1  #: seconds over which that is measured


async def starved(url: str, others: int, patience: float) -> list[float]:
    """Seconds until the molecule moves for each of ``others``, while two trainings run on."""
    async with AsyncExitStack() as stack:
        trainers = []
        for _ in range(TRAINERS):
            trainer = await stack.enter_async_context(Visitor(url))
            await trainer.open("/own_data", LONG)
            await trainer.picture("own_data")
            trainer.press("Train")
            await trainer.until(lambda trainer=trainer: _trains(trainer))  # type: ignore[misc]
            trainers.append(trainer)
        guests = [await stack.enter_async_context(Visitor(url)) for _ in range(others)]
        waits = await asyncio.gather(
            *(_movement(guest, k * 5 / others, patience) for k, guest in enumerate(guests))
        )
        for trainer in trainers:  # else it goes on for a while after they have left
            with contextlib.suppress(ControlError, VisitError):
                trainer.press(PAUSE)
                await trainer.until(lambda trainer=trainer: not _trains(trainer), 10)  # type: ignore[misc]
        return waits


async def gone(url: str, server: Processes) -> float:
    """Seconds from Cancel until the work of a long sampling no longer takes the processor."""
    async with Visitor(url) as visitor:
        await visitor.open("/molecule", "n=50&torsional_steps=50")
        await visitor.until(lambda: visitor.pictures["molecule"].data["mode"] == "live"
                            if "molecule" in visitor.pictures else None)  # fmt: skip
        visitor.press("Cancel")
        start = time.perf_counter()
        while True:
            before, at = server.seconds(), time.perf_counter()
            await asyncio.sleep(GLANCE)
            if server.seconds() - before < AWAKE * (time.perf_counter() - at):
                return at - start


def _trains(visitor: Visitor) -> bool:
    """Whether its page shows the progress of a training."""
    return visitor.offers(PAUSE)


async def _movement(visitor: Visitor, wait: float, patience: float) -> float:
    await asyncio.sleep(wait)
    try:
        async with asyncio.timeout(patience):
            await visitor.open("/molecule")
            await visitor.picture("molecule")
            await visitor.until(lambda: visitor.offers(SAMPLE))  # after the run it opens with
            before = visitor.pictures["molecule"].data["run"]
            visitor.press(SAMPLE)
            start = time.perf_counter()
            moved = await visitor.until(lambda: _moves(visitor, before))
    except (OSError, VisitError, ControlError, TimeoutError):
        return float("inf")
    return moved.at - start


def _moves(visitor: Visitor, before: str) -> Picture | None:
    """The first picture of another run that is not at rest."""
    moving = (p for p in visitor.history if p.data["mode"] != "still" and p.data["run"] != before)
    return next(moving, None)
