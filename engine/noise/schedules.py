"""Noise schedules of the variance-preserving process.

A schedule is its betas; everything else follows. The forward process (Ho et al. 2020,
arXiv 2006.11239, eq. 2 and 4) is::

    q(x_t | x_{t-1}) = N(sqrt(1 - beta_t) x_{t-1}, beta_t I)
    q(x_t | x_0)     = N(sqrt(alpha_bar_t) x_0, (1 - alpha_bar_t) I)
    alpha_t = 1 - beta_t,    alpha_bar_t = alpha_1 ... alpha_t

Step t runs over 1..T and ``betas[t - 1]`` belongs to it; ``alpha_bar(0) == 1``. All tables are
float64. A new schedule is one class with its betas and one line in ``SCHEDULES``. Some are rules
for the betas; others for alpha_bar or for the log-SNR, and their betas follow.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from engine.options import count, number

MAX_T = 10_000


def _first_beta() -> float:
    meaning = "Noise variance added at step 1."
    return number(1e-4, "First beta", meaning, (1e-4, 1e-2, 1e-4), "%.4f")


def _last_beta() -> float:
    meaning = "Noise variance added at step T."
    return number(0.02, "Last beta", meaning, (1e-3, 0.3, 1e-3), "%.4f")


def betas_from(alpha_bars: Tensor, max_beta: float = 1.0) -> Tensor:
    """(T,) betas, at most ``max_beta``, of the alpha_bars (T,) of t = 1..T."""
    before = torch.cat([torch.ones(1, dtype=torch.float64), alpha_bars[:-1]])
    return (1 - alpha_bars / before).clamp(max=max_beta)


@dataclass(frozen=True)
class Schedule(ABC):
    """A noise schedule of T steps; subclasses say only what their betas are.

    Raises:
        ValueError: if T or a parameter is out of range; the message says which.
    """

    T: int = count(
        1000,
        "Steps T",
        "Number of noise steps between data (t = 0) and the end (t = T).",
        (10, 1000, 10),
    )

    key: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    formula: ClassVar[str] = ""  #: its rule in TeX

    def __post_init__(self) -> None:
        if isinstance(self.T, bool) or not isinstance(self.T, int) or not 1 <= self.T <= MAX_T:
            raise ValueError(f"T must be a whole number from 1 to {MAX_T}, not {self.T!r}.")
        self._validate()

    @abstractmethod
    def _validate(self) -> None:
        """Raise ValueError if a parameter is out of range."""

    @abstractmethod
    def _betas(self) -> Tensor:
        """(T,) float64, the variance added at each step, in (0, 1]; 1 at most at the last."""

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
        """(T,) natural logarithm of the signal-to-noise ratio; -inf where no signal is left."""
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

        Raises:
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
    help: ClassVar[str] = "Betas climb in a straight line, as in Ho et al. 2020."
    formula: ClassVar[str] = r"\beta_t=\beta_1+\tfrac{t-1}{T-1}(\beta_T-\beta_1)"

    def _betas(self) -> Tensor:
        return torch.linspace(self.beta_min, self.beta_max, self.T, dtype=torch.float64)


@dataclass(frozen=True)
class Quadratic(_BetaRange):
    """The square roots of the betas evenly spaced, so noise comes late (DDIM's public code)."""

    key: ClassVar[str] = "quadratic"
    label: ClassVar[str] = "Quadratic"
    help: ClassVar[str] = "Square roots of the betas climb in a straight line: noise comes late."
    formula: ClassVar[str] = (
        r"\sqrt{\beta_t}=\sqrt{\beta_1}+"
        r"\tfrac{t-1}{T-1}\big(\sqrt{\beta_T}-\sqrt{\beta_1}\big)"
    )

    def _betas(self) -> Tensor:
        ends = math.sqrt(self.beta_min), math.sqrt(self.beta_max)
        return torch.linspace(*ends, self.T, dtype=torch.float64) ** 2


@dataclass(frozen=True)
class Cosine(Schedule):
    """alpha_bar(t) = f(t) / f(0), f(t) = cos^2((t/T + s) / (1 + s) * pi/2).

    Nichol and Dhariwal 2021 (arXiv 2102.09672), eq. 17; betas are clipped at ``max_beta``.
    """

    s: float = number(
        0.008, "Offset s", "Keeps the very first betas from vanishing.", (0.0, 0.1, 0.002), "%.3f"
    )
    max_beta: float = number(
        0.999,
        "Largest beta",
        "Betas are clipped here, since the last one would be 1.",
        (0.5, 0.999, 0.001),
        "%.3f",
    )

    key: ClassVar[str] = "cosine"
    label: ClassVar[str] = "Cosine"
    help: ClassVar[str] = "The signal fades like a cosine squared and ends in noise at any T."
    formula: ClassVar[str] = (
        r"\bar\alpha_t=f(t)/f(0),\quad"
        r" f(t)=\cos^2\!\big(\tfrac{t/T+s}{1+s}\,\tfrac{\pi}{2}\big)"
    )

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
        return betas_from(f[1:] / f[0], self.max_beta)


@dataclass(frozen=True)
class Sigmoid(_BetaRange):
    """Betas follow a logistic curve from beta_min to beta_max over +-``steepness``.

    The form used by GeoDiff (Xu et al. 2022, arXiv 2203.02923, public code), where the
    steepness is 6. The curve is stretched so that it meets beta_min and beta_max exactly.
    """

    steepness: float = number(
        6.0,
        "Steepness",
        "Small: almost linear. Large: a step in the middle.",
        (1.0, 12.0, 0.5),
        "%.1f",
    )

    key: ClassVar[str] = "sigmoid"
    label: ClassVar[str] = "Sigmoid"
    help: ClassVar[str] = "Betas follow an S-curve: gentle at both ends, fast in the middle."
    formula: ClassVar[str] = (
        r"\beta_t=\beta_1+S(t)\,(\beta_T-\beta_1),\quad"
        r" S\text{ logistic, from 0 to 1}"
    )

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


@dataclass(frozen=True)
class SigmoidSignal(Schedule):
    """alpha_bar falls along a logistic curve, from 1 at t = 0 to (nearly) 0 at T.

    In full::

        alpha_bar(t) = (sigmoid(3 / tau) - sigmoid((6 t/T - 3) / tau))
                       / (sigmoid(3 / tau) - sigmoid(-3 / tau))

    Jabri et al. 2022 (arXiv 2212.11972); written out in Chen 2023 (arXiv 2301.10972), algorithm 1,
    with start = -3, end = 3 and alpha_bar at least 1e-9.
    """

    tau: float = number(
        1.0,
        "Temperature τ",
        "Small: a step in the middle. Large: almost a straight line.",
        (0.2, 3.0, 0.1),
        "%.1f",
    )

    key: ClassVar[str] = "sigmoid_signal"
    label: ClassVar[str] = "Sigmoid of ᾱ"
    help: ClassVar[str] = "The signal itself, not the betas, falls along an S-curve to zero."
    formula: ClassVar[str] = (
        r"\bar\alpha_t=\frac{S(3/\tau)-S((6t/T-3)/\tau)}{S(3/\tau)-S(-3/\tau)},\quad"
        r" S(x)=\tfrac1{1+e^{-x}}"
    )

    def _validate(self) -> None:
        if not 0.1 <= self.tau <= 100:
            raise ValueError(f"Tau must lie between 0.1 and 100; {self.tau:g} does not.")

    def _betas(self) -> Tensor:
        time = torch.linspace(0, 1, self.T + 1, dtype=torch.float64)
        # sigmoid(a) - sigmoid(b) as below does not cancel where both are near 1.
        reach = 3 / self.tau
        x = (6 * time - 3) / self.tau
        fallen = torch.sinh((reach - x) / 2) / (torch.cosh(x / 2) * 2 * math.cosh(reach / 2))
        whole = math.tanh(reach / 2)
        return betas_from((fallen[1:] / whole).clamp(min=1e-9))


@dataclass(frozen=True)
class Laplace(Schedule):
    """The log-SNR crowds around ``mu``: its density over t is Laplace(mu, b).

    In full::

        log SNR(t) = mu - b sgn(1/2 - t/T) log(1 - 2 |t/T - 1/2|)

    Hang et al. 2024 (arXiv 2407.03297), with mu = 0 and b = 0.5. Made to choose the noise
    levels of training; as a chain its first and its last step are large. The last beta, which
    would be 1, is clipped at 0.999 as in the cosine schedule.
    """

    mu: float = number(
        0.0,
        "Centre μ",
        "The log-SNR around which most steps lie; 0 is as much noise as signal.",
        (-3.0, 3.0, 0.1),
        "%.1f",
    )
    b: float = number(
        0.5,
        "Width b",
        "Small: nearly all steps at the centre, and two leaps at the ends.",
        (0.2, 3.0, 0.1),
        "%.1f",
    )

    key: ClassVar[str] = "laplace"
    label: ClassVar[str] = "Laplace"
    help: ClassVar[str] = "Most steps where noise and signal are alike; leaps at both ends."
    formula: ClassVar[str] = (
        r"\ln\mathrm{SNR}_t=\mu-b\,\operatorname{sgn}(\tfrac12-u)\,\ln(1-2\,|u-\tfrac12|),\quad"
        r" u=t/T"
    )

    def _validate(self) -> None:
        if not -20 <= self.mu <= 20:
            raise ValueError(f"The centre mu must lie within 20 of 0; {self.mu:g} does not.")
        if not 0.01 <= self.b <= 10:
            raise ValueError(f"The width b must lie between 0.01 and 10; {self.b:g} does not.")

    def _betas(self) -> Tensor:
        time = torch.linspace(0, 1, self.T + 1, dtype=torch.float64)[1:]
        tail = torch.log(1 - 2 * (time - 0.5).abs())
        log_snr = self.mu - self.b * torch.sign(0.5 - time) * tail
        return betas_from(torch.sigmoid(log_snr), max_beta=0.999)


@dataclass(frozen=True)
class LogLinear(Schedule):
    """The log-SNR falls in a straight line: every step divides the SNR by the same factor.

    The fixed linear schedule of variational diffusion models (Kingma et al. 2021, arXiv 2107.00630,
    public code: from 13.3 to -5), and the first guess of their learned one.
    """

    first: float = number(
        13.3,
        "First log SNR",
        "Natural logarithm of the signal-to-noise ratio after step 1.",
        (2.0, 20.0, 0.1),
        "%.1f",
    )
    last: float = number(
        -5.0,
        "Last log SNR",
        "After step T. Below about -7 the chain counts as noise.",
        (-20.0, 1.0, 0.1),
        "%.1f",
    )

    key: ClassVar[str] = "log_linear"
    label: ClassVar[str] = "Log-linear"
    help: ClassVar[str] = "Every step divides the signal-to-noise ratio by the same factor."
    formula: ClassVar[str] = (
        r"\ln\mathrm{SNR}_t=\ell_1+\tfrac{t-1}{T-1}(\ell_T-\ell_1),\quad"
        r" \ell=\ln\mathrm{SNR}"
    )

    def _validate(self) -> None:
        if not -30 <= self.last < self.first <= 30:
            raise ValueError(
                "The log SNR must fall, within 30 of 0; "
                f"first = {self.first:g} and last = {self.last:g} do not."
            )

    def _betas(self) -> Tensor:
        log_snr = torch.linspace(self.first, self.last, self.T, dtype=torch.float64)
        return betas_from(torch.sigmoid(log_snr))


SCHEDULES: dict[str, type[Schedule]] = {
    schedule.key: schedule
    for schedule in (Linear, Cosine, Quadratic, Sigmoid, SigmoidSignal, Laplace, LogLinear)
}
