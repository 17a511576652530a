"""The frozen record of a process in time, filled by every forward path and every sampler.

A process *yields* ``State`` records one at a time; whoever wants to keep them calls
``Trajectory.record``. Nothing here knows what the state means: points (B, D), chains (B, L, d) and
molecules (K, N, 3) are all recorded alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class State:
    """One moment of a process.

    Attributes:
        t: time of the state: the integer step of a variance-preserving schedule (0 = data, T =
        noise),
            or sigma on the torus.
        x: (B, ...) the state.
        x_0: (B, ...) the prediction of clean data that led here; None where none was made.
        score: the score at the state before, that led here; on the torus (K, M) per radian.
    """

    t: float
    x: Tensor
    x_0: Tensor | None = None
    score: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Trajectory:
    """States stacked along a leading axis of length S.

    Attributes:
        t: (S,) float64, times in the order recorded.
        x: (S, B, ...) the states.
        x_0: (S, B, ...) the predictions of clean data; None if no state carried one. A first state
            without prediction (pure noise, before any step) takes that of the state after it.
    """

    t: Tensor
    x: Tensor
    x_0: Tensor | None = None

    def __len__(self) -> int:
        """S, the number of recorded states."""
        return len(self.t)

    def __iter__(self) -> Iterator[State]:
        """The states in order."""
        for i in range(len(self)):
            yield State(float(self.t[i]), self.x[i], None if self.x_0 is None else self.x_0[i])

    @classmethod
    def record(cls, states: Iterable[State], every: int = 1) -> Trajectory:
        """Keep every ``every``-th state; the first and the last are always kept.

        Raises:
            ValueError: if there is no state, or ``every`` is below 1.
        """
        if every < 1:
            raise ValueError(f"every must be at least 1, not {every}.")
        kept: list[State] = []
        last: State | None = None
        for i, state in enumerate(states):
            last = state if i % every else None
            if last is None:
                kept.append(state)
        if last is not None:
            kept.append(last)
        if not kept:
            raise ValueError("There is no state to record.")
        return cls(
            t=torch.tensor([s.t for s in kept], dtype=torch.float64),
            x=torch.stack([s.x for s in kept]),
            x_0=_stack_predictions(kept),
        )

    def keyframes(self, n: int) -> Trajectory:
        """At most ``n`` (>= 2) states, evenly spaced in index, the first and last kept.

        Raises:
            ValueError: if ``n`` is below 2.
        """
        if n < 2:
            raise ValueError(f"A trajectory needs at least 2 keyframes, not {n}.")
        if n >= len(self):
            return self
        return self._take(torch.linspace(0, len(self) - 1, n).round().long())

    def reversed(self) -> Trajectory:
        """The same states in the opposite order."""
        return self._take(torch.arange(len(self) - 1, -1, -1))

    def at(self, times: Tensor) -> Trajectory:
        """The states at ``times`` (F,), each on the straight line between its recorded neighbours.

        Times may run either way and must lie within those recorded. For films: at a recorded time
        the state is the recorded one.

        Raises:
            ValueError: if a time lies outside the record, or the recorded times are not monotonic.
        """
        if len(self) > 1 and self.t[0] > self.t[-1]:
            return self.reversed().at(times)
        if bool((self.t.diff() <= 0).any()):
            raise ValueError("States can only be looked up between times that rise or fall.")
        times = times.to(self.t)
        if bool((times < self.t[0]).any()) or bool((times > self.t[-1]).any()):
            raise ValueError(f"Times must lie between {self.t[0]:g} and {self.t[-1]:g}.")
        late = torch.searchsorted(self.t, times).clamp(0, len(self) - 1)
        early = (late - 1).clamp(min=0)
        gap = (self.t[late] - self.t[early]).clamp(min=torch.finfo(self.t.dtype).tiny)
        share = torch.where(late > early, (times - self.t[early]) / gap, torch.ones_like(times))

        def between(x: Tensor) -> Tensor:
            weight = share.to(x).reshape(-1, *[1] * (x.ndim - 1))
            return torch.lerp(x[early], x[late], weight)

        return Trajectory(times, between(self.x), None if self.x_0 is None else between(self.x_0))

    def _take(self, index: Tensor) -> Trajectory:
        x_0 = None if self.x_0 is None else self.x_0[index]
        return Trajectory(self.t[index], self.x[index], x_0)


def _stack_predictions(states: list[State]) -> Tensor | None:
    """(S, B, ...) predictions, each gap filled from the next state that has one."""
    filled: list[Tensor] = []
    following: Tensor | None = None
    for state in reversed(states):
        following = state.x_0 if state.x_0 is not None else following
        if following is not None:
            filled.append(following)
    if len(filled) == len(states):
        return torch.stack(filled[::-1])
    if not filled:
        return None
    raise ValueError("The last states carry no prediction x_0, although earlier ones do.")
