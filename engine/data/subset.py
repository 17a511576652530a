"""A finite subset of a data set, as a data set of its own."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.streams import stream


class Subset(Dataset):
    """The first n points that a data set draws under a seed: all there is to learn from."""

    def __init__(self, base: Dataset, n: int, seed: int) -> None:
        """Draw the points: ``n`` of ``base``, from the stream "data" of ``seed``."""
        help = f"{n} points of: {base.help}"
        super().__init__(f"{base.key}_{n}_{seed}", base.label, help, base.dim)
        self.group, self.unit, self.scale = base.group, base.unit, base.scale
        self.chain_shape, self._base = base.chain_shape, base
        self._points = base.sample(n, stream(seed, "data"))

    def sample(self, n: int, generator: Generator) -> Tensor:
        """(n, D) of the points, each with equal chance, drawn with replacement."""
        return self._points[torch.randint(len(self._points), (n,), generator=generator)]

    def fresh(self, n: int, generator: Generator) -> Tensor:
        """(n, D) new draws of the data set that the points come from."""
        return self._base.fresh(n, generator)

    def train(self) -> Tensor:
        """(N, D) the points."""
        return self._points
