"""Long work is a generator of steps; whoever no longer asks for the next one has cancelled it.

An experiment yields a ``Step`` now and then and returns its record::

    def film(process: Process) -> Steps[Film]:
        states = yield from watched(sample(...), total, "Sampling")
        return Film(...)

    made = finish(film(process))  # in a script, a notebook or a test
    made = finish(film(process), lambda step: print(f"{step.fraction:.0%}"))

Several are chained by ``yield from``. The page runs the same function in a job, which asks for step
after step until its user has moved on (``pages.ui.jobs``).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")
P = ParamSpec("P")


@dataclass(frozen=True, eq=False)
class Step:
    """How far a piece of work is.

    Attributes:
        done, total: units of work done and to do.
        message: what it does at the moment; "" if that has not changed.
        partial: what there is to show of the result so far, if anything.
    """

    done: float
    total: float = 1
    message: str = ""
    partial: Any = None

    @property
    def fraction(self) -> float:
        """The share of the work that is done, in [0, 1]."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else 0.0


Steps: TypeAlias = Generator[Step, None, T]


def watched(items: Iterable[Item], total: int, message: str = "") -> Steps[list[Item]]:
    """All ``items`` as a list, with a step after each of the ``total``."""
    found: list[Item] = []
    for item in items:
        found.append(item)
        yield Step(len(found), total, message)
    return found


def translated(steps: Generator[Item, None, T], words: Callable[[Item], Step]) -> Steps[T]:
    """The same work, each of its steps told as ``words`` has it: its share of a longer work."""
    while True:
        try:
            item = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield words(item)


def within(steps: Steps[T], start: float, share: float) -> Steps[T]:
    """The same work as a part of a larger one: from ``start``, with ``share`` of its length."""
    return translated(steps, lambda s: Step(start + share * s.fraction, 1, s.message, s.partial))


def remembered(size: int) -> Callable[[Callable[P, Steps[T]]], Callable[P, Steps[T]]]:
    """Decorate work that keeps its last ``size`` results, by its (hashable) arguments.

    For parts of a larger work of which only some change between two calls. Results are shared:
    treat them as read-only.
    """

    def decorate(work: Callable[P, Steps[T]]) -> Callable[P, Steps[T]]:
        kept: OrderedDict[Any, T] = OrderedDict()
        lock = threading.Lock()

        @wraps(work)
        def steps(*args: P.args, **kwargs: P.kwargs) -> Steps[T]:
            key = (args, tuple(sorted(kwargs.items())))
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key]
            result = yield from work(*args, **kwargs)
            with lock:
                kept[key] = result
                while len(kept) > size:
                    kept.popitem(last=False)
            return result

        return steps

    return decorate


def finish(steps: Steps[T], tell: Callable[[Step], None] = lambda step: None) -> T:
    """Run the work to its end and return its result; ``tell`` hears of every step."""
    while True:
        try:
            tell(next(steps))
        except StopIteration as end:
            result: T = end.value
            return result
