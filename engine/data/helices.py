"""Helices: chains of C-alpha atoms that are drawn from a formula.

A draw gives (n, L, d) float32 in Angstrom, centre of mass at the origin. A new one is a function
and an entry of ``HELICES``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.data.curves import jitter, polar, uniform

RESIDUES = 24
CA_DISTANCE = 3.8  #: Angstrom between neighbouring C-alpha atoms
ALPHA_RISE = 1.5  #: Angstrom along the axis per residue of an alpha helix
ALPHA_TURN = 3.6  #: residues per turn
ALPHA_RADIUS = 2.3  #: Angstrom from the axis to a C-alpha atom


def _centred(chains: Tensor) -> Tensor:
    return chains - chains.mean(dim=1, keepdim=True)


def planar_helix(n: int, generator: Generator) -> Tensor:
    """(n, 24, 2) Angstrom: an expanding helix seen along its axis, residues 3.8 Angstrom apart.

    A spiral r = b theta at equal arc lengths s_i = b theta_i^2 / 2. Each chain has its own phase
    (15 degrees), growth b (8 % about 1.3 Angstrom per radian) and residue noise (0.15 Angstrom).
    """
    phase = 0.26 * torch.randn(n, 1, generator=generator)
    growth = 1.3 * (0.08 * torch.randn(n, 1, generator=generator)).exp()
    arc = CA_DISTANCE * (torch.arange(RESIDUES) + 1.5)
    angle = (2 * arc / growth).sqrt()
    return _centred(jitter(polar(growth * angle, angle + phase), 0.15, generator))


def ideal_alpha_helix(residues: int = RESIDUES) -> Tensor:
    """(L, 3) Angstrom: C-alpha atoms of a right-handed alpha helix along z, centred."""
    index = torch.arange(residues, dtype=torch.float32)
    xy = polar(ALPHA_RADIUS, index * (2 * math.pi / ALPHA_TURN))
    chain = torch.cat([xy, ALPHA_RISE * index[:, None]], dim=-1)
    return chain - chain.mean(dim=0)


def alpha_helix(n: int, generator: Generator) -> Tensor:
    """(n, 24, 3) Angstrom: alpha helices along z with a little natural variation.

    Each has its own phase about the axis (any), twist (1 degree per residue about 100), bend of the
    axis (radius of curvature 100 Angstrom or more, in any direction) and residue noise (0.1
    Angstrom).
    """
    index = torch.arange(RESIDUES) - (RESIDUES - 1) / 2
    phase = uniform(n, generator, -math.pi, math.pi)[:, None]
    twist = 2 * math.pi / ALPHA_TURN + math.radians(1) * torch.randn(n, 1, generator=generator)
    curvature = 0.005 * torch.randn(n, 1, 2, generator=generator).clamp(-2, 2)
    xy = polar(ALPHA_RADIUS, phase + twist * index)
    height = ALPHA_RISE * index[:, None].expand(n, RESIDUES, 1)
    # The axis is a shallow arc; its points keep the rise, and cross-sections tilt with it.
    tilt = (curvature * xy).sum(dim=-1, keepdim=True)
    axis = 0.5 * curvature * height.square()
    chain = torch.cat([xy + axis, height * (1 - tilt)], dim=-1)
    return _centred(jitter(chain, 0.1, generator))


class Helix(Dataset):
    """Chains from a function (n, generator) -> (n, L, d) in Angstrom, centred on their mass.

    ``scale`` Angstrom make one unit: the root mean square of a coordinate.
    """

    group = "helix"
    unit = "Å"

    def __init__(
        self,
        key: str,
        label: str,
        help: str,
        draw: Callable[[int, Generator], Tensor],
        chain_shape: tuple[int, int],
        scale: float,
    ) -> None:
        super().__init__(key, label, help, math.prod(chain_shape))
        self.chain_shape, self.scale, self._draw = chain_shape, scale, draw

    def sample(self, n: int, generator: Generator) -> Tensor:
        return (self._draw(n, generator) / self.scale).flatten(start_dim=1)


HELICES: tuple[Dataset, ...] = (
    Helix(
        "helix_planar",
        "Expanding helix (2D)",
        "24 residues of an expanding helix seen along its axis, 3.8 Å apart.",
        planar_helix,
        (RESIDUES, 2),
        7.7,
    ),
    Helix(
        "helix_alpha",
        "Alpha helix (3D)",
        "24 residues: 3.6 per turn, 1.5 Å rise, 2.3 Å radius.",
        alpha_helix,
        (RESIDUES, 3),
        6.2,
    ),
)
