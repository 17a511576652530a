"""A trained network with what is needed to call it: scale, device, card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.networks import checkpoint
from engine.torsional.allocator import keep_memory
from engine.torsional.batch import Batch
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torsional.torus import mean_square_score


@dataclass(frozen=True, eq=False)
class TorsionalModel:
    """The score model s(x, sigma) on the torus of torsions.

    Attributes:
        network: in units of the root mean square score.
        card: what stands beside the weights.
        name: its key in ``MODELS``, or the file that it came from.
    """

    network: TorsionNet
    card: dict[str, Any]
    name: str = ""

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.network.parameters()).device

    @torch.inference_mode()
    def score(self, batch: Batch, sigma: float) -> Tensor:
        """Score (B, M) per radian at one noise level ``sigma`` in radians."""
        level = torch.full((len(batch.xyz),), sigma, device=self.device, dtype=batch.xyz.dtype)
        scale = mean_square_score(level[:1].cpu()).sqrt().to(self.device)
        return self.network(batch, level) * scale


#: Registry: name -> file in assets/weights.
MODELS: dict[str, str] = {"torus": "torsional_torus.safetensors"}


def _untrained(card: checkpoint.Card) -> TorsionNet:
    """The network that a card describes."""
    return TorsionNet(TorsionNetOptions(**card["hyperparameters"]))


def load(name: str = "torus", device: str = "cpu", path: Path | None = None) -> TorsionalModel:
    """A registered model, or the checkpoint ``path``, on ``device``.

    Raises:
        KeyError: if the name is not registered.
        MissingAssetError: if its weights are missing.
        AssetError: if they are damaged.
    """
    keep_memory()
    file = path or checkpoint.WEIGHTS / MODELS[name]
    network, card = checkpoint.restore(file, _untrained, "a torsional network")
    trainable = network.to(device).requires_grad_(True)  # a training may start from here
    return TorsionalModel(trainable, card, path.name if path else name)


def hyperparameters(network: TorsionNet) -> dict[str, Any]:
    """What ``build`` needs to make the network again."""
    return asdict(network.options)


def devices() -> dict[str, str]:
    """Devices that can run a model now: torch name -> what a person reads."""
    found = {"cpu": "CPU"}
    if torch.cuda.is_available():
        for i in range(torch.cuda.device_count()):
            found[f"cuda:{i}"] = f"GPU {torch.cuda.get_device_name(i)}"
    if torch.backends.mps.is_available():
        found["mps"] = "GPU (Apple MPS)"
    return found
