"""The parts of a run, and how much of each."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.bench.load import alone, endurance, fairness
from engine.bench.load.acting import Lesson, act
from engine.bench.load.opening import PAGES, opened
from engine.bench.load.server import Processes, Server, checkout, running, start, stop

SESSIONS = 30


@dataclass(frozen=True)
class Scale:
    """How thorough a run is: seconds, and how often.

    Attributes:
        patience: after which an opened page counts as missing.
        lesson: of thirty sessions; ``crowd`` of sixty.
        rounds: visits of the single user.
        calm: to wait at most until the server rests before a part begins.
        whole: also measure prices, endurance and restart.
        budget: for everything together.
    """

    patience: float = 120.0
    lesson: float = 300.0
    crowd: float = 120.0
    rounds: int = 7
    calm: float = 60.0
    whole: bool = True
    budget: float = 3600.0


QUICK = Scale(patience=12.0, lesson=9.0, crowd=6.0, rounds=1, calm=3.0, whole=False, budget=108.0)


def measure(
    quick: bool, url: str | None, pid: int | None, reference: str, names: Sequence[str]
) -> dict[str, Any]:
    """All figures of a run; arguments as those of the command.

    Raises:
        ServerError: if there is no server to measure.
    """
    scale = QUICK if quick else Scale()
    figures: dict[str, Any] = {"load_before": os.getloadavg()[0]}
    begun, spent = time.perf_counter(), time.process_time()
    with contextlib.ExitStack() as stack:
        if url:
            server = Server(url, Processes(pid) if pid else None)
        else:
            server = stack.enter_context(running())
        work = Run(server, reference, scale, begun + scale.budget, figures, not url)
        asyncio.run(work.parts(names))
        if work.server is not server:
            stack.callback(stop, work.server)
    seconds = time.perf_counter() - begun
    figures |= {"seconds": seconds, "driver_cores": (time.process_time() - spent) / seconds}
    return figures


@dataclass
class Run:
    """One run: each part puts its figures among the others."""

    server: Server
    reference: str
    scale: Scale
    end: float
    figures: dict[str, Any]
    ours: bool
    lesson: Lesson = field(default_factory=Lesson)

    async def parts(self, names: Sequence[str]) -> None:
        """Measure these parts, each a method of this name, when the server rests."""
        for name in names:
            if self.server.processes:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(alone.rest(self.server.processes), self.scale.calm)
            begun = time.perf_counter()
            await getattr(self, name)()
            self.figures.setdefault("parts", {})[name] = time.perf_counter() - begun

    async def alone(self) -> None:
        """One user, here and at the reference."""
        self.figures["single_user_ratio"] = await self._within(self._ratio(), 60)
        if self.scale.whole and self.server.processes:
            self.figures["price"] = await alone.price(self.server.url, self.server.processes)

    async def _ratio(self) -> float | None:
        with checkout(self.reference) as before:
            if before is None:
                return None
            other = await asyncio.to_thread(start, before)
            try:
                return await alone.ratio(
                    self.server.url, other.url, self.scale.rounds, self.scale.whole
                )
            finally:
                stop(other)

    async def open(self) -> None:
        """The class comes in."""
        for page, path in PAGES.items():
            await self._within(opened(self.server.url, path, 1, self.scale.patience), 15)
            before = self._processor()
            work = opened(self.server.url, path, SESSIONS, self.scale.patience)
            waits = await self._within(work, self.scale.patience + 10)
            self._percentiles(f"open.{page}.", waits, (50, 95))
            self.figures[f"open.{page}.missing"] = sum(map(math.isinf, waits or []))
            spent = (self._processor() - before) / SESSIONS
            self.figures[f"open.{page}.processor"] = spent if self.server.processes else None

    async def act(self) -> None:
        """The class works, then another one of twice the size."""
        url, processes = self.server.url, self.server.processes
        lesson, crowd = self.lesson, Lesson()
        work = act(url, SESSIONS, self.scale.lesson, processes, lesson)
        await self._within(work, self.scale.lesson + 15)
        self._percentiles("act_", lesson.waits, (50, 95))
        self.figures |= {
            "failed_sessions": len(lesson.failed),
            "failures": lesson.failed,
            "foreign_results": lesson.ledger.foreign(),
            "memory_growth_mb": lesson.growth,
            "cores_busy": lesson.cores,
            "acts": len(lesson.waits),
            "acts_by_page": {page: _middle(waits) for page, waits in lesson.turns.items()},
            "sampled": lesson.sampled,
        }
        if self.scale.whole:
            self.figures["identical"] = await alone.identical(url, lesson.ledger, 20)
        work = act(url, 2 * SESSIONS, self.scale.crowd, processes, crowd)
        await self._within(work, self.scale.crowd + 15)
        ratio = crowd.throughput / lesson.throughput if lesson.throughput else None
        self.figures |= {"throughput_60_over_30": ratio, "failed_of_60": len(crowd.failed)}

    async def fairness(self) -> None:
        """Some work for very long, others want their turn."""
        if self.server.processes:
            cancelled = fairness.gone(self.server.url, self.server.processes)
            self.figures["cancelled_gone"] = await self._within(cancelled, 15)
        work = fairness.starved(self.server.url, 10, self.scale.patience)
        waits = await self._within(work, self.scale.patience + 20)
        self._percentiles("starved_", waits, (50, 95))

    async def endurance(self) -> None:
        """Sessions come and go; the server dies and comes back."""
        if self.scale.whole and self.server.processes:
            self.figures["come_and_go_mb"] = await endurance.come_and_go(self.server, 100)
            if self.ours:
                self.server, self.figures["restart"] = await endurance.restart(self.server)

    def _processor(self) -> float:
        return self.server.processes.seconds() if self.server.processes else 0.0

    async def _within(self, work: Awaitable[Any], most: float) -> Any:
        """The result, or None where a quick run has no time for it."""
        if self.scale.whole:
            return await work
        left = self.end - time.perf_counter()
        try:
            return await asyncio.wait_for(work, max(0.1, min(most, left)))
        except TimeoutError:
            return None

    def _percentiles(self, name: str, waits: list[float] | None, which: tuple[int, ...]) -> None:
        """Percentiles; who saw nothing has waited as long as patience lasted."""
        seen = [min(wait, self.scale.patience) for wait in waits or []]
        for k in which:
            self.figures[f"{name}p{k}"] = float(np.percentile(seen, k)) if seen else None


def _middle(waits: list[float]) -> dict[str, float]:
    """How many, their median and their 95th percentile."""
    return {
        "n": len(waits),
        "p50": float(np.percentile(waits, 50)),
        "p95": float(np.percentile(waits, 95)),
    }
