"""Energies against RDKit's own."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit.Chem import rdForceFieldHelpers

from engine.chem.convert import with_conformers
from engine.chem.embed import embed
from engine.chem.energy import ForceField, boltzmann_weights, force_field_name, mmff_energies
from engine.chem.library import MOLECULES
from engine.chem.read import from_smiles


@pytest.mark.parametrize("key", ["ibuprofen", "gaba", "alanine_dipeptide"])
def test_energies_and_minima_are_rdkits(key):
    mol = from_smiles(MOLECULES[key].smiles)
    xyz = embed(mol, 3, 1, relax=False).astype(np.float64)
    theirs = with_conformers(mol, xyz)
    results = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(theirs, mmffVariant="MMFF94s")
    minima = np.array([c.GetPositions() for c in theirs.GetConformers()])
    field = ForceField(mol)
    assert field.name == force_field_name(mol) == "MMFF94s"
    assert np.abs(mmff_energies(mol, minima) - [energy for _, energy in results]).max() < 1e-6
    assert np.abs([field.relax(x) for x in xyz] - minima).max() < 1e-6


def test_uff_stands_in_where_mmff_has_no_parameters():
    mol = from_smiles("CCOB(OCC)CC")
    xyz = mol.GetConformer().GetPositions()
    theirs = rdForceFieldHelpers.UFFGetMoleculeForceField(mol).CalcEnergy()
    assert force_field_name(mol) == "UFF"
    assert mmff_energies(mol, xyz[None])[0] == pytest.approx(theirs, abs=1e-6)


def test_the_molecule_itself_is_left_alone():
    mol = from_smiles("CCCO")
    before = mol.GetConformer().GetPositions().copy()
    ForceField(mol).relax(before + 0.05 * np.sin(np.arange(before.size)).reshape(before.shape))
    assert np.array_equal(mol.GetConformer().GetPositions(), before)


def test_no_conformers_no_energies():
    mol = from_smiles("CCCO")
    assert mmff_energies(mol, np.zeros((0, mol.GetNumAtoms(), 3))).shape == (0,)
    assert boltzmann_weights(np.zeros(0)).shape == (0,)


def test_boltzmann_weights_against_the_textbook():
    weights = boltzmann_weights(np.array([10.0, 11.364, 1000.0]))
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] / weights[1] == pytest.approx(10.0, rel=1e-3)
    assert weights[2] < 1e-100
    assert boltzmann_weights(np.array([0.0, 5.0]), temperature=1e9)[1] == pytest.approx(
        0.5, rel=1e-4
    )
