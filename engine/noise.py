"""Noise schedules of the variance-preserving process.

A schedule is its betas; everything else follows. The forward process (Ho et al. 2020,
arXiv 2006.11239, eq. 2 and 4) is::

    q(x_t | x_{t-1}) = N(sqrt(1 - beta_t) x_{t-1}, beta_t I)
    q(x_t | x_0)     = N(sqrt(alpha_bar_t) x_0, (1 - alpha_bar_t) I)
    alpha_t = 1 - beta_t,    alpha_bar_t = alpha_1 ... alpha_t

Step t runs over 1..T and ``betas[t - 1]`` belongs to it; ``alpha_bar(0) == 1``. All tables are
float64. A new schedule is one class with its betas and one line in ``SCHEDULES``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

MAX_T = 10_000


def _beta_field(default: float, label: str, meaning: str, low: float, high: float) -> float:
    metadata = dict(label=label, help=meaning, min=low, max=high, step=low, unit="", format="%.4f")
    return field(default=default, metadata=metadata)


def _first_beta() -> float:
    return _beta_field(1e-4, "First beta", "Noise variance added at step 1.", 1e-4, 1e-2)


def _last_beta() -> float:
    return _beta_field(0.02, "Last beta", "Noise variance added at step T.", 1e-3, 0.3)


@dataclass(frozen=True)
class Schedule(ABC):
    """A noise schedule of T steps; subclasses say only what their betas are.

    Raises
    ------
    ValueError: if T or a parameter is out of range; the message says which.
    """

    T: int = field(
        default=1000,
        metadata=dict(
            label="Steps T",
            help="Number of noise steps between data (t = 0) and the end (t = T).",
            min=10,
            max=1000,
            step=10,
            unit="",
            format="%d",
        ),
    )

    key: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]

    def __post_init__(self) -> None:
        if isinstance(self.T, bool) or not isinstance(self.T, int) or not 1 <= self.T <= MAX_T:
            raise ValueError(f"T must be a whole number from 1 to {MAX_T}, not {self.T!r}.")
        self._validate()

    @abstractmethod
    def _validate(self) -> None:
        """Raise ValueError if a parameter is out of range."""

    @abstractmethod
    def _betas(self) -> Tensor:
        """(T,) float64, the variance added at each step, in (0, 1)."""

    @cached_property
    def betas(self) -> Tensor:
        """(T,) variance added at step t = 1..T."""
        return self._betas()

    @cached_property
    def alphas(self) -> Tensor:
        """(T,) 1 - beta_t."""
        return 1 - self.betas

    @cached_property
    def alpha_bars(self) -> Tensor:
        """(T,) share of the data's variance left after step t."""
        return torch.cumprod(self.alphas, dim=0)

    @cached_property
    def snr(self) -> Tensor:
        """(T,) signal-to-noise ratio alpha_bar_t / (1 - alpha_bar_t)."""
        return self.alpha_bars / (1 - self.alpha_bars)

    @cached_property
    def log_snr(self) -> Tensor:
        """(T,) natural logarithm of the signal-to-noise ratio."""
        return torch.log(self.alpha_bars) - torch.log1p(-self.alpha_bars)

    @cached_property
    def posterior_variance(self) -> Tensor:
        """(T,) variance of q(x_{t-1} | x_t, x_0), Ho et al. 2020 eq. 7; exactly 0 at t = 1."""
        before = torch.cat([torch.ones(1, dtype=torch.float64), self.alpha_bars[:-1]])
        return (1 - before) / (1 - self.alpha_bars) * self.betas

    @cached_property
    def _alpha_bars_from_0(self) -> Tensor:
        return torch.cat([torch.ones(1, dtype=torch.float64), self.alpha_bars])

    def alpha_bar(self, t: int | Tensor) -> Tensor:
        """alpha_bar at step ``t`` (int, or integer tensor of any shape) in 0..T; 1 at t = 0.

        Raises
        ------
        ValueError: if a step lies outside 0..T.
        """
        index = torch.as_tensor(t)
        if index.is_floating_point():
            raise ValueError("Steps are whole numbers.")
        if index.numel() and (int(index.min()) < 0 or int(index.max()) > self.T):
            raise ValueError(f"Steps run from 0 to T = {self.T}.")
        return self._alpha_bars_from_0[index.long()]

    @property
    def signal_left(self) -> float:
        """alpha_bar_T: the "not yet noise" reading, 0 if the process ends in pure noise.

        The reverse process starts from N(0, I), so what is left here is a mismatch (Lin et al.
        2023, arXiv 2305.08891).
        """
        return float(self.alpha_bars[-1])


