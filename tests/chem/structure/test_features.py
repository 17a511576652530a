"""Out to files: the SDF that a person takes home."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from engine.chem import MOLECULES
from engine.chem.energy import ForceField, embed
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule, with_conformers
from engine.chem.writing import ConformerSet, to_sdf, to_sdf_file
from engine.molecule import Ensemble


@pytest.mark.parametrize("key", ["ibuprofen", "tamoxifen", "penicillin_g", "sucrose"])
def test_the_sdf_opens_in_rdkit_with_the_same_atoms_and_numbers(key):
    example = MOLECULES[key]
    mol = from_smiles(example.smiles, example.name)
    xyz = embed(mol, 3, 1)
    energies = ForceField(mol).energies(xyz)
    ensemble = Ensemble(to_molecule(mol), xyz, energies=energies, energy_name="MMFF94s")
    text = to_sdf_file(ConformerSet(mol, ensemble, {"model": "torus"}))
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text, removeHs=False)
    records = list(supplier)
    assert len(records) == 3 and None not in records
    for k, record in enumerate(records):
        assert [a.GetAtomicNum() for a in record.GetAtoms()] == [
            a.GetAtomicNum() for a in mol.GetAtoms()
        ]
        assert np.abs(record.GetConformer().GetPositions() - xyz[k]).max() < 1e-3
        assert float(record.GetProp("energy_kcal_per_mol")) == pytest.approx(energies[k], abs=1e-3)
        assert record.GetProp("model") == "torus"
        assert record.GetProp("_Name") == f"{example.name} conformer {k + 1}"
        assert Chem.MolToSmiles(Chem.RemoveHs(record)) == Chem.CanonSmiles(example.smiles)
    relative = [float(r.GetProp("relative_energy_kcal_per_mol")) for r in records]
    assert min(relative) == 0


def test_charges_survive_the_sdf():
    mol = from_smiles("C[C@H]([NH3+])C(=O)[O-]")
    record = Chem.MolFromMolBlock(to_sdf(mol, embed(mol, 1, 1)), removeHs=False)
    assert sorted(a.GetFormalCharge() for a in record.GetAtoms() if a.GetFormalCharge()) == [-1, 1]


def test_with_conformers_leaves_the_molecule_alone():
    mol = from_smiles("CCCO")
    xyz = embed(mol, 4, 1)
    copies = with_conformers(mol, xyz)
    assert copies.GetNumConformers() == 4 and mol.GetNumConformers() == 1
    assert np.array_equal(copies.GetConformer(3).GetPositions(), xyz[3].astype(float))
    assert to_sdf(mol, xyz[:0]) == ""
