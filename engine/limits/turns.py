"""Whose request is next: fair between those who ask, so that nobody delays all others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from engine.progress import Step, Steps

#: Who asks in this thread, such as the name of a browser session; "" for nobody in particular.
ASKER: ContextVar[str] = ContextVar("asker", default="")
#: Requests that may wait, of one asker and in all.
_WAITING_EACH, _WAITING = 8, 200
#: How long one whose request ended its process waits at most before the next (s).
_LONGEST_PAUSE = 10.0
#: How long it is remembered that somebody's request ended its process (s).
_MEMORY = 60.0
#: How often whoever waits may cancel (s).
TICK = 0.1


class CrowdError(ValueError):
    """One sentence for a person for whose request there is no room."""


@contextmanager
def asking(asker: str) -> Iterator[None]:
    """Guarded work inside is of this asker."""
    token = ASKER.set(asker)
    try:
        yield
    finally:
        ASKER.reset(token)


@dataclass(eq=False)
class _Ticket:
    asker: str


class Turns:
    """A number of places.

    Whoever has the fewest comes first, then whoever came first. Of several places nobody has all,
    and whoever has cost a process waits as long as that had worked.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._most = max(1, places - 1)
        self._changed = threading.Condition()
        self._taken: Counter[str] = Counter()
        self._waiting: list[_Ticket] = []
        self._not_before: dict[str, float] = {}

    def take(self) -> Steps[str]:
        """Wait for a place; who took it, for ``give``.

        Raises:
            CrowdError: if too many wait already.
        """
        ticket = _Ticket(ASKER.get())
        self._enter(ticket)
        try:
            while not self._admitted(ticket):
                yield Step(0)
        finally:
            with self._changed:
                if ticket in self._waiting:  # it has left without a place
                    self._waiting.remove(ticket)
        return ticket.asker

    def give(self, asker: str, cost: float = 0.0) -> None:
        """Give a place back; ``cost``: seconds that a process worked which has been ended."""
        with self._changed:
            self._taken[asker] -= 1
            if asker and cost:
                now = time.monotonic()
                known = self._not_before.items()
                ends = {who: end for who, end in known if end + _MEMORY > now}
                self._not_before = {**ends, asker: now + min(cost, _LONGEST_PAUSE)}
            self._changed.notify_all()

    def costly(self, asker: str) -> bool:
        """Whether a request of this asker has lately cost a process, and its next one may."""
        with self._changed:
            return time.monotonic() < self._not_before.get(asker, -_MEMORY) + _MEMORY

    def _enter(self, ticket: _Ticket) -> None:
        with self._changed:
            own = sum(other.asker == ticket.asker for other in self._waiting)
            if ticket.asker and own >= _WAITING_EACH:
                raise CrowdError("Several of your inputs are being read; wait until they are.")
            if len(self._waiting) >= _WAITING:
                raise CrowdError("Too many inputs are being read at the moment; try again soon.")
            self._waiting.append(ticket)

    def _admitted(self, ticket: _Ticket) -> bool:
        with self._changed:
            if self._next() is not ticket:
                self._changed.wait(TICK)
            if self._next() is not ticket:
                return False
            self._waiting.remove(ticket)
            self._taken[ticket.asker] += 1
            self._changed.notify_all()
            return True

    def _next(self) -> _Ticket | None:
        """Whoever may go now and comes first."""
        if self._taken.total() >= self._places:
            return None
        allowed = [ticket for ticket in self._waiting if self._may(ticket.asker)]
        return min(allowed, key=lambda ticket: self._taken[ticket.asker], default=None)

    def _may(self, asker: str) -> bool:
        if not asker:
            return True
        in_time = time.monotonic() >= self._not_before.get(asker, 0.0)
        return in_time and self._taken[asker] < self._most
