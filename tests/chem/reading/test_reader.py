"""SMILES and the checks that every molecule passes: one sentence for each thing that is wrong."""

from __future__ import annotations

import re

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import (
    EXTENSIONS,
    MAX_BYTES,
    MoleculeError,
    ReadingChoices,
    from_file,
    from_smiles,
    read_text,
)

JARGON = re.compile(
    r"sanit|kekul|valence|rdkit|exception|traceback|mol block|NoneType", re.IGNORECASE
)

BAD_SMILES = {
    "empty": ("", "Nothing"),
    "blank": ("  \n ", "Nothing"),
    "a name": ("aspirin", "not a SMILES"),
    "open ring": ("C1CC", "not a SMILES"),
    "open bracket": ("CC(=O", "bracket"),
    "R group": ("[R1]CC", "real atom"),
    "dummy atom": ("*CC", "wildcards"),
    "unknown element": ("C[Xx]", "real atom"),
    "reaction": ("CCO>>CC=O", "reaction"),
    "InChI cut off": ("InChI=1S/C2H6O/c1-2-", "InChI"),
    "InChI of no molecule": ("InChI=1S/hello", "InChI"),
    "InChIKey": ("LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "InChIKey"),
    "InChI of a salt": ("InChI=1S/C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1/p-1", "2 separate"),
    "two lines": ("CCO\nCCC", "one SMILES at a time"),
    "pentavalent carbon": ("CC(C)(C)(C)C", "Atom 2 (carbon) has more bonds"),
    "uncharged ammonium": ("CN(C)(C)C", "Atom 2 (nitrogen)"),
    "broken aromatic ring": ("c1cccc1CC", "aromatic ring"),
    "salt": ("[Na+].CC(=O)[O-]", "2 separate molecules"),
    "three pieces": ("CCO.O.CC", "3 separate molecules"),
    "metal": ("CC[Zn]CC", "zinc"),
    "two odd elements": ("C[Se]C[As](C)C", "arsenic and selenium"),
    "radical": ("C[CH]CC", "unpaired electron"),
    "dative bond": ("CC[N]->[B](C)C", ""),
    "methane": ("C", "no rotatable bond"),
    "benzene": ("c1ccccc1", "no rotatable bond"),
    "butadiyne": ("C#CC#C", "no rotatable bond"),
    "cyclohexane": ("C1CCCCC1", "does not sample the shapes of a ring"),
    "too large": ("C" * 70, "212 atoms"),
    "far too large": ("C" * 5000, "5,000 characters"),
    "impossible shape": ("C[C@@]12CC1C2CCCC", "No 3D shape"),
}


def assert_one_sentence(error: MoleculeError) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith(".") and not re.search(r"[a-z]\. [A-Z]", text)
    assert text[0].isupper() or text[0] == "“"
    assert not JARGON.search(text), text
    assert len(text) < 220


@pytest.mark.parametrize("case", BAD_SMILES)
def test_bad_smiles_get_one_sentence(case, capfd):
    smiles, expected = BAD_SMILES[case]
    with pytest.raises(MoleculeError) as caught:
        from_smiles(smiles)
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)
    assert capfd.readouterr().err == ""


def test_the_library_message_stays_available_as_detail():
    with pytest.raises(MoleculeError) as caught:
        from_smiles("CC(C)(C)(C)C")
    assert "greater than permitted" in caught.value.detail


def test_of_several_molecules_the_largest_can_be_taken():
    with pytest.raises(MoleculeError) as caught:
        from_smiles("[Na+].CC(=O)[O-]")
    assert caught.value.fragments == 2
    reading = read_text("[Na+].CC(=O)[O-]", choices=ReadingChoices(largest=True))
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == "CC(=O)[O-]"
    assert any("largest" in note for note in reading.notes)


def test_hydrogens_stand_last_and_atoms_keep_their_order():
    mol = from_smiles("OC(=O)C(N)CS")
    numbers = [atom.GetAtomicNum() for atom in mol.GetAtoms()]
    assert numbers[:7] == [8, 6, 8, 6, 7, 6, 16]
    assert set(numbers[7:]) == {1}
    assert mol.GetNumConformers() == 1 and mol.GetConformer().Is3D()


