"""Reading a molecule: every example, problems as sentences, records by value."""

from __future__ import annotations

import numpy as np
import pytest

from engine.chem import MOLECULES
from engine.chem.reading import from_smiles
from engine.chem.writing import to_sdf
from engine.experiments.molecule.record import Problem, Record, Source, read, titles
from engine.progress import finish
from tests.experiments.molecule import record_of


@pytest.mark.parametrize("key", MOLECULES)
def test_every_example_reads(key: str) -> None:
    record = record_of(Source("example", key))
    assert len(record.reports) == len(record.molecule.bonds)
    for report, atoms in zip(record.reports, record.molecule.bonds.tolist(), strict=True):
        assert set(report.atoms) == set(atoms), "texts stand at their own bonds"
    turning = {report.index for report in record.rotatable}
    assert record.counted["model"] == turning and len(turning) == record.molecule.n_rotors


def test_a_problem_is_a_sentence_not_an_exception() -> None:
    found = finish(read(Source("smiles", "CCO.CCCCC")))
    assert isinstance(found, Problem) and found.fragments == 2
    assert isinstance(finish(read(Source("smiles", "CCO.CCCCC").choosing(largest=True))), Record)


def test_records_of_one_source_are_one_key_of_a_cache() -> None:
    one, two = (record_of(Source("smiles", "CCCCO")) for _ in range(2))
    assert one is not two and one == two and hash(one) == hash(two)
    assert record_of(Source("smiles", "CCCO")) != one


def test_the_record_has_the_conformers_of_its_file() -> None:
    mol = from_smiles("CCCCO", name="butanol")
    xyz = np.stack([mol.GetConformer().GetPositions() + shift for shift in range(3)])
    data = to_sdf(mol, xyz).encode()
    record = record_of(Source("file", "b.sdf", data).choosing(record=1))
    assert record.uploaded.shape == (3, mol.GetNumAtoms(), 3)
    assert np.abs(record.uploaded - xyz[[1, 0, 2]]).max() < 1e-3
    assert np.array_equal(record.from_file.xyz, record.uploaded)
    assert record_of(Source("smiles", "CCCCO")).uploaded.shape == (0, mol.GetNumAtoms(), 3)
    assert record_of(Source("file", "b.sdf", data)).identity != record.identity


def test_the_names_of_a_file() -> None:
    mol = from_smiles("CCCCO", name="butanol")
    data = to_sdf(mol, mol.GetConformer().GetPositions()[None]).encode()
    assert finish(titles("b.sdf", data)) == ("butanol conformer 1",)
    assert finish(titles("b.xyzzy", data)) == ()
