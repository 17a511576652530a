"""How the points and helices of the toy data sets are drawn."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

# ---------------------------------------------------------------------------------------------
# Points in the plane. Each function returns (n, 2) float32.


def _uniform(n: int, generator: Generator, low: float = 0.0, high: float = 1.0) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator)


def _jitter(xy: Tensor, std: float, generator: Generator) -> Tensor:
    return xy + std * torch.randn(xy.shape, generator=generator)


def _polar(radius: Tensor | float, angle: Tensor) -> Tensor:
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=-1)


def swiss_roll(n: int, generator: Generator) -> Tensor:
    """A spiral seen from the side, as in scikit-learn's make_swiss_roll with noise 0.5."""
    angle = _uniform(n, generator, 1.5 * math.pi, 4.5 * math.pi)
    return _jitter(_polar(angle, angle), 0.5, generator) / 7.0


def moons(n: int, generator: Generator) -> Tensor:
    """Two interleaved half circles, as in scikit-learn's make_moons with noise 0.06."""
    angle = _uniform(n, generator, 0, math.pi)
    lower = torch.rand(n, generator=generator) < 0.5
    xy = _polar(1.0, angle)
    xy = torch.where(lower[:, None], torch.tensor([1.0, 0.5]) - xy, xy)
    return (_jitter(xy, 0.06, generator) - torch.tensor([0.5, 0.25])) / 0.7


def circles(n: int, generator: Generator) -> Tensor:
    """Two rings with one centre, one half as wide as the other."""
    radius = torch.where(torch.rand(n, generator=generator) < 0.5, 1.6, 0.8)
    return _jitter(_polar(radius, _uniform(n, generator, 0, 2 * math.pi)), 0.06, generator)


def checkerboard(n: int, generator: Generator) -> Tensor:
    """Eight squares of a board of four by four, side 0.9 each."""
    column = torch.randint(4, (n,), generator=generator)
    row = 2 * torch.randint(2, (n,), generator=generator) + column % 2
    corner = torch.stack([column, row], dim=-1) - 2.0
    return 0.9 * (corner + torch.rand(n, 2, generator=generator))


def pinwheel(n: int, generator: Generator) -> Tensor:
    """Five curved arms (Johnson et al. 2016, arXiv 1603.06277, figure 1)."""
    along = 1 + 0.3 * torch.randn(n, generator=generator)
    across = 0.1 * torch.randn(n, generator=generator)
    arm = torch.randint(5, (n,), generator=generator) * (2 * math.pi / 5)
    turn = arm + 0.25 * along.exp()
    x = along * turn.cos() - across * turn.sin()
    y = along * turn.sin() + across * turn.cos()
    return torch.stack([x, y], dim=-1) / 0.75


def two_spirals(n: int, generator: Generator) -> Tensor:
    """Two arms of one and a half turns that wind out of the centre on opposite sides."""
    angle = 3 * math.pi * _uniform(n, generator).sqrt()
    side = torch.randint(2, (n,), generator=generator) * math.pi
    return _jitter(_polar(angle / 4.7, angle + side), 0.05, generator)


def s_curve(n: int, generator: Generator) -> Tensor:
    """The letter S, as in scikit-learn's make_s_curve seen from the side, noise 0.06."""
    angle = _uniform(n, generator, -1.5 * math.pi, 1.5 * math.pi)
    xy = torch.stack([angle.sin(), angle.sign() * (angle.cos() - 1)], dim=-1)
    return _jitter(xy, 0.06, generator) / 1.02


# ---------------------------------------------------------------------------------------------
# Helices. Each function returns (n, L, d) float32 in Angstrom, centre of mass at the origin.

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
    return _centred(_jitter(_polar(growth * angle, angle + phase), 0.15, generator))


def ideal_alpha_helix(residues: int = RESIDUES) -> Tensor:
    """(L, 3) Angstrom: C-alpha atoms of a right-handed alpha helix along z, centred."""
    index = torch.arange(residues, dtype=torch.float32)
    xy = _polar(ALPHA_RADIUS, index * (2 * math.pi / ALPHA_TURN))
    chain = torch.cat([xy, ALPHA_RISE * index[:, None]], dim=-1)
    return chain - chain.mean(dim=0)


def alpha_helix(n: int, generator: Generator) -> Tensor:
    """(n, 24, 3) Angstrom: alpha helices along z with a little natural variation.

    Each has its own phase about the axis (any), twist (1 degree per residue about 100), bend of the
    axis (radius of curvature 100 Angstrom or more, in any direction) and residue noise (0.1
    Angstrom).
    """
    index = torch.arange(RESIDUES) - (RESIDUES - 1) / 2
    phase = _uniform(n, generator, -math.pi, math.pi)[:, None]
    twist = 2 * math.pi / ALPHA_TURN + math.radians(1) * torch.randn(n, 1, generator=generator)
    curvature = 0.005 * torch.randn(n, 1, 2, generator=generator).clamp(-2, 2)
    xy = _polar(ALPHA_RADIUS, phase + twist * index)
    height = ALPHA_RISE * index[:, None].expand(n, RESIDUES, 1)
    # The axis is a shallow arc; its points keep the rise, and cross-sections tilt with it.
    tilt = (curvature * xy).sum(dim=-1, keepdim=True)
    axis = 0.5 * curvature * height.square()
    chain = torch.cat([xy + axis, height * (1 - tilt)], dim=-1)
    return _centred(_jitter(chain, 0.1, generator))
