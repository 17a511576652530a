"""The exact noisy marginals q(x_t) of the toy data sets, and how well each of them is known.

Every one of them is a mixture of isotropic Gaussians in the end, so that density, score and
E[x_0 | x_t] follow in closed form (``engine.mixture``):

- a data set that is a mixture: **closed form**;
- a curve c(a) thickened by Gaussian noise (Swiss roll, moons, circles, spirals, S):
  q(x) = integral p(a) N(x; c(a), std^2 I) da, an **integral** by Gauss-Legendre quadrature. Nodes
  stand less than 1.3 standard deviations apart, where the error is beyond float32;
- any other: the mixture of ``STORED`` point masses, drawn once. That is the truth about the
  **stored points** and not about the data set: towards t = 0 it falls apart into points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import Dataset
from engine.mixture import GaussianMixture

STORED = 1000  #: points that stand for a data set without a formula
CHUNK = 4096  #: places looked at at once, so that memory stays bounded

CLOSED, INTEGRAL, POINTS = "closed form", "integral", "stored points"


@dataclass(frozen=True, eq=False)
class Exact:
    """The distribution of x_0 as a mixture, read as that of x_t; itself a denoiser.

    Attributes
    ----------
    mixture: of x_0.
    kind: how it is known: ``CLOSED``, ``INTEGRAL`` or ``POINTS``.
    """

    mixture: GaussianMixture
    kind: str

    @property
    def of_the_data(self) -> bool:
        """Whether this is the truth about the data set, not only about some of its points."""
        return self.kind != POINTS

    def posterior(self, x_t: Tensor, alpha_bar: float) -> tuple[Tensor, Tensor]:
        """log q(x_t) (n,) and E[x_0 | x_t] (n, D) at x_t (n, D); alpha_bar below 1.

        With v_k = alpha_bar s_k^2 + 1 - alpha_bar and g_k = sqrt(alpha_bar) s_k^2 / v_k, component
        k alone expects m_k + g_k (x_t - sqrt(alpha_bar) m_k); their mean is weighted by the
        probability of k given x_t.
        """
        noisy = self.mixture.diffused(alpha_bar)
        signal = math.sqrt(alpha_bar)
        gain = signal * self.mixture.stds.square() / noisy.stds.square()
        offset = self.mixture.means * (1 - signal * gain)[:, None]
        dim = x_t.shape[-1]
        norm = noisy.weights.log() - dim * (noisy.stds.log() + 0.5 * math.log(2 * math.pi))
        precision = 1 / noisy.stds.square()
        # The exponent -|x - m|^2 / 2v, multiplied out so that one product of matrices gives all of
        # them: (x, |x|^2, 1) times this table. In float64 the terms that cancel do no harm.
        table = torch.cat(
            [
                (precision[:, None] * noisy.means).T,
                -0.5 * precision[None],
                (norm - 0.5 * precision * noisy.means.square().sum(dim=-1))[None],
            ]
        )
        gain, offset = gain.to(x_t), offset.to(x_t)
        densities, expected = [], []
        for part in x_t.split(CHUNK):
            x = part.double()
            each = torch.cat([x, x.square().sum(-1, True), torch.ones_like(x[:, :1])], -1) @ table
            peak = each.detach().amax(dim=-1, keepdim=True)
            weight = (each - peak).to(x_t).exp()
            total = weight.sum(dim=-1, keepdim=True)
            densities.append((peak.to(x_t) + total.log())[:, 0])
            expected.append((weight @ offset + (weight @ gain)[:, None] * part) / total)
        return torch.cat(densities), torch.cat(expected)

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        return x_t if alpha_bar >= 1 else self.posterior(x_t, alpha_bar)[1]

    def log_prob(self, x: Tensor) -> Tensor:
        """log density of the data (n,) at x (n, D).

        Raises
        ------
        ValueError: if a component is a point mass.
        """
        return torch.cat([self.mixture.log_prob(part) for part in x.split(CHUNK)])


def exact(dataset: Dataset, stored: int = STORED) -> Exact:
    """What is known about ``dataset``: in closed form, else as an integral, else of points."""
    mixture = dataset.mixture()
    if mixture is not None:
        return Exact(mixture, CLOSED)
    if dataset.key in CURVES:
        return Exact(CURVES[dataset.key](), INTEGRAL)
    return Exact(point_masses(dataset.sample(stored, Generator().manual_seed(0))), POINTS)


def point_masses(points: Tensor) -> GaussianMixture:
    """The empirical distribution of points (N, D): equal point masses."""
    n = len(points)
    weights = torch.full((n,), 1 / n, dtype=torch.float64)
    return GaussianMixture(weights, points.double(), torch.zeros(n, dtype=torch.float64))


# ---------------------------------------------------------------------------------------------
# Curves, by the formulas of ``engine.data``. nodes: of the quadrature, on each piece.


def _nodes(low: float, high: float, count: int) -> tuple[Tensor, Tensor]:
    """(count,) places in [low, high] and their weights, sum 1, by Gauss-Legendre."""
    places, weights = np.polynomial.legendre.leggauss(count)
    middle, half = 0.5 * (high + low), 0.5 * (high - low)
    return torch.from_numpy(middle + half * places), torch.from_numpy(weights / 2)


def _plane(x: Tensor, y: Tensor) -> Tensor:
    return torch.stack([x, y], dim=-1)


def _thick(pieces: list[tuple[Tensor, Tensor]], std: float) -> GaussianMixture:
    """A mixture from pieces of curves: (means (K, 2), weights (K,)); weights are normalised."""
    means = torch.cat([points for points, _ in pieces])
    weights = torch.cat([share for _, share in pieces])
    return GaussianMixture(weights / weights.sum(), means, torch.full_like(weights, std))


def swiss_roll(nodes: int = 256) -> GaussianMixture:
    """The spiral (a cos a, a sin a) / 7, a uniform, with noise 0.5 / 7."""
    a, share = _nodes(1.5 * math.pi, 4.5 * math.pi, nodes)
    return _thick([(_plane(a * a.cos(), a * a.sin()) / 7, share)], 0.5 / 7)


def moons(nodes: int = 96) -> GaussianMixture:
    """Two half circles with noise 0.06, moved and divided by 0.7."""
    a, share = _nodes(0, math.pi, nodes)
    upper, centre = _plane(a.cos(), a.sin()), torch.tensor([0.5, 0.25], dtype=torch.float64)
    lower = _plane(1 - a.cos(), 0.5 - a.sin())
    pieces = [((half - centre) / 0.7, share) for half in (upper, lower)]
    return _thick(pieces, 0.06 / 0.7)


def circles(nodes: int = 160) -> GaussianMixture:
    """Rings of radius 1.6 and 0.8 with noise 0.06; a ring is smooth all round: even nodes."""
    a = torch.arange(nodes, dtype=torch.float64) * (2 * math.pi / nodes)
    share = torch.full_like(a, 1 / nodes)
    return _thick([(r * _plane(a.cos(), a.sin()), share) for r in (1.6, 0.8)], 0.06)


def two_spirals(nodes: int = 384) -> GaussianMixture:
    """Two arms of radius a / 4.7; a = 3 pi sqrt(u) with u uniform has a density along a."""
    a, share = _nodes(0, 3 * math.pi, nodes)
    arm = _plane(a * a.cos(), a * a.sin()) / 4.7
    return _thick([(arm, share * a), (-arm, share * a)], 0.05)


def s_curve(nodes: int = 288) -> GaussianMixture:
    """The letter S with noise 0.06, divided by 1.02: a half and the same turned round."""
    upper, share = _nodes(0, 1.5 * math.pi, nodes // 2)
    half = _plane(upper.sin(), upper.cos() - 1) / 1.02
    return _thick([(half, share), (-half, share)], 0.06 / 1.02)


CURVES: dict[str, Callable[[], GaussianMixture]] = {
    "swiss_roll": swiss_roll,
    "moons": moons,
    "circles": circles,
    "two_spirals": two_spirals,
    "s_curve": s_curve,
}
