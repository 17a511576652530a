"""Mixtures of isotropic Gaussians: the distributions whose density and score are known exactly.

A mixture that diffuses is a mixture again, so the score of every noisy marginal is exact too::

    p(x) = sum_k w_k N(x; m_k, s_k^2 I)
    q_t(x) = sum_k w_k N(x; sqrt(alpha_bar_t) m_k, (alpha_bar_t s_k^2 + 1 - alpha_bar_t) I)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """A mixture of isotropic Gaussians; a component of standard deviation 0 is a point mass.

    Attributes:
        weights: (K,) float64, positive, sum 1.
        means: (K, D) float64.
        stds: (K,) float64, >= 0.
    """

    weights: Tensor
    means: Tensor
    stds: Tensor

    @classmethod
    def of(
        cls, weights: Sequence[float], means: Sequence[Sequence[float]], stds: Sequence[float]
    ) -> GaussianMixture:
        """A mixture from plain numbers; the weights are normalised.

        Raises:
            ValueError: if the lengths differ, a weight is not positive or a std is negative.
        """
        if not len(weights) == len(means) == len(stds) or not len(weights):
            raise ValueError("A mixture needs as many weights and means as standard deviations.")
        if min(weights) <= 0 or min(stds) < 0:
            raise ValueError("Weights must be positive and standard deviations not negative.")
        share = torch.tensor(weights, dtype=torch.float64)
        return cls(
            share / share.sum(),
            torch.tensor(means, dtype=torch.float64),
            torch.tensor(stds, dtype=torch.float64),
        )

    @property
    def has_density(self) -> bool:
        """False if a component is a point mass."""
        return bool((self.stds > 0).all())

    @property
    def mean(self) -> Tensor:
        """(D,) mean of the mixture."""
        return self.weights @ self.means

    @property
    def variance(self) -> Tensor:
        """(D,) variance of each coordinate."""
        second = self.means.square() + self.stds.square()[:, None]
        return self.weights @ second - self.mean.square()

    def variance_error(self, n: int) -> Tensor:
        """(D,) standard deviation of the sample variance of each coordinate over n >= 2 draws.

        From the fourth central moment m4: sqrt((m4 - variance^2 (n - 3) / (n - 1)) / n).
        """
        away, variance = (self.means - self.mean).square(), self.stds.square()[:, None]
        fourth = self.weights @ (away.square() + 6 * away * variance + 3 * variance.square())
        return ((fourth - self.variance.square() * (n - 3) / (n - 1)) / n).clamp(min=0).sqrt()

    def diffused(self, alpha_bar: float) -> GaussianMixture:
        """The distribution of x_t, given that this one is the distribution of x_0."""
        variance = alpha_bar * self.stds.square() + (1 - alpha_bar)
        return GaussianMixture(self.weights, math.sqrt(alpha_bar) * self.means, variance.sqrt())

    def component_log_prob(self, x: Tensor) -> Tensor:
        """(n, K) logarithm of weight times density of each component at x (n, D).

        Raises:
            ValueError: if a component is a point mass, which has no density.
        """
        if not self.has_density:
            raise ValueError("A point mass has no density; diffuse it a little first.")
        means, stds, weights = self.means.to(x), self.stds.to(x), self.weights.to(x)
        # Differences, not the expanded square: exact also when components are very narrow.
        square = (x.unsqueeze(-2) - means).square().sum(dim=-1)
        norm = x.shape[-1] * (stds.log() + 0.5 * math.log(2 * math.pi))
        return weights.log() - norm - 0.5 * square / stds.square()

    def log_prob(self, x: Tensor) -> Tensor:
        """(n,) log density at x (n, D); raises ValueError for a point mass."""
        return self.component_log_prob(x).logsumexp(dim=-1)

    def score(self, x: Tensor) -> Tensor:
        """(n, D) exact gradient of the log density at x (n, D); ValueError for a point mass."""
        share = self.component_log_prob(x).softmax(dim=-1)
        precision = 1 / self.stds.to(x).square()
        pull = (self.means.to(x) - x.unsqueeze(-2)) * precision[:, None]
        return (share.unsqueeze(-1) * pull).sum(dim=-2)

    def interval_density(self, edges: Tensor) -> Tensor:
        """(B,) mean density in each of the intervals between ``edges`` (B + 1,); one dimension.

        Exact, from the distribution function, also where a component is a point mass or narrower
        than an interval.

        Raises:
            ValueError: if the mixture has more than one dimension.
        """
        if self.means.shape[1] != 1:
            raise ValueError("Intervals only make sense in one dimension.")
        edges = edges.to(self.means)
        z = (edges[:, None] - self.means[:, 0]) / self.stds.clamp(min=1e-12)
        below = 0.5 * (1 + torch.erf(z / math.sqrt(2)))
        return (below.diff(dim=0) @ self.weights) / edges.diff()

    def sample(self, n: int, generator: Generator) -> Tensor:
        """(n, D) float32 independent draws."""
        uniform = torch.rand(n, generator=generator, dtype=torch.float64)
        component = torch.searchsorted(self.weights.cumsum(0)[:-1], uniform, right=True)
        eps = torch.randn(n, self.means.shape[1], generator=generator, dtype=torch.float64)
        return (self.means[component] + self.stds[component, None] * eps).float()
