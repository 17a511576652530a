"""Curves thickened by Gaussian noise: their constants, once, for the draws and for the density.

With a place ``a`` along the curve c and its density p(a), the distribution is the integral

    q(x) = integral p(a) N(x; c(a), std^2 I) da

which Gauss-Legendre quadrature turns into a Gaussian mixture (``engine.data.mixture``). Where nodes
stand less than 1.3 standard deviations apart, the error is beyond float32.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data.mixture import GaussianMixture


def uniform(n: int, generator: Generator, low: float = 0.0, high: float = 1.0) -> Tensor:
    """(n,) float32 draws between ``low`` and ``high``."""
    return low + (high - low) * torch.rand(n, generator=generator)


def jitter(points: Tensor, std: float, generator: Generator) -> Tensor:
    """The points (n, ..., d) with Gaussian noise of standard deviation ``std``."""
    return points + std * torch.randn(points.shape, generator=generator)


def polar(radius: Tensor | float, angle: Tensor) -> Tensor:
    """Points (..., 2) of a radius and an angle (...)."""
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=-1)


@dataclass(frozen=True)
class Curve:
    """Pieces of curves of equal mass, with noise, moved and divided by a size.

    Attributes:
        pieces: functions of places a (K,) to points c(a) (K, 2).
        low: the first place of every piece.
        high: the last one.
        noise: standard deviation about the curve, before the division.
        centre: what is taken from every point before the division.
        size: what every point is divided by.
        nodes: of the quadrature, on each piece.
        density: p(a) up to a factor; even if not given.
        closed: whether pieces end where they begin; evenly spaced nodes are best there.
    """

    pieces: tuple[Callable[[Tensor], Tensor], ...]
    low: float
    high: float
    noise: float
    centre: tuple[float, float] = (0.0, 0.0)
    size: float = 1.0
    nodes: int = 256
    density: Callable[[Tensor], Tensor] = torch.ones_like
    closed: bool = False

    def places(self, n: int, generator: Generator) -> Tensor:
        """(n,) float32 places drawn evenly between ``low`` and ``high``."""
        return uniform(n, generator, self.low, self.high)

    def thickened(self, points: Tensor, generator: Generator) -> Tensor:
        """Points (n, 2) of the curve with the noise, moved and divided."""
        return (jitter(points, self.noise, generator) - points.new_tensor(self.centre)) / self.size

    def mixture(self, nodes: int | None = None) -> GaussianMixture:
        """The distribution as a mixture, one component for each node.

        Args:
            nodes: on each piece, instead of the curve's own number.
        """
        a, share = self._nodes(nodes or self.nodes)
        weights = (share * self.density(a)).repeat(len(self.pieces))
        points = torch.cat([piece(a) for piece in self.pieces])
        means = (points - points.new_tensor(self.centre)) / self.size
        std = torch.full_like(weights, self.noise / self.size)
        return GaussianMixture(weights / weights.sum(), means, std)

    def _nodes(self, count: int) -> tuple[Tensor, Tensor]:
        """(count,) float64 places and their weights, sum 1."""
        if self.closed:
            step = (self.high - self.low) / count
            a = self.low + step * torch.arange(count, dtype=torch.float64)
            return a, torch.full_like(a, 1 / count)
        places, weights = np.polynomial.legendre.leggauss(count)
        middle, half = 0.5 * (self.high + self.low), 0.5 * (self.high - self.low)
        return torch.from_numpy(middle + half * places), torch.from_numpy(weights / 2)
