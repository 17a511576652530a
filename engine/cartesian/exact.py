"""The denoiser that needs no training: exact over a given ensemble, each reference laid on x_t.

If the data were the K stored conformers in every orientation, the best denoiser would be

    E[x_0 | x_t] = sum_k int w_k(R) R x_k dR,   w_k(R) ~ exp(-|x_t - a R x_k|^2 / (2 (1 - a^2)))

with a = sqrt(alpha_bar_t) and the integral over all rotations R. It has no closed form that is
cheap, so here **one** rotation stands for all: the one that lays reference k best on x_t (Kabsch
1976), and

    E[x_0 | x_t] ~ sum_k w_k R_k x_k,    w = softmax_k(-|x_t - a R_k x_k|^2 / (2 (1 - a^2)))

**This is an approximation** of the average over rotations: right where noise is little and the
weight of a reference is sharp in R; at much noise, where the true average shrinks to zero, it keeps
the full size of a molecule in an orientation that the noise suggests. Only proper rotations are
tried, so it knows a molecule from its mirror image. Atoms keep their numbers: renumberings that are
symmetries of the molecule are not averaged over.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.cartesian.process import SCALE


@dataclass(frozen=True, eq=False)
class AlignedEnsemble:
    """References as a denoiser (``engine.denoisers.Denoiser``).

    Attributes:
        references: (K, N, 3) Angstrom.

    Raises:
        ValueError: if there is none.
    """

    references: Tensor

    def __post_init__(self) -> None:
        if self.references.ndim != 3 or not len(self.references):
            raise ValueError("The exact denoiser needs references (K, N, 3), at least one.")

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        weights, laid = self.posterior(x_t, alpha_bar)
        return (weights[..., None, None] * laid).sum(1)

    def posterior(self, x_t: Tensor, alpha_bar: float) -> tuple[Tensor, Tensor]:
        """Weights (B, K), and the references laid on each state (B, K, N, 3), in units of SCALE."""
        known = (self.references / SCALE).to(x_t)
        known = known - known.mean(1, keepdim=True)
        state = x_t - x_t.mean(1, keepdim=True)
        laid = torch.einsum("kni,bkij->bknj", known, rotations(known, state))
        signal, variance = alpha_bar**0.5, max(1 - alpha_bar, 1e-12)
        away = (state[:, None] - signal * laid).square().sum((2, 3))
        return torch.softmax(-away / (2 * variance), 1), laid


def rotations(known: Tensor, state: Tensor) -> Tensor:
    """(B, K, 3, 3) proper rotations: ``known @ R`` (K, N, 3) lies best on ``state`` (B, N, 3)."""
    left, _, right = torch.linalg.svd(torch.einsum("kni,bnj->bkij", known, state))
    hand = torch.sign(torch.linalg.det(left @ right))
    left = torch.cat([left[..., :2], left[..., 2:] * hand[..., None, None]], -1)
    return left @ right
