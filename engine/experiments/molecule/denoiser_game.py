"""What the molecule page does with a finished run: add noise again, and play the denoiser.

In the game the user turns the torsions of one conformer out of random angles, while the model's
score at that pose points the way; beside it stands what the model makes of the same noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.chem.energy import ForceField
from engine.chem.structure import count_clashes
from engine.experiments.molecule.conformer_run import Run, geometry_changes, model
from engine.experiments.molecule.hand import posed
from engine.progress import Steps, watched
from engine.streams import stream
from engine.torsional import diffuse, repeat, sample
from engine.torsional.process import SIGMA_MAX

#: The noise level, radians, at which the network sees the user's pose: at first, and after 2 M
#: turns of the M torsions.
SIGMA_FIRST, SIGMA_LAST = SIGMA_MAX / 2, 0.2


@dataclass(frozen=True, eq=False)
class Noised:
    """Conformers on their way into noise.

    Attributes:
        frames: ``(F, K, N, 3)`` Angstrom.
        sigmas: ``(F,)`` radians.
        changes: ``(2, F, K)``, see ``geometry_changes``.
    """

    frames: np.ndarray
    sigmas: tuple[float, ...]
    changes: np.ndarray


@dataclass(frozen=True, eq=False)
class Game:
    """One round: what the model makes of its noise. The user begins at ``frames[0]``.

    Attributes:
        number: The number of the round, from 0.
        frames: ``(F, 1, N, 3)`` Angstrom.
        sigmas: ``(F,)`` radians.
        changes: ``(2, F, 1)``, see ``geometry_changes``.
        energy: Of the model's result, kcal/mol above ``zero``.
        zero: The lowest energy in the run, kcal/mol.
    """

    number: int
    frames: np.ndarray
    sigmas: tuple[float, ...]
    changes: np.ndarray
    energy: float
    zero: float


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the user stands after some turns.

    Attributes:
        energy: kcal/mol above the game's zero.
        clashes: Pairs of atoms.
        sigma: The noise level, radians, that the network is given for this pose.
        pulls: ``(M,)`` radians, how far the network would turn each bond.
    """

    energy: float
    clashes: int
    sigma: float
    pulls: np.ndarray


def noised(run: Run) -> Steps[Noised]:
    """The forward process from the run's samples, on as many noise levels as the run had."""
    molecule, start = run.record.molecule, run.samples.xyz
    steps = run.request.options.steps
    own = model(run.request.model, run.device).process
    process = diffuse(molecule, start, steps, stream(run.request.seed, "forward"), own)
    states = yield from watched(process, steps + 1, "Adding noise")
    frames = np.stack([state.x.numpy() for state in states])
    sigmas = tuple(state.t for state in states)
    return Noised(frames, sigmas, geometry_changes(molecule, start, frames))


def begin(run: Run, number: int) -> Steps[Game]:
    """Round ``number``: new noise, and what the model makes of it."""
    molecule, request = run.record.molecule, run.request
    start = run.classical.xyz[number % len(run.classical)][None]
    process = sample(
        model(request.model, run.device),
        molecule,
        start,
        request.options,
        _round_generator(request.seed, number),
    )
    states = yield from watched(process, request.options.steps + 1, "The model samples")
    frames = np.stack([state.x.numpy() for state in states])
    zero = float(min(run.samples.energies.min(), run.classical.energies.min()))
    return Game(
        number=number,
        frames=frames,
        sigmas=tuple(state.t for state in states),
        changes=geometry_changes(molecule, start, frames),
        energy=float(ForceField(run.record.mol).energies(frames[-1])[0]) - zero,
        zero=zero,
    )


def _round_generator(seed: int, number: int) -> torch.Generator:
    """The noise of round ``number``: its seed is the number of that index in one stream."""
    seeds = torch.randint(2**62, (number + 1,), generator=stream(seed, "game"))
    return torch.Generator().manual_seed(int(seeds[-1]))


def pose(run: Run, game: Game, angles: Sequence[float], turns: int) -> Pose:
    """The user's pose: torsions ``angles`` ``(M,)`` in degrees, () for none, after ``turns``."""
    record, start = run.record, game.frames[0]
    xyz = posed(record.molecule, start[0], angles) if len(angles) else start
    sigma = assumed_noise(turns, record.molecule.n_rotors)
    network = model(run.request.model, run.device)
    score = network.score(repeat(record.molecule, xyz).to(network.device), sigma)
    return Pose(
        energy=float(ForceField(record.mol).energies(xyz)[0]) - game.zero,
        clashes=int(count_clashes(record.mol, xyz)[0]),
        sigma=sigma,
        pulls=np.clip(sigma**2 * score[0].cpu().numpy(), -np.pi, np.pi),
    )


def assumed_noise(turns: int, rotors: int) -> float:
    """The noise level, radians, that a pose is taken to have after so many turns."""
    share = min(1.0, turns / max(1, 2 * rotors))
    return SIGMA_FIRST * (SIGMA_LAST / SIGMA_FIRST) ** share
