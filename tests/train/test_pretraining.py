"""Pretraining data: real minima, distinct, rebuilt with another's bonds and angles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.chem.energy import ForceField
from engine.chem.search.minima import mmff_minima
from engine.chem.structure import (
    mappings,
    max_bond_change,
    rmsd_matrix,
    to_molecule,
    with_conformers,
)
from engine.chem.structure.features import from_reference
from engine.conformers import ensembles
from engine.train.__main__ import main
from engine.train.pretraining import rebuilt


def test_minima_are_minima_and_apart() -> None:
    smiles, xyz = mmff_minima("CCCCCO", seeds=8, keep=5)
    mol = from_reference(smiles, xyz[0])
    field = ForceField(mol)
    energy = field.energies(xyz)
    assert (np.diff(energy) > -1e-3).all()
    assert 1 < len(xyz) <= 5 and np.ptp(energy) < 8
    relaxed = np.stack([field.relax(x) for x in xyz])
    assert np.abs(field.energies(relaxed) - energy).max() < 0.05
    gaps = rmsd_matrix(xyz, xyz, mappings(mol)) + np.eye(len(xyz))
    assert gaps.min() > 0.2
    again = mmff_minima("CCCCCO", seeds=8, keep=5)[1]
    assert np.array_equal(again, xyz)


def test_rebuilt_minima_have_the_shape_of_one_and_the_bonds_of_another() -> None:
    smiles, xyz = mmff_minima("CCOC(=O)CCN")
    made, residuals = rebuilt("CCOC(=O)CCN")
    mol = from_reference(smiles, xyz[0])
    molecule = to_molecule(mol)
    assert made.smiles == smiles and len(made.xyz) == len(residuals) > 1
    gaps = rmsd_matrix(xyz, made.xyz, mappings(mol)).min(axis=0)
    assert gaps.max() < 0.6
    assert np.median(gaps) < 0.25
    for other in made.xyz:
        change = max_bond_change(np.repeat(other[None], len(xyz), 0), xyz, molecule.bonds)
        assert change.min() < 1e-4, "the bond lengths are those of one of the minima"
    assert with_conformers(mol, made.xyz).GetNumConformers() == len(made.xyz)


@pytest.mark.parametrize(("smiles", "cause"), [("C1CC1", "single"), ("nonsense", "SMILES")])
def test_what_cannot_be_used_says_why(smiles: str, cause: str) -> None:
    assert cause in rebuilt(smiles)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.smi").write_text("CCCCCO\nc1ccccc1\nCCOC(=O)CCN\n")
    (tmp_path / "not.smi").write_text("CCOC(=O)CCN\n")
    out = tmp_path / "pretraining.npz"
    main(
        ["pretraining", "--smiles", str(tmp_path / "list.smi"), "--exclude",
         str(tmp_path / "not.smi"), "--rotors", "0", "9", "--workers", "1", "--out", str(out)]
    )  # fmt: skip
    assert [e.smiles for e in ensembles.read(out)] == ["CCCCCO"]
    assert "1 left out: a single shape" in capsys.readouterr().out