def test_name_comes_from_argument_or_text():
    assert from_smiles("CCO ethanol").GetProp("_Name") == "ethanol"
    assert from_smiles("CCO ethanol", name="spirit").GetProp("_Name") == "spirit"


def test_open_stereo_is_settled_and_said():
    reading = read_text("CC(N)C(=O)O")
    mol = reading.mol
    assert Chem.FindMolChiralCenters(mol, useLegacyImplementation=False)[0][1] in "RS"
    assert any("stereo" in note for note in reading.notes)
    assert read_text("C[C@H](N)C(=O)O").notes == ()


@pytest.mark.parametrize("smiles", ["C[NH+](C)CC([O-])=O", "CC[N+](C)(C)C", "CCC(=O)[O-]"])
def test_charges_are_kept(smiles):
    mol = from_smiles(smiles)
    assert Chem.GetFormalCharge(mol) == Chem.GetFormalCharge(Chem.MolFromSmiles(smiles))
    assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == Chem.CanonSmiles(smiles)


@pytest.mark.parametrize(
    "smiles",
    [
        "C[C@H](N)C(=O)O",
        "C[C@@H](N)C(=O)O",
        "C/C=C/CO",
        "C/C=C\\CO",
        "CC[S@](C)=O",
        "CC[S@@](C)=O",
        "C[C@H]1CC[C@@H](CO)CC1",
        "C[C@H]1CC[C@H](CO)CC1",
        "CC/C(C)=N/O",
        "[2H][C@H](C)O",
    ],
)
def test_stereo_survives_reading(smiles):
    mol = from_smiles(smiles)
    assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == Chem.CanonSmiles(smiles)
    Chem.AssignStereochemistryFrom3D(mol)
    assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == Chem.CanonSmiles(smiles)


def test_same_text_same_coordinates():
    first, second = (from_smiles("CCCCO").GetConformer().GetPositions() for _ in range(2))
    assert np.array_equal(first, second)


BAD_FILES = {
    "wrong extension": ("a.gro", b"3\n\nO 0 0 0\n", "“.gro”"),
    "no extension": ("molecule", b"x", "without an extension"),
    "empty": ("a.sdf", b"", "empty"),
    "blank": ("a.pdb", b" \n\n", "empty"),
    "too big": ("a.sdf", b"x" * (MAX_BYTES + 1), "10 MB"),
    "binary": ("a.sdf", b"\x89PNG\x00\x01\x02", "binary"),
    "text in an SDF": ("a.sdf", b"hello\n" * 9, "SDF or MOL"),
    "text in a MOL2": ("a.mol2", b"hello\n" * 9, "MOL2"),
    "text in a PDB": ("a.pdb", b"hello\n" * 9, "ATOM"),
    "only a separator": ("a.sdf", b"$$$$\n", "SDF or MOL"),
    "PDB called SDF": ("a.sdf", b"HETATM    1  C1  LIG A   1       0.0\n", "“.pdb”"),
    "MOL2 called PDB": ("a.pdb", b"@<TRIPOS>MOLECULE\nx\n", "“.mol2”"),
    "MOL2 cut off": ("a.mol2", b"@<TRIPOS>MOLECULE\nx\n 3 2\n", "MOL2"),
    "no atoms": ("a.mol", b"\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n", "no atom"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_get_one_sentence(case, capfd):
    filename, data, expected = BAD_FILES[case]
    with pytest.raises(MoleculeError) as caught:
        from_file(filename, data)
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_random_bytes_never_break_a_reader(extension):
    noise = np.random.default_rng(0)
    for size in (1, 40, 4000):
        with pytest.raises(MoleculeError) as caught:
            from_file("a" + extension, noise.integers(1, 256, size, dtype=np.uint8).tobytes())
        assert_one_sentence(caught.value)
