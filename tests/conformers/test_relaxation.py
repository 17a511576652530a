"""Relaxing an ensemble: what is told as a minimum is one."""

from __future__ import annotations

import numpy as np

from engine.chem.energy import ForceField, embed
from engine.chem.reading import from_smiles
from engine.chem.structure import to_molecule
from engine.conformers import relax
from engine.molecule import Ensemble
from engine.progress import finish

RITONAVIR = (
    "CC(C)[C@H](NC(=O)N(C)Cc1csc(C(C)C)n1)C(=O)N[C@@H](Cc1ccccc1)C[C@H](O)[C@H](Cc1ccccc1)"
    "NC(=O)OCc1cncs1"
)


def test_a_large_molecule_arrives_at_its_minimum():
    mol = from_smiles(RITONAVIR)
    ensemble = Ensemble(to_molecule(mol), embed(mol, 1, 2, relax=False), "ETKDGv3")
    relaxed = finish(relax(mol, ensemble))
    field = ForceField(mol)
    again = field.energies(field.relax(relaxed.xyz[0], 2000)[None])
    assert mol.GetNumAtoms() == 98
    assert np.abs(again - relaxed.energies).max() < 0.05
