"""How far a denoiser is from the exact one: where, when, and what that may cost.

With eps the noise that a denoiser implies, score = -eps / sqrt(1 - alpha_bar), the error at a place
is |eps_learned - eps_exact|, in standard deviations of the noise. Over q(x_t) it gives

    E_t = E |eps_learned - eps_exact|^2 / D             mean squared error, per coordinate
    F_t = D E_t / (1 - alpha_bar_t)                     Fisher divergence, E |score difference|^2

The Fisher divergence is what score matching minimises (Hyvarinen 2005, J. Mach. Learn. Res. 6,
eq. 2). Weighted with g^2 = beta and added up over time it bounds the Kullback-Leibler divergence of
the samples that the reverse SDE draws from exact noise (Song et al. 2021, arXiv 2101.09258,
theorem 1)::

    KL(q_0 || p_0) <= KL(q_T || N(0, I)) + 1/2 integral of F_t d(-ln alpha_bar_t)

with equality where the learned score is that of some diffusing distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.denoisers import Denoiser, Exact
from engine.process import diffuse, draw_noise, eps_from_x0


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two denoisers at the same places x_t (n, D) and one level.

    Attributes:
        exact, learned: (n, D) eps.
        log_q: (n,) exact log density of x_t.
    """

    exact: Tensor
    learned: Tensor
    log_q: Tensor

    @property
    def error(self) -> Tensor:
        """(n,) |eps_learned - eps_exact|."""
        return (self.learned - self.exact).norm(dim=-1)


def compare(truth: Exact, denoiser: Denoiser, x_t: Tensor, alpha_bar: float) -> Comparison:
    """Both at x_t (n, D); alpha_bar below 1."""
    log_q, x_0 = truth.posterior(x_t, alpha_bar)
    learned = eps_from_x0(x_t, denoiser(x_t, alpha_bar), alpha_bar)
    return Comparison(eps_from_x0(x_t, x_0, alpha_bar), learned, log_q)


@dataclass(frozen=True)
class Level:
    """Means over q(x_t) at one noise level.

    Attributes:
        alpha_bar: the level.
        squared: E_t. power: E |eps_exact|^2 / D, what predicting no noise would miss by.
        fisher: F_t, in 1 / (units of x)^2.
    """

    alpha_bar: float
    squared: float
    power: float
    fisher: float

    @property
    def relative(self) -> float:
        """Error of the score over the score, both as root mean squares."""
        return math.sqrt(self.squared / self.power) if self.power > 0 else 0.0


@torch.no_grad()
def over_time(
    truth: Exact,
    denoiser: Denoiser,
    x_0: Tensor,
    alpha_bars: Sequence[float],
    generator: Generator,
) -> Iterator[Level]:
    """The means at each of ``alpha_bars``, from data x_0 (n, D) with fresh noise at each."""
    for alpha_bar in alpha_bars:
        x_t = diffuse(x_0, alpha_bar, draw_noise(x_0, generator))
        found = compare(truth, denoiser, x_t, alpha_bar)
        squared = float(found.error.square().mean()) / x_0.shape[1]
        power = float(found.exact.square().mean())
        yield Level(alpha_bar, squared, power, x_0.shape[1] * squared / (1 - alpha_bar))


def kl_bound(levels: Sequence[Level]) -> float:
    """1/2 integral of F_t d(-ln alpha_bar) in nats, by trapezoids over the angle of the level.

    levels: in the order of time, either way.
    """
    angle = torch.tensor([math.acos(math.sqrt(level.alpha_bar)) for level in levels])
    fisher = torch.tensor([level.fisher for level in levels])
    # With alpha_bar = cos^2 phi, d(-ln alpha_bar) = 2 tan phi dphi.
    return abs(float(torch.trapezoid(fisher.double() * angle.double().tan(), angle.double())))


def end_gap(truth: Exact, x_0: Tensor, alpha_bar_T: float, generator: Generator) -> float:
    """KL(q_T || N(0, I)) in nats, a mean over data x_0 (n, D) with fresh noise; at least 0."""
    x_T = diffuse(x_0, alpha_bar_T, draw_noise(x_0, generator))
    normal = -0.5 * (x_T.square().sum(dim=-1) + x_T.shape[-1] * math.log(2 * math.pi))
    return max(0.0, float((truth.posterior(x_T, alpha_bar_T)[0] - normal).mean()))


def coverage(log_q: Tensor, inside: float = 0.99, margin: float = 2.0) -> Tensor:
    """How much a place counts (n,), 0 to 1, for log densities (n,) at places of equal size.

    1 where q is at least as high as at the edge of the smallest region that holds the share
    ``inside`` of its mass; from there it fades, to 0 where q has fallen by another e^margin.
    """
    falling = log_q.sort(descending=True).values
    mass = falling.softmax(dim=0).cumsum(dim=0)
    edge = falling[min(int((mass < inside).sum()), len(falling) - 1)]
    return ((log_q - edge) / margin + 1).clamp(0, 1)
