"""Processes on this machine.

``concurrent.futures`` loses all tasks in flight when one process dies, and cannot stop one that
hangs. Here each process has a pipe of its own and one task at a time: a crash or a hang costs
that task alone, and a process ends after ``recycle`` tasks and gives its memory back. Processes end
with the one that started them, also where it is killed.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any

from engine.children import THREADS
from engine.limits import Limits
from engine.limits.child import limited
from engine.workers.lost import CRASHED, MEMORY, TIME, Lost

#: Seconds that a fresh process may take to load its libraries, on top of its first task.
_START = 60.0
#: How often the clock is looked at while no result comes in (s).
_TICK = 1.0


def run(  # noqa: PLR0913, PLR0917 - each is a plain number with a default
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    seconds: float,
    recycle: int = 200,
    memory: float = math.inf,
    lead: int = 0,
) -> Iterator[tuple[Any, Any]]:
    """Pairs (task, ``function(task)`` or ``Lost``) in the order of completion.

    Args:
        function: importable by name; an exception that leaves it ends its process: "crashed".
        tasks: anything that can be pickled; drawn one at a time, when a process is free.
        workers: processes at work at once, each with single-threaded libraries.
        seconds: after which a task is given up and its process killed.
        recycle: tasks after which a process is replaced by a fresh one.
        memory: bytes that a task may take beyond what its process holds.
        lead: how far a task may be ahead of the oldest one in work; 0 for any distance.
    """
    queue, drawn = iter(tasks), 0
    limits = Limits(seconds, memory)
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    try:
        while True:
            while (
                len(busy) < workers
                and not (lead and busy and drawn - busy[0].number >= lead)
                and (task := next(queue, _END)) is not _END
            ):
                worker = idle.pop() if idle else _Worker(function, limits)
                if worker.done >= recycle or not worker.alive:
                    worker.stop()
                    worker = _Worker(function, limits)
                busy.append(worker)
                worker.give(task, drawn)
                drawn += 1
            if not busy:
                return
            for worker in _ready(busy):
                busy.remove(worker)
                idle.append(worker)
                yield worker.task, worker.take()
    finally:
        for worker in busy + idle:
            worker.stop()


_END = object()


def _ready(busy: list[_Worker]) -> list[_Worker]:
    """The workers that have something to say or are over their time; waits for the first."""
    while True:
        talking = wait([worker.connection for worker in busy], timeout=_TICK)
        now = time.monotonic()
        found = [w for w in busy if w.connection in talking or now > w.deadline]
        if found:
            return found


class _Worker:
    """One process, its pipe and its present task, the ``number``-th of all."""

    def __init__(self, function: Callable[[Any], Any], limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._seconds = limits.seconds
        self._process = context.Process(target=_serve, args=(theirs, function, limits), daemon=True)
        with _one_thread():
            self._process.start()
        theirs.close()
        self.done = self.number = 0
        self.task: Any = None
        self.deadline = 0.0

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def give(self, task: Any, number: int) -> None:
        """Send a task and start its clock."""
        self.task, self.number = task, number
        self.deadline = time.monotonic() + self._seconds + (0 if self.done else _START)
        self.done += 1
        self.connection.send(task)

    def take(self) -> Any:
        """The result of the present task; the process is gone if there is none."""
        if not self.connection.poll():
            self.stop()
            return TIME
        try:
            result = self.connection.recv()
        except (EOFError, ConnectionResetError):
            self.stop()
            over = hasattr(signal, "SIGXCPU") and self._process.exitcode == -signal.SIGXCPU
            return TIME if over else CRASHED
        if isinstance(result, Lost):
            self.stop()
        return result

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection, function: Callable[[Any], Any], limits: Limits) -> None:
    """The life of a process: tasks in, results out, until its parent is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        while True:
            task = connection.recv()
            try:
                with limited(limits.seconds, limits.memory):
                    result = function(task)
            except MemoryError:
                connection.send(MEMORY)
                return  # what is left of the memory is in pieces
            connection.send(result)
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return


def _end_with_parent() -> None:
    """A killed parent cannot stop its processes, and a task may be long."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started inside inherit an environment that asks for one thread."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
