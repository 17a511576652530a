"""The exact noisy marginals q(x_t) of the toy data sets, and how well each of them is known.

Every one of them is a mixture of isotropic Gaussians in the end, so that density, score and
E[x_0 | x_t] follow in closed form (``engine.data.mixture``):

- a data set that is a mixture: **closed form**;
- a curve thickened by Gaussian noise (Swiss roll, moons, circles, spirals, S): an **integral**, by
  the quadrature of ``engine.data.curves``;
- any other: the mixture of ``STORED`` point masses, drawn once. That is the truth about the
  **stored points** and not about the data set: towards t = 0 it falls apart into points, and the
  best denoiser only memorises (Karras et al. 2022, arXiv 2206.00364, eq. 57).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.data import Dataset, GaussianMixture

STORED = 1000  #: points that stand for a data set without a formula
CHUNK = 4096  #: places looked at at once, so that memory stays bounded

CLOSED, INTEGRAL, POINTS = "closed form", "integral", "stored points"


@dataclass(frozen=True, eq=False)
class Exact:
    """The distribution of x_0 as a mixture, read as that of x_t; itself a denoiser.

    Attributes:
        mixture: the distribution of x_0.
        kind: how it is known: ``CLOSED``, ``INTEGRAL`` or ``POINTS``.
    """

    mixture: GaussianMixture
    kind: str

    @property
    def of_the_data(self) -> bool:
        """Whether this is the truth about the data set, not only about some of its points."""
        return self.kind != POINTS

    @property
    def points(self) -> Tensor:
        """(K, D) float32 means of the components: of stored points, the points themselves."""
        return self.mixture.means.float()

    def posterior(self, x_t: Tensor, alpha_bar: float) -> tuple[Tensor, Tensor]:
        """Log q(x_t) (n,) and E[x_0 | x_t] (n, D) at x_t (n, D); alpha_bar below 1.

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
        """Log density of the data (n,) at x (n, D).

        Raises:
            ValueError: if a component is a point mass.
        """
        return torch.cat([self.mixture.log_prob(part) for part in x.split(CHUNK)])


def exact(source: Dataset | GaussianMixture | Tensor, stored: int = STORED) -> Exact:
    """What is known about the distribution of ``source``, as a denoiser.

    Args:
        source: a data set: in closed form, else as an integral, else of some of its points; a
            mixture; or points (N, D), which are then all the data there is.
        stored: how many points stand for a data set of which nothing better is known.
    """
    if isinstance(source, GaussianMixture):
        return Exact(source, CLOSED)
    if isinstance(source, Tensor):
        return Exact(_point_masses(source), POINTS)
    mixture, quadrature = source.mixture(), source.quadrature()
    if mixture is not None:
        return Exact(mixture, CLOSED)
    if quadrature is not None:
        return Exact(quadrature, INTEGRAL)
    return memory(source, stored)


def memory(dataset: Dataset, stored: int = STORED) -> Exact:
    """The best denoiser if ``stored`` points of the data set, drawn once, were all the data."""
    return exact(dataset.sample(stored, Generator().manual_seed(0)))


def _point_masses(points: Tensor) -> GaussianMixture:
    """The empirical distribution of points (N, D): equal point masses."""
    n = len(points)
    weights = torch.full((n,), 1 / n, dtype=torch.float64)
    return GaussianMixture(weights, points.double(), torch.zeros(n, dtype=torch.float64))


@dataclass(frozen=True, eq=False)
class Oracle:
    """Knows the original points x_0 (B, D) and returns them: useful to test a sampler."""

    x_0: Tensor

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        return self.x_0.to(x_t).expand_as(x_t)
