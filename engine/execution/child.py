"""The process in which work runs: several generators by turns, one step at a time.

Requests come in on the standard input, news goes out on the standard output. A generator that does
not have its turn simply rests where it is, so long work gives way to a picture at its next step,
and a paused training goes on exactly where it was.

Whose turn it is: urgent work first, unless it has turned out to be long; then the owner who has had
the least processor time of late. So newcomers see something soon, and nobody gets more than a fair
share while others wait.
"""

from __future__ import annotations

import importlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine import children, remembered
from engine.execution import transfer
from engine.execution.frames import Kind, read, write
from engine.progress import Step, Steps

#: Seconds of one turn, after which others are asked whether they have waited longer.
TURN = 0.25
#: Seconds between two pieces of news of the same work.
NEWS_SECONDS = 0.1
#: Seconds of processor time after which urgent work counts as long.
PICTURE = 3.0
#: Seconds in which the memory of who had how much processor time fades by half.
FADES = 10.0


@dataclass(eq=False)
class _Running:
    number: int
    owner: str
    urgent: bool
    steps: Steps[Any]
    used: float = 0.0
    told: float = -1e9
    shown: float = -1e9
    longest: float = 0.0
    pausing: bool = False
    paused: bool = False


@dataclass(eq=False)
class _Usage:
    """Processor time by owner, of late."""

    spent: dict[str, float] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)

    def add(self, owner: str, seconds: float) -> None:
        self.spent[owner] = self.spent.get(owner, 0.0) + seconds

    def fade(self) -> None:
        now = time.monotonic()
        if now - self.at < 1.0:
            return
        kept = 0.5 ** ((now - self.at) / FADES)
        self.at = now
        self.spent = {who: kept * had for who, had in self.spent.items() if kept * had > 1e-3}

    def of(self, owner: str) -> float:
        return self.spent.get(owner, 0.0)


class Child:
    """The state of such a process."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, folder: Path) -> None:
        self._answers, self._folder = answers, folder
        self._running: dict[int, _Running] = {}
        self._usage = _Usage()
        self._inbox: queue.SimpleQueue[tuple[Kind, int, bytes, bytes]] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(requests,), daemon=True).start()

    def _listen(self, requests: BinaryIO) -> None:
        while (request := read(requests)) is not None:
            if request[0] == Kind.ANSWER:
                self._replies.put(request[2])
            else:
                self._inbox.put(request)
        os._exit(0)  # the server has ended: so does this, whatever it is doing

    def ask(self, memory: str, name: Hashable) -> Any:
        """What the server remembers under ``name`` in the ``Memory`` that is called ``memory``."""
        write(self._answers, Kind.ASK, 0, transfer.dumps((memory, name)))
        return transfer.loads(self._replies.get())

    def serve(self) -> None:
        """Work until the server ends."""
        write(self._answers, Kind.READY, 0)
        while True:
            self._take()
            chosen = self._next()
            if chosen is not None:
                self._advance(chosen)

    def _take(self) -> None:
        """Take all requests; wait for one if there is nothing to do."""
        idle = all(work.paused for work in self._running.values())
        while idle or not self._inbox.empty():
            kind, number, data, _ = self._inbox.get()
            idle = False
            if kind == Kind.BEGIN:
                self._begin(number, data)
            elif number in self._running:
                self._obey(kind, self._running[number])

    def _begin(self, number: int, data: bytes) -> None:
        try:
            fn, args, owner, urgent = transfer.loads(data)
            self._running[number] = _Running(number, owner, urgent, fn(*args))
        except Exception as problem:  # noqa: BLE001 - told to whoever asked
            self._fail(number, problem)

    def _obey(self, kind: Kind, work: _Running) -> None:
        if kind == Kind.CANCEL:
            self._running.pop(work.number).steps.close()
        elif kind == Kind.PAUSE:
            work.pausing = True
        elif kind == Kind.RESUME:
            work.pausing = work.paused = False

    def _next(self) -> _Running | None:
        self._usage.fade()
        ready = [work for work in self._running.values() if not work.paused]
        return min(ready, key=self._rank, default=None)

    def _rank(self, work: _Running) -> tuple[bool, float, int]:
        long = not work.urgent or work.used > PICTURE
        return long, self._usage.of(work.owner), work.number

    def _advance(self, work: _Running) -> None:
        """One turn: steps until it is over, or something comes in."""
        began = last = time.perf_counter()
        try:
            while True:
                step = next(work.steps)
                now = time.perf_counter()
                work.longest, last = max(work.longest, now - last), now
                self._tell(work, step, now)
                if work.paused or now - began > TURN or not self._inbox.empty():
                    break
        except StopIteration as end:
            self._finish(work, end.value)
        except Exception as problem:  # noqa: BLE001 - told to whoever asked
            self._running.pop(work.number, None)
            self._fail(work.number, problem)
        spent = time.perf_counter() - began
        work.used += spent
        self._usage.add(work.owner, spent)

    def _tell(self, work: _Running, step: Step, now: float) -> None:
        """News of a step, and of what it has to show, if there was none lately."""
        rests = work.pausing and step.partial is not None
        shows = step.partial is not None and (rests or now - work.shown >= NEWS_SECONDS)
        if shows or now - work.told >= NEWS_SECONDS:
            work.told = now
            head = transfer.dumps((step.fraction, step.message))
            shown = transfer.dumps(step.partial) if shows else b""
            write(self._answers, Kind.NEWS, work.number, head, shown)
        if shows:
            work.shown = now
        if rests:
            work.paused = True
            write(self._answers, Kind.PAUSED, work.number)

    def _finish(self, work: _Running, result: Any) -> None:
        self._running.pop(work.number, None)
        try:
            data = transfer.dumps(result, self._folder)
        except Exception as problem:  # noqa: BLE001 - told to whoever asked
            self._fail(work.number, problem)
            return
        write(self._answers, Kind.DONE, work.number, data, transfer.dumps(work.longest))

    def _fail(self, number: int, problem: Exception) -> None:
        """Send the problem; one that is no sentence for a person also goes to the server's log."""
        if not isinstance(problem, ValueError):
            traceback.print_exception(problem)
        try:
            data = transfer.dumps(problem)
            transfer.loads(data)
        except Exception:  # noqa: BLE001 - some cannot be pickled, or not read again
            data = transfer.dumps(RuntimeError(f"{type(problem).__name__}: {problem}"))
        write(self._answers, Kind.FAILED, number, data)


def main() -> None:
    """Serve; arguments: the folder for large results, how nice to be, modules to import first."""
    requests, answers = children.pipes()
    folder, nice, *modules = sys.argv[1:]
    if int(nice) and hasattr(os, "nice"):
        os.nice(int(nice))
    for module in modules:
        importlib.import_module(module)
    child = Child(requests, answers, Path(folder))
    remembered.ask(child.ask)
    child.serve()
