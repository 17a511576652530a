"""The forward process on the torus, seen: conformers dissolve into random torsions.

By default the Markov chain of the variance-exploding process (Song et al. 2021, arXiv 2011.13456,
eq. 20):
``tau_(i+1) = tau_i + sqrt(sigma_(i+1)^2 - sigma_i^2) z_i`` with fresh z_i, wrapped, so that the
noise at level i is the wrapped normal of sigma_i, as in ``engine.torsional.process.perturb``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch

from engine.molecule import Molecule
from engine.process import State
from engine.torsional.batch import repeat
from engine.torsional.geometry import dihedrals, rotate
from engine.torsional.process import WRAPPED_NORMAL, Process


def diffuse(
    molecule: Molecule,
    xyz: np.ndarray,
    steps: int,
    generator: torch.Generator,
    process: Process = WRAPPED_NORMAL,
) -> Iterator[State]:
    """Conformers ``xyz`` (K, N, 3) Angstrom, noised step by step on their torsions alone.

    Yields:
        steps + 1 States with t the noise level (sigma, 0 up to SIGMA_MAX where the process is the
        wrapped normal) on the sampler's own levels, and x = xyz (K, N, 3). Every state is the
        conformers turned once by the accumulated angles, so rounding does not pile up.
    """
    batch = repeat(molecule, xyz)
    origin = process.origin(dihedrals(batch.xyz, batch.quartets))
    angle = origin
    yield State(0.0, batch.xyz)
    for level, following in pairwise(reversed(process.levels(steps))):
        angle = process.noise(angle, level, following, generator)
        turned = rotate(batch.xyz, batch.rotors, batch.moving, angle - origin)
        yield State(following, turned)
