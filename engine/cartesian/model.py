"""The trained network on coordinates, and the denoiser that samplers ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.cartesian.graph import Graph, Parts, collate
from engine.cartesian.network import CoordinateNet, NetworkOptions, Topology
from engine.molecule import Molecule
from engine.networks import checkpoint

#: Registry: name -> file in assets/weights.
MODELS: dict[str, str] = {"springs": "cartesian_springs.safetensors"}
#: Conformers that the network sees at once, so that memory stays bounded.
TOGETHER = 64


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network, its card, and its key in ``MODELS`` or the file that it came from."""

    network: CoordinateNet
    card: dict[str, Any]
    name: str = ""

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return checkpoint.count_parameters(self.network.state_dict())


class CoordinateDenoiser:
    """E[x_0 | x_t] of one molecule as ``engine.denoisers.Denoiser``: x_t (B, N, 3)."""

    def __init__(self, network: CoordinateNet, molecule: Molecule) -> None:
        self.network, self.parts = network, Parts.of(molecule)
        self.known: dict[int, tuple[Graph, Topology]] = {}

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        return torch.cat([self._some(part, alpha_bar) for part in x_t.split(TOGETHER)])

    def _some(self, x_t: Tensor, alpha_bar: float) -> Tensor:
        count = len(x_t)
        if count not in self.known:
            graph = collate([self.parts] * count).to(x_t.dtype)
            self.known[count] = graph, self.network.encoder(graph)
        graph, topology = self.known[count]
        level = torch.full((count,), alpha_bar, dtype=x_t.dtype)
        return self.network(x_t, level, graph, topology)


def load(name: str = "springs", path: Path | None = None) -> Model:
    """A registered model, or the checkpoint ``path``.

    Raises:
        KeyError: if the name is not registered.
        MissingAssetError: if its weights are missing.
        AssetError: if they are damaged.
    """
    file = path or checkpoint.WEIGHTS / MODELS[name]
    network, card = checkpoint.restore(file, _untrained, "a network on coordinates")
    return Model(network, card, path.name if path else name)


@cache
def shipped(name: str = "springs") -> Model:
    """A registered model, always the same object; raises as ``load`` does."""
    return load(name)


def _untrained(card: checkpoint.Card) -> CoordinateNet | None:
    """The network that a card describes, if it is one of these."""
    if card.get("network") != "CoordinateNet":
        return None
    return CoordinateNet(NetworkOptions(**card["hyperparameters"]))
