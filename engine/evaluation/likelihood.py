"""Log-likelihood by the probability-flow ODE.

The ODE carries N(0, I) to the data and so gives a model a density (Song et al. 2021,
arXiv 2011.13456, eq. 39; instantaneous change of variables, Chen et al. 2018, arXiv 1806.07366).
By the angle phi between signal and noise, sqrt(alpha_bar) = cos phi, the flow of every
variance-preserving process is the velocity itself (Salimans and Ho 2022, arXiv 2202.00512,
appendix D)::

    dx / dphi       = v(x, phi) = cos phi eps - sin phi x_0
    d log p / dphi  = -div v
    log p_0(x_0)    = log N(x_T; 0, I) + integral of div v from ``START`` to phi_T

v is finite at both ends, so nothing has to be cut off but the first thousandth of a radian, where
a millionth of the variance is noise. A schedule says only where the flow ends; what it leaves of
the signal there is a mismatch with N(0, I), and part of the model.

The divergence is the trace of the Jacobian, exact by one backward pass for each coordinate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor

from engine.denoisers import Denoiser
from engine.options import count

START = 1e-3  #: radians; below it the data is taken as it is
CROWDING = 2.0  #: steps get shorter towards the data, phi = u^CROWDING


@dataclass(frozen=True)
class FlowOptions:
    """How the ODE is solved: Heun's method, of order 2.

    Raises:
        ValueError: if there is no step.
    """

    order: ClassVar[int] = 2  #: of the error in powers of the step

    steps: int = count(
        48,
        "Steps of the solver",
        "Heun's method between data and noise, two looks at the denoiser a step. Twice "
        "the steps make a quarter of the error.",
        (8, 128, 8),
    )

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"A solver needs at least 1 step, not {self.steps}.")


@dataclass(frozen=True, eq=False)
class Stop:
    """Points on their way from data to noise.

    Attributes:
        phi: the angle.
        x: (n, D) where they are.
        divergence: (n,) the integral of div v from the start to here.
    """

    phi: float
    x: Tensor
    divergence: Tensor


@dataclass(frozen=True, eq=False)
class Carried:
    """Points carried by the flow from data to noise, S = steps + 1 stops on the way.

    Attributes:
        phi: (S,) float64, rising. alpha_bars: (S,) cos^2 phi.
        x: (S, n, D) where the points are.
        log_prob: (S, n) log density of the model there, at that time; the first row is the
        likelihood.
    """

    phi: Tensor
    x: Tensor
    log_prob: Tensor

    @property
    def alpha_bars(self) -> Tensor:
        return self.phi.cos().square()


def angles(alpha_bar_T: float, steps: int) -> Tensor:
    """(steps + 1,) float64, from ``START`` to the angle of the last noise level."""
    end = math.atan2(math.sqrt(1 - alpha_bar_T), math.sqrt(alpha_bar_T))
    share = torch.linspace(0, 1, steps + 1, dtype=torch.float64) ** CROWDING
    return START + (end - START) * share


def velocity(denoiser: Denoiser, x: Tensor, phi: float) -> Tensor:
    """V (n, D) at x (n, D): cos phi eps - sin phi x_0, with the eps that the denoiser implies."""
    x_0 = denoiser(x, math.cos(phi) ** 2)
    # eps = (x - cos phi x_0) / sin phi, put in and shortened.
    return (math.cos(phi) * x - x_0) / math.sin(phi)


def velocity_and_divergence(denoiser: Denoiser, x: Tensor, phi: float) -> tuple[Tensor, Tensor]:
    """V (n, D) and its divergence (n,), the trace of dv / dx."""
    with torch.enable_grad():
        place = x.detach().requires_grad_()
        v = velocity(denoiser, place, phi)
        divergence = torch.zeros_like(x[:, 0])
        dim = x.shape[1]
        for d in range(dim):
            # Rows do not depend on each other, so the gradient of a column's sum is each row's own.
            (row,) = torch.autograd.grad(v[:, d].sum(), place, retain_graph=d < dim - 1)
            divergence += row[:, d]
    return v.detach(), divergence


def stops(
    denoiser: Denoiser, x_0: Tensor, alpha_bar_T: float, options: FlowOptions
) -> Iterator[Stop]:
    """Carry x_0 (n, D) to noise, stop by stop."""
    phis = angles(alpha_bar_T, options.steps).tolist()
    x, total = x_0, torch.zeros_like(x_0[:, 0])
    v, divergence = velocity_and_divergence(denoiser, x, phis[0])
    yield Stop(phis[0], x, total)
    for k, (phi, after) in enumerate(pairwise(phis)):
        h = after - phi
        trial = x + h * v
        v_there, divergence_there = velocity_and_divergence(denoiser, trial, after)
        x = x + 0.5 * h * (v + v_there)
        total = total + 0.5 * h * (divergence + divergence_there)
        if k < options.steps - 1:
            v, divergence = velocity_and_divergence(denoiser, x, after)
        yield Stop(after, x, total)


def carried(states: Sequence[Stop]) -> Carried:
    """The record of all ``stops``, with the density at each of them."""
    x = torch.stack([stop.x for stop in states])
    grown = torch.stack([stop.divergence for stop in states])
    return Carried(
        torch.tensor([stop.phi for stop in states], dtype=torch.float64),
        x,
        standard_normal(x[-1]) + (grown[-1] - grown),
    )


def log_likelihood(
    denoiser: Denoiser, x_0: Tensor, alpha_bar_T: float, options: FlowOptions | None = None
) -> Tensor:
    """Log p_0 (n,) in nats of data x_0 (n, D) under the flow of ``denoiser``."""
    chosen = FlowOptions() if options is None else options
    return carried(list(stops(denoiser, x_0, alpha_bar_T, chosen))).log_prob[0]


def standard_normal(x: Tensor) -> Tensor:
    """Log N(x; 0, I) (...) at x (..., D)."""
    return -0.5 * (x.square().sum(dim=-1) + x.shape[-1] * math.log(2 * math.pi))


def bits_per_dimension(nats: float, dim: int) -> float:
    """A mean negative log-likelihood in nats, as bits for each coordinate."""
    return nats / (dim * math.log(2))


@dataclass(frozen=True)
class Divergence:
    """KL(q || p) in nats as a mean over draws from q, with its standard error."""

    mean: float
    error: float


def kl_divergence(log_q: Tensor, log_p: Tensor) -> Divergence:
    """KL(q || p) from the log densities (n,) of n >= 2 draws from q."""
    gap = (log_q - log_p).double()
    return Divergence(float(gap.mean()), float(gap.std() / math.sqrt(len(gap))))
