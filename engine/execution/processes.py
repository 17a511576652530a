"""Work in processes of this machine: the side of the server.

Urgent and long work have processes of their own, as many of each as there are cores; those of long
work are nice, so the operating system itself lets a picture go first. Within a process several
pieces of work take turns (``child``). A process that ends takes nothing with it: its work begins
again in another one, once.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from engine import children, remembered
from engine.execution import child, transfer
from engine.execution.contract import BusyError, Executor, LostError, Task
from engine.execution.frames import Kind, read, write

#: Pieces of work in one process at a time; more wait in the server.
TURNS = 12
#: Pieces of work that may wait in the server.
WAITING = 300
#: Seconds that a process may take to be ready before the next one is started anyway.
START = 60.0
#: How nice processes of long work are.
NICE = 5
_PROGRAM = f"import torch; torch.set_num_threads(1); from {child.__name__} import main; main()"


class Processes(Executor):
    """Worker processes of this machine."""

    def __init__(self, workers: int, modules: Sequence[str] = ()) -> None:
        """The first process for urgent work starts now, others when needed, or by ``prepare``.

        Args:
            workers: processes for long work, and as many for urgent work.
            modules: imported by every process when it starts.
        """
        self._folder = transfer.folder()
        self._modules = tuple(modules)
        self._lock = threading.RLock()
        self._waiting: OrderedDict[int, Task[Any]] = OrderedDict()
        self._again: set[int] = set()
        self._held: set[int] = set()
        self._workers = {urgent: _Group(workers) for urgent in (True, False)}
        self._closed = False
        self._start(urgent=True)

    def prepare(self) -> None:
        """Start all other processes now, one after the other, those for urgent work first."""
        for urgent, group in self._workers.items():
            for _ in range(group.size):
                with self._lock:
                    if self._closed or len(group.members) == group.size:
                        break
                    worker = self._start(urgent)
                worker.ready.wait(START)

    # ------------------------------------------------------------------------------- contract

    def accept(self, task: Task[Any]) -> None:
        with self._lock:
            if len(self._waiting) >= WAITING:
                raise BusyError
            self._waiting[task.number] = task
            self._assign()

    def cancel(self, task: Task[Any]) -> None:
        self._tell(task, Kind.CANCEL)
        with self._lock:
            self._waiting.pop(task.number, None)
            worker = self._where(task)
            if worker is not None:
                worker.forget(task)
            self._assign()

    def pause(self, task: Task[Any]) -> None:
        self._tell(task, Kind.PAUSE)
        with self._lock:
            if task.number in self._waiting:
                self._held.add(task.number)
                task.rest()

    def resume(self, task: Task[Any]) -> None:
        self._tell(task, Kind.RESUME)
        with self._lock:
            self._held.discard(task.number)
            worker = self._where(task)
            if worker is not None:
                worker.resting.discard(task.number)
            self._assign()

    def numbers(self) -> dict[str, int]:
        """Processes, tasks that run or rest in them, tasks that wait."""
        with self._lock:
            workers = [each for group in self._workers.values() for each in group.members]
            return {
                "processes": len(workers),
                "running": sum(len(each.tasks) - len(each.resting) for each in workers),
                "paused": sum(len(each.resting) for each in workers),
                "waiting": len(self._waiting),
            }

    def place(self, task: Task[Any]) -> int:
        with self._lock:
            if task.number not in self._waiting:
                return 0
            return list(self._waiting).index(task.number) + 1

    def close(self) -> None:
        with self._lock:
            self._closed = True
            workers = [each for group in self._workers.values() for each in group.members]
        for worker in workers:
            worker.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --------------------------------------------------------------------------------- workers

    def _start(self, urgent: bool) -> _Worker:
        worker = _Worker(self, urgent, 0 if urgent else NICE, self._folder, self._modules)
        self._workers[urgent].members.append(worker)
        return worker

    def _assign(self) -> None:
        """Give waiting tasks to processes; of one owner no more than of others who wait."""
        for task in self._in_turn():
            worker = self._free(task.work.urgent)
            if worker is not None:
                del self._waiting[task.number]
                worker.give(task)

    def _in_turn(self) -> list[Task[Any]]:
        """Waiting tasks: every owner's first, then every owner's second..."""
        seen: dict[str, int] = {}
        ranks: dict[int, int] = {}
        ready = [task for number, task in self._waiting.items() if number not in self._held]
        for task in ready:
            owner = task.work.owner
            ranks[task.number] = seen[owner] = seen.get(owner, 0) + 1
        return sorted(ready, key=lambda task: (ranks[task.number], task.number))

    def _free(self, urgent: bool) -> _Worker | None:
        group = self._workers[urgent]
        best = min(group.members, key=lambda each: each.load, default=None)
        if (best is None or best.load > 0) and len(group.members) < group.size:
            best = self._start(urgent)
        return best if best is not None and best.load < TURNS else None

    def _where(self, task: Task[Any]) -> _Worker | None:
        members = self._workers[task.work.urgent].members
        return next((each for each in members if task.number in each.tasks), None)

    def _tell(self, task: Task[Any], kind: Kind) -> None:
        with self._lock:
            worker = self._where(task)
        if worker is not None:
            worker.send(kind, task.number)

    def lost(self, worker: _Worker) -> None:
        """A process has ended: what it was doing begins again elsewhere, once."""
        with self._lock:
            group = self._workers[worker.urgent]
            if worker in group.members:
                group.members.remove(worker)
            for task in list(worker.tasks.values()):
                if self._closed or task.number in self._again:
                    task.end(problem=LostError())
                elif not task.over:
                    self._again.add(task.number)
                    self._waiting[task.number] = task
            if not self._closed:
                self._assign()

    def done(self, worker: _Worker, task: Task[Any], longest: float) -> None:
        """A task has ended: the next one may come."""
        task.longest = longest
        with self._lock:
            worker.forget(task)
            self._again.discard(task.number)
            self._assign()


class _Group:
    """The processes of one kind of work."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.members: list[_Worker] = []


