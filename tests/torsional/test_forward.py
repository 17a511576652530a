"""The forward process against the wrapped normal it must follow, and what it must leave alone."""

import itertools
import math

import numpy as np
import pytest
import torch

from engine.chem.structure import max_angle_change, max_bond_change, stereo_errors
from engine.torsional import diffuse
from engine.torsional.geometry import dihedrals
from engine.torsional.process import SIGMA_MAX, sigma_schedule
from engine.torsional.torus import wrap
from tests.molecules import DRUG, IBUPROFEN, chem, record, seeds

COPIES = 1500


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def turns() -> dict[float, torch.Tensor]:
    """How far each torsion of many copies of one butane stands from where it began, by sigma."""
    molecule = record("CCCC", 1)
    start = np.repeat(molecule.xyz, COPIES, axis=0)
    states = list(diffuse(molecule, start, 6, generator()))
    first = dihedrals(states[0].x, torch.from_numpy(molecule.quartets))
    quartets = torch.from_numpy(molecule.quartets)
    return {state.t: wrap(dihedrals(state.x, quartets) - first) for state in states}


def test_every_level_is_the_wrapped_normal_of_its_sigma(turns):
    """The characteristic function: E exp(i n delta) = exp(-n^2 sigma^2 / 2)."""
    for sigma, delta in turns.items():
        for n in (1, 2):
            spread = 4 / math.sqrt(2 * delta.numel())
            wanted = math.exp(-((n * sigma) ** 2) / 2)
            assert float((n * delta).cos().mean()) == pytest.approx(wanted, abs=spread)
            assert float((n * delta).sin().mean()) == pytest.approx(0, abs=spread)


def test_at_the_last_level_the_angles_are_uniform(turns):
    delta = turns[max(turns)]
    assert max(turns) == pytest.approx(SIGMA_MAX)
    counts = torch.histc(delta, bins=12, min=-math.pi, max=math.pi)
    expected = delta.numel() / 12
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    assert chi2 < 31.3, "chi-squared with 11 degrees of freedom, one in a thousand"


def test_the_noise_is_fresh_at_every_step(turns):
    levels = sorted(turns)
    steps = [wrap(turns[b] - turns[a]) for a, b in itertools.pairwise(levels)]
    for one, two in itertools.pairwise(steps):
        product = float((one.sin() * two.sin()).mean() / (one.sin().std() * two.sin().std()))
        assert abs(product) < 4 / math.sqrt(one.numel())


@pytest.mark.parametrize("smiles", [IBUPROFEN, DRUG])
def test_only_torsions_change(smiles):
    molecule, start = record(smiles), seeds(smiles, 3)
    states = list(diffuse(molecule, start, 10, generator()))
    assert np.allclose([s.t for s in states], sigma_schedule(10).flip(0)) and states[0].t == 0
    assert np.array_equal(states[0].x.numpy(), start.astype(np.float32))
    for state in states:
        xyz = state.x.numpy()
        assert max_bond_change(start, xyz, molecule.bonds).max() < 1e-4
        assert max_angle_change(start, xyz, molecule.bonds).max() < 1e-3
        assert not stereo_errors(chem(smiles), xyz).any()


def test_the_same_seed_gives_the_same_noise_and_another_seed_other_noise():
    molecule, start = record(IBUPROFEN), seeds(IBUPROFEN, 3)

    def last(seed: int) -> np.ndarray:
        return list(diffuse(molecule, start, 5, generator(seed)))[-1].x.numpy()

    assert np.array_equal(last(1), last(1))
    assert np.abs(last(1) - last(2)).max() > 0.5
