"""What the page does with a finished run: noise again, and the game, without a browser."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from engine.chem.geometry import max_bond_change
from engine.torsional.sample import SampleOptions
from pages.ui.molecule_jobs import Record, Request, Run, Source, fold, posed, read, torsions
from pages.ui.molecule_play import Game, begin, believed, noised, pose


def quiet(*_: object, **__: object) -> None:
    """A report that nobody reads."""


@pytest.fixture(scope="module")
def record() -> Record:
    found = read(quiet, Source("example", "ibuprofen"))
    assert isinstance(found, Record)
    return found


@pytest.fixture(scope="module")
def run(record: Record) -> Run:
    return fold(quiet, record, Request(3, SampleOptions(steps=10), 3, "cpu"))


@pytest.fixture(scope="module")
def game(record: Record, run: Run) -> Game:
    return begin(quiet, record, run, 0)


def test_noise_begins_at_the_samples_and_keeps_lengths(record: Record, run: Run) -> None:
    away = noised(quiet, record, run)
    assert np.abs(away.frames[0] - run.frames[-1]).max() < 1e-5
    assert away.sigmas == pytest.approx(run.sigmas[::-1])
    assert np.abs(away.frames[-1] - run.frames[0]).max() > 1, "not the run backwards"
    bonds = record.molecule.bonds
    assert max_bond_change(run.frames[-1], away.frames, bonds).max() < 1e-4
    assert away.held.shape == run.held.shape == (2, 11, 3)
    assert away.held[0].max() < 1e-4 and run.held[0].max() < 1e-4


def test_the_game_starts_as_noise_and_the_model_leaves_it(game: Game, run: Run) -> None:
    assert game.frames.shape == (11, 1, 33, 3) and game.sigmas[0] == pytest.approx(math.pi)
    assert np.isfinite(game.energy)
    assert game.zero <= run.model.energies.min()


def test_rounds_differ_and_repeat(record: Record, run: Run, game: Game) -> None:
    again, other = begin(quiet, record, run, 0), begin(quiet, record, run, 1)
    assert np.array_equal(again.frames, game.frames)
    assert np.abs(other.frames[0] - game.frames[0]).max() > 0.5


def test_the_model_s_own_pose_costs_what_the_model_s_result_costs(
    record: Record, run: Run, game: Game
) -> None:
    """The reader who turns every bond to where the model ended has the model's energy."""
    angles = np.degrees(torsions(record.molecule, game.frames[-1])[0])
    found = pose(record, run, game, tuple(angles), 4)
    assert found.energy == pytest.approx(game.energy, abs=0.05)
    untouched = pose(record, run, game, (), 0)
    assert untouched.energy > found.energy
    turned = posed(record.molecule, game.frames[0, 0], angles)
    assert np.abs(turned - game.frames[-1]).max() < 0.02


def test_following_the_arrows_lowers_the_energy(record: Record, run: Run, game: Game) -> None:
    angles = np.degrees(torsions(record.molecule, game.frames[0])[0])
    here = first = pose(record, run, game, tuple(angles), 0)
    for turn in range(1, 2 * record.molecule.n_rotors + 1):
        longest = np.abs(here.pulls).argmax()
        angles[longest] += np.degrees(here.pulls[longest])
        here = pose(record, run, game, tuple(angles), turn)
    assert here.energy < first.energy / 2
    assert np.abs(here.pulls).max() < np.abs(first.pulls).max()


def test_the_noise_is_believed_to_fall_with_every_turn() -> None:
    sigmas = [believed(turns, 8) for turns in range(30)]
    assert sigmas[0] == pytest.approx(math.pi / 2) and sigmas[16] == pytest.approx(0.2)
    assert all(a > b for a, b in itertools.pairwise(sigmas[:17]))
    assert set(sigmas[16:]) == {sigmas[16]}
