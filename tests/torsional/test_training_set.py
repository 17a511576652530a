"""Batches gathered on the device are those collated one molecule at a time."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch

from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule
from engine.molecule import Molecule
from engine.torsional import collate
from engine.torsional.training_set import TrainingSet


@pytest.fixture(scope="module")
def molecules() -> list[Molecule]:
    found = []
    for k, smiles in enumerate(["CCCO", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CCOC(=O)CN"]):
        mol = from_smiles(smiles)
        found.append(to_molecule(mol).with_xyz(embed(mol, 2 + k, seed=1)))
    return found


def test_gathering_is_collating(molecules: list[Molecule]) -> None:
    training_set = TrainingSet(molecules)
    for chosen, conformer in (([1, 0, 2], [2, 1, 3]), ([0], [0]), ([2, 2, 0], [0, 1, 1])):
        ours = training_set.gather(torch.tensor(chosen), torch.tensor(conformer))
        theirs = collate(
            [molecules[i] for i in chosen],
            [molecules[i].xyz[k] for i, k in zip(chosen, conformer, strict=True)],
        )
        for f in fields(ours):
            assert torch.equal(getattr(ours, f.name), getattr(theirs, f.name)), f.name


def test_molecules_are_drawn_uniformly_and_then_their_conformers(
    molecules: list[Molecule],
) -> None:
    training_set, generator = TrainingSet(molecules), torch.Generator().manual_seed(0)
    assert (len(training_set), training_set.n_conformers) == (3, 9)
    batch = training_set.draw(6000, generator)
    sizes = batch.atom_mask.sum(1)
    for molecule in molecules:
        mine = sizes == molecule.n_atoms
        assert float(mine.float().mean()) == pytest.approx(1 / 3, abs=0.03)
        drawn = batch.xyz[mine][:, : molecule.n_atoms]
        for xyz in molecule.xyz:
            share = np.isclose(drawn.numpy(), xyz, atol=1e-6).all((1, 2)).mean()
            assert share == pytest.approx(1 / len(molecule.xyz), abs=0.05)


def test_nothing_to_train_on_is_refused() -> None:
    with pytest.raises(ValueError, match="no molecule"):
        TrainingSet([])


def test_a_batch_knows_where_its_conformers_come_from(molecules: list[Molecule]) -> None:
    generator = torch.Generator().manual_seed(0)
    assert TrainingSet(molecules).draw(2, generator).origin.tolist() == [0, 0]
    assert TrainingSet(molecules, origin=1).draw(2, generator).origin.tolist() == [1, 1]
