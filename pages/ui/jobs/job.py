"""A job: a piece of work as one session sees it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any, Generic, Literal, TypeVar, TypeVarTuple

from engine.execution import Task, Work
from engine.progress import Steps
from pages.ui.jobs import shared
from pages.ui.jobs.shared import Pool
from pages.ui.server.streamlit_internals import session_id

Status = Literal["running", "paused", "done", "failed", "cancelled"]
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
_serials = itertools.count(1)


class Job(Generic[T]):
    """One piece of work and all that a page may ask about it. Safe to read from any thread.

    Sessions that want the same have jobs of their own for one task; a job that is cancelled leaves
    the others theirs.
    """

    def __init__(
        self,
        name: str,
        fn: Callable[[*Ts], Steps[T]],
        args: tuple[*Ts],
        pool: Pool = "long",
        *,
        anew: bool = False,
    ) -> None:
        self.name, self.pool = name, pool
        self.serial = next(_serials)  #: unlike id(job), never given twice in a process
        self.args: tuple[Any, ...] = args
        self.signature = signature(fn, args)
        self._stopped = False
        owner = session_id() or ""
        urgent, rests = pool == "short", pool == "resting"
        work = Work(fn, args, owner, urgent=urgent, rests=rests, name=name)
        key = self.signature if _by_value(args) else None
        self.task: Task[T] = shared.tasks().take(self.serial, key, work, pool, anew)

    def cancel(self) -> None:
        """Ask the work to stop at its next step, unless other sessions want it, too."""
        if self.task.status not in ("done", "failed"):
            self._stopped = True
        shared.tasks().leave(self.serial, self.task)

    def pause(self, seconds: float) -> bool:
        """Let the work rest; whether it does, or has ended, after that many ``seconds`` at most."""
        self.task.pause()
        return self.task.wait(seconds)

    def resume(self) -> None:
        """Go on where it rests."""
        self.task.resume()

    def wait(self, seconds: float) -> bool:
        """Wait up to ``seconds``; True if the work has ended, whichever way, or rests."""
        return self._stopped or self.task.wait(seconds)

    @property
    def status(self) -> Status:
        """ "running" (or waiting for a worker), "paused", "done", "failed" or "cancelled"."""
        if self._stopped:
            return "cancelled"
        found = self.task.status
        return "running" if found == "waiting" else found

    @property
    def result(self) -> T | None:
        """What the function returned; None unless the status is "done"."""
        return self.task.future.result() if self.status == "done" else None

    @property
    def error(self) -> str:
        """One sentence on what went wrong; empty unless the status is "failed"."""
        return _sentence(self.task.future.exception()) if self.status == "failed" else ""

    @property
    def partial(self) -> Any:
        """The latest of what there is to see of the result so far."""
        return self.task.partial

    @property
    def progress(self) -> float:
        """The share that is done, in [0, 1]."""
        return self.task.progress

    @property
    def message(self) -> str:
        """What it does at the moment; its place where it waits for a worker."""
        before = self.task.place
        if before:
            return "Waiting for a free worker" + f", {before} before you" * (before > 1)
        return self.task.message

    @property
    def seconds(self) -> float:
        """Seconds the work has taken so far, or took."""
        return self.task.seconds

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the progress since the first step; None before there is any."""
        return self.task.seconds_left


def signature(fn: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is asked for, to be compared."""
    found = (fn.__module__, fn.__qualname__, *args)
    hash(found)
    return found


def check_value(value: Any) -> None:
    """Refuse what compares by identity: two sessions never mean the same by it.

    Numbers, texts, functions, classes, tuples and frozen dataclasses of these are fine.

    Raises:
        TypeError: If it is something else, or holds something else.
    """
    kind = type(value)
    if value is None or isinstance(value, (type, FunctionType)):
        return
    if isinstance(value, (tuple, frozenset)):
        for each in value:
            check_value(each)
    elif vars(object)["__eq__"] is kind.__eq__ or vars(object)["__hash__"] is kind.__hash__:
        raise TypeError(
            f"A {kind.__qualname__} compares by identity, so no other session can find what is "
            "computed from it. Hand over the settings that it was made of."
        )
    elif is_dataclass(value):
        for field in fields(value):
            if field.compare:
                check_value(getattr(value, field.name))


def _by_value(args: tuple[Any, ...]) -> bool:
    try:
        check_value(args)
    except TypeError:
        return False
    return True


def _sentence(problem: BaseException | None) -> str:
    if isinstance(problem, ValueError) and str(problem):
        return str(problem)
    return f"This could not be computed ({type(problem).__name__}: {problem})."
