"""A few processes that answer one request after another and are replaced when they fail."""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from engine import children
from engine.limits import child
from engine.limits.turns import TICK, Turns
from engine.progress import Step, Steps

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

#: Seconds by the clock that a fresh process may take to load its modules.
_START = 60.0
#: Seconds by the clock for one of processor time, on a machine with much else to do.
_PATIENCE = 10.0
_PROGRAM = f"from {child.__name__} import main; main()"


@dataclass(frozen=True)
class Limits:
    """What one request may take.

    Attributes:
        seconds: of processor time.
        memory: bytes, beyond what the process holds before it begins; infinite for any number.
    """

    seconds: float = 60.0
    memory: float = 2**30


class LimitError(ValueError):
    """One sentence for a person whose input could not be read within the limits.

    Attributes:
        reason: "time", "memory" or "crash".
    """

    def __init__(self, reason: str, limits: Limits) -> None:
        taken = {
            "time": f"takes more than {limits.seconds:g} s of processor time",
            "memory": f"takes more than {limits.memory / 2**30:g} GB of memory",
            "crash": "makes the program that reads it fail",
        }[reason]
        super().__init__(f"To read this {taken}; use a smaller or simpler input.")
        self.reason = reason


class Pool:
    """Processes for guarded work; safe to use from any thread."""

    def __init__(
        self, size: int, modules: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        """Nothing is started before it is needed, or ``prepare`` is called.

        Args:
            size: processes at most.
            modules: loaded by every process when it starts.
            limits: of every request.
        """
        self.limits = limits or Limits()
        self._modules = tuple(modules)
        self._size = size
        self._turns = Turns(size)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._closed = False

    def prepare(self) -> None:
        """Have all processes ready, so that no request need wait until one has started."""
        with self._lock:
            missing = 0 if self._closed else self._size - len(self._idle)
            self._idle[:0] = [_Child(self._modules) for _ in range(missing)]

    def run(self, function: Callable[[*Ts], T], *arguments: *Ts) -> Steps[T]:
        """``function(*arguments)`` in a process, when it is the asker's turn; closing ends it.

        Args:
            function: importable by name. Its result and arguments are pickled.

        Raises:
            CrowdError: if too many requests wait already.
            LimitError: if it takes more than allowed, or ends its process.
            ValueError: as ``function`` raises it. Any other exception ends the process, which
                writes it to the error stream.
        """
        asker = yield from self._turns.take()
        began, cost = time.monotonic(), 0.0
        try:
            worker = self._take(cold=self._turns.costly(asker))
            try:
                kind, value = yield from worker.ask(function, arguments, self.limits)
            finally:
                cost = 0.0 if worker.ready else time.monotonic() - began
                self._put(worker)
        finally:
            self._turns.give(asker, cost)
        if kind == child.SENTENCE:
            raise value
        if kind != child.RESULT:
            raise LimitError(kind, self.limits)
        result: T = value
        return result

    def _take(self, cold: bool) -> _Child:
        """One that has loaded its modules, or one that may still do so: these stand first."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop(0 if cold else -1)
                if worker.ready:
                    return worker
                worker.stop()
        return _Child(self._modules)

    def _put(self, worker: _Child) -> None:
        """Keep it for the next request; one that failed is replaced at once."""
        failed = not worker.ready
        if failed:
            worker.stop()
            worker = _Child(self._modules)
        with self._lock:
            if not self._closed:
                self._idle.insert(0 if failed else len(self._idle), worker)
                return
        worker.stop()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.stop()


class _Child:
    """One process. Not of ``multiprocessing``, whose children run the server's script again."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._process = children.start(_PROGRAM, *modules)
        self._answers: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._asked = 0
        self._busy = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def ready(self) -> bool:
        """Whether it waits for a request."""
        return not self._busy and self._process.poll() is None

    def ask(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], limits: Limits
    ) -> Steps[tuple[str, Any]]:
        """The kind of the answer and the answer, or the reason of a ``LimitError`` and None."""
        start = 0.0 if self._asked else _START
        self._asked += 1
        self._busy = True
        request = pickle.dumps((function, arguments, limits.seconds, limits.memory))
        # Beside this thread: a pipe holds 64 kB, and a process that starts does not read it yet.
        threading.Thread(target=self._send, args=(request,), daemon=True).start()
        end = time.monotonic() + start + _PATIENCE * limits.seconds
        while time.monotonic() < end:
            try:
                kind, value = self._answers.get(timeout=TICK)
            except queue.Empty:
                yield Step(0)
                continue
            self._busy = kind not in (child.RESULT, child.SENTENCE)
            return kind, value
        return "time", None

    def _send(self, request: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
        except (OSError, ValueError):
            return  # it has ended, or has been stopped: the listener says so

    def _listen(self) -> None:
        """Put answers into the queue; at the end of the process, why it ended."""
        assert self._process.stdout is not None
        try:
            while True:
                self._answers.put(pickle.load(self._process.stdout))  # noqa: S301
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            code = self._process.wait()
            over = hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU
            self._answers.put(("time" if over else "crash", None))

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._listener.join()


# ---------------------------------------------------------------------------- of the whole server

_POOLS: list[Pool] = []


def start(modules: Sequence[str] = (), size: int | None = None) -> None:
    """From now on ``guarded`` work runs in processes, of which ``prepare`` starts the first.

    Args:
        modules: loaded by every process when it starts.
        size: processes at most; by default one a core, two to four.
    """
    if not _POOLS:
        atexit.register(stop)
        _POOLS.append(Pool(size or min(4, max(2, os.cpu_count() or 2)), modules))


def prepare() -> None:
    """After ``start``: have a process ready."""
    for pool in _POOLS:
        pool.prepare()


def stop() -> None:
    """No longer guard, and end all processes."""
    while _POOLS:
        _POOLS.pop().close()


def guarded(function: Callable[[*Ts], T], *arguments: *Ts) -> Steps[T]:
    """``function(*arguments)`` under limits where a server has called ``start``, else as it is.

    Raises:
        LimitError: if it takes more than allowed.
        ValueError: as ``function`` raises it.
    """
    if not _POOLS:
        return function(*arguments)
    return (yield from _POOLS[0].run(function, *arguments))
