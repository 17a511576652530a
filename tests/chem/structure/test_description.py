"""Numbers of a conformer, against molecules for which they are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from rdkit.Chem import Descriptors3D

from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import describe, to_molecule
from engine.chem.structure.description import clusters, hydrogen_bonds, radius_of_gyration
from engine.torsional import repeat
from engine.torsional.geometry import rotate
from engine.torsional.torus import sample_uniform


def test_clusters_are_the_blocks_of_the_matrix() -> None:
    place = np.array([0.0, 0.1, 0.2, 5.0, 5.1, 9.0])
    numbers = clusters(np.abs(place[:, None] - place), 0.75)
    assert numbers.tolist() == [1, 1, 1, 2, 2, 3]
    assert clusters(np.zeros((1, 1)), 0.75).tolist() == [1]


def test_the_radius_of_gyration_is_rdkits() -> None:
    mol = from_smiles("CCCCO")
    xyz = mol.GetConformer().GetPositions()[None]
    assert radius_of_gyration(mol, xyz)[0] == pytest.approx(Descriptors3D.RadiusOfGyration(mol))


def test_a_hydrogen_bond_closes_when_the_hydroxyl_turns_to_its_acceptor() -> None:
    mol = from_smiles("O=C(C)c1ccccc1O")  # 2-hydroxyacetophenone
    molecule = to_molecule(mol)
    seed = embed(mol, 1, 3)
    batch = repeat(molecule, np.repeat(seed, 400, axis=0))
    delta = sample_uniform((400, molecule.n_rotors), torch.Generator().manual_seed(0))
    xyz = rotate(batch.xyz, batch.rotors, batch.moving, delta).numpy()
    counts = hydrogen_bonds(mol, xyz)
    assert set(counts.tolist()) == {0, 1}
    carbonyl, hydroxyl = 0, 9
    hydrogen = np.flatnonzero((molecule.pair_class[hydroxyl] == 1) & (molecule.numbers == 1))[0]
    apart = np.linalg.norm(xyz[:, carbonyl] - xyz[:, hydrogen], axis=-1)
    assert apart[counts == 1].max() <= 2.5 < apart[counts == 0].mean()


def test_butane_has_no_hydrogen_bond() -> None:
    mol = from_smiles("CCCC")
    assert hydrogen_bonds(mol, embed(mol, 3, 1)).tolist() == [0, 0, 0]


def test_a_description_does_not_care_for_motion_and_finds_what_was_uploaded() -> None:
    mol = from_smiles("CC(C)Cc1ccc(cc1)C(C)C(=O)O")
    xyz = embed(mol, 4, 1)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))
    one = describe(mol, xyz, uploaded=xyz[2:3])
    two = describe(mol, xyz @ turn.T + 3.0, uploaded=xyz[2:3])
    assert one.rmsd == pytest.approx(two.rmsd, abs=1e-3)
    assert one.gyration == pytest.approx(two.gyration, abs=1e-3)
    assert one.rmsd_uploaded is not None and one.rmsd_uploaded[2] < 1e-3
    assert one.rmsd == pytest.approx(one.rmsd.T, abs=1e-6)
    assert not one.stereo_errors.any()
