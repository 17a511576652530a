"""Geometry checks: each must pass on what is right and fail on what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import (
    count_clashes,
    max_angle_change,
    max_bond_change,
    stereo_errors,
    to_molecule,
)

CHIRAL = {
    "amino acid": ("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"),
    "sulfoxide": ("CC[S@](C)=O", "CC[S@@](C)=O"),
    "ring": ("C[C@H]1CC[C@@H](CO)CC1", "C[C@H]1CC[C@H](CO)CC1"),
    "diene": ("C/C=C/C=C\\CO", "C/C=C/C=C/CO"),
    "oxime": ("CC/C(C)=N/O", "CC/C(C)=N\\O"),
}


@pytest.mark.parametrize("case", CHIRAL)
def test_the_other_stereoisomer_is_an_error(case):
    mol, other = (from_smiles(smiles) for smiles in CHIRAL[case])
    xyz, wrong = embed(mol, 2, 1), embed(other, 2, 1)
    assert stereo_errors(mol, np.concatenate([xyz, wrong])).tolist() == [False, False, True, True]


def test_a_mirror_image_is_an_error_only_for_a_chiral_molecule():
    chiral, achiral = from_smiles("C[C@H](N)C(=O)O"), from_smiles("CC(C)C(=O)O")
    assert stereo_errors(chiral, -embed(chiral, 2, 1)).all()
    assert not stereo_errors(achiral, -embed(achiral, 2, 1)).any()


def test_one_wrong_centre_of_three_is_seen():
    mol = from_smiles("C[C@H](O)[C@@H](F)[C@H](N)C")
    wrong = from_smiles("C[C@H](O)[C@@H](F)[C@@H](N)C")
    assert stereo_errors(mol, embed(wrong, 1, 1)).tolist() == [True]


def test_changes_are_measured():
    mol = from_smiles("CCO")
    molecule = to_molecule(mol)
    xyz = embed(mol, 2, 1)
    moved = xyz.copy()
    axis = xyz[1, 2] - xyz[1, 1]
    moved[1, 2:] = xyz[1, 2:]
    stretch = np.zeros_like(xyz)
    stretch[1, 2] = 0.1 * axis / np.linalg.norm(axis)
    change = max_bond_change(xyz, xyz + stretch, molecule.bonds)
    assert change[0] == 0 and change[1] == pytest.approx(0.1, abs=1e-4)
    assert max_bond_change(xyz[0], xyz[:1], molecule.bonds).tolist() == [0.0]
    angles = max_angle_change(xyz, xyz + stretch, molecule.bonds)
    assert angles[0] == 0 and angles[1] > 0.01


def test_angle_change_is_exact_on_a_bent_triatomic():
    bonds = np.array([[0, 1], [1, 2]])

    def water(degrees: float) -> np.ndarray:
        turn = np.radians(degrees)
        return np.array([[1.0, 0, 0], [0, 0, 0], [np.cos(turn), np.sin(turn), 0]])

    for first, second in ((104.5, 120.0), (179.9, 180.0), (90.0, 90.0)):
        change = max_angle_change(water(first), water(second)[None], bonds)
        assert np.degrees(change[0]) == pytest.approx(second - first, abs=1e-6)


def test_clashes_are_counted():
    mol = from_smiles("CCCCCC")
    xyz = embed(mol, 1, 1)
    assert count_clashes(mol, xyz).tolist() == [0]
    folded = xyz.copy()
    folded[0, 5] = folded[0, 0] + 0.5
    assert count_clashes(mol, folded)[0] >= 1
