"""Inputs of several separate molecules: one is offered, and it is the molecule that is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import (
    MoleculeError,
    Reading,
    ReadingChoices,
    from_smiles,
    read_file,
    read_text,
)
from tests.chem.reading.test_reader import assert_one_sentence

FILES = Path(__file__).parents[2] / "data" / "molecules" / "pdb_and_xyz"
LARGEST = ReadingChoices(largest=True)

#: Text or file, the molecule that is offered, and its atoms ("" where it has no rotatable bond).
CASES = {
    "57_orca_neb_mep_trj.xyz": ("COC(C)=O", 11),
    "59_po4_phenylphosphate.pdb": ("O=P([O-])([O-])Oc1ccccc1", 16),
    "two_waters_hydrogens_first.xyz": ("O", 0),
    "hydrogen_gas.xyz": ("[H][H]", 0),
    "[H]O[H].CCCCO": ("CCCCO", 15),
    "[H]OC([H])C.CCO": ("CCO", 9),
    "[H]C([H])([H])O[H].C": ("CO", 6),
    "[H]C([H])([H])OCl.CCC": ("COCl", 6),
    "C[C@@H](N)C(=O)OCC.Cl": ("CCOC(=O)[C@@H](C)N", 19),
    "Cl.[2H]OCC[NH3+]": ("[2H]OCC[NH3+]", 12),
}


def read(source: str, choices: ReadingChoices) -> Reading:
    """The ``source``, a file of the folder or a SMILES."""
    path = FILES / source
    if path.suffix in (".xyz", ".pdb"):
        return read_file(source, path.read_bytes(), choices)
    return read_text(source, choices=choices)


@pytest.mark.parametrize("source", CASES)
def test_the_offer_is_the_largest_molecule(source: str) -> None:
    smiles, _ = CASES[source]
    with pytest.raises(MoleculeError, match="separate molecules") as caught:
        read(source, ReadingChoices())
    assert_one_sentence(caught.value)
    assert caught.value.fragments >= 2
    assert str(caught.value).endswith(f"for example {smiles}.")


@pytest.mark.parametrize("source", [name for name, (_, atoms) in CASES.items() if atoms])
def test_the_largest_is_read(source: str) -> None:
    smiles, atoms = CASES[source]
    reading = read(source, LARGEST)
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == smiles
    assert reading.mol.GetNumAtoms() == atoms
    assert "Only the largest of several separate molecules is shown." in reading.notes


@pytest.mark.parametrize("source", [name for name, (_, atoms) in CASES.items() if not atoms])
def test_a_largest_molecule_that_cannot_turn_says_so(source: str) -> None:
    with pytest.raises(MoleculeError, match="rotatable"):
        read(source, LARGEST)


def mixture() -> Chem.Mol:
    """L-alanine ester beside water, its hydrogens first, both in 3D."""
    water = Chem.MolFromMolBlock(
        "\n\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n"
        "   20.0000    0.0000    0.0000 H   0  0\n"
        "   20.5900    0.7600    0.1000 O   0  0\n"
        "   21.4000    0.3000    0.2000 H   0  0\n"
        "  1  2  1  0\n  2  3  1  0\nM  END\n",
        removeHs=False,
    )
    return Chem.CombineMols(water, from_smiles("CCOC(=O)[C@H](C)N"))


def mol2(mol: Chem.Mol) -> str:
    """A MOL2 of a molecule of ordinary C, N, O and H atoms."""
    kekule = Chem.Mol(mol)
    Chem.Kekulize(kekule, clearAromaticFlags=True)
    types = {"C": {3: "C.2", 4: "C.3"}, "N": {3: "N.3"}, "O": {1: "O.2", 2: "O.3"}}
    lines = ["@<TRIPOS>MOLECULE", "mixture"]
    lines += [f"{mol.GetNumAtoms()} {mol.GetNumBonds()} 1 0 0", "SMALL", "NO_CHARGES", ""]
    lines.append("@<TRIPOS>ATOM")
    for atom, xyz in zip(mol.GetAtoms(), mol.GetConformer().GetPositions(), strict=True):
        kind = types.get(atom.GetSymbol(), {}).get(atom.GetDegree(), atom.GetSymbol())
        place = " ".join(f"{x:.4f}" for x in xyz)
        lines.append(f"{atom.GetIdx() + 1} {atom.GetSymbol()} {place} {kind} 1 MIX 0.0")
    lines.append("@<TRIPOS>BOND")
    for bond in kekule.GetBonds():
        ends = f"{bond.GetBeginAtomIdx() + 1} {bond.GetEndAtomIdx() + 1}"
        lines.append(f"{bond.GetIdx() + 1} {ends} {int(bond.GetBondTypeAsDouble())}")
    return "\n".join([*lines, ""])


def component(mol: Chem.Mol) -> str:
    """The definition of a component with its bonds, as mmCIF."""
    orders = {1: "SING", 2: "DOUB", 3: "TRIP"}
    mol = Chem.Mol(mol)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    names = [f"{atom.GetSymbol()}{atom.GetIdx() + 1}" for atom in mol.GetAtoms()]
    lines = ["data_MIX", "loop_", "_chem_comp_atom.comp_id", "_chem_comp_atom.atom_id"]
    lines += ["_chem_comp_atom.type_symbol", "_chem_comp_atom.charge"]
    lines += [f"_chem_comp_atom.model_Cartn_{axis}" for axis in "xyz"]
    for atom, xyz in zip(mol.GetAtoms(), mol.GetConformer().GetPositions(), strict=True):
        place = " ".join(f"{x:.4f}" for x in xyz)
        lines.append(f"MIX {names[atom.GetIdx()]} {atom.GetSymbol()} 0 {place}")
    lines += ["loop_", *(f"_chem_comp_bond.{item}" for item in ("comp_id", "atom_id_1"))]
    lines += ["_chem_comp_bond.atom_id_2", "_chem_comp_bond.value_order"]
    for bond in mol.GetBonds():
        ends = f"{names[bond.GetBeginAtomIdx()]} {names[bond.GetEndAtomIdx()]}"
        lines.append(f"MIX {ends} {orders[int(bond.GetBondTypeAsDouble())]}")
    return "\n".join([*lines, ""])


WRITERS = {
    ".sdf": lambda mol: Chem.MolToMolBlock(mol) + "$$$$\n",
    ".mol": Chem.MolToV3KMolBlock,
    ".pdb": Chem.MolToPDBBlock,
    ".xyz": Chem.MolToXYZBlock,
    ".mol2": mol2,
    ".cif": component,
}


@pytest.mark.parametrize("extension", WRITERS)
def test_the_largest_is_offered_and_read_from_every_format(extension: str) -> None:
    mol = mixture()
    data = WRITERS[extension](mol).encode()
    with pytest.raises(MoleculeError, match="2 separate") as caught:
        read_file(f"mixture{extension}", data)
    assert str(caught.value).endswith("for example CCOC(=O)[C@H](C)N.")
    reading = read_file(f"mixture{extension}", data, LARGEST)
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == "CCOC(=O)[C@H](C)N"
    kept = mol.GetConformer().GetPositions()[3:]
    assert np.abs(reading.uploaded[0] - kept).max() < 2e-3
    assert reading.notes.count("Only the largest of several separate molecules is shown.") == 1


@pytest.mark.parametrize("symbol", ["O", "C", "H"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("largest", [True, False])
def test_atoms_without_bonds_get_one_sentence(symbol: str, count: int, largest: bool) -> None:
    rows = [f"{symbol} {9 * k} 0 0" for k in range(count)]
    pdb = [
        f"HETATM{k + 1:5d}  {symbol}1  LIG A   1    {9.0 * k:8.3f}   0.000   0.000  1.00  0.00"
        f"          {symbol:>2}"
        for k in range(count)
    ]
    expected = "rotatable" if largest or count == 1 else "2 separate molecules"
    for name, text in (("a.xyz", [str(count), "", *rows, ""]), ("a.pdb", pdb)):
        with pytest.raises(MoleculeError, match=expected) as caught:
            read_file(name, "\n".join(text).encode(), ReadingChoices(largest=largest))
        assert_one_sentence(caught.value)
