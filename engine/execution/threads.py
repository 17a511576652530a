"""Work in threads of this process: for tests, notebooks, and what only waits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.execution.contract import Executor, Task
from engine.limits import asking
from engine.progress import Steps


class Threads(Executor):
    """A pool of threads, each with one torch thread; urgent work has threads of its own."""

    def __init__(self, workers: int) -> None:
        """``workers``: threads for long work; twice as many for urgent work."""
        self._long, self._urgent = _pool(workers, "long"), _pool(2 * workers, "urgent")
        self._resting: dict[int, Steps[Any]] = {}
        self._pausing: set[int] = set()

    def accept(self, task: Task[Any]) -> None:
        pool = self._urgent if task.work.urgent else self._long
        pool.submit(self._go, task)

    def cancel(self, task: Task[Any]) -> None:
        self._pausing.discard(task.number)
        steps = self._resting.pop(task.number, None)
        if steps is not None:
            steps.close()

    def pause(self, task: Task[Any]) -> None:
        self._pausing.add(task.number)

    def resume(self, task: Task[Any]) -> None:
        self._pausing.discard(task.number)
        self.accept(task)

    def close(self) -> None:
        for pool in (self._long, self._urgent):
            pool.shutdown(wait=False, cancel_futures=True)

    def _go(self, task: Task[Any]) -> None:
        """Ask for step after step until there are no more, or nobody wants one."""
        if not task.over:
            with asking(task.work.owner):
                self._steps_of(task)

    def _steps_of(self, task: Task[Any]) -> None:
        task.begin()
        steps = self._resting.pop(task.number, None) or task.work.fn(*task.work.args)
        try:
            while True:
                began = time.monotonic()
                step = next(steps)
                task.longest = max(task.longest, time.monotonic() - began)
                if task.over:
                    break
                shown = None if step.partial is None else _constant(step.partial)
                task.note(step.fraction, step.message, shown)
                if task.number in self._pausing and shown is not None:
                    self._resting[task.number] = steps
                    task.rest()
                    return
        except StopIteration as end:
            task.end(end.value)
        except BaseException as problem:  # noqa: BLE001 - told to whoever asked for the work
            task.end(problem=problem)
        self._pausing.discard(task.number)
        steps.close()


def _constant(value: Any) -> Any:
    return lambda: value


def _pool(workers: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        workers,
        thread_name_prefix=f"{name}_work",
        initializer=_one_thread,
    )


def _one_thread() -> None:
    """Threads that compute side by side have one torch thread each."""
    import torch

    torch.set_num_threads(1)
