"""No silent change: whatever a file or a line says is in the molecule, or is told in a note."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdCIPLabeler, rdDistGeom

from engine.chem.reading import (
    MoleculeError,
    ReadingChoices,
    formats,
    from_smiles,
    list_records,
    read_file,
    read_text,
)
from engine.chem.reading.formats import MAX_RECORDS
from engine.chem.reading.formats.cif import star
from engine.chem.structure import with_conformers
from engine.chem.writing import to_sdf
from tests.chem.reading.formats.test_files import TRICKY, smiles_of
from tests.chem.reading.perception.test_bond_orders import flat_smiles
from tests.chem.reading.test_reader import assert_one_sentence


def ensemble(smiles: str, k: int = 3) -> tuple[Chem.Mol, np.ndarray]:
    """A molecule and ``k`` conformers (k, N, 3) of it."""
    mol = from_smiles(smiles, name="sample")
    copy = Chem.Mol(mol)
    rdDistGeom.EmbedMultipleConfs(copy, k, randomSeed=1)
    return mol, np.stack([c.GetPositions() for c in copy.GetConformers()])


def block(mol: Chem.Mol) -> str:
    return Chem.MolToMolBlock(mol) + "$$$$\n"


@pytest.mark.parametrize("case", TRICKY)
def test_an_inchi_gives_the_molecule_it_came_from(case):
    mol = Chem.MolFromSmiles(TRICKY[case])
    inchi = Chem.MolToInchi(mol)
    reading = read_text(inchi)
    assert Chem.MolToInchi(reading.mol) == inchi
    assert not any("differs" in note for note in reading.notes)


def test_an_inchi_says_that_a_tautomer_was_chosen():
    for smiles, told in (("Cc1nc2ccccc2[nH]1", True), ("CCC(=O)O", False), ("CCCO", False)):
        reading = read_text(Chem.MolToInchi(Chem.MolFromSmiles(smiles)))
        assert any("tautomer" in note for note in reading.notes) is told, smiles


@pytest.mark.parametrize("case", TRICKY)
def test_an_xyz_file_with_its_charge_gives_the_molecule(case):
    mol = from_smiles(TRICKY[case])
    charge = Chem.GetFormalCharge(mol)
    again = read_file("a.xyz", Chem.MolToXYZBlock(mol).encode(), ReadingChoices(charge=charge))
    assert flat_smiles(again.mol) == flat_smiles(mol)
    assert smiles_of(again.mol).count("@") == smiles_of(mol).count("@")
    assert np.abs(again.uploaded[0] - mol.GetConformer().GetPositions()).max() < 1e-3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3\nwater\nO 0 0 0\nH 0 0 1\n", "Line 1"),
        ("two\n\n", "Line 1"),
        ("2\n\nO 0 0 0\nQq 0 0 1\n", "Atom 2"),
        ("2\n\nO 0 0 0\nH 0 zero 1\n", "Atom 2"),
        ("2\n\nO 0 0 0\nH 0 0 nan\n", "Atom 2"),
        ("2\n\nO 0 0 0\nO 0 0 0.1\n", "same place"),
        ("0\n\n\n", "no atom"),
        ("201\n\n" + "C 0 0 0\n" * 201, "201 atoms"),
    ],
)
def test_a_bad_xyz_file_gets_one_sentence(text, expected):
    with pytest.raises(MoleculeError) as caught:
        read_file("a.xyz", text.encode())
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)


def test_a_wrong_charge_is_answered_with_the_right_one():
    data = Chem.MolToXYZBlock(from_smiles("CCC(=O)[O-]")).encode()
    with pytest.raises(MoleculeError, match=r"\+0.*-1; change the charge") as caught:
        read_file("a.xyz", data, ReadingChoices(charge=0))
    assert_one_sentence(caught.value)


def cif(mol: Chem.Mol, bonds: bool = True, extra: str = "") -> bytes:
    """An mmCIF file of a water, the heavy atoms of ``mol`` as ligand LIG, and another of two."""
    heavy = Chem.RemoveHs(mol)
    xyz = heavy.GetConformer().GetPositions()
    names = [f"{a.GetSymbol()}{a.GetIdx() + 1}'" for a in heavy.GetAtoms()]

    def row(symbol: str, name: str, comp: str, at: np.ndarray) -> star.Row:
        site = {"group_PDB": "HETATM", "type_symbol": symbol, "label_atom_id": name}
        where = dict(zip(("Cartn_x", "Cartn_y", "Cartn_z"), map("{:.3f}".format, at), strict=True))
        return site | {"label_comp_id": comp, "auth_asym_id": "A", "auth_seq_id": "7"} | where

    site = [row("O", "O", "HOH", np.zeros(3)), row("C", "C1", "TWO", xyz[0] + 30)]
    site.append(row("O", "O1", "TWO", xyz[0] + [30, 0, 1.4]))
    site += [row(a.GetSymbol(), n, "LIG", p) for a, n, p in zip(heavy.GetAtoms(), names, xyz)]  # noqa: B905
    Chem.Kekulize(heavy)
    table = [
        {
            "comp_id": "LIG",
            "atom_id_1": names[b.GetBeginAtomIdx()],
            "atom_id_2": names[b.GetEndAtomIdx()],
            "value_order": {1: "SING", 2: "DOUB", 3: "TRIP"}[int(b.GetBondTypeAsDouble())],
        }
        for b in heavy.GetBonds()
    ]
    stated = [
        {"comp_id": "LIG", "atom_id": n, "type_symbol": a.GetSymbol()}
        | {"charge": str(a.GetFormalCharge())}
        for a, n in zip(heavy.GetAtoms(), names, strict=True)
    ]
    tables = {"_atom_site": site}
    if bonds:
        tables |= {"_chem_comp_bond": table, "_chem_comp_atom": stated}
    return (star.written(tables) + extra).encode()


@pytest.mark.parametrize("extension", ["cif", "mmcif"])
@pytest.mark.parametrize("case", TRICKY)
def test_a_ligand_with_bond_orders_comes_out_of_an_mmcif_file(case, extension):
    mol = from_smiles(TRICKY[case])
    reading = read_file(f"a.{extension}", cif(mol))
    assert smiles_of(reading.mol) == smiles_of(mol)
    n = mol.GetNumHeavyAtoms()
    moved = reading.uploaded[0, :n] - Chem.RemoveHs(mol).GetConformer().GetPositions()
    assert np.abs(moved).max() < 2e-3
    assert list_records(f"a.{extension}", cif(mol))[0] == ("LIG A 7", "TWO A 7")


def test_a_ligand_without_bond_orders_is_perceived_and_said():
    mol = from_smiles("CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O")
    again = read_file("a.cif", cif(mol, bonds=False))
    assert smiles_of(again.mol) == smiles_of(mol)
    assert any("bond lengths" in note for note in again.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data_x\n_cell_length_a 5.0\nloop_\n_atom_site_fract_x\n0.1\n", "fractional"),
        ("data_x\n", "no atoms"),
        ("hello\n", "no atoms"),
        ("data_x\nloop_\n_atom_site.group_PDB\n_atom_site.label_comp_id\nATOM ALA\n", "no ligand"),
        ("data_x\n_chem_comp_atom.comp_id 'cut", "no atoms"),
    ],
)
def test_an_mmcif_file_without_ligand_gets_one_sentence(text, expected):
    with pytest.raises(MoleculeError) as caught:
        read_file("a.cif", text.encode())
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)


def test_star_reads_quotes_fields_and_single_items():
    text = (
        "data_a\n_c.id 'it''s' # no\n_c.text\n;two\nlines\n;\nloop_\n_d.x\n_d.y\n1 \"C 1'\"\n? .\n"
    )
    found = star.tables(text, ("_c", "_d"))
    assert found["_c"] == [{"id": "it''s", "text": "two\nlines"}]
    assert found["_d"] == [{"x": "1", "y": "C 1'"}, {"x": "", "y": ""}]


def test_conformers_of_a_file_are_kept_in_every_format():
    mol, xyz = ensemble("C[C@H](O)CCN")
    copies = with_conformers(mol, xyz)
    files = {
        "a.sdf": to_sdf(mol, xyz),
        "a.pdb": Chem.MolToPDBBlock(copies),
        "a.xyz": "".join(Chem.MolToXYZBlock(copies, confId=k) for k in range(3)),
    }
    for name, text in files.items():
        reading = read_file(name, text.encode(), ReadingChoices(record=1))
        assert reading.uploaded.shape == xyz.shape, name
        assert np.abs(reading.uploaded - xyz[[1, 0, 2]]).max() < 2e-3
        assert np.abs(reading.mol.GetConformer().GetPositions() - xyz[1]).max() < 2e-3
        assert reading.notes == (
            "The file holds 3 conformers of this molecule; all of them are kept.",
        )


def test_other_molecules_and_mirror_images_are_no_conformers():
    mol, xyz = ensemble("C[C@H](O)CCN")
    mirror = xyz[:1] * [1, 1, -1]
    other = from_smiles("CCCCO")
    text = to_sdf(mol, xyz[:2]) + to_sdf(mol, mirror) + block(other)
    reading = read_file("a.sdf", text.encode())
    assert len(reading.uploaded) == 2
    assert smiles_of(read_file("a.sdf", text.encode(), ReadingChoices(record=3)).mol) == smiles_of(
        other
    )


def test_a_file_without_coordinates_has_no_conformers():
    flat = Chem.MolFromSmiles("CCCO")
    reading = read_file("a.sdf", block(flat).encode())
    assert reading.uploaded.shape == (0, 12, 3)


def test_data_fields_go_through_to_the_sdf_that_is_written():
    mol, xyz = ensemble("C[C@H](O)CCN", 1)
    fields = {"IC50 (nM)": "12.5", "remark": "two\nlines", "id": "0007"}
    reading = read_file("a.sdf", to_sdf(mol, xyz, [fields]).encode())
    assert {key: reading.mol.GetProp(key) for key in fields} == fields
    out = Chem.SDMolSupplier()
    out.SetData(to_sdf(reading.mol, reading.uploaded), removeHs=False)
    assert {key: out[0].GetProp(key) for key in fields} == fields
    assert smiles_of(out[0]) == smiles_of(mol)


def test_what_differs_between_conformers_belongs_to_none_of_the_new_ones():
    mol, xyz = ensemble("CCCO")
    text = to_sdf(mol, xyz, [{"source": "crystal", "energy": str(k)} for k in range(3)])
    again = read_file("a.sdf", text.encode()).mol
    assert again.GetProp("source") == "crystal" and not again.HasProp("energy")


def test_thousands_of_records_are_listed_fast_and_limited():
    record = block(Chem.MolFromSmiles("CCCCO"))
    data = (record * (MAX_RECORDS + 500)).encode()
    names, total = list_records("a.sdf", data)
    assert len(names) == MAX_RECORDS and total == MAX_RECORDS + 500
    last = read_file("a.sdf", data, ReadingChoices(record=MAX_RECORDS - 1))
    assert any("first 1,000" in note for note in last.notes)
    with pytest.raises(MoleculeError) as caught:
        read_file("a.sdf", data, ReadingChoices(record=MAX_RECORDS))
    assert_one_sentence(caught.value)


def test_hydrogens_that_stand_in_a_smiles_keep_their_place():
    mol = from_smiles("[H]OC([H])C")
    assert [a.GetSymbol() for a in mol.GetAtoms()][:5] == ["H", "O", "C", "H", "C"]
    assert {a.GetSymbol() for a in list(mol.GetAtoms())[5:]} == {"H"}


def test_open_stereo_is_named_and_every_form_is_the_one_it_says():
    reading = read_text("CC(O)CC=CC")
    assert reading.forms == ("C2 R, C5=C6 E", "C2 R, C5=C6 Z", "C2 S, C5=C6 E", "C2 S, C5=C6 Z")
    assert reading.notes == (
        (
            "The stereo centre C2 and the double bond C5=C6 were left open; "
            f"the form ({reading.form}) was chosen."
        ),
    )
    seen = set()
    for form in reading.forms:
        mol = read_text("CC(O)CC=CC", choices=ReadingChoices(form=form)).mol
        rdCIPLabeler.AssignCIPLabels(mol)
        atom, bond = mol.GetAtomWithIdx(1), mol.GetBondBetweenAtoms(4, 5)
        assert form == f"C2 {atom.GetProp('_CIPCode')}, C5=C6 {bond.GetProp('_CIPCode')}"
        seen.add(smiles_of(mol))
    assert len(seen) == 4


def test_what_is_said_stays_and_only_what_is_open_is_offered():
    reading = read_text("C[C@H](O)CC=CC")
    assert reading.forms == ("E", "Z")
    assert read_text("CC(=N)NCCO").forms == (), "the hydrogen of an imine is no form"
    with pytest.raises(MoleculeError) as caught:
        read_text("CCCO", choices=ReadingChoices(form="R"))
    assert_one_sentence(caught.value)


def test_of_many_forms_sixteen_are_offered_and_it_is_said():
    reading = read_text("CC(O)C(O)C(O)C(O)C(O)CN")
    assert 16 <= len(reading.forms) <= 17
    assert any("32 combinations" in note for note in reading.notes)


def test_charge_mixtures_and_map_numbers_are_said():
    for text, word in (
        ("CC[NH3+]", "charge of +1"),
        ("C[C@H](O)CN |&1:1|", "mixture"),
        ("[CH3:1][CH2:2]CO", "map numbers"),
    ):
        assert any(word in note for note in read_text(text).notes), text
    assert read_text("[NH3+]CC(=O)[O-]").notes == ()


def test_another_form_or_state_does_not_read_the_file_again(monkeypatch: pytest.MonkeyPatch):
    calls: list[str] = []
    read = formats.read
    monkeypatch.setattr(
        formats, "read", lambda extension, *rest: calls.append(extension) or read(extension, *rest)
    )
    flat = Chem.MolFromSmiles("CC(O)CC(N)C(=O)O")
    data = (block(flat) + block(flat)).encode()
    first = read_file("forms.sdf", data)
    forms = {first.form}
    for form in first.forms:
        again = read_file("forms.sdf", data, ReadingChoices(form=form))
        assert again.form == form
        forms.add(smiles_of(again.mol))
    charged = read_file("forms.sdf", data, ReadingChoices(state=next(iter(first.given.states))))
    assert calls == [".sdf"] and len(forms) == 1 + len(first.forms)
    assert smiles_of(charged.mol) != smiles_of(first.mol)
    assert read_file("forms.sdf", data).notes == first.notes, "nothing sticks to what was read"
    read_file("forms.sdf", data, ReadingChoices(record=1))
    assert len(calls) == 2
