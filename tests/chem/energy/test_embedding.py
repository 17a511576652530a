"""Embedding: seeds, stereo, progress, fallbacks."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from engine.chem import MOLECULES, MoleculeError
from engine.chem.energy import ForceField, each, embed
from engine.chem.reading import from_smiles
from engine.chem.structure import stereo_errors

MOLECULE_FILES = Path(__file__).parents[2] / "data" / "molecules"
STRAINED = [
    line.split(maxsplit=1) for line in (MOLECULE_FILES / "strained.smi").read_text().splitlines()
]
#: Those that take more than ten seconds on a busy machine.
DEAR = {
    "[8]CPP", "beta-cyclodextrin", "oxytocin", "valinomycin", "gramicidin S", "ciclosporin",
    "cyclohexahexacontane",
}  # fmt: skip


@pytest.fixture(scope="module")
def ibuprofen() -> Chem.Mol:
    return from_smiles(MOLECULES["ibuprofen"].smiles)


@pytest.mark.parametrize("seed", [0, -1, 1, 2**40])
def test_every_seed_gives_different_conformers(ibuprofen, seed):
    """RDKit's own randomSeed=0 would make them all the same."""
    xyz = embed(ibuprofen, 4, seed)
    assert xyz.shape == (4, 33, 3) and xyz.dtype == np.float32
    for k in range(1, 4):
        assert np.abs(xyz[k] - xyz[0]).max() > 0.1


def test_the_same_seed_gives_the_same_conformers_whatever_their_number(ibuprofen):
    assert np.array_equal(embed(ibuprofen, 4, 5)[:2], embed(ibuprofen, 2, 5))
    assert not np.array_equal(embed(ibuprofen, 2, 5), embed(ibuprofen, 2, 6))


def test_relaxed_conformers_are_lower_than_plain_ones(ibuprofen):
    plain, relaxed = embed(ibuprofen, 3, 1, relax=False), embed(ibuprofen, 3, 1)
    assert (
        ForceField(ibuprofen).energies(relaxed) < ForceField(ibuprofen).energies(plain) - 1
    ).all()


@pytest.mark.parametrize(
    "smiles",
    [
        "C[C@H](N)C(=O)O",
        "C[C@@H](N)C(=O)O",
        "C/C=C/C=C\\CO",
        "CC[S@](C)=O",
        "C[C@H]1CC[C@@H](CO)CC1",
        MOLECULES["oseltamivir"].smiles,
        MOLECULES["penicillin_g"].smiles,
    ],
)
def test_stereo_is_kept(smiles):
    mol = from_smiles(smiles)
    xyz = embed(mol, 3, 2)
    assert not stereo_errors(mol, xyz).any()
    for positions in xyz:
        copy = Chem.Mol(mol)
        copy.GetConformer().SetPositions(positions.astype(float))
        Chem.AssignStereochemistryFrom3D(copy)
        assert Chem.MolToSmiles(Chem.RemoveHs(copy)) == Chem.CanonSmiles(smiles)


def test_conformers_come_one_by_one_so_that_work_can_be_stopped(ibuprofen):
    stream = each(ibuprofen, 10**9, 5)
    first = [next(stream), next(stream)]
    assert np.array_equal(np.stack(first), embed(ibuprofen, 2, 5))


def test_a_molecule_without_mmff_parameters_is_still_embedded():
    assert np.isfinite(embed(from_smiles("CCOB(OCC)CC"), 2, 1)).all()


def test_an_impossible_molecule_raises():
    mol = Chem.AddHs(Chem.MolFromSmiles("C[C@@]12CC1C2CCCC"))
    with pytest.raises(MoleculeError, match="No 3D shape"):
        embed(mol, 1, 1)


@pytest.mark.parametrize(
    "smiles",
    [
        pytest.param(smiles, id=name, marks=[pytest.mark.slow] if name in DEAR else [])
        for smiles, name in STRAINED
    ],
)
def test_strained_and_large_rings_are_built(smiles):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    start = time.thread_time()
    xyz = embed(mol, 2, 1)
    assert time.thread_time() - start < 30
    assert np.isfinite(ForceField(mol).energies(xyz)).all()
    assert not stereo_errors(mol, xyz).any()


def test_rules_once_loosened_stay_loosened_whatever_the_number_of_conformers():
    """[6]Paracyclophane: its benzene ring is a boat, which RDKit's knowledge forbids."""
    mol = Chem.AddHs(Chem.MolFromSmiles("C1CCc2ccc(CCC1)cc2"))
    start = time.thread_time()
    first = embed(mol, 1, 3)
    middle = time.thread_time()
    several = embed(mol, 3, 3)
    assert np.array_equal(several[:1], first)
    assert time.thread_time() - middle < 2 * (middle - start)


@pytest.mark.slow
def test_the_work_on_a_large_impossible_molecule_is_bounded():
    mol = Chem.AddHs(Chem.MolFromSmiles("C[C@@]12CC1C2" + 60 * "C"))
    start = time.thread_time()
    with pytest.raises(MoleculeError, match="No 3D shape"):
        embed(mol, 1, 1)
    assert mol.GetNumAtoms() > 180 and time.thread_time() - start < 60
