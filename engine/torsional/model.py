"""A trained network with what is needed to call it: scale, device, card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.torsional.batch import Batch
from engine.torsional.network import TorsionNet
from engine.torsional.process import WRAPPED_NORMAL, Process
from engine.torsional.torus import mean_square_score


@dataclass(frozen=True, eq=False)
class TorsionalModel:
    """The score model s(x, sigma) on the torus of torsions.

    Attributes:
        network: in units of the root mean square score.
        card: what stands beside the weights.
        name: its key in ``MODELS``, or the file that it came from.
    """

    network: nn.Module
    card: dict[str, Any]
    name: str = ""

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.network.parameters()).device

    @property
    def process(self) -> Process:
        """The noising process whose score it knows."""
        return WRAPPED_NORMAL

    @torch.inference_mode()
    def score(self, batch: Batch, sigma: float) -> Tensor:
        """Score (B, M) per radian at one noise level ``sigma`` in radians."""
        level = torch.full((len(batch.xyz),), sigma, device=self.device, dtype=batch.xyz.dtype)
        scale = mean_square_score(level[:1].cpu()).sqrt().to(self.device)
        found: Tensor = self.network(batch, level)
        return found * scale


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
