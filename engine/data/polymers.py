"""Polymers: chains of a simulation, stored and shipped; a finite data set."""

from __future__ import annotations

import zipfile
import zlib
from functools import cached_property

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.paths import ASSETS, AssetError, damaged, needed

DATA_FILES = ASSETS / "data"


class Polymer(Dataset):
    """Conformations of a bead-spring chain, simulated by ``engine.polymer.simulation`` and shipped.

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
        sigma = self._stored("chains").astype(np.float32) * np.float32(self._stored("resolution"))
        return torch.from_numpy(sigma) / self.scale

    @property
    def scale(self) -> float:  # type: ignore[override]
        """Sigma per unit, the root mean square of a coordinate, stored with the chains."""
        return self._scale

    @cached_property
    def _scale(self) -> float:
        return float(self._stored("scale"))

    def _stored(self, name: str) -> np.ndarray:
        """One array of the file.

        Raises:
            AssetError: if the file is missing or damaged.
        """
        try:
            with np.load(needed(self._path), allow_pickle=False) as file:
                array: np.ndarray = file[name]
        except AssetError:
            raise
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise damaged(self._path, "cannot be read") from error
        return array

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


POLYMERS: tuple[Dataset, ...] = (
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
