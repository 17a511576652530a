"""Simulation of a bead-spring chain: the polymer data set, made from physics.

Kremer and Grest 1990 (J. Chem. Phys. 92, 5057), in the plane or in space, in reduced units (sigma,
epsilon, mass, k_B all 1). Neighbours are held by FENE springs, U = -k R0^2 / 2 ln(1 - (r / R0)^2),
and repel by the cut and shifted Lennard-Jones potential (WCA); beads further along the chain feel
the full Lennard-Jones potential of depth ``attraction``, which at temperature 1 makes coils without
collapsing them: compact and extended chains are both common. Langevin dynamics by the BAOAB
splitting (Leimkuhler and Matthews 2013, Appl. Math. Res. Express 2013, 34), thousands of
independent chains at once::

    python -m engine.polymer --chains 10000 --seed 0

writes ``assets/data/polymer.npz`` in a few minutes on one core; ``--beads 24 --dimensions 3 --out
FILE`` makes longer chains in space. Everything is float32.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from tqdm import tqdm

from engine.paths import ASSETS

OUTPUT = ASSETS / "data" / "polymer.npz"
RESOLUTION = 1e-3  #: sigma per stored integer
WCA_CUTOFF_SQUARED = 2 ** (1 / 3)


@dataclass(frozen=True)
class BeadSpring:
    """The chain and its surroundings, in reduced Lennard-Jones units.

    Attributes:
        beads: L, beads in a chain.
        dimensions: d, 2 or 3.
        spring: FENE constant k, in epsilon / sigma^2.
        stretch: largest bond length R0, in sigma.
        attraction: depth of the attraction between beads two or more bonds apart, in epsilon.
        temperature: k_B T in epsilon.
        friction: Langevin friction in inverse time units.
        time_step: in time units sigma sqrt(mass / epsilon).
    """

    beads: int = 12
    dimensions: int = 2
    spring: float = 30.0
    stretch: float = 1.5
    attraction: float = 1.0
    temperature: float = 1.0
    friction: float = 0.5
    time_step: float = 0.006

    def bond_energy(self, r: Tensor) -> Tensor:
        """Energy of a bond (FENE and WCA) of length r (...) in sigma, in epsilon."""
        share = (r / self.stretch).square()
        fene = -0.5 * self.spring * self.stretch**2 * torch.log1p(-share)
        close = (1 / r.square()).clamp(min=1 / WCA_CUTOFF_SQUARED) ** 3
        return fene + 4 * (close.square() - close) + 1


class Forces:
    """Forces on a batch of chains, all pairs of beads at once."""

    def __init__(self, model: BeadSpring) -> None:
        self.model = model
        pairs = list(combinations(range(model.beads), 2))
        self.first, self.second = torch.tensor(pairs).T
        bonded = (self.second - self.first) == 1
        self.depth = torch.where(bonded, 1.0, model.attraction)
        self.inverse_cutoff = torch.where(bonded, 1 / WCA_CUTOFF_SQUARED, 0.0)
        self.bonded = bonded.nonzero().flatten()
        self.incidence = torch.zeros(model.beads, len(pairs))
        self.incidence[self.first, torch.arange(len(pairs))] = 1.0
        self.incidence[self.second, torch.arange(len(pairs))] = -1.0

    def __call__(self, x: Tensor) -> Tensor:
        """(d, L, n) forces in epsilon / sigma on chains x (d, L, n) in sigma."""
        apart = x[:, self.first] - x[:, self.second]
        square = apart.square().sum(dim=0)
        inverse = square.reciprocal()
        sixth = inverse**3
        pull = 24 * self.depth[:, None] * (2 * sixth.square() - sixth) * inverse
        pull = torch.where(inverse > self.inverse_cutoff[:, None], pull, 0.0)
        stretched = (square[self.bonded] / self.model.stretch**2).clamp(max=0.999)
        pull[self.bonded] -= self.model.spring / (1 - stretched)
        return torch.matmul(self.incidence, pull * apart)


def simulate(
    model: BeadSpring, chains: int, steps: int, generator: Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Langevin dynamics from self-avoiding starts; yields positions and velocities at every step.

    Both are (chains, L, d), in sigma and sigma per time unit, views that the next step overwrites.

    Raises:
        ValueError: if there are fewer than 2 beads, or neither 2 nor 3 dimensions.
    """
    if model.beads < 2:
        raise ValueError("A chain needs at least 2 beads.")
    if model.dimensions not in (2, 3):
        raise ValueError(f"A chain lives in 2 or 3 dimensions, not {model.dimensions}.")
    forces = Forces(model)
    half = 0.5 * model.time_step
    keep = math.exp(-model.friction * model.time_step)
    kick = math.sqrt((1 - keep**2) * model.temperature)
    x = _start(model.beads, chains, generator)
    if model.dimensions == 3:
        x = torch.cat([x, torch.zeros(1, model.beads, chains)])  # velocities leave the plane
    v = math.sqrt(model.temperature) * torch.randn(x.shape, generator=generator)
    force = forces(x)
    noise = torch.empty_like(x)
    for _ in range(steps):
        v.add_(force, alpha=half)
        x.add_(v, alpha=half)
        v.mul_(keep).add_(noise.normal_(generator=generator), alpha=kick)
        x.add_(v, alpha=half)
        force = forces(x)
        v.add_(force, alpha=half)
        yield x.permute(2, 1, 0), v.permute(2, 1, 0)