@dataclass(frozen=True)
class _BetaRange(Schedule):
    """Schedules that climb from a first beta to a last one."""

    beta_min: float = _first_beta()
    beta_max: float = _last_beta()

    def _validate(self) -> None:
        if not 0 < self.beta_min < self.beta_max < 1:
            raise ValueError(
                "The betas must satisfy 0 < beta_min < beta_max < 1; "
                f"beta_min = {self.beta_min:g} and beta_max = {self.beta_max:g} do not."
            )


@dataclass(frozen=True)
class Linear(_BetaRange):
    """Betas evenly spaced from beta_min to beta_max (Ho et al. 2020, section 4)."""

    key: ClassVar[str] = "linear"
    label: ClassVar[str] = "Linear"
    help: ClassVar[str] = "Betas climb in a straight line, as in the first DDPM paper."

    def _betas(self) -> Tensor:
        return torch.linspace(self.beta_min, self.beta_max, self.T, dtype=torch.float64)


@dataclass(frozen=True)
class Quadratic(_BetaRange):
    """The square roots of the betas evenly spaced, so noise comes late (DDIM's public code)."""

    key: ClassVar[str] = "quadratic"
    label: ClassVar[str] = "Quadratic"
    help: ClassVar[str] = "Square roots of the betas climb in a straight line: noise comes late."

    def _betas(self) -> Tensor:
        ends = math.sqrt(self.beta_min), math.sqrt(self.beta_max)
        return torch.linspace(*ends, self.T, dtype=torch.float64) ** 2


@dataclass(frozen=True)
class Cosine(Schedule):
    """alpha_bar(t) = f(t) / f(0), f(t) = cos^2((t/T + s) / (1 + s) * pi/2).

    Nichol and Dhariwal 2021 (arXiv 2102.09672), eq. 17; betas are clipped at ``max_beta``.
    """

    s: float = field(
        default=0.008,
        metadata=dict(
            label="Offset s",
            help="Keeps the very first betas from vanishing.",
            min=0.0,
            max=0.1,
            step=0.002,
            unit="",
            format="%.3f",
        ),
    )
    max_beta: float = field(
        default=0.999,
        metadata=dict(
            label="Largest beta",
            help="Betas are clipped here, since the last one would be 1.",
            min=0.5,
            max=0.999,
            step=0.001,
            unit="",
            format="%.3f",
        ),
    )

    key: ClassVar[str] = "cosine"
    label: ClassVar[str] = "Cosine"
    help: ClassVar[str] = "The signal fades like a cosine squared and ends in noise at any T."

    def _validate(self) -> None:
        if not 0 <= self.s <= 1:
            raise ValueError(f"The offset s must lie between 0 and 1; s = {self.s:g} does not.")
        if not 0 < self.max_beta < 1:
            raise ValueError(
                f"The largest beta must lie between 0 and 1; {self.max_beta:g} does not."
            )

    def _betas(self) -> Tensor:
        time = torch.linspace(0, 1, self.T + 1, dtype=torch.float64)
        f = torch.cos((time + self.s) / (1 + self.s) * (math.pi / 2)) ** 2
        return (1 - f[1:] / f[:-1]).clamp(max=self.max_beta)


@dataclass(frozen=True)
class Sigmoid(_BetaRange):
    """Betas follow a logistic curve from beta_min to beta_max over +-``steepness``.

    The form used by GeoDiff (Xu et al. 2022, arXiv 2203.02923, public code), where the
    steepness is 6. The curve is stretched so that it meets beta_min and beta_max exactly.
    """

    steepness: float = field(
        default=6.0,
        metadata=dict(
            label="Steepness",
            help="Small: almost linear. Large: a step in the middle.",
            min=1.0,
            max=12.0,
            step=0.5,
            unit="",
            format="%.1f",
        ),
    )

    key: ClassVar[str] = "sigmoid"
    label: ClassVar[str] = "Sigmoid"
    help: ClassVar[str] = "Betas follow an S-curve: gentle at both ends, fast in the middle."

    def _validate(self) -> None:
        super()._validate()
        if not 0 < self.steepness <= 50:
            raise ValueError(
                f"The steepness must lie between 0 and 50; {self.steepness:g} does not."
            )

    def _betas(self) -> Tensor:
        if self.T == 1:
            return torch.full((1,), self.beta_min, dtype=torch.float64)
        ends = -self.steepness, self.steepness
        curve = torch.sigmoid(torch.linspace(*ends, self.T, dtype=torch.float64))
        share = (curve - curve[0]) / (curve[-1] - curve[0])
        return self.beta_min + share * (self.beta_max - self.beta_min)


SCHEDULES: dict[str, type[Schedule]] = {
    schedule.key: schedule for schedule in (Linear, Cosine, Quadratic, Sigmoid)
}
