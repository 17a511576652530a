"""Small shapes that all lie one way, and what can be measured on samples of them.

A shape is a right-handed spiral of nine beads along x, its first bead at negative x::

    x_k = (a k, r cos(w k + phi), r sin(w k + phi)),    k = -4..4

with rise a, radius r, turn w and roll phi drawn evenly from narrow ranges. The unit of length is
such that a coordinate varies by about 1 over all shapes.
"""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

BEADS = 9
RISE, RADIUS, TURN, ROLL = (0.55, 0.75), (0.5, 0.7), (1.0, 1.3), (-0.3, 0.3)
CELLS = 48  #: of the sphere, of nearly equal area, that directions are counted in


def spirals(n: int, generator: Generator) -> Tensor:
    """(n, 9, 3) shapes with their centre of mass at zero."""

    def even(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, generator=generator)

    k = torch.arange(BEADS) - (BEADS - 1) / 2
    rise, radius, angle = even(*RISE), even(*RADIUS), even(*TURN) * k + even(*ROLL)
    return centred(torch.stack([rise * k, radius * angle.cos(), radius * angle.sin()], dim=-1))


def centred(x: Tensor) -> Tensor:
    """Places (..., N, 3) with their centre of mass at zero."""
    return x - x.mean(dim=-2, keepdim=True)


def rotations(n: int, generator: Generator) -> Tensor:
    """(n, 3, 3) rotations, evenly distributed (quaternions of four normal numbers)."""
    w, x, y, z = torch.nn.functional.normalize(torch.randn(n, 4, generator=generator)).unbind(-1)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def turned(x: Tensor, rotation: Tensor) -> Tensor:
    """Places x (..., N, 3), each turned by rotation (..., 3, 3): R x."""
    return x @ rotation.transpose(-1, -2)


def directions(x: Tensor) -> Tensor:
    """(n, 3) unit vectors from the first to the last bead of shapes (n, N, 3)."""
    return torch.nn.functional.normalize(x[:, -1] - x[:, 0], dim=-1)


def cells(n: int = CELLS) -> Tensor:
    """(n, 3) middles of cells of the sphere: a Fibonacci lattice, the first of them at +x."""
    k = torch.arange(n, dtype=torch.float64)
    z, angle = 1 - (2 * k + 1) / n, math.pi * (3 - math.sqrt(5)) * k
    ring = (1 - z * z).sqrt()
    points = torch.stack([ring * angle.cos(), ring * angle.sin(), z], dim=-1)
    way = torch.nn.functional.normalize(points[0] - torch.eye(3, dtype=torch.float64)[0], dim=0)
    return points - 2 * (points @ way)[:, None] * way


def evenness(x: Tensor, n: int = CELLS) -> float:
    """Entropy of the directions of shapes (m, N, 3) over that of the uniform distribution.

    0: all in one cell of the sphere; 1: evenly in all. With m shapes the entropy comes out too low
    by about (n - 1) / 2m (Miller and Madow 1955), which is added again.
    """
    nearest = (directions(x).double() @ cells(n).T).argmax(dim=-1)
    counts = torch.bincount(nearest, minlength=n).double()
    share = counts[counts > 0] / len(x)
    entropy = float(-(share * share.log()).sum()) + (len(share) - 1) / (2 * len(x))
    return min(1.0, entropy / math.log(n))


def right_handed(x: Tensor) -> Tensor:
    """(n,) whether shapes (n, N, 3) wind to the right: by the mean triple product of bonds."""
    bonds = x.diff(dim=-2)
    triple = (torch.linalg.cross(bonds[:, :-2], bonds[:, 1:-1]) * bonds[:, 2:]).sum(-1)
    return triple.mean(dim=-1) > 0


def misfit(x: Tensor, known: Tensor) -> Tensor:
    """(n,) how far shapes (n, N, 3) are from the nearest of known (m, N, 3), whatever their place.

    Root mean square difference of the distances between beads: the same for a shape that is turned,
    moved or mirrored.
    """
    first, second = torch.triu_indices(x.shape[-2], x.shape[-2], 1)
    own, theirs = (
        (each[:, first] - each[:, second]).norm(dim=-1) for each in (x.float(), known.float())
    )
    gaps = torch.cdist(own, theirs, compute_mode="donot_use_mm_for_euclid_dist")
    return gaps.min(dim=-1).values / math.sqrt(len(first))
