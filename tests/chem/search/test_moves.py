"""Moves in torsion space: what they turn and what they leave alone."""

import numpy as np
import pytest

from engine.chem.search.moves import Turns
from engine.chem.structure import max_angle_change, max_bond_change
from engine.chem.structure.quartets import get_dihedral_atoms
from engine.geometry import dihedral_angles
from tests.molecules import IBUPROFEN, chem, record, seeds

AMIDE = "CCCC(=O)NCC"


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def torsion(smiles: str, b: int, c: int, xyz: np.ndarray) -> float:
    """The angle of one bond, radians."""
    return float(dihedral_angles(xyz, np.array(get_dihedral_atoms(chem(smiles), b, c))))


def wrap(angle: np.ndarray | float) -> np.ndarray:
    """Into [-pi, pi)."""
    return (np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi


def moves(rng: np.random.Generator) -> list[np.ndarray]:
    turns, (mother, father) = Turns(chem(IBUPROFEN)), seeds(IBUPROFEN, 2).astype(float)
    children = [turns.child(mother, father, rng) for _ in range(20)]
    return [turns.random(mother, rng), turns.shaken(mother, rng), *children]


def test_moves_leave_bonds_and_angles_alone(rng):
    mother, bonds = seeds(IBUPROFEN, 2)[0], record(IBUPROFEN).bonds
    for xyz in moves(rng):
        assert np.abs(xyz - mother).max() > 1e-3
        assert max_bond_change(mother, xyz[None], bonds).max() < 1e-5
        assert max_angle_change(mother, xyz[None], bonds).max() < 1e-5


def test_methyl_groups_do_not_count(rng):
    assert Turns(chem(IBUPROFEN)).n == 5
    assert Turns(chem("CC")).n == 0


def test_amides_flip_or_stay(rng):
    turns, start = Turns(chem(AMIDE)), seeds(AMIDE, 1)[0].astype(float)
    before = torsion(AMIDE, 3, 5, start)
    change = [wrap(torsion(AMIDE, 3, 5, turns.random(start, rng)) - before) for _ in range(40)]
    change = np.abs(change)
    flipped = change > 1
    assert np.allclose(change[flipped], np.pi) and np.allclose(change[~flipped], 0)
    assert 0 < flipped.sum() < 20


def test_shaking_is_small(rng):
    turns, start = Turns(chem(AMIDE)), seeds(AMIDE, 1)[0].astype(float)
    before = torsion(AMIDE, 1, 2, start)
    change = [wrap(torsion(AMIDE, 1, 2, turns.shaken(start, rng)) - before) for _ in range(100)]
    assert 0.1 < np.std(change) < 0.3


def test_children_have_torsions_of_both_parents(rng):
    """Every heavy bond of some child is near the father's, and of some near the mother's."""
    turns, (mother, father) = Turns(chem(AMIDE)), seeds(AMIDE, 2).astype(float)
    father = turns.random(father, rng)
    children = [turns.child(mother, father, rng) for _ in range(60)]
    for b, c in ((1, 2), (2, 3), (5, 6)):
        angles = np.array([torsion(AMIDE, b, c, xyz) for xyz in children])
        for parent in (mother, father):
            gap = np.abs(wrap(angles - torsion(AMIDE, b, c, parent)))
            assert (gap < 0.3).any()
