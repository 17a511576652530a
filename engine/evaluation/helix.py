"""Measures of helices: what a chain of C-alpha atoms says about turn, rise, radius and handedness.

A helix needs no axis to be given. With second differences that point from each residue to the axis,

    P_i = r_{i-1} - 2 r_i + r_{i+1}

the axis runs along P_i x P_{i+1}, the rotation per residue is the angle between P_i and P_{i+1},
the rise is the step r_{i+1} - r_i along the axis, and |P| = 2 radius (1 - cos rotation): the
method of Sugeta and Miyazawa (1967, Biopolymers 5, 673), as used in HELANAL (Bansal et al. 2000, J.
Biomol. Struct. Dyn. 17, 811). The window of four residues slides, so a bent axis does no harm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class HelixShape:
    """Averages over the windows of each chain.

    Attributes:
        rise: (n,) along the axis per residue, in the unit of the chains; negative if left-handed.
        residues_per_turn: (n,) 360 degrees over the mean rotation per residue.
        radius: (n,) from the axis to a residue, in the unit of the chains.
    """

    rise: Tensor
    residues_per_turn: Tensor
    radius: Tensor

    @property
    def right_handed(self) -> Tensor:
        """(n,) bool: moving along the axis, the chain turns like a corkscrew."""
        return self.rise > 0


def helix_shape(chains: Tensor) -> HelixShape:
    """The shape of ``chains`` (n, L, 3), L >= 4.

    Raises:
        ValueError: if the chains are not in three dimensions or have fewer than 4 residues.
    """
    if chains.ndim != 3 or chains.shape[1] < 4 or chains.shape[2] != 3:
        raise ValueError(f"Helices are (n, L >= 4, 3), not {tuple(chains.shape)}.")
    step = chains.diff(dim=1)
    inward = step.diff(dim=1)
    before, after = inward[:, :-1], inward[:, 1:]
    normal = torch.linalg.cross(before, after)
    lengths = before.norm(dim=-1) * after.norm(dim=-1)
    rotation = torch.atan2(normal.norm(dim=-1), (before * after).sum(dim=-1))
    axis = torch.nn.functional.normalize(normal, dim=-1)
    rise = (step[:, 1:-1] * axis).sum(dim=-1)
    radius = lengths.sqrt() / (2 * (1 - rotation.cos()).clamp(min=1e-6))
    return HelixShape(
        rise=rise.mean(dim=1),
        residues_per_turn=2 * math.pi / rotation.mean(dim=1),
        radius=radius.mean(dim=1),
    )


def turns(chains: Tensor) -> Tensor:
    """(n,) turns of ``chains`` (n, L, 2), counter-clockwise: all bends, over 360 degrees."""
    step = chains.diff(dim=1)
    before, after = step[:, :-1], step[:, 1:]
    cross = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]
    return torch.atan2(cross, (before * after).sum(dim=-1)).sum(dim=1) / (2 * math.pi)


def distance_by_separation(matrix: Tensor) -> Tensor:
    """(..., L - 1) mean distance of residues k = 1..L-1 apart along the chain.

    ``matrix`` (..., L, L) holds all distances; entry k - 1 is the mean of its k-th diagonal.
    """
    offsets = range(1, matrix.shape[-1])
    return torch.stack([matrix.diagonal(k, -2, -1).mean(dim=-1) for k in offsets], dim=-1)
