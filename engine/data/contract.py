"""What a data set is: draws, and the exact distribution where it is known.

Every data set draws (n, D) float32 points of a size near 1, so that noise of variance 1 drowns
them; ``scale`` says how many real units one unit is worth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Generator, Tensor

from engine.data.mixture import GaussianMixture


class Dataset(ABC):
    """A distribution to be learned.

    Attributes:
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

    def quadrature(self) -> GaussianMixture | None:
        """The exact distribution where it is an integral of Gaussians, as a fine sum; else None."""
        return None

    def train(self) -> Tensor | None:
        """(N, D) float32, all training points of a finite data set; None if draws never end."""
        return None

    def held_out(self) -> Tensor | None:
        """(N, D) float32, points of a finite data set never used in training; else None."""
        return None

    def to_chain(self, x: Tensor) -> Tensor:
        """Chains (n, L, d) in ``unit`` from points x (n, D); leading axes are kept.

        Raises:
            ValueError: if the data set has no chains.
        """
        if self.chain_shape is None:
            raise ValueError(f"{self.label} is not made of chains.")
        return x.reshape(*x.shape[:-1], *self.chain_shape) * self.scale
