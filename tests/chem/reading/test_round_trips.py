"""Every format gives back what was written: the molecule, its charge, stereo, order and shape."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import ReadingChoices, from_smiles, read_file, read_text
from tests.chem.reading.round_trips import WITHOUT_ISOTOPES, WRITERS, drawn

FAST, ALL = 24, 90
MOLECULES = [
    pytest.param(smiles, marks=pytest.mark.slow if k >= FAST else ())
    for k, smiles in enumerate(drawn(ALL))
]


def without_isotopes(mol: Chem.Mol) -> Chem.Mol:
    copy = Chem.Mol(mol)
    for atom in copy.GetAtoms():
        atom.SetIsotope(0)
    return copy


def smiles_of(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(Chem.Mol(mol)))


def assert_same(found: Chem.Mol, mol: Chem.Mol) -> None:
    """The same molecule, also where it is drawn in another resonance form."""
    if smiles_of(found) == smiles_of(mol):
        return
    forms = Chem.ResonanceMolSupplier(Chem.RemoveHs(mol), Chem.ALLOW_CHARGE_SEPARATION, 200)
    drawings = {Chem.MolToSmiles(form) for form in forms if form is not None}
    assert smiles_of(found) in drawings or inchi_of(found) == inchi_of(mol)


def inchi_of(mol: Chem.Mol) -> str:
    return Chem.MolToInchi(mol, options="/FixedH", logLevel=None)


def charges(mol: Chem.Mol) -> list[int]:
    return [atom.GetFormalCharge() for atom in mol.GetAtoms()]


def assert_comes_back(name: str, mol: Chem.Mol) -> None:
    extension, write = WRITERS[name]
    choices = ReadingChoices(charge=Chem.GetFormalCharge(mol))
    reading = read_file(f"x{extension}", write(mol).encode(), choices)
    found, expected = reading.mol, mol
    if name in WITHOUT_ISOTOPES:
        expected = without_isotopes(mol)
    else:
        assert charges(found) == charges(mol)
    assert [a.GetAtomicNum() for a in found.GetAtoms()] == [
        a.GetAtomicNum() for a in mol.GetAtoms()
    ]
    assert [a.GetIsotope() for a in found.GetAtoms()] == [
        a.GetIsotope() for a in expected.GetAtoms()
    ]
    assert Chem.GetFormalCharge(found) == Chem.GetFormalCharge(mol)
    places = mol.GetConformer().GetPositions()
    assert len(reading.uploaded) == 1
    for xyz in (reading.uploaded[0], found.GetConformer().GetPositions()):
        assert np.abs(xyz - places).max() < 1e-3
    assert_same(found, expected)


@pytest.mark.parametrize("smiles", MOLECULES)
def test_files_give_back_the_molecule(smiles: str) -> None:
    mol = from_smiles(smiles)
    problems = []
    for name in WRITERS:
        try:
            assert_comes_back(name, mol)
        except (AssertionError, ValueError) as problem:
            problems.append(f"{name}: {str(problem)[:300]}")
    assert not problems, "\n".join([smiles_of(mol), *problems])


def skeleton(mol: Chem.Mol) -> tuple[list[str], set[frozenset[int]]]:
    """Atoms in their order, and which of them are neighbours."""
    bonds = {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in mol.GetBonds()}
    return [
        f"{a.GetIsotope()}{a.GetSymbol()}{a.GetFormalCharge():+d}" for a in mol.GetAtoms()
    ], bonds


@pytest.mark.parametrize("smiles", MOLECULES)
def test_lines_give_back_the_molecule(smiles: str) -> None:
    mol = Chem.RemoveHs(from_smiles(smiles))
    line = Chem.MolToSmiles(mol)
    order = list(mol.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
    found = from_smiles(line)
    assert smiles_of(found) == line
    assert skeleton(Chem.RemoveHs(found)) == skeleton(Chem.RenumberAtoms(mol, order))
    # An InChI has its own order, and does not say where a proton or a charge sits that can move:
    # what RDKit then builds may be another tautomer, and the reader says so.
    inchi = Chem.MolToInchi(mol, logLevel=None)
    reading = read_text(inchi)
    again = Chem.MolToInchi(Chem.RemoveHs(reading.mol), logLevel=None)
    assert again == inchi or any("differs from what was typed" in note for note in reading.notes)


def test_a_wrong_molecule_is_noticed() -> None:
    """The comparison itself fails where a centre, a proton or an element differs."""
    mol = from_smiles("C[C@H](F)CC([O-])=O")
    for other in ("C[C@@H](F)CC([O-])=O", "C[C@H](F)CC(O)=O", "C[C@H](Cl)CC([O-])=O"):
        with pytest.raises(AssertionError):
            assert_same(from_smiles(other), mol)
    assert_same(from_smiles("[O-]C(=O)C[C@H](C)F"), mol)
