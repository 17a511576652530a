"""A trained network of the tutorial's kind, as the sampler of torsional models asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.torsional.batch import Batch
from engine.torsional.model import TorsionalModel
from engine.torsional.process import Process
from engine.torsional.scratch.network import ScratchNet, ScratchNetOptions
from engine.torsional.scratch.process import COSINE


@dataclass(frozen=True, eq=False)
class FromScratch(TorsionalModel):
    """The noise eps(x, t), read as a score: -eps / sqrt(1 - alpha_bar), as if no angle wrapped."""

    network: ScratchNet

    @property
    def sizes(self) -> ScratchNetOptions:
        """What is needed to build the network again."""
        return self.network.options

    @property
    def process(self) -> Process:
        """Variance-preserving, wrapped."""
        return COSINE

    @torch.inference_mode()
    def score(self, batch: Batch, sigma: float) -> Tensor:
        """Score (B, M) per radian at the level ``sigma`` = sqrt(1 - alpha_bar)."""
        level = torch.full((len(batch.xyz),), sigma, device=self.device, dtype=batch.xyz.dtype)
        eps: Tensor = self.network(batch, level)
        return -eps / sigma
