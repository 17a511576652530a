"""Strained seeds lend their local structure to nobody."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from engine.chem import MoleculeError
from engine.chem.energy import ForceField
from engine.conformers import local_structures, unstrained
from engine.conformers.local_structures import LEAST, STRAIN
from engine.geometry import dihedral_angles
from tests import molecules

AMINE = "CN1CCN(CC1)Cc1ccccc1"
MANY = 40


def chairs(smiles: str, xyz: np.ndarray) -> np.ndarray:
    """(K,) bool: around the saturated ring every torsion has another sign than the one before."""
    mol = molecules.chem(smiles)
    rings = mol.GetRingInfo().AtomRings()
    (ring,) = [r for r in rings if not mol.GetAtomWithIdx(r[0]).GetIsAromatic()]
    quartets = [[ring[(k + j) % 6] for j in range(4)] for k in range(6)]
    signs = np.sign(dihedral_angles(xyz, np.array(quartets)))
    return (signs * np.roll(signs, 1, axis=1) < 0).all(axis=1)


@pytest.mark.parametrize(
    ("smiles", "embedded", "taken"),
    [("OCCC1CCCCC1", 0.7, 1.0), ("CN1CCC(Cc2ccccc2)CC1", 0.5, 1.0), (AMINE, 0.3, 0.6)],
)
def test_twisted_boats_are_left(smiles: str, embedded: float, taken: float) -> None:
    """Embedding and MMFF94s make more boats than chairs, which lie 5 to 9 kcal/mol lower."""
    xyz = molecules.seeds(smiles, MANY)
    chosen = unstrained(molecules.chem(smiles), xyz, MANY)
    assert chairs(smiles, xyz).mean() < embedded
    assert chairs(smiles, xyz[chosen]).mean() >= taken


def test_the_low_ones_take_turns_and_enough_of_them_stay() -> None:
    for smiles, xyz in (
        (AMINE, molecules.seeds(AMINE, MANY)),
        (molecules.DRUG, molecules.seeds(molecules.DRUG, 12)),
    ):
        mol = molecules.chem(smiles)
        height = ForceField(mol).energies(xyz)
        turns = Counter(unstrained(mol, xyz, 2 * len(xyz) + 1).tolist())
        assert max(turns.values()) - min(turns.values()) <= 1
        assert len(turns) >= math.ceil(LEAST * len(xyz))
        assert height[sorted(turns)].max() == np.sort(height)[len(turns) - 1]
        low = set(np.flatnonzero(height < height.min() + STRAIN).tolist())
        assert low <= turns.keys()
        assert low == turns.keys() or len(turns) == math.ceil(LEAST * len(xyz))


def test_the_order_of_the_seeds_does_not_matter() -> None:
    mol, xyz = molecules.chem(AMINE), molecules.seeds(AMINE, MANY)
    order = np.random.default_rng(0).permutation(MANY)
    again = order[unstrained(mol, xyz[order], MANY)]
    assert set(again.tolist()) == set(unstrained(mol, xyz, MANY).tolist())


def test_without_a_force_field_all_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(mol: object) -> None:
        raise MoleculeError("No force field knows it.")

    monkeypatch.setattr(local_structures, "ForceField", unknown)
    assert unstrained(molecules.chem(AMINE), molecules.seeds(AMINE, 3), 7).tolist() == [
        0,
        1,
        2,
        0,
        1,
        2,
        0,
    ]