def _start(beads: int, chains: int, generator: Generator) -> Tensor:
    """(2, L, n) gently curved chains of bond length 0.97: no overlaps, any orientation."""
    bend = 0.2 * (2 * torch.rand(1, chains, generator=generator) - 1)
    heading = 2 * math.pi * torch.rand(1, chains, generator=generator)
    angle = heading + bend * torch.arange(beads)[:, None]
    return 0.97 * torch.stack([angle.cos(), angle.sin()]).cumsum(dim=1)


def align(chains: Tensor) -> Tensor:
    """Chains (n, L, d) centred and turned, without mirroring, so that the long axis is x.

    In space the second longest is y. The first bead lies to the left of the last one, which settles
    the two ways to turn in the plane; in space the second bead's y is then not below the mean.
    """
    centred = chains - chains.mean(dim=1, keepdim=True)
    if chains.shape[-1] == 3:
        return _align_in_space(centred)
    x, y = centred.unbind(dim=-1)
    angle = 0.5 * torch.atan2(2 * (x * y).mean(1), (x * x - y * y).mean(1))[:, None]
    turned = torch.stack(
        [x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()], dim=-1
    )
    return torch.where(turned[:, :1, :1] > turned[:, -1:, :1], -turned, turned)


def _align_in_space(centred: Tensor) -> Tensor:
    """(n, L, 3) centred chains along their principal axes; signs by first and second beads."""
    _, axes = torch.linalg.eigh((centred.mT @ centred).double())
    axes = axes.flip(-1).to(centred)  # the longest first
    turned = centred @ axes
    backwards = turned[:, :1, 0] > turned[:, -1:, 0]
    below = turned[:, 1:2, 1] < 0
    signs = 1 - 2 * torch.stack([backwards, below], dim=-1).to(centred)
    # The third sign is the one that makes it a turn and not a mirror image.
    third = (signs.prod(dim=-1, keepdim=True) * torch.linalg.det(axes)[:, None, None]).sign()
    return turned * torch.cat([signs, third], dim=-1)


def make(chains: int, seed: int, steps: int, model: BeadSpring) -> Tensor:
    """(n, L, d) aligned conformations in sigma, the last state of ``chains`` independent runs."""
    generator = torch.Generator().manual_seed(seed)
    run = simulate(model, chains, steps, generator)
    x, _ = deque(tqdm(run, f"{chains} chains of {model.beads} beads", steps), maxlen=1).pop()
    return align(x.contiguous())


def write(path: Path, chains: Tensor) -> None:
    """Store chains (n, L, d) in sigma as integers of RESOLUTION sigma, with their scale."""
    stored = np.rint(chains.numpy() / RESOLUTION).astype(np.int16)
    scale = float(chains.square().mean().sqrt())
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, chains=stored, resolution=RESOLUTION, scale=round(scale, 3))
