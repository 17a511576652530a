"""File formats: what goes in comes out, atom by atom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from engine.chem import MOLECULES
from engine.chem.reading import MoleculeError, from_file, from_smiles, list_records, read_file
from engine.chem.structure import to_molecule
from engine.chem.writing import to_sdf
from tests.chem.reading.test_reader import assert_one_sentence

SAMPLES = Path(__file__).parents[4] / "assets" / "molecules"

TRICKY = {
    "S ibuprofen": "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O",
    "E oxime": "CC/C(C)=N/O",
    "Z diene": "C/C=C\\C=C\\CO",
    "sulfoxide": "CC[S@](C)=O",
    "zwitterion": "C[C@H]([NH3+])C(=O)[O-]",
    "nitro": "CCc1ccc([N+](=O)[O-])cc1",
    "guanidinium": "CCNC(N)=[NH2+]",
    "pyridinium": "CC[n+]1ccccc1",
    "phosphate": "CCOP(=O)([O-])[O-]",
    "azide": "CCCN=[N+]=[N-]",
    "sulfonamide": "CCS(=O)(=O)Nc1ccccc1",
    "indole": "NCCc1c[nH]c2ccccc12",
}


def smiles_of(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(mol))


def written(mol: Chem.Mol, kind: str) -> tuple[str, bytes]:
    """A file of ``mol`` with hydrogens and 3D coordinates."""
    if kind == "sdf":
        return "a.sdf", (Chem.MolToMolBlock(mol) + "$$$$\n").encode()
    if kind == "V3000":
        return "a.MOL", Chem.MolToV3KMolBlock(mol).encode()
    if kind == "CRLF":
        return "a.mol", Chem.MolToMolBlock(mol).replace("\n", "\r\n").encode()
    if kind == "pdb":
        return "a.pdb", Chem.MolToPDBBlock(mol).encode()
    return "a.pdb", Chem.MolToPDBBlock(mol, flavor=10).encode()


@pytest.mark.parametrize("kind", ["sdf", "V3000", "CRLF", "pdb", "pdb without CONECT"])
@pytest.mark.parametrize("case", TRICKY)
def test_round_trip_keeps_order_stereo_charge_and_coordinates(case, kind):
    mol = from_smiles(TRICKY[case])
    again = from_file(*written(mol, kind))
    assert smiles_of(again) == smiles_of(mol)
    assert Chem.GetFormalCharge(again) == Chem.GetFormalCharge(mol)
    assert [a.GetAtomicNum() for a in again.GetAtoms()] == [
        a.GetAtomicNum() for a in mol.GetAtoms()
    ]
    moved = again.GetConformer().GetPositions() - mol.GetConformer().GetPositions()
    assert np.abs(moved).max() < 2e-3


def test_a_shuffled_file_keeps_its_order():
    mol = from_smiles("C[C@H](N)C(=O)O")
    order = np.random.default_rng(0).permutation(mol.GetNumAtoms()).tolist()
    shuffled = Chem.RenumberAtoms(mol, order)
    again = from_file(*written(shuffled, "sdf"))
    assert [a.GetAtomicNum() for a in again.GetAtoms()] == [
        a.GetAtomicNum() for a in shuffled.GetAtoms()
    ]
    assert smiles_of(again) == smiles_of(mol)


@pytest.mark.parametrize("case", ["S ibuprofen", "E oxime", "Z diene", "sulfoxide"])
def test_a_flat_drawing_gets_a_shape_and_keeps_its_stereo(case):
    mol = Chem.RemoveHs(from_smiles(TRICKY[case]))
    mol.RemoveAllConformers()
    rdDepictor.Compute2DCoords(mol)
    Chem.WedgeMolBonds(mol, mol.GetConformer())
    again = read_file("a.mol", Chem.MolToMolBlock(mol).encode())
    assert smiles_of(again.mol) == smiles_of(mol)
    assert np.ptp(again.mol.GetConformer().GetPositions(), axis=0).min() > 0.5
    assert again.notes == ()


@pytest.mark.parametrize("case", ["S ibuprofen", "Z diene", "sulfoxide", "zwitterion"])
def test_missing_hydrogens_are_added_where_they_belong(case):
    mol = from_smiles(TRICKY[case])
    heavy = Chem.RemoveHs(mol)
    again = from_file("a.sdf", Chem.MolToMolBlock(heavy).encode())
    assert smiles_of(again) == smiles_of(mol)
    n = heavy.GetNumAtoms()
    xyz = again.GetConformer().GetPositions()
    assert np.abs(xyz[:n] - heavy.GetConformer().GetPositions()).max() < 1e-3
    assert {a.GetAtomicNum() for a in list(again.GetAtoms())[n:]} == {1}
    for bond in again.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        assert 0.8 < np.linalg.norm(xyz[i] - xyz[j]) < 2.0


@pytest.mark.parametrize(
    "path", sorted(p for p in SAMPLES.iterdir() if p.suffix != ".md"), ids=lambda p: p.name
)
def test_sample_files_read(path):
    mol = from_file(path.name, path.read_bytes())
    assert to_molecule(mol).n_rotors >= 1
    for key in ("penicillin_g", "tamoxifen", "oseltamivir", "ibuprofen"):
        if path.name.startswith(key):
            assert smiles_of(mol) == Chem.CanonSmiles(MOLECULES[key].smiles)


def test_several_records_use_the_first_and_say_so():
    data = (SAMPLES / "three_painkillers.sdf").read_bytes()
    reading = read_file("t.sdf", data)
    assert reading.mol.GetProp("_Name") == "Paracetamol"
    assert list_records("t.sdf", data)[1] == 3
    assert reading.notes == ("The file holds 3 molecules; the first is shown.",)


def test_our_own_sdf_reads_back_with_its_first_conformer():
    mol = from_smiles("CCCCO", name="butanol")
    xyz = np.stack([mol.GetConformer().GetPositions()] * 3)
    data = to_sdf(mol, xyz).encode()
    again = from_file("out.sdf", data)
    assert list_records("out.sdf", data)[1] == 3
    assert np.abs(again.GetConformer().GetPositions() - xyz[0]).max() < 1e-3


def test_a_file_without_title_takes_the_name_of_the_file():
    mol = from_smiles("CCCO")
    mol.ClearProp("_Name")
    assert from_file("propanol.mol", Chem.MolToMolBlock(mol).encode()).GetProp("_Name") == (
        "propanol"
    )


def test_a_peptide_without_hydrogens_gets_its_double_bonds_from_the_residue_names():
    mol = from_file("p.pdb", (SAMPLES / "leu_enkephalin.pdb").read_bytes())
    expected = Chem.MolToSmiles(Chem.MolFromSequence("YGGFL"))
    assert smiles_of(mol) == expected


def test_coincident_atoms_are_named():
    mol = from_smiles("CCCO")
    mol.GetConformer().SetAtomPosition(1, mol.GetConformer().GetAtomPosition(0))
    with pytest.raises(MoleculeError, match="Atoms 1 and 2") as caught:
        from_file("a.sdf", Chem.MolToMolBlock(mol).encode())
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CCCO.O", "2 separate molecules"),
        ("CC[Zn]CC", "zinc"),
        ("c1ccccc1", "no rotatable bond"),
        ("C" * 70, "212 atoms"),
    ],
)
@pytest.mark.parametrize("kind", ["mol", "pdb"])
def test_bad_molecules_in_files_get_one_sentence(smiles, expected, kind):
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    rdDepictor.Compute2DCoords(mol)
    block = Chem.MolToMolBlock(mol) if kind == "mol" else Chem.MolToPDBBlock(mol)
    with pytest.raises(MoleculeError) as caught:
        from_file(f"a.{kind}", block.encode())
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)


def test_solvent_can_be_dropped_from_a_pdb():
    mol = from_smiles("CCOC(C)=O")
    water = "HETATM   90  O   HOH A   2      30.000  30.000  30.000  1.00  0.00           O\n"
    data = Chem.MolToPDBBlock(mol, flavor=10).replace("END", water + "END").encode()
    with pytest.raises(MoleculeError, match="2 separate"):
        from_file("a.pdb", data)
    assert smiles_of(from_file("a.pdb", data, largest=True)) == "CCOC(C)=O"


def test_every_truncation_of_a_file_reads_or_explains():
    for name in ("ibuprofen.sdf", "tamoxifen.mol2", "oseltamivir.pdb"):
        data = (SAMPLES / name).read_bytes()
        for cut in np.linspace(1, len(data), 12, dtype=int):
            try:
                from_file(name, data[:cut])
            except MoleculeError as error:
                assert_one_sentence(error)
