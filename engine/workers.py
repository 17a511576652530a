"""Long work on many small tasks, in processes that may leak, hang or crash.

``concurrent.futures`` loses all tasks in flight when one process dies, and cannot stop one that
hangs. Here each process has a pipe of its own and one task at a time: a crash or a hang costs
that task alone, and a process ends after ``recycle`` tasks and gives its memory back.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any

#: Read by the mathematics libraries when they are loaded: one thread per process.
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
#: Seconds that a fresh process may take to load its libraries, on top of its first task.
_START = 60.0
#: How often the clock is looked at while no result comes in (s).
_TICK = 1.0


class Lost(str):
    """Why a task has no result: "crashed" or "time limit"."""


def run(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    seconds: float,
    recycle: int = 200,
) -> Iterator[tuple[Any, Any]]:
    """Pairs (task, ``function(task)`` or ``Lost``) in the order of completion.

    Parameters
    ----------
    function: importable by name; an exception that leaves it ends its process: "crashed".
    tasks: anything that can be pickled; drawn one at a time, when a process is free.
    workers: processes at work at once, each with single-threaded libraries.
    seconds: after which a task is given up and its process killed.
    recycle: tasks after which a process is replaced by a fresh one.
    """
    queue = iter(tasks)
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    try:
        while True:
            while len(busy) < workers and (task := next(queue, _END)) is not _END:
                worker = idle.pop() if idle else _Worker(function)
                if worker.done >= recycle or not worker.alive:
                    worker.stop()
                    worker = _Worker(function)
                busy.append(worker)
                worker.give(task, seconds)
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
    """One process, its pipe and its present task."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, function), daemon=True)
        with _one_thread():
            self._process.start()
        theirs.close()
        self.done = 0
        self.task: Any = None
        self.deadline = 0.0

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def give(self, task: Any, seconds: float) -> None:
        """Send a task and start its clock."""
        self.task = task
        self.deadline = time.monotonic() + seconds + (0 if self.done else _START)
        self.done += 1
        self.connection.send(task)

    def take(self) -> Any:
        """The result of the present task; the process is gone if there is none."""
        if not self.connection.poll():
            self.stop()
            return Lost("time limit")
        try:
            return self.connection.recv()
        except (EOFError, ConnectionResetError):
            self.stop()
            return Lost("crashed")

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(connection: Connection, function: Callable[[Any], Any]) -> None:
    """The life of a process: tasks in, results out, until its parent is gone."""
    try:
        while True:
            connection.send(function(connection.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started inside inherit an environment that asks for one thread."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
