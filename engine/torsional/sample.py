"""Sampling conformers: the reverse process on the torus, yielding every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import torch

from engine.molecule import Molecule
from engine.torsional.attraction import attraction, strangers
from engine.torsional.batch import repeat
from engine.torsional.geometry import dihedrals, rotate
from engine.torsional.model import TorsionalModel
from engine.torsional.process import (
    SIGMA_MAX,
    repulsion,
    reverse_step,
    sigma_schedule,
    tempered,
)
from engine.torus import sample_uniform
from engine.trajectory import State

#: Pairs of atoms that go through the network together on a processor: larger arrays leave its
#: cache, and 200 conformers of 61 atoms in one piece take twice as long.
_PAIRS = 36_000


@dataclass(frozen=True)
class SampleOptions:
    """How conformers are sampled.

    The last two say what ``engine.fold`` and ``engine.choose`` make of the reverse process: what
    clashes runs again, and of several candidates the better ones are kept.
    """

    steps: int = field(
        default=10,
        metadata={
            "label": "Denoising steps",
            "help": "More steps follow the learned score more closely and take longer.",
            "choices": (5, 10, 20, 50, 100),
        },
    )
    eta: float = field(
        default=1.0,
        metadata={
            "label": "Stochasticity η",
            "help": "1 is the reverse SDE (fresh noise at every step), 0 the deterministic "
            "probability-flow ODE.",
            "min": 0.0,
            "max": 1.0,
            "step": 0.1,
        },
    )
    temperature: float = field(
        default=0.2,
        metadata={
            "label": "Temperature",
            "help": "Below 1 the sampler keeps to likely torsions. On molecules kept for choosing, "
            "0.2 to 0.3 found more of the known shapes than 1 did, and strayed less.",
            "min": 0.1,
            "max": 1.0,
            "step": 0.1,
        },
    )
    diversity: float = field(
        default=0.0,
        metadata={
            "label": "Particle guidance",
            "help": "Above 0 the conformers of one run push each other apart while they fold, so "
            "that fewer are alike.",
            "min": 0.0,
            "max": 4.0,
            "step": 0.5,
        },
    )
    attraction: float = field(
        default=0.05,
        metadata={
            "label": "Attraction",
            "help": "Heavy atoms far along the bonds draw each other while a conformer folds, each "
            "conformer by a share of this between none and all. Free molecules are more folded "
            "than what the model was trained on.",
            "min": 0.0,
            "max": 0.3,
            "step": 0.05,
        },
    )
    retries: int = field(
        default=1,
        metadata={
            "label": "Second chances",
            "help": "How often a conformer whose atoms clash is folded again, from other noise.",
            "choices": (0, 1, 2, 3),
        },
    )
    candidates: int = field(
        default=4,
        metadata={
            "label": "Candidates",
            "help": "How many are folded for each conformer that is kept. Those are kept that "
            "speak best for all, where one in a valley of low energy (MMFF94s) counts more.",
            "choices": (1, 2, 3, 4, 6, 8),
        },
    )


def sample(
    model: TorsionalModel,
    molecule: Molecule,
    seeds: np.ndarray,
    options: SampleOptions,
    generator: torch.Generator,
) -> Iterator[State]:
    """Conformers from uniformly random torsions, one ``State`` per step.

    Parameters
    ----------
    seeds: (K, N, 3) Angstrom, local structures (ETKDG + MMFF94s); only torsions change.
    generator: on the CPU, so that one seed gives one result on every device.

    Yields
    ------
    State with t = sigma (pi down to 0, radians) and x = xyz (K, N, 3) on the CPU; the first is
    the random start. Every state is the seeds turned once by the accumulated angles, so rounding
    does not pile up over the steps.
    """
    batch = repeat(molecule, seeds).to(model.device)
    size = max(1, _PAIRS // molecule.n_atoms**2) if model.device.type == "cpu" else len(seeds)
    pieces = batch.split(size)
    shape = (len(seeds), molecule.n_rotors)
    delta = sample_uniform(shape, generator).to(model.device)
    pull = options.attraction * torch.rand((len(seeds), 1), generator=generator).to(model.device)
    pairs = strangers(molecule).to(model.device)
    start = batch.xyz
    xyz = rotate(start, batch.rotors, batch.moving, delta)
    yield State(SIGMA_MAX, xyz.cpu())
    sigmas = sigma_schedule(options.steps).tolist()
    for sigma, sigma_next in pairwise(sigmas):
        each = zip(pieces, xyz.split(size), strict=True)
        score = torch.cat([model.score(piece.with_xyz(some), sigma) for piece, some in each])
        if options.attraction:
            score = score + pull * attraction(batch.with_xyz(xyz), pairs)
        if options.temperature != 1:
            score = tempered(score, sigma, options.temperature)
        if options.diversity:
            score = score + options.diversity * repulsion(dihedrals(xyz, batch.quartets))
        noise = torch.randn(shape, generator=generator).to(model.device)
        delta = reverse_step(delta, score, sigma, sigma_next, options.eta, noise)
        xyz = rotate(start, batch.rotors, batch.moving, delta)
        yield State(sigma_next, xyz.cpu(), score=score.cpu())
