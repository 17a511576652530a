"""A trained network with what is needed to call it: scale, device, card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine import checkpoint
from engine.torsional.batch import Batch
from engine.torsional.heap import keep_memory
from engine.torsional.network import TorsionNet, TorsionNetOptions
from engine.torus import mean_square_score


@dataclass(frozen=True, eq=False)
class TorsionalModel:
    """The score model s(x, sigma) on the torus of torsions."""

    network: TorsionNet
    card: dict[str, Any]

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


def build(card: dict[str, Any], state_dict: dict[str, Tensor]) -> TorsionNet:
    """The network that a card describes, with its weights."""
    network = TorsionNet(TorsionNetOptions(**card["hyperparameters"]))
    network.load_state_dict(state_dict)
    return network


def load(name: str = "torus", device: str = "cpu", path: Path | None = None) -> TorsionalModel:
    """A registered model, or the checkpoint ``path``, on ``device``.

    Raises
    ------
    KeyError: if the name is not registered.
    FileNotFoundError: if its weights are missing.
    """
    keep_memory()
    state_dict, card = checkpoint.load(path or checkpoint.WEIGHTS / MODELS[name])
    return TorsionalModel(build(card, state_dict).to(device).eval(), card)


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
