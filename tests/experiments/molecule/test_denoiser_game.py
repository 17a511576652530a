"""What the page does with a finished run: noise again, and the game, without a browser."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from engine.chem.structure import max_bond_change
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.denoiser_game import Game, assumed_noise, begin, noised, pose
from engine.experiments.molecule.hand import posed
from engine.experiments.molecule.record import Record
from engine.geometry import dihedral_angles
from engine.progress import finish
from tests.experiments.molecule import run_of


@pytest.fixture(scope="module")
def run(ibuprofen: Record) -> Run:
    return run_of(ibuprofen, conformers=3, steps=10, seed=3)


@pytest.fixture(scope="module")
def game(run: Run) -> Game:
    return finish(begin(run, 0))


def torsions(run: Run, xyz: np.ndarray) -> np.ndarray:
    """(M,) degrees of one conformer (N, 3)."""
    return np.degrees(dihedral_angles(xyz, run.record.molecule.quartets))


def test_noise_begins_at_the_samples_and_keeps_lengths(run: Run) -> None:
    away = finish(noised(run))
    assert np.abs(away.frames[0] - run.samples.xyz).max() < 1e-5
    assert away.sigmas == pytest.approx(run.process.sigmas[::-1])
    assert np.abs(away.frames[-1] - run.process.frames[0]).max() > 1, "not the run backwards"
    bonds = run.record.molecule.bonds
    assert max_bond_change(run.samples.xyz, away.frames, bonds).max() < 1e-4
    assert away.changes.shape == run.changes.shape == (2, 11, 3)
    assert away.changes[0].max() < 1e-4


def test_the_game_starts_as_noise_and_the_model_leaves_it(game: Game, run: Run) -> None:
    assert game.frames.shape == (11, 1, 33, 3) and game.sigmas[0] == pytest.approx(math.pi)
    assert np.isfinite(game.energy)
    assert game.zero <= run.samples.energies.min()


def test_rounds_differ_and_repeat(run: Run, game: Game) -> None:
    again, other = finish(begin(run, 0)), finish(begin(run, 1))
    assert np.array_equal(again.frames, game.frames)
    assert np.abs(other.frames[0] - game.frames[0]).max() > 0.5
    assert (again.number, other.number) == (0, 1)


def test_the_model_s_own_pose_costs_what_the_model_s_result_costs(run: Run, game: Game) -> None:
    """Whoever turns every bond to where the model ended has the model's energy."""
    angles = torsions(run, game.frames[-1, 0])
    found = pose(run, game, tuple(angles), 4)
    assert found.energy == pytest.approx(game.energy, abs=0.05)
    untouched = pose(run, game, (), 0)
    assert untouched.energy > found.energy
    turned = posed(run.record.molecule, game.frames[0, 0], angles)
    assert np.abs(turned - game.frames[-1]).max() < 0.02


def test_following_the_arrows_lowers_the_energy(run: Run, game: Game) -> None:
    angles = torsions(run, game.frames[0, 0])
    here = first = pose(run, game, tuple(angles), 0)
    for turn in range(1, 2 * run.record.molecule.n_rotors + 1):
        longest = np.abs(here.pulls).argmax()
        angles[longest] += np.degrees(here.pulls[longest])
        here = pose(run, game, tuple(angles), turn)
    assert here.energy < first.energy / 2
    assert np.abs(here.pulls).max() < np.abs(first.pulls).max()


def test_the_assumed_noise_falls_with_every_turn() -> None:
    sigmas = [assumed_noise(turns, 8) for turns in range(30)]
    assert sigmas[0] == pytest.approx(math.pi / 2) and sigmas[16] == pytest.approx(0.2)
    assert all(a > b for a, b in itertools.pairwise(sigmas[:17]))
    assert set(sigmas[16:]) == {sigmas[16]}
