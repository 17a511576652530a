"""The networks of the laboratory as the samplers and the guidance of the engine ask for them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.polymer.networks import NoiseNet, PairNet, SizeNet
from engine.process import x0_from_eps


@dataclass(frozen=True, eq=False)
class ChainDenoiser:
    """A network that predicts eps, as a denoiser.

    Attributes:
        net: the network.
        target: the radius of gyration to condition on, in sigma; None: unconditional.
        chunk: points handled at once, so that memory stays bounded.
    """

    net: NoiseNet | PairNet
    target: float | None = None
    chunk: int = 4096

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        """E[x_0 | x_t] (B, D) for x_t (B, D)."""
        if alpha_bar >= 1:
            return x_t
        level = torch.tensor(alpha_bar, dtype=x_t.dtype)
        target = math.nan if self.target is None else self.target
        parts = [
            self.net(part, level, part.new_full((len(part),), target))
            for part in x_t.split(self.chunk)
        ]
        return x0_from_eps(x_t, torch.cat(parts), alpha_bar)


@dataclass(frozen=True, eq=False)
class SizeLikelihood:
    """log p(R_g = target | x_t) for guidance by a classifier, up to a constant.

    The radius counts as measured with a small error, p = N(target; mean, std^2 + error^2). Without
    it the density would grow infinitely sharp towards t = 0, and no step would be small enough.

    Attributes:
        net: gives mean and std of the radius of a noisy chain.
        target: in sigma.
        error: in sigma.
    """

    net: SizeNet
    target: float
    error: float = 0.05

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        """(B,) in nats for x_t (B, 24)."""
        mean, std = self.net(x_t, torch.tensor(alpha_bar, dtype=x_t.dtype))
        variance = std.square() + self.error**2
        return -0.5 * ((self.target - mean).square() / variance + variance.log())