class _Worker:
    """One process and the tasks in it."""

    def __init__(
        self,
        owner: Processes,
        urgent: bool,
        nice: int,
        folder: Path,
        modules: Sequence[str],
    ) -> None:
        self.urgent = urgent
        self.ready = threading.Event()
        self.tasks: dict[int, Task[Any]] = {}
        self.resting: set[int] = set()
        self._begun: set[int] = set()
        self._owner, self._folder = owner, folder
        self._sending = threading.Lock()
        self._process = children.start(_PROGRAM, str(folder), str(nice), *modules)
        threading.Thread(target=self._listen, name="worker_news", daemon=True).start()

    @property
    def load(self) -> int:
        """Tasks that want the processor."""
        return len(self.tasks) - len(self.resting)

    def give(self, task: Task[Any]) -> None:
        """Send a task; an argument that cannot travel fails it."""
        work = task.work
        try:
            content = (work.fn, work.args, work.owner, work.urgent)
            data = transfer.dumps(content, self._folder)
        except Exception as problem:  # noqa: BLE001 - told to whoever asked for the work
            task.end(problem=problem)
            return
        self.tasks[task.number] = task
        self.send(Kind.BEGIN, task.number, data)

    def forget(self, task: Task[Any]) -> None:
        """It is no longer here."""
        self.tasks.pop(task.number, None)
        self.resting.discard(task.number)
        self._begun.discard(task.number)

    def send(self, kind: Kind, number: int = 0, data: bytes = b"") -> None:
        """Send a message; ``lost`` sees to the task if the process has ended."""
        stream = cast("BinaryIO", self._process.stdin)
        with self._sending, contextlib.suppress(OSError, ValueError):
            write(stream, kind, number, data)

    def _listen(self) -> None:
        stream = cast("BinaryIO", self._process.stdout)
        with contextlib.suppress(OSError, ValueError):
            while (message := read(stream)) is not None:
                self._hear(*message)
        self._process.wait()
        self.ready.set()
        self._owner.lost(self)

    def _hear(self, kind: Kind, number: int, first: bytes, second: bytes) -> None:
        if kind == Kind.READY:
            self.ready.set()
        elif kind == Kind.ASK:
            asked = transfer.loads(first)
            self.send(Kind.ANSWER, 0, transfer.dumps(remembered.recall(*asked)))
        task = self.tasks.get(number)
        if task is None:
            if kind == Kind.DONE:
                transfer.discard(first)
            return
        if kind == Kind.NEWS:
            if number not in self._begun:
                self._begun.add(number)
                task.begin()
            progress, words = transfer.loads(first)
            task.note(progress, words, partial(transfer.loads, second) if second else None)
        elif kind == Kind.PAUSED:
            self.resting.add(number)
            task.rest()
        elif kind in (Kind.DONE, Kind.FAILED):
            result = _outcome(kind, first)
            task.size = transfer.size(first)
            self._owner.done(self, task, transfer.loads(second) if second else 0.0)
            task.end(*result)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()


def _outcome(kind: Kind, data: bytes) -> tuple[Any, BaseException | None]:
    try:
        found = transfer.loads(data)
    except Exception as problem:  # noqa: BLE001 - told to whoever asked for the work
        return None, problem
    return (found, None) if kind == Kind.DONE else (None, found)
