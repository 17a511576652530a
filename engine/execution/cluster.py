"""Long work on a Dask cluster; what is urgent, or may rest, stays on this machine.

A cluster is one variable away: ``DASK_SCHEDULER_ADDRESS``. Pictures that somebody waits for are
made here, since they take less time than the way; trainings, which can be paused, stay where they
are held. The cluster itself begins work again elsewhere when a machine is lost.
"""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack
from functools import partial
from typing import Any

from engine.execution import transfer
from engine.execution.contract import Executor, Task
from engine.workers.cluster import connected

#: Seconds between two pieces of news of the same work, and two looks whether it is still wanted.
NEWS_SECONDS = 0.25


class Cluster(Executor):
    """The machines behind a scheduler, beside an executor of this machine."""

    def __init__(self, address: str, beside: Executor) -> None:
        """Connect; ``beside`` does what stays here, and is closed with this.

        Raises:
            ClusterError: if the library is missing or no scheduler answers.
        """
        self._open = ExitStack()
        self._client = self._open.enter_context(connected(address))
        self._beside = beside
        self._topic = f"explorer-{secrets.token_hex(8)}"
        self._flying: dict[int, tuple[Task[Any], Any]] = {}
        self._client.subscribe_topic(self._topic, self._hear)

    def accept(self, task: Task[Any]) -> None:
        work = task.work
        if work.urgent or work.rests:
            self._beside.accept(task)
            return
        content = transfer.dumps((work.fn, work.args))
        future = self._client.submit(_run, content, self._topic, task.number, pure=False)
        self._flying[task.number] = task, future
        future.add_done_callback(partial(self._end, task))

    def cancel(self, task: Task[Any]) -> None:
        found = self._flying.pop(task.number, None)
        if found is None:
            self._beside.cancel(task)
            return
        from distributed import Event

        Event(_name(self._topic, task.number), client=self._client).set()
        self._client.cancel([found[1]])

    def pause(self, task: Task[Any]) -> None:
        self._beside.pause(task)

    def resume(self, task: Task[Any]) -> None:
        self._beside.resume(task)

    def place(self, task: Task[Any]) -> int:
        return 0 if task.number in self._flying else self._beside.place(task)

    def prepare(self) -> None:
        self._beside.prepare()

    def numbers(self) -> dict[str, int]:
        return {**self._beside.numbers(), "on_cluster": len(self._flying)}

    def close(self) -> None:
        self._open.close()
        self._beside.close()

    def _hear(self, event: tuple[float, Any]) -> None:
        """News from a machine: a task's number, its progress, what it does, what it has to show."""
        number, progress, words, shown = event[1]
        found = self._flying.get(number)
        if found is not None:
            task, _ = found
            if task.status == "waiting":
                task.begin()
            task.note(progress, words, partial(transfer.loads, shown) if shown else None)

    def _end(self, task: Task[Any], future: Any) -> None:
        self._flying.pop(task.number, None)
        if future.cancelled():
            return
        try:
            data = future.result()
            task.size = transfer.size(data)
            task.end(transfer.loads(data))
        except Exception as problem:  # noqa: BLE001 - told to whoever asked for the work
            task.end(problem=problem)


def _name(topic: str, number: int) -> str:
    return f"{topic}-{number}"


def _run(content: bytes, topic: str, number: int) -> bytes:
    """On a machine of the cluster: all steps, with news of them, until nobody wants the next."""
    import torch
    from distributed import Event, get_worker

    torch.set_num_threads(1)
    worker, left = get_worker(), Event(_name(topic, number))
    fn, args = transfer.loads(content)
    steps, told = fn(*args), -NEWS_SECONDS
    try:
        while True:
            step = next(steps)
            if time.monotonic() - told >= NEWS_SECONDS:
                told = time.monotonic()
                shown = b"" if step.partial is None else transfer.dumps(step.partial)
                worker.log_event(topic, (number, step.fraction, step.message, shown))
                if left.is_set():
                    return transfer.dumps(None)
    except StopIteration as end:
        return transfer.dumps(end.value)
    finally:
        steps.close()
