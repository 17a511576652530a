"""Energies against RDKit's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from engine.chem import MOLECULES
from engine.chem.energy import ForceField, boltzmann_weights, embed
from engine.chem.reading import from_file, from_smiles
from engine.chem.structure import with_conformers

MOLECULE_FILES = Path(__file__).parents[2] / "data" / "molecules"
DRUGS = [line.split(maxsplit=2) for line in (MOLECULE_FILES / "drugs.smi").read_text().splitlines()]


@pytest.mark.parametrize("key", ["ibuprofen", "gaba", "alanine_dipeptide"])
def test_energies_and_minima_are_rdkits(key):
    mol = from_smiles(MOLECULES[key].smiles)
    xyz = embed(mol, 3, 1, relax=False).astype(np.float64)
    theirs = with_conformers(mol, xyz)
    results = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(theirs, mmffVariant="MMFF94s")
    minima = np.array([c.GetPositions() for c in theirs.GetConformers()])
    field = ForceField(mol)
    assert field.name == "MMFF94s"
    assert np.abs(ForceField(mol).energies(minima) - [energy for _, energy in results]).max() < 1e-6
    assert np.abs([field.relax(x) for x in xyz] - minima).max() < 1e-6


@pytest.mark.parametrize(("smiles", "formula", "name"), DRUGS, ids=[drug[2] for drug in DRUGS])
def test_no_pair_of_a_large_molecule_is_left_out(smiles, formula, name):
    """RDKit drops pairs far apart where a field is built; here that is not where it is used."""
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert CalcMolFormula(mol) == formula, name
    rdDistGeom.EmbedMolecule(mol, useRandomCoords=True, randomSeed=1, useBasicKnowledge=False)
    xyz = mol.GetConformer().GetPositions()
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol, mmffVariant="MMFF94s")
    theirs = rdForceFieldHelpers.MMFFGetMoleculeForceField(mol, properties)
    ours = ForceField(mol)
    assert ours.energies(xyz[None])[0] == pytest.approx(theirs.CalcEnergy(), abs=1e-6)
    theirs.Minimize(maxIts=20)
    assert np.abs(ours.relax(xyz, 20) - mol.GetConformer().GetPositions()).max() < 1e-6


def test_uff_too_keeps_all_pairs_of_a_large_molecule():
    mol = Chem.AddHs(Chem.MolFromSmiles("OB(O)" + 30 * "CC(F)" + "C"))
    rdDistGeom.EmbedMolecule(mol, useRandomCoords=True, randomSeed=1)
    xyz = mol.GetConformer().GetPositions()
    theirs = rdForceFieldHelpers.UFFGetMoleculeForceField(mol, vdwThresh=1000.0)
    ours = ForceField(mol)
    assert mol.GetNumAtoms() > 180 and ours.name == "UFF"
    assert ours.energies(xyz[None])[0] == pytest.approx(theirs.CalcEnergy(), abs=1e-6)


@pytest.mark.slow
def test_a_large_drawing_is_built_without_strain():
    """Vancomycin; thousands of kcal/mol if atoms far apart in its list do not repel each other."""
    data = (MOLECULE_FILES / "vancomycin_drawing.sdf").read_bytes()
    mol = from_file("vancomycin.sdf", data)
    xyz = mol.GetConformer().GetPositions()
    field = ForceField(mol)
    assert mol.GetNumAtoms() == 176 and field.name == "MMFF94s"
    assert 380 < field.energies(field.relax(xyz, 2000)[None])[0] < 460


def test_uff_stands_in_where_mmff_has_no_parameters():
    mol = from_smiles("CCOB(OCC)CC")
    xyz = mol.GetConformer().GetPositions()
    theirs = rdForceFieldHelpers.UFFGetMoleculeForceField(mol).CalcEnergy()
    assert ForceField(mol).name == "UFF"
    assert ForceField(mol).energies(xyz[None])[0] == pytest.approx(theirs, abs=1e-6)


def test_the_molecule_itself_is_left_alone():
    mol = from_smiles("CCCO")
    before = mol.GetConformer().GetPositions().copy()
    ForceField(mol).relax(before + 0.05 * np.sin(np.arange(before.size)).reshape(before.shape))
    assert np.array_equal(mol.GetConformer().GetPositions(), before)


def test_no_conformers_no_energies():
    mol = from_smiles("CCCO")
    assert ForceField(mol).energies(np.zeros((0, mol.GetNumAtoms(), 3))).shape == (0,)
    assert boltzmann_weights(np.zeros(0)).shape == (0,)


def test_boltzmann_weights_against_the_textbook():
    weights = boltzmann_weights(np.array([10.0, 11.364, 1000.0]))
    assert weights.sum() == pytest.approx(1.0)
    assert weights[0] / weights[1] == pytest.approx(10.0, rel=1e-3)
    assert weights[2] < 1e-100
    assert boltzmann_weights(np.array([0.0, 5.0]), temperature=1e9)[1] == pytest.approx(
        0.5, rel=1e-4
    )
