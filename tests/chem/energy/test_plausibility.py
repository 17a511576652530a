"""Shapes that no molecule has are found; those of real ones, cages too, are not."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.energy import embed
from engine.chem.energy.plausibility import fault, narrowest, overlap


def molecule(smiles: str) -> Chem.Mol:
    return Chem.AddHs(Chem.MolFromSmiles(smiles))


def test_atoms_inside_each_other_are_found():
    mol = molecule("CCO")
    xyz = embed(mol, 1, 1)[0].astype(float)
    assert fault(mol, xyz) is None
    xyz[8] = xyz[0] + [0.5, 0, 0]
    assert overlap(mol, xyz) in {0, 8}


def test_bonds_that_nearly_coincide_are_found():
    mol = molecule("FC(F)(F)F")
    xyz = embed(mol, 1, 1)[0].astype(float)
    axis = xyz[0] - xyz[1]
    turn = np.cross(axis, xyz[2] - xyz[1])
    xyz[2] = xyz[1] + axis * np.cos(0.9) + turn / np.linalg.norm(turn) * 1.3 * np.sin(0.9)
    assert narrowest(mol, xyz, range(5)) == 1


@pytest.mark.parametrize(
    "smiles", ["C1CC1CO", "C12C3C4C1C5C2C3C45", "C1C2(C3)CC132", "CC12CC1C2", "C1CC12CC2", "C#C"]
)
def test_small_rings_have_small_angles(smiles):
    mol = molecule(smiles)
    assert fault(mol, embed(mol, 1, 1)[0].astype(float)) is None
