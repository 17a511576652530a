"""Toy data sets, with the exact density and score where one exists.

Every data set draws (n, D) float32 points of a size near 1, so that noise of variance 1 drowns
them; ``scale`` says how many real units one unit is worth. A new data set is one function in
``engine.shapes`` and one line in ``DATASETS``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor

from engine.mixture import GaussianMixture
from engine.shapes import (
    RESIDUES,
    alpha_helix,
    checkerboard,
    circles,
    moons,
    pinwheel,
    planar_helix,
    s_curve,
    swiss_roll,
    two_spirals,
)

DATA_FILES = Path(__file__).resolve().parent.parent / "assets" / "data"


class Dataset(ABC):
    """A distribution to be learned.

    Attributes
    ----------
    key: name in ``DATASETS``, in addresses and file names.
    label, help: what a person reads.
    group: "1d", "2d", "helix" or "polymer".
    dim: D, numbers per point.
    unit, scale: one unit of the data is ``scale`` of ``unit`` ("" for plain numbers).
    chain_shape: (L, d) for chains of L beads in d dimensions, else None.
    """

    group: str
    unit: str = ""
    scale: float = 1.0
    chain_shape: tuple[int, int] | None = None

    def __init__(self, key: str, label: str, help: str, dim: int) -> None:
        self.key, self.label, self.help, self.dim = key, label, help, dim

    @abstractmethod
    def sample(self, n: int, generator: Generator) -> Tensor:
        """(n, D) float32 independent draws; from a finite set without repeats while it lasts."""

    def fresh(self, n: int, generator: Generator) -> Tensor:
        """(n, D) float32 draws that were never trained on: from the held-out part, if finite."""
        return self.sample(n, generator)

    def mixture(self) -> GaussianMixture | None:
        """The exact distribution, where it is a Gaussian mixture; else None."""
        return None

    def train(self) -> Tensor | None:
        """(N, D) float32, all training points of a finite data set; None if draws never end."""
        return None

    def held_out(self) -> Tensor | None:
        """(N, D) float32, points of a finite data set never used in training; else None."""
        return None

    def to_chain(self, x: Tensor) -> Tensor:
        """Chains (n, L, d) in ``unit`` from points x (n, D); leading axes are kept.

        Raises
        ------
        ValueError: if the data set has no chains.
        """
        if self.chain_shape is None:
            raise ValueError(f"{self.label} is not made of chains.")
        return x.reshape(*x.shape[:-1], *self.chain_shape) * self.scale


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


class Planar(Dataset):
    """Points in the plane from a function (n, generator) -> (n, 2).

    Plain numbers; each function divides by a constant so that the root mean square of a
    coordinate is about 1.
    """

    group = "2d"

    def __init__(
        self, key: str, label: str, help: str, draw: Callable[[int, Generator], Tensor]
    ) -> None:
        super().__init__(key, label, help, 2)
        self._draw = draw

    def sample(self, n: int, generator: Generator) -> Tensor:
        return self._draw(n, generator)


class Helix(Dataset):
    """Chains from a function (n, generator) -> (n, L, d) in Angstrom, centred on their mass.

    ``scale`` Angstrom make one unit: the root mean square of a coordinate.
    """

    group = "helix"
    unit = "Å"

    def __init__(
        self,
        key: str,
        label: str,
        help: str,
        draw: Callable[[int, Generator], Tensor],
        chain_shape: tuple[int, int],
        scale: float,
    ) -> None:
        super().__init__(key, label, help, math.prod(chain_shape))
        self.chain_shape, self.scale, self._draw = chain_shape, scale, draw

    def sample(self, n: int, generator: Generator) -> Tensor:
        return (self._draw(n, generator) / self.scale).flatten(start_dim=1)


class Polymer(Dataset):
    """Conformations of a bead-spring chain, simulated by ``engine.polymer`` and shipped.

    A finite set. One unit is ``scale`` sigma (bead diameters), the root mean square of a
    coordinate. Chains are centred, with their long axis along x and the first bead on the left.
    Read from the other end, or mirrored, a chain has the same energy, so ``sample`` draws a
    training chain and then one of these four readings with equal chance.
    """

    group = "polymer"
    unit = "σ"
    chain_shape: tuple[int, int]
    held_out_share = 0.2

    def __init__(self, key: str, label: str, help: str, beads: int, dimensions: int) -> None:
        super().__init__(key, label, help, beads * dimensions)
        self.chain_shape = beads, dimensions
        self._path = DATA_FILES / f"{key}.npz"

    @cached_property
    def _chains(self) -> Tensor:
        """(N, L, d) all stored chains, in units of ``scale``."""
        with np.load(self._path, allow_pickle=False) as file:
            sigma = file["chains"].astype(np.float32) * np.float32(file["resolution"])
        return torch.from_numpy(sigma) / self.scale

    @property
    def scale(self) -> float:  # type: ignore[override]
        """Sigma per unit, the root mean square of a coordinate, stored with the chains."""
        return self._scale

    @cached_property
    def _scale(self) -> float:
        with np.load(self._path, allow_pickle=False) as file:
            return float(file["scale"])

    @property
    def _n_train(self) -> int:
        return len(self._chains) - round(len(self._chains) * self.held_out_share)

    def train(self) -> Tensor:
        return self._chains[: self._n_train].flatten(start_dim=1)

    def held_out(self) -> Tensor:
        return self._chains[self._n_train :].flatten(start_dim=1)

    def sample(self, n: int, generator: Generator) -> Tensor:
        return self._draw(self._chains[: self._n_train], n, generator)

    def fresh(self, n: int, generator: Generator) -> Tensor:
        return self._draw(self._chains[self._n_train :], n, generator)

    @staticmethod
    def readings(chains: Tensor) -> Tensor:
        """(4, N, L, d) chains (N, L, d) as they are, read from the other end, and both mirrored."""
        other = -chains.flip(1)
        mirror = torch.ones(chains.shape[-1])
        mirror[-1] = -1.0
        if chains.shape[-1] == 3:  # the second bead stays above
            other[..., 1] *= torch.where(other[:, 1:2, 1] < 0, -1.0, 1.0)
        return torch.stack([chains, other, chains * mirror, other * mirror])

    def _draw(self, chains: Tensor, n: int, generator: Generator) -> Tensor:
        """(n, L d) chains drawn from (N, L, d), each in one of its four readings."""
        rounds = [
            torch.randperm(len(chains), generator=generator) for _ in range(-(-n // len(chains)))
        ]
        chains = chains[torch.cat([*rounds, torch.empty(0, dtype=torch.long)])[:n]]
        turned, mirrored = (torch.rand(2, n, generator=generator) < 0.5).long()
        return self.readings(chains)[turned + 2 * mirrored, torch.arange(n)].flatten(start_dim=1)


_RING = [[1.7 * math.cos(k * math.pi / 4), 1.7 * math.sin(k * math.pi / 4)] for k in range(8)]

DATASETS: dict[str, Dataset] = {
    dataset.key: dataset
    for dataset in (
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
        Planar("swiss_roll", "Swiss roll", "A rolled-up line, thickened a little.", swiss_roll),
        Planar("moons", "Moons", "Two interleaved half circles.", moons),
        Planar("circles", "Circles", "Two rings, one inside the other.", circles),
        Planar("checkerboard", "Checkerboard", "Eight squares with sharp edges.", checkerboard),
        Planar("pinwheel", "Pinwheel", "Five curved arms.", pinwheel),
        Planar("two_spirals", "Two spirals", "Two arms wound around each other.", two_spirals),
        Planar("s_curve", "S curve", "The letter S.", s_curve),
        Mixture(
            "eight_gaussians",
            "Eight Gaussians",
            "Eight peaks on a ring; density and score are known exactly.",
            GaussianMixture.of([1] * 8, _RING, [0.12] * 8),
        ),
        Helix(
            "helix_planar",
            "Expanding helix (2D)",
            "24 residues of an expanding helix seen along its axis, 3.8 Å apart.",
            planar_helix,
            (RESIDUES, 2),
            7.7,
        ),
        Helix(
            "helix_alpha",
            "Alpha helix (3D)",
            "24 residues: 3.6 per turn, 1.5 Å rise, 2.3 Å radius.",
            alpha_helix,
            (RESIDUES, 3),
            6.2,
        ),
        Polymer(
            "polymer",
            "Polymer (12 beads)",
            "Chains of 12 beads and springs in the plane, from a simulation.",
            beads=12,
            dimensions=2,
        ),
        Polymer(
            "polymer_long",
            "Polymer (24 beads)",
            "Chains twice as long, in the plane: 48 numbers.",
            beads=24,
            dimensions=2,
        ),
        Polymer(
            "polymer_space",
            "Polymer (12 beads, 3D)",
            "Chains of 12 beads in space: 36 numbers.",
            beads=12,
            dimensions=3,
        ),
    )
}
