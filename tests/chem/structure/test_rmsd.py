"""RMSD over symmetry, against RDKit's own and against what symmetry demands."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolAlign

from engine.chem import MoleculeError
from engine.chem.energy import embed
from engine.chem.structure import mappings, rmsd_matrix, with_conformers
from engine.chem.structure.features import from_ensemble_smiles

MOLECULES = {
    "one automorphism": ("CC(O)C(=O)Nc1ncc(Cl)s1", 1),
    "phenyl": ("CC(O)Cc1ccccc1", 2),
    "tert-butyl": ("CC(C)(C)CCO", 6),
    "CF3": ("OC(Cl)CC(F)(F)F", 6),
    "nitro": ("CC(O)C[N+](=O)[O-]", 2),
    "carboxylate": ("CC(N)C(=O)[O-]", 2),
    "carboxylic acid": ("CCC(N)C(=O)O", 2),
    "sulfonamide": ("CCS(=O)(=O)NCC(N)=O", 2),
    "amidine": ("NC(=N)CCCO", 2),
    "all of them": ("CC(C)(C)c1ccc(cc1)C(C(F)(F)F)C(=O)O", 144),
    "rigid cage": ("ClC12CC3CC(C1)CC(C3)C2", 6),
    "ammonium": ("OCC[NH3+]", 1),
}


def molecule(smiles):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    return mol, embed(mol, 5, 3)


def rdkit_matrix(mol, references, samples):
    probe = Chem.RemoveAllHs(with_conformers(mol, samples))
    target = Chem.RemoveAllHs(with_conformers(mol, references))
    return np.array(
        [
            [rdMolAlign.GetBestRMS(Chem.Mol(probe), target, s, k) for s in range(len(samples))]
            for k in range(len(references))
        ]
    )


@pytest.mark.parametrize(("smiles", "count"), MOLECULES.values(), ids=MOLECULES)
def test_it_is_the_number_that_rdkit_gives(smiles, count):
    mol, xyz = molecule(smiles)
    found = mappings(mol)
    assert len(found) == count
    assert (np.sort(found, axis=1) == found[0]).all()
    own = rmsd_matrix(xyz[:2], xyz[2:], found)
    assert np.abs(own - rdkit_matrix(mol, xyz[:2], xyz[2:])).max() < 1e-4


def test_motions_and_automorphisms_change_nothing():
    mol, xyz = molecule(MOLECULES["all of them"][0])
    found = mappings(mol)
    rotation = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    rotation *= np.linalg.det(rotation)
    renamed = xyz.copy()
    renamed[:, found[0]] = xyz[:, found[37]]
    moved = renamed @ rotation + np.array([3.0, -20.0, 7.0])
    assert np.abs(rmsd_matrix(xyz, moved, found) - rmsd_matrix(xyz, xyz, found)).max() < 1e-4
    assert np.abs(rmsd_matrix(xyz, moved, found).diagonal()).max() < 1e-4


def test_hydrogens_do_not_count():
    mol, xyz = molecule("CCCCO")
    noisy = xyz.copy()
    noisy[:, 5:] += np.random.default_rng(0).normal(size=noisy[:, 5:].shape)
    found = mappings(mol)
    assert np.array_equal(rmsd_matrix(xyz, noisy, found), rmsd_matrix(xyz, xyz, found))


def test_hydrogens_may_stand_anywhere():
    mol, xyz = molecule("CC(O)Cc1ccccc1")
    order = np.random.default_rng(4).permutation(mol.GetNumAtoms()).tolist()
    other = Chem.RenumberAtoms(mol, order)
    expected = rmsd_matrix(xyz, xyz, mappings(mol))
    shuffled = xyz[:, order]
    assert np.abs(rmsd_matrix(shuffled, shuffled, mappings(other)) - expected).max() < 1e-5


def test_a_mirror_image_is_not_superposed():
    mol, xyz = molecule("C[C@H](O)Cc1ccccc1")
    mirrored = xyz * np.array([1, 1, -1])
    own = rmsd_matrix(xyz, mirrored, mappings(mol))
    assert own.diagonal().min() > 0.2
    assert np.abs(own - rdkit_matrix(mol, xyz, mirrored)).max() < 1e-4


def test_the_number_of_mappings_is_bounded():
    mol = Chem.AddHs(Chem.MolFromSmiles(MOLECULES["all of them"][0]))
    some = mappings(mol, limit=10)
    assert len(some) == 10
    assert some[0].tolist() == sorted(some[0])


def test_a_smiles_that_does_not_fit_its_ensemble_is_refused():
    assert from_ensemble_smiles("CCO", 9).GetNumAtoms() == 9
    with pytest.raises(MoleculeError, match="cannot be read"):
        from_ensemble_smiles("C(", 9)
    with pytest.raises(MoleculeError, match="8"):
        from_ensemble_smiles("CCO", 8)
