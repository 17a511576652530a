"""Solvers of the probability-flow ODE: deterministic samplers that follow the marginals of q.

With the noise level sigma = sqrt((1 - alpha_bar) / alpha_bar) and the state in the scale of the
data, y = x / sqrt(alpha_bar), the flow of every variance-preserving process is the same (Song et
al. 2021, arXiv 2010.02502, eq. 14; Karras et al. 2022, arXiv 2206.00364, eq. 1 and 3)::

    dy / dsigma = (y - E[x_0 | x_t]) / sigma = eps

so a schedule only says where to stop on the way. All solvers take their last step, to sigma = 0, by
Euler, which returns the prediction of x_0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor

from engine.noise import Schedule
from engine.options import choice
from engine.process import eps_from_x0
from engine.samplers.contract import Deterministic, Prediction, Step

SIGMA_MAX = 80.0  #: where Karras et al. 2022 begin; all but 1 / 6,401 of the variance is noise
RHO = 7.0  #: their table 1: larger exponents spend more of the steps on little noise


def sigma_of(alpha_bar: float) -> float:
    """Noise over signal, sqrt((1 - alpha_bar) / alpha_bar); infinite at alpha_bar = 0."""
    return math.sqrt((1 - alpha_bar) / alpha_bar) if alpha_bar > 0 else math.inf


def log_snr_half(alpha_bar: float) -> float:
    """Lambda = log(sqrt(alpha_bar) / sqrt(1 - alpha_bar)) = -log sigma."""
    return 0.5 * math.log(alpha_bar / (1 - alpha_bar))


def _by_rho(high: float, low: float, n: int) -> np.ndarray:
    """(n,) noise levels from ``high`` to ``low``, Karras et al. 2022, eq. 5."""
    return np.linspace(high ** (1 / RHO), low ** (1 / RHO), n) ** RHO


def _by_log(high: float, low: float, n: int) -> np.ndarray:
    """(n,) noise levels from ``high`` to ``low``, evenly spaced in their logarithm."""
    return np.geomspace(high, low, n)


SPACINGS: dict[str, Callable[[float, float, int], np.ndarray]] = {
    "edm": _by_rho,
    "log_snr": _by_log,
}


def _spacing(default: str) -> str:
    return choice(
        default,
        "Spacing",
        "Where the steps stop. **EDM**: by the rule of Karras et al. 2022 (ρ = 7), most "
        "of them at little noise. **log SNR**: even in the logarithm of the noise level. "
        "**Time**: even in t, as the schedule has it; with the cosine schedule the first step "
        "is then too long for Heun's method.",
        {"edm": "EDM", "log_snr": "log SNR", "time": "Time"},
    )


@dataclass(frozen=True)
class Solver(Deterministic):
    """A solver of the flow and where it stops on the way.

    Noise levels between two steps of the schedule are visited too: a denoiser is told the level.
    They run from that of T, at most ``SIGMA_MAX``, to that of t = 1, and then to 0.
    """

    spacing: str = _spacing("edm")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.spacing not in (*SPACINGS, "time"):
            raise ValueError(f"The spacing is 'edm', 'log_snr' or 'time', not {self.spacing!r}.")

    def levels(self, schedule: Schedule) -> list[tuple[float, float]]:
        if self.spacing == "time":
            return super().levels(schedule)
        # By the angle, which is finite at any noise; for the cosine schedule it is (nearly) t / T.
        angles = np.arctan2(1, np.sqrt(schedule.snr.numpy()))  # (T,) rising, of t = 1..T
        low, most = np.tan(angles[0]), np.tan(angles[-1])
        sigmas = SPACINGS[self.spacing](min(most, SIGMA_MAX), low, self.steps_on(schedule))
        times = np.interp(np.arctan(sigmas), angles, np.arange(1, schedule.T + 1))
        times[0] = schedule.T
        levels = 1 / (1 + sigmas**2)
        return [*zip(times.tolist(), levels.tolist(), strict=True), (0.0, 1.0)]


def euler(step: Step) -> Tensor:
    """x_s (B, ...): y_s = y_t + (sigma_s - sigma_t) eps, in x and so that sigma_t may be infinite.

    The same as DDIM with eta = 0 between the same levels (Song et al. 2021, section 4.3).
    """
    eps = eps_from_x0(step.x_t, step.x_0, step.alpha_bar_t)
    return math.sqrt(step.alpha_bar_s) * step.x_0 + math.sqrt(1 - step.alpha_bar_s) * eps


@dataclass(frozen=True)
class Euler(Solver):
    """Straight on along the slope at t: y_s = y_t + (sigma_s - sigma_t) eps(y_t, sigma_t)."""

    key: ClassVar[str] = "euler"
    label: ClassVar[str] = "ODE, Euler"
    help: ClassVar[str] = (
        "The probability-flow ordinary differential equation, straight on along each slope. "
        "Order 1."
    )
    order: ClassVar[int] = 1

    def mean(self, step: Step) -> Tensor:
        return euler(step)


@dataclass(frozen=True)
class Heun(Solver):
    """Karras et al. 2022, algorithm 1: the mean of the slopes at both ends of the Euler step.

    In full::

    y' = y_t + (sigma_s - sigma_t) eps
    y_s = y_t + (sigma_s - sigma_t) (eps + eps') / 2,    eps' = eps(y', sigma_s)
    """

    key: ClassVar[str] = "heun"
    label: ClassVar[str] = "ODE, Heun"
    help: ClassVar[str] = (
        "The same with the slopes of both ends of each step, as in EDM (Elucidating the Design "
        "Space of Diffusion-Based Generative Models): two network calls a step. Order 2, where "
        "steps are short: below about ten it is worse than order 1."
    )
    order: ClassVar[int] = 2
    calls_per_step: ClassVar[int] = 2

    def mean(self, step: Step) -> Tensor:
        trial = euler(step)
        if step.alpha_bar_s >= 1 or step.alpha_bar_t <= 0:  # the slope is unknown, or infinite y
            return trial
        eps = eps_from_x0(step.x_t, step.x_0, step.alpha_bar_t)
        there = step.denoiser(trial, step.alpha_bar_s)
        eps_there = eps_from_x0(trial, there, step.alpha_bar_s)
        signal_t, signal_s = math.sqrt(step.alpha_bar_t), math.sqrt(step.alpha_bar_s)
        way = sigma_of(step.alpha_bar_s) - sigma_of(step.alpha_bar_t)
        return signal_s * (step.x_t / signal_t + way * (eps + eps_there) / 2)


@dataclass(frozen=True)
class DPMSolver(Solver):
    """DPM-Solver++(2M), Lu et al. 2022 (arXiv 2211.01095), algorithm 2.

    The flow is linear but for the prediction of x_0, which is continued in a straight line over
    lambda = -log sigma from this step and the one before. With h = lambda_s - lambda_t and r the
    step before, lambda_t - lambda_before, over h::

        D   = (1 + 1 / 2r) x_0 - 1 / 2r x_0_before
        x_s = sqrt((1 - alpha_bar_s) / (1 - alpha_bar_t)) x_t
              - sqrt(alpha_bar_s) (exp(-h) - 1) D

    The first step and the last, where h is infinite, take D = x_0.
    """

    spacing: str = _spacing("log_snr")

    key: ClassVar[str] = "dpmpp_2m"
    label: ClassVar[str] = "DPM-Solver++(2M)"
    help: ClassVar[str] = (
        "A solver for diffusion probabilistic models: the same flow with the memory of one step, "
        "so one network call a step. Order 2."
    )
    order: ClassVar[int] = 2

    def mean(self, step: Step) -> Tensor:
        if step.alpha_bar_s >= 1:
            return step.x_0
        ratio = math.sqrt((1 - step.alpha_bar_s) / (1 - step.alpha_bar_t))
        signal_t, signal_s = math.sqrt(step.alpha_bar_t), math.sqrt(step.alpha_bar_s)
        # sqrt(alpha_bar_s) exp(-h) = ratio sqrt(alpha_bar_t), which holds for infinite h as well.
        return ratio * step.x_t + (signal_s - ratio * signal_t) * self._continued(step)

    @staticmethod
    def _continued(step: Step) -> Tensor:
        """D (B, ...), the prediction of x_0 half a step ahead."""
        before: Prediction | None = step.before
        if before is None or before.alpha_bar <= 0:
            return step.x_0
        now = log_snr_half(step.alpha_bar_t)
        twice = 2 * (now - log_snr_half(before.alpha_bar)) / (log_snr_half(step.alpha_bar_s) - now)
        return step.x_0 + (step.x_0 - before.x_0) / twice
