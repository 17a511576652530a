"""What a sampler is: the levels it visits, one step between two of them, and its order.

A step draws x_s for an earlier time s < t from a Gaussian whose mean and standard deviation the
sampler's ``transition`` gives. It is told all that a method may need: the state, the denoiser's
prediction there, the prediction of the step before (multistep methods) and the denoiser itself
(methods that look at a second place). A sampler has no memory of its own, so one loop
(``engine.samplers.sampling``) serves all.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor

from engine.denoisers import Denoiser
from engine.noise import Schedule
from engine.options import setting

TINY = 1e-12  #: signal below which there is none


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the denoiser made of the state of one step: x_0 (B, ...) at the level alpha_bar."""

    alpha_bar: float
    x_0: Tensor


@dataclass(frozen=True, eq=False)
class Step:
    """A step from t to s < t, as a sampler sees it.

    Attributes:
        x_t: (B, ...) the state.
        x_0: (B, ...) the denoiser's prediction at x_t.
        alpha_bar_t, alpha_bar_s: the levels of both ends.
        denoiser: for predictions elsewhere on the way.
        before: the prediction of the step before; None at the first.
    """

    x_t: Tensor
    x_0: Tensor
    alpha_bar_t: float
    alpha_bar_s: float
    denoiser: Denoiser
    before: Prediction | None = None


@dataclass(frozen=True)
class Sampler(ABC):
    """Options of a sampler, the levels it visits and its transition.

    ``order`` is that of the error after a fixed span of noise levels with an exact denoiser, in
    powers of the step: of each point where nothing is random, else of the distribution.

    Raises:
        ValueError: if an option is out of range.
    """

    steps: int | None = setting(None, "Steps from noise to data, at most T; None: all T of them.")

    key: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    order: ClassVar[int]
    calls_per_step: ClassVar[int] = 1  #: calls of the denoiser in every step but the last

    def __post_init__(self) -> None:
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"A sampler needs at least 1 step, not {self.steps}.")

    @property
    def random(self) -> bool:
        """Whether steps add noise of their own."""
        return False

    def steps_on(self, schedule: Schedule) -> int:
        """Steps from T to 0 on this schedule: ``steps``, but at most T."""
        return schedule.T if self.steps is None else min(self.steps, schedule.T)

    def levels(self, schedule: Schedule) -> list[tuple[float, float]]:
        """(t, alpha_bar) visited, from T down to (0, 1): steps + 1 of them.

        Here whole times, evenly spaced.
        """
        steps = self.steps_on(schedule)
        times = [round(schedule.T * i / steps) for i in range(steps, -1, -1)]
        return [(float(t), float(schedule.alpha_bar(t))) for t in times]

    def evaluations(self, schedule: Schedule) -> int:
        """Calls of the denoiser on the way; the last step, to the data, takes one."""
        return self.calls_per_step * (self.steps_on(schedule) - 1) + 1

    def longest_step(self, schedule: Schedule) -> tuple[float, float]:
        """The noise over signal at both ends of the step that divides it most, but for the last."""
        noise = [math.sqrt((1 - level) / max(level, TINY)) for _, level in self.levels(schedule)]
        return max(pairwise(noise[:-1]), key=lambda ends: ends[0] / ends[1], default=(1.0, 1.0))

    @abstractmethod
    def transition(self, step: Step) -> tuple[Tensor, float]:
        """Mean (B, ...) and standard deviation of x_s."""


@dataclass(frozen=True)
class Deterministic(Sampler):
    """A sampler that adds no noise: x_s follows from x_t."""

    @abstractmethod
    def mean(self, step: Step) -> Tensor:
        """x_s (B, ...)."""

    def transition(self, step: Step) -> tuple[Tensor, float]:
        return self.mean(step), 0.0


@dataclass(frozen=True)
class Weights:
    """A step as the sum it is: x_s = x_t-weight x_t + x_0-weight x_0 + other x_0' + noise eps.

    x_0' is the second prediction of a method that has one: that of the step before, or that at the
    end of a trial step. ``noise`` is a standard deviation.
    """

    x_t: float
    x_0: float
    other: float
    noise: float


def weights(
    sampler: Sampler, alpha_bar_t: float, alpha_bar_s: float, before: float | None = None
) -> Weights:
    """The weights of a step between two levels, found by trying: every transition is linear.

    before: the level of the step before; None at the first.
    """

    def tried(x_t: float, x_0: float, other: float) -> tuple[float, float]:
        def second(x: Tensor, alpha_bar: float) -> Tensor:  # noqa: ARG001  # a Denoiser
            return torch.full_like(x, other)

        now, then = (torch.tensor([[v]], dtype=torch.float64) for v in (x_t, x_0))
        memory = None if before is None else Prediction(before, torch.full_like(now, other))
        step = Step(now, then, alpha_bar_t, alpha_bar_s, second, memory)
        mean, std = sampler.transition(step)
        return float(mean), std if alpha_bar_s < 1 else 0.0

    (x_t, noise), (x_0, _), (other, _) = (
        tried(*unit) for unit in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    )
    return Weights(x_t, x_0, other, noise)
