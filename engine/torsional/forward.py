"""The forward process on the torus, seen: conformers dissolve into random torsions.

The Markov chain of the variance-exploding process (Song et al. 2021, arXiv 2011.13456, eq. 20):
``tau_(i+1) = tau_i + sqrt(sigma_(i+1)^2 - sigma_i^2) z_i`` with fresh z_i, wrapped, so that the
noise at level i is the wrapped normal of sigma_i, as in ``engine.torsional.process.perturb``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch

from engine.molecule import Molecule
from engine.process import State
from engine.torsional.batch import repeat
from engine.torsional.geometry import rotate
from engine.torsional.process import sigma_schedule
from engine.torsional.torus import sample_wrapped_normal


def diffuse(
    molecule: Molecule, xyz: np.ndarray, steps: int, generator: torch.Generator
) -> Iterator[State]:
    """Conformers ``xyz`` (K, N, 3) Angstrom, noised step by step on their torsions alone.

    Yields:
        steps + 1 States with t = sigma, 0 up to SIGMA_MAX on the sampler's own levels, and x = xyz
        (K, N, 3). Every state is the conformers turned once by the accumulated angles, so rounding
        does not pile up over the steps.
    """
    batch = repeat(molecule, xyz)
    delta = torch.zeros(len(xyz), molecule.n_rotors)
    yield State(0.0, batch.xyz)
    for sigma, sigma_next in pairwise(sigma_schedule(steps).flip(0).tolist()):
        width = torch.full_like(delta, math.sqrt(sigma_next**2 - sigma**2))
        delta = delta + sample_wrapped_normal(tuple(delta.shape), width, generator)
        yield State(sigma_next, rotate(batch.xyz, batch.rotors, batch.moving, delta))
