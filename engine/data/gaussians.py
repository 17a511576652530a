"""Gaussian mixtures on a line and in the plane: density and score are known in closed form."""

from __future__ import annotations

import math

from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.data.mixture import GaussianMixture


class Mixture(Dataset):
    """A Gaussian mixture, whose density and score are known exactly. Plain numbers, scale 1."""

    def __init__(self, key: str, label: str, help: str, mixture: GaussianMixture) -> None:
        super().__init__(key, label, help, mixture.means.shape[1])
        self.group = f"{self.dim}d"
        self._mixture = mixture

    def sample(self, n: int, generator: Generator) -> Tensor:
        return self._mixture.sample(n, generator)

    def mixture(self) -> GaussianMixture:
        return self._mixture


LINE: tuple[Dataset, ...] = (
    Mixture(
        "point",
        "One point",
        "Every data point is the number 1: all spread is noise.",
        GaussianMixture.of([1], [[1.0]], [0.0]),
    ),
    Mixture(
        "gaussian",
        "One Gaussian",
        "Mean 1, standard deviation 0.3: stays a Gaussian at every step.",
        GaussianMixture.of([1], [[1.0]], [0.3]),
    ),
    Mixture(
        "two_gaussians",
        "Two Gaussians",
        "Equal peaks at -1 and 1: the reverse process has to choose.",
        GaussianMixture.of([1, 1], [[-1.0], [1.0]], [0.2, 0.2]),
    ),
    Mixture(
        "three_gaussians",
        "Three Gaussians",
        "Three peaks of different weight and width.",
        GaussianMixture.of([3, 4.5, 2.5], [[-1.3], [0.1], [1.4]], [0.15, 0.1, 0.25]),
    ),
    Mixture(
        "uneven_gaussians",
        "Rare and common",
        "One draw in eight belongs to a narrow peak: is it found again?",
        GaussianMixture.of([7, 1], [[-0.6], [1.8]], [0.5, 0.08]),
    ),
)

_RING = [[1.7 * math.cos(k * math.pi / 4), 1.7 * math.sin(k * math.pi / 4)] for k in range(8)]

RING: tuple[Dataset, ...] = (
    Mixture(
        "eight_gaussians",
        "Eight Gaussians",
        "Eight peaks on a ring; density and score are known exactly.",
        GaussianMixture.of([1] * 8, _RING, [0.12] * 8),
    ),
)
