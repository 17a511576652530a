"""What sessions share: tasks under way that several of them wait for, and results."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import streamlit as st

from engine import execution
from engine.execution import Task, Work

#: How work is done: "short" goes before "long", which may go to other machines; "resting" is long
#: and may be paused; "here" is for work that itself only waits.
Pool: TypeAlias = Literal["short", "long", "resting", "here"]
T = TypeVar("T")
KEEP_BYTES = 96 << 20
KEEP_RESULTS = 256


class Tasks:
    """Tasks by what was asked for, with who wants them; and the results of late.

    A result is kept until many others have come; so whoever asks again, after a reload or in
    another session, has it at once.
    """

    def __init__(self, count: int = KEEP_RESULTS, size: int = KEEP_BYTES) -> None:
        self._lock = threading.Lock()
        self._wanted: dict[Task[Any], set[int]] = {}
        self._kept: OrderedDict[Any, Task[Any]] = OrderedDict()
        self._asked: WeakKeyDictionary[Task[Any], int] = WeakKeyDictionary()  # bytes of arguments
        self._count, self._size = count, size

    def take(self, who: int, key: Any, work: Work[T], pool: Pool, anew: bool = False) -> Task[T]:
        """The task for ``key``, begun unless there is one, or in any case (``anew``).

        Without a key (None) it is nobody else's.
        """
        with self._lock:
            task = self._kept.get(key) if key is not None and not anew else None
            if task is None or task.status in ("cancelled", "failed"):
                where = execution.waiters() if pool == "here" else execution.executor()
                task = where.submit(work)
                if key is not None:
                    self._asked[task] = weight(work.args)
                    self._kept[key] = task
                    self._forget_old()
            else:
                self._kept.move_to_end(key)
            self._wanted.setdefault(task, set()).add(who)
            return task

    def find(self, key: Any) -> Task[Any] | None:
        """The finished task for ``key``, if its result is still there."""
        with self._lock:
            task = self._kept.get(key)
            if task is None or task.status != "done":
                return None
            self._kept.move_to_end(key)
            return task

    def leave(self, who: int, task: Task[Any]) -> None:
        """``who`` no longer wants it; the last one to leave stops it."""
        with self._lock:
            wanted = self._wanted.get(task)
            if wanted is None:
                return
            wanted.discard(who)
            if wanted:
                return
            del self._wanted[task]
        task.cancel()

    def _forget_old(self) -> None:
        """The least recently used go first; those under way stay."""
        size = sum(map(self._bytes, self._kept.values()))
        for key in list(self._kept):
            if len(self._kept) <= self._count and size <= self._size:
                return
            task = self._kept[key]
            if task.over:
                size -= self._bytes(task)
                del self._kept[key]

    def _bytes(self, task: Task[Any]) -> int:
        """Of what it was given, and of what came of it."""
        return self._asked.get(task, 0) + task.size


def weight(value: Any) -> int:
    """Bytes of the arrays, texts and files in ``value``, which may be nested settings."""
    if isinstance(value, (bytes, str)):
        return len(value)
    if isinstance(value, (tuple, list)):
        return sum(map(weight, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(weight(getattr(value, each.name)) for each in fields(value))
    found = getattr(value, "nbytes", 0)
    return found if isinstance(found, int) else 0


@st.cache_resource(show_spinner=False)
def tasks() -> Tasks:
    """Those of this server."""
    return Tasks()
