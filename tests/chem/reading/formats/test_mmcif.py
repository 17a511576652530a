"""mmCIF files: dictionaries of restraints in every dialect, and what no molecule can be."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from engine.chem.reading import MoleculeError, from_smiles, list_records, read_file
from engine.chem.reading.formats.cif import star
from tests.chem.reading.formats.test_files import TRICKY, smiles_of
from tests.chem.reading.test_reader import assert_one_sentence

FOLDER = Path(__file__).parents[3] / "data" / "molecules" / "formats"

DELOCALISED = {
    "acetate": "CCC(=O)[O-]",
    "nitro": "CCc1ccc([N+](=O)[O-])cc1",
    "guanidinium": "CCNC(N)=[NH2+]",
    "amidinium": "CCC(N)=[NH2+]",
    "phosphate": "CCOP(=O)([O-])[O-]",
    "diester": "CCOP(=O)([O-])OCC",
    "sulfonate": "CCCS(=O)(=O)[O-]",
    "sulfone": "CCCS(=O)(=O)C",
    "sulfinate": "CCC[S@](=O)[O-]",
    "amide": "CCC(=O)NCC",
    "zwitterion": "C[C@H]([NH3+])C(=O)[O-]",
}
#: Groups that dictionaries write with delocalised bonds: the centre, then its ends.
_GROUPS = tuple(
    Chem.MolFromSmarts(smarts)
    for smarts in (
        "C(=[O,S;D1])[O-,S-,N]",
        "[N+](=O)[O-]",
        "C(=[NH2+])(N)N",
        "C(=[NH2+])N",
        "P(=O)([O-])[O-]",
        "P(=O)[O-]",
        "S(=O)(=O)[O-]",
        "S(=O)(=O)",
        "S(=O)[O-]",
    )
)


@dataclass(frozen=True)
class Dialect:
    """How a program writes a component.

    Attributes:
        order: the item of a bond's order.
        words: the words for single, double, triple and aromatic bonds.
        axes: the items of the coordinates.
        charge: the item of the charge; "" for none.
        deloc: the word for the bonds of carboxylates and the like; "" writes them out.
        kekule: whether rings are written with alternating bonds.
    """

    order: str
    words: tuple[str, str, str, str]
    axes: tuple[str, str, str]
    charge: str
    deloc: str = ""
    kekule: bool = True


LOWER, UPPER = ("single", "double", "triple", "aromatic"), ("SING", "DOUB", "TRIP", "AROM")
DIALECTS = {
    "AceDRG": Dialect(
        "type", ("SINGLE", "DOUBLE", "TRIPLE", "AROMATIC"), ("x", "y", "z"), "charge"
    ),
    "Grade": Dialect("type", LOWER, ("x", "y", "z"), "charge", "deloc", kekule=False),
    "eLBOW": Dialect("type", LOWER, ("x", "y", "z"), "partial_charge", "deloc", kekule=False),
    "old library": Dialect("type", ("single", "double", "triple", "arom"), ("x", "y", "z"), ""),
    "PDB": Dialect(
        "value_order",
        UPPER,
        ("pdbx_model_Cartn_x_ideal", "pdbx_model_Cartn_y_ideal", "pdbx_model_Cartn_z_ideal"),
        "charge",
    ),
    "PDB, DELO": Dialect(
        "value_order", UPPER, ("model_Cartn_x", "model_Cartn_y", "model_Cartn_z"), "", "DELO"
    ),
}


def dictionary(mol: Chem.Mol, dialect: Dialect, component: str = "LIG") -> str:
    """The definition of ``mol`` as a program of ``dialect`` writes it."""
    mol = Chem.Mol(mol)
    if dialect.kekule:
        Chem.Kekulize(mol, clearAromaticFlags=True)
    names = [f"{a.GetSymbol()}{a.GetIdx() + 1}" for a in mol.GetAtoms()]
    xyz = mol.GetConformer().GetPositions()
    soft = set()
    for group in _GROUPS if dialect.deloc else ():
        for centre, *ends in mol.GetSubstructMatches(group):
            soft |= {mol.GetBondBetweenAtoms(centre, end).GetIdx() for end in ends}
    atoms = []
    for atom, name, at in zip(mol.GetAtoms(), names, xyz, strict=True):
        row = {"comp_id": component, "atom_id": name, "type_symbol": atom.GetSymbol().upper()}
        if dialect.charge:
            row[dialect.charge] = str(atom.GetFormalCharge())
        atoms.append(row | {k: f"{v:.3f}" for k, v in zip(dialect.axes, at, strict=True)})
    orders = [1, 2, 3, 1.5]
    bonds = [
        {
            "comp_id": component,
            "atom_id_1": names[b.GetBeginAtomIdx()],
            "atom_id_2": names[b.GetEndAtomIdx()],
            dialect.order: dialect.deloc
            if b.GetIdx() in soft
            else dialect.words[orders.index(b.GetBondTypeAsDouble())],
        }
        for b in mol.GetBonds()
    ]
    head = f"data_comp_list\n_chem_comp.id {component}\n_chem_comp.group NON-POLYMER\n"
    body = star.written({"_chem_comp_atom": atoms, "_chem_comp_bond": bonds})
    return head + body.replace("data_ligand", f"data_comp_{component}")


def test_the_monomer_library_keeps_bonds_charge_stereo_and_coordinates():
    reading = read_file("IBP.cif", (FOLDER / "ibuprofen_monomer_library.cif").read_bytes())
    assert smiles_of(reading.mol) == Chem.CanonSmiles("CC(C)Cc1ccc(cc1)[C@H](C)C(=O)[O-]")
    assert CalcMolFormula(reading.mol) == "C13H17O2-"
    assert reading.uploaded.shape == (1, 32, 3)
    assert np.allclose(reading.uploaded[0, 0], [67.913, 20.683, 192.839])
    assert not any("left open" in note for note in reading.notes)


@pytest.mark.parametrize("case", [*TRICKY, *DELOCALISED])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_dictionaries_of_every_program_give_the_molecule(dialect: str, case: str):
    mol = from_smiles({**TRICKY, **DELOCALISED}[case])
    reading = read_file("a.cif", dictionary(mol, DIALECTS[dialect]).encode())
    assert smiles_of(reading.mol) == smiles_of(mol)
    moved = reading.uploaded[0] - mol.GetConformer().GetPositions()
    assert np.abs(moved).max() < 1e-3


def test_components_of_one_name_in_two_blocks_stay_apart():
    first, second = from_smiles("CCCC(=O)[O-]"), from_smiles("CCCNC")
    text = dictionary(first, DIALECTS["AceDRG"]) + dictionary(second, DIALECTS["AceDRG"])
    assert list_records("a.cif", text.encode())[0] == ("LIG", "LIG")
    assert smiles_of(read_file("a.cif", text.encode()).mol) == smiles_of(first)


def test_a_structure_with_a_dictionary_in_another_block():
    mol = from_smiles("CCc1ccc([N+](=O)[O-])cc1")
    text = dictionary(mol, DIALECTS["Grade"])
    atoms = star.tables(text, ("_chem_comp_atom",))["_chem_comp_atom"]
    site = [
        {"group_PDB": "HETATM", "type_symbol": row["type_symbol"], "label_comp_id": "LIG"}
        | {"label_atom_id": row["atom_id"], "label_alt_id": "", "occupancy": "1.0"}
        | {f"Cartn_{axis}": row[axis] for axis in "xyz"}
        for row in atoms
        if row["type_symbol"] != "H"
    ]
    structure = star.written({"_atom_site": site})
    reading = read_file("a.cif", (structure + text).encode())
    assert smiles_of(reading.mol) == smiles_of(mol)
    assert reading.uploaded.shape == (1, mol.GetNumAtoms(), 3)


def test_the_alternative_place_of_the_highest_occupancy_is_taken_and_said():
    mol = Chem.RemoveHs(from_smiles("CCCCO"))
    xyz = mol.GetConformer().GetPositions()
    site = [
        {"group_PDB": "HETATM", "type_symbol": atom.GetSymbol(), "label_comp_id": "LIG"}
        | {"label_atom_id": f"A{atom.GetIdx()}", "label_alt_id": letter, "occupancy": occupancy}
        | dict(zip(("Cartn_x", "Cartn_y", "Cartn_z"), map(str, xyz[i] + shift), strict=True))
        for letter, occupancy, shift in (("A", "0.3", 0.0), ("B", "0.7", 5.0))
        for i, atom in enumerate(mol.GetAtoms())
    ]
    reading = read_file("a.cif", star.written({"_atom_site": site}).encode())
    assert np.allclose(reading.uploaded[0, :5], xyz + 5.0)
    assert any("marked B" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cif_charge.cif", "charge of atom C1"),
        ("cif_nan.cif", "Atom C1 .* no coordinates"),
        ("cif_x_1e39_with_bonds.cif", "Atom C1' .* no coordinates"),
    ],
)
def test_damaged_numbers_are_named(name: str, expected: str):
    with pytest.raises(MoleculeError, match=expected) as caught:
        read_file("a.cif", (FOLDER / name).read_bytes())
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "word", ["²", "٣", "9" * 5000, "1e400", "0x10", "1_0", "--1", "+-+5", "1e9"]
)
def test_no_charge_is_an_exception_of_another_kind(word: str):
    text = (FOLDER / "cif_charge.cif").read_text(encoding="utf-8").replace("+-+5", word)
    with pytest.raises(MoleculeError) as caught:
        read_file("a.cif", text.encode())
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("word", ["inf", "-inf", "NaN", "1e39", "1e400", "١", "1_0.0", "abc", "²"])
def test_no_coordinate_is_an_exception_of_another_kind(word: str):
    text = (FOLDER / "cif_nan.cif").read_text(encoding="utf-8").replace("nan", word)
    with pytest.raises(MoleculeError) as caught:
        read_file("a.cif", text.encode())
    assert_one_sentence(caught.value)


def test_many_ligands_of_one_component_with_many_bonds_are_linear():
    head = "".join(
        f"_atom_site.{item}\n"
        for item in ("group_PDB", "type_symbol", "label_atom_id", "label_comp_id", "auth_seq_id")
    )
    site = "".join(f"HETATM C C{k % 2} LIG {k // 2}\n" for k in range(12_000))
    bonds = "".join(f"LIG C{k} C{k + 1} SING\n" for k in range(12_000))
    text = f"data_x\nloop_\n{head}{site}loop_\n" + "".join(
        f"_chem_comp_bond.{item}\n" for item in ("comp_id", "atom_id_1", "atom_id_2", "value_order")
    )
    start = time.process_time()
    names, total = list_records("a.cif", (text + bonds).encode())
    assert total == 6000 and len(names) == 1000
    assert time.process_time() - start < 10.0
