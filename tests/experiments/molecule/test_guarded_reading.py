"""What a process with limits reads is what would be read here, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from rdkit import Chem

from engine import limits
from engine.chem.reading import from_smiles
from engine.chem.writing import to_sdf
from engine.experiments.molecule import record as records
from engine.experiments.molecule.record import Problem, Record, Source, read, titles
from engine.limits import LimitError, Limits
from engine.progress import Steps, finish


def _sdf() -> bytes:
    mol = from_smiles("C[C@H]([NH3+])CC(=O)[O-]", name="zwitterion")
    mol.SetProp("Pi", "3.14159")
    xyz = mol.GetConformer().GetPositions()
    return to_sdf(mol, np.stack([xyz, xyz + 0.5])).encode()


SOURCES = [
    Source("example", "ibuprofen"),
    Source("smiles", "CC(C)C[C@H](N)C(=O)O"),
    Source("smiles", "[13CH3]C(F)C(Cl)CO a name"),
    Source("smiles", "C/C=C/C[N+](C)(C)C"),
    Source("smiles", "CC[C@H](F)[C@H](Cl)C |&1:2,4|"),
    Source("file", "two.sdf", _sdf()),
    Source("smiles", "CCO.CCCCC"),
    Source("file", "broken.sdf", b"nothing"),
]


@pytest.fixture(scope="module")
def guarded() -> Iterator[None]:
    limits.start(["engine.experiments.molecule.record"], size=1)
    yield
    limits.stop()


def test_the_record_is_the_same(guarded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    there = [finish(read(source)) for source in SOURCES]
    names = finish(titles("two.sdf", SOURCES[5].data))
    assert len(names) == 2
    monkeypatch.setattr(limits.pool, "_POOLS", [])
    assert names == finish(titles("two.sdf", SOURCES[5].data))
    for source, found in zip(SOURCES, there, strict=True):
        here = finish(read(source))
        assert type(here) is type(found)
        if isinstance(here, Problem):
            assert here == found
        else:
            assert isinstance(found, Record)
            _compare(here, found)


def _compare(here: Record, found: Record) -> None:
    assert found.source == here.source and found.source.data == here.source.data
    for field in fields(Record):
        one, other = getattr(here, field.name), getattr(found, field.name)
        if field.name == "uploaded":
            assert np.array_equal(one, other)
        elif field.name == "molecule":
            assert all(
                np.array_equal(getattr(one, part.name), getattr(other, part.name))
                for part in fields(one)
            )
        elif field.name == "mol":
            _compare_molecules(one, other)
        else:
            assert one == other, field.name


def _compare_molecules(one: Chem.Mol, other: Chem.Mol) -> None:
    assert one.ToBinary() == other.ToBinary()
    assert one.GetPropsAsDict(includePrivate=True) == other.GetPropsAsDict(includePrivate=True)
    assert np.array_equal(
        [c.GetPositions() for c in one.GetConformers()],
        [c.GetPositions() for c in other.GetConformers()],
    )
    assert [c.Is3D() for c in one.GetConformers()] == [c.Is3D() for c in other.GetConformers()]
    assert Chem.MolToCXSmiles(one) == Chem.MolToCXSmiles(other)


def test_what_exceeds_the_limits_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def exceeding(*_: object) -> Steps[Record]:
        yield from ()
        raise LimitError("time", Limits())

    monkeypatch.setattr(records, "guarded", exceeding)
    found = finish(read(Source("smiles", "CCCO")))
    assert isinstance(found, Problem) and "60 s of processor time" in found.sentence
    assert finish(titles("x.sdf", b"x")) == ()
