"""What an executor takes and what it gives back.

A piece of work is a generator function that yields steps (``engine.progress``) and its arguments:
frozen settings. A ``Task`` is that work under way; it may be asked from any thread. An executor
decides where and when the steps are made: in threads of this process (``threads``), in processes of
this machine (``processes``), or on other machines (``cluster``).
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from engine.progress import Steps

T = TypeVar("T")
Status = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
_numbers = itertools.count(1)
LOG = logging.getLogger(__name__)


class BusyError(ValueError):
    """So much work waits already that no more is taken."""

    def __init__(self) -> None:
        super().__init__("The server has too much to do at the moment; try again in a minute.")


class LostError(ValueError):
    """The process in which work ran has ended, and so has the one of the second attempt."""

    def __init__(self) -> None:
        super().__init__(
            "The process that computes this ended, perhaps for lack of memory; try less at once."
        )


@dataclass(frozen=True, eq=False)
class Work(Generic[T]):
    """What is to be done.

    Attributes:
        fn: a generator function, importable by name.
        args: of it; for other processes they must be picklable.
        owner: for whom; the processor is shared fairly between owners.
        urgent: somebody waits for a picture: goes before long work.
        rests: it may be paused, so it is done where it can be held.
        name: for the log.
    """

    fn: Callable[..., Steps[T]]
    args: tuple[Any, ...]
    owner: str = ""
    urgent: bool = False
    rests: bool = False
    name: str = ""


class Task(Generic[T]):
    """Work under way, and all that may be asked about it, from any thread.

    Attributes:
        number: another one for every task of this process.
        message: what it does at the moment.
        progress: the share that is done, in [0, 1].
        longest: seconds of its longest step.
        size: bytes of its result, where that has travelled.
    """

    def __init__(self, executor: Executor, work: Work[T]) -> None:
        self.number = next(_numbers)
        self.work = work
        self.message = ""
        self.progress = 0.0
        self.longest = 0.0
        self.size = 0
        self.future: Future[T] = Future()
        self._executor = executor
        self._partial: Callable[[], Any] = lambda: None
        self._seen: Any = None
        self._lock = threading.Lock()
        self._began_at: float | None = None  # progress at the first step: work may be taken up
        self._asked = time.monotonic()
        self._started: float | None = None
        self._ended: float | None = None
        self._still = threading.Event()
        self._cancelled = False

    def __str__(self) -> str:
        """A line for the log: what it is, for whom, how it stands, and how long it took."""
        work = self.work
        return (
            f"{work.name or work.fn.__qualname__} for {work.owner[:8] or 'nobody'}: {self.status}, "
            f"waited {self.waited:.2f} s, took {self.seconds:.2f} s, "
            f"longest step {self.longest:.2f} s"
        )

    # ------------------------------------------------------------------- for whoever waits

    def cancel(self) -> None:
        """Stop at the next step; at once as far as whoever asks is concerned."""
        if not self.future.done():
            self._cancelled = True
            self.future.cancel()
            self._still.set()
            self._executor.cancel(self)

    def pause(self) -> None:
        """Rest at the next step that has something to show, so that the last partial is true."""
        if not self.future.done():
            self._executor.pause(self)

    def resume(self) -> None:
        """Go on where it rests, as if it had never rested."""
        self._still.clear()
        self._executor.resume(self)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait up to ``seconds``; True if the work has ended, whichever way, or rests."""
        return self._still.wait(seconds)

    @property
    def status(self) -> Status:
        """ "waiting" before its first step, "running", "paused", or how it ended."""
        if self._cancelled or self.future.cancelled():
            return "cancelled"
        if not self.future.done():
            if self._still.is_set():
                return "paused"
            return "waiting" if self._started is None else "running"
        return "done" if self.future.exception() is None else "failed"

    @property
    def partial(self) -> Any:
        """The latest of what the steps had to show; None before there is any."""
        with self._lock:
            load, self._partial = self._partial, lambda: None
            found = load()
            if found is not None:
                self._seen = found
            return self._seen

    @property
    def place(self) -> int:
        """Its place among those that wait for a worker; 0 once it has one."""
        return self._executor.place(self)

    @property
    def waited(self) -> float:
        """Seconds before its first step."""
        return (self._started or time.monotonic()) - self._asked

    @property
    def seconds(self) -> float:
        """Seconds the work has taken so far, or took, since its first step."""
        if self._started is None:
            return 0.0
        return (self._ended or time.monotonic()) - self._started

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the progress since the first step; None before there is any."""
        if self._began_at is None or self.progress <= self._began_at:
            return None
        return self.seconds * (1 - self.progress) / (self.progress - self._began_at)

    # ----------------------------------------------------------------------- for executors

    @property
    def over(self) -> bool:
        """Whether no further step is wanted."""
        return self._cancelled or self.future.done()

    def begin(self) -> None:
        """The first step is asked for; also at a second attempt."""
        if self._started is None:
            self._started = time.monotonic()
        self._began_at = None

    def note(
        self, progress: float, message: str = "", partial: Callable[[], Any] | None = None
    ) -> None:
        """A step was made; ``partial()`` is called when somebody looks."""
        self.progress = progress
        if self._began_at is None:
            self._began_at = progress
        self.message = message or self.message
        if partial is not None:
            with self._lock:
                self._partial = partial

    def rest(self) -> None:
        """It rests from now on."""
        self._still.set()

    def end(self, result: T | None = None, problem: BaseException | None = None) -> None:
        """It has ended, with a result or a problem; nothing happens if it was cancelled."""
        self._ended = time.monotonic()
        if self.future.cancelled() or not self.future.set_running_or_notify_cancel():
            self._still.set()
            return
        if problem is None:
            self.future.set_result(result)  # type: ignore[arg-type]
        else:
            self.future.set_exception(problem)
        self._still.set()


class Executor(ABC):
    """Where work is done."""

    def submit(self, work: Work[T]) -> Task[T]:
        """Begin as soon as possible.

        Raises:
            BusyError: if too much waits already.
        """
        task = Task(self, work)
        task.future.add_done_callback(lambda _: LOG.info("%s", task))
        self.accept(task)
        return task

    @abstractmethod
    def accept(self, task: Task[Any]) -> None:
        """Take a task that is new."""

    @abstractmethod
    def cancel(self, task: Task[Any]) -> None:
        """Ask for no further step of it."""

    @abstractmethod
    def pause(self, task: Task[Any]) -> None:
        """See ``Task.pause``."""

    @abstractmethod
    def resume(self, task: Task[Any]) -> None:
        """See ``Task.resume``."""

    def place(self, task: Task[Any]) -> int:
        """See ``Task.place``."""
        return 0

    def prepare(self) -> None:  # noqa: B027 - most are ready at once
        """Be ready before there is work."""

    def numbers(self) -> dict[str, int]:
        """How much there is to do, by name."""
        return {}

    @abstractmethod
    def close(self) -> None:
        """End all work."""
