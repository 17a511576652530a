"""What the molecule page does with a finished run: noise it again, and play the denoiser's part.

The game: one conformer with random torsions, which the reader turns by hand while the model's score
at that pose points the way; and what the model itself makes of the same noise. Runs in jobs, no
Streamlit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.chem.energy import ForceField
from engine.chem.geometry import count_clashes
from engine.torsional.batch import repeat
from engine.torsional.forward import diffuse
from engine.torsional.process import SIGMA_MAX
from engine.torsional.sample import sample
from pages.ui.molecule_jobs import Record, Run, held, model, posed

Report = Callable[..., None]

#: Added to the run's seed, so that this noise is not the noise the run began with.
FORWARD_SEED, GAME_SEED = 100_003, 200_003
#: The noise that the reader's pose is taken to have, radians: at first, and after 2 M turns.
SIGMA_FIRST, SIGMA_LAST = SIGMA_MAX / 2, 0.2


@dataclass(frozen=True, eq=False)
class Noised:
    """Conformers on their way into noise: frames (F, K, N, 3) Angstrom at sigmas (F,) radians.

    held: (2, F, K), see ``molecule_jobs.held``.
    """

    frames: np.ndarray
    sigmas: tuple[float, ...]
    held: np.ndarray


@dataclass(frozen=True, eq=False)
class Game:
    """One round: what the model makes of its noise, frames (F, 1, N, 3) at sigmas (F,).

    The reader begins at frames[0]. energy: of the model's result; zero: the lowest energy in the
    run, from which both are counted, kcal/mol.
    """

    frames: np.ndarray
    sigmas: tuple[float, ...]
    held: np.ndarray
    energy: float
    zero: float


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the reader stands after some turns.

    energy: kcal/mol above the game's zero. clashes: pairs of atoms. sigma: the noise, radians, that
    the network is told this pose has. pulls: (M,) radians, how far it would turn each bond.
    """

    energy: float
    clashes: int
    sigma: float
    pulls: np.ndarray


def noised(report: Report, record: Record, run: Run) -> Noised:
    """The forward process from the run's conformers, on as many levels as the run had."""
    molecule, start = record.molecule, run.frames[-1]
    generator = torch.Generator().manual_seed(FORWARD_SEED + run.request.seed)
    steps = run.request.options.steps
    frames: list[np.ndarray] = []
    sigmas: list[float] = []
    for state in diffuse(molecule, start, steps, generator):
        report(len(frames), steps + 1, message="Adding noise")
        frames.append(state.x.numpy())
        sigmas.append(state.t)
    stacked = np.stack(frames)
    return Noised(stacked, tuple(sigmas), held(molecule, start, stacked))


def begin(report: Report, record: Record, run: Run, number: int) -> Game:
    """Round ``number``: new noise, and the model's way out of it."""
    seeds = run.classical_xyz[number % len(run.classical_xyz)][None]
    generator = torch.Generator().manual_seed(GAME_SEED + run.request.seed + number)
    network, options = model(run.request.model, run.request.device), run.request.options
    frames: list[np.ndarray] = []
    sigmas: list[float] = []
    for state in sample(network, record.molecule, seeds, options, generator):
        report(len(frames), options.steps + 1, message="The model plays its part")
        frames.append(state.x.numpy())
        sigmas.append(state.t)
    stacked = np.stack(frames)
    zero = float(min(run.model.energies.min(), run.classical.energies.min()))
    return Game(
        frames=stacked,
        sigmas=tuple(sigmas),
        held=held(record.molecule, seeds, stacked),
        energy=float(ForceField(record.mol).energies(stacked[-1])[0]) - zero,
        zero=zero,
    )


def pose(record: Record, run: Run, game: Game, angles: Sequence[float], turns: int) -> Pose:
    """The reader's pose: torsions at ``angles`` (M,) degrees (none: untouched) after ``turns``."""
    start = game.frames[0]
    xyz = posed(record.molecule, start[0], angles) if len(angles) else start
    sigma = believed(turns, record.molecule.n_rotors)
    network = model(run.request.model, run.request.device)
    score = network.score(repeat(record.molecule, xyz).to(network.device), sigma)
    return Pose(
        energy=float(ForceField(record.mol).energies(xyz)[0]) - game.zero,
        clashes=int(count_clashes(record.mol, xyz)[0]),
        sigma=sigma,
        pulls=np.clip(sigma**2 * score[0].cpu().numpy(), -np.pi, np.pi),
    )


def believed(turns: int, rotors: int) -> float:
    """The noise, radians, that a pose is taken to have after so many turns: less and less."""
    share = min(1.0, turns / max(1, 2 * rotors))
    return SIGMA_FIRST * (SIGMA_LAST / SIGMA_FIRST) ** share
