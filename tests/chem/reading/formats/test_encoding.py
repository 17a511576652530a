"""Files in the encodings and with the line ends that programs and editors leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from engine.chem.reading import MoleculeError, from_smiles, read_file
from engine.chem.reading.formats.encoding import decode
from engine.chem.structure import to_molecule
from engine.chem.writing import ConformerSet, to_pdb_file, to_sdf_file, to_xyz_file
from engine.molecule import Ensemble
from tests.chem.reading.test_several_molecules import WRITERS

FILES = Path(__file__).parents[3] / "data" / "molecules" / "pdb_and_xyz"
ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be")
WIDE = ("utf-32", "utf-32-le", "utf-32-be")
SMILES, NAME = "CCOC(=O)c1ccc(N)cc1", "Benzocaïne ß"


def sdf() -> str:
    """Benzocaine with a name and a field that are not ASCII."""
    mol = from_smiles(SMILES, NAME)
    return Chem.MolToMolBlock(mol) + ">  <Größe>\nmäßig µM\n\n$$$$\n"


@pytest.mark.parametrize("encoding", [*ENCODINGS, *WIDE])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_text_of_any_encoding_and_line_end_is_kept(encoding: str, end: str) -> None:
    mol = read_file("a.sdf", sdf().replace("\n", end).encode(encoding)).mol
    assert Chem.MolToSmiles(Chem.RemoveHs(mol)) == SMILES
    assert mol.GetProp("_Name") == NAME
    assert mol.GetProp("Größe") == "mäßig µM"


@pytest.mark.parametrize("name", ["17_latin1_title_and_field.sdf", "18_utf16_powershell.sdf"])
def test_real_files_and_what_is_exported_from_them(name: str) -> None:
    reading = read_file(name, (FILES / name).read_bytes())
    assert Chem.MolToSmiles(Chem.RemoveHs(reading.mol)) == SMILES
    assert reading.mol.GetProp("_Name") == NAME
    assert len(reading.uploaded) == 1
    made = ConformerSet(reading.mol, Ensemble(to_molecule(reading.mol), reading.uploaded))
    for export in (to_sdf_file(made), to_pdb_file(made), to_xyz_file(made)):
        assert NAME in export
    for key in ("Größe", "IC50_µM"):
        if name.startswith("17"):
            assert f"<{key}>" in to_sdf_file(made)


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32-le", "utf-8-sig"])
@pytest.mark.parametrize("before", ["", "\n\n \n"])
def test_every_format_in_wide_letters_and_after_blank_lines(
    extension: str, encoding: str, before: str
) -> None:
    mol = from_smiles(SMILES, NAME)
    data = (before + WRITERS[extension](mol)).encode(encoding)
    assert Chem.MolToSmiles(Chem.RemoveHs(read_file(f"a{extension}", data).mol)) == SMILES


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_mol_file_that_lost_lines_of_its_header(lines: int) -> None:
    mol = from_smiles(SMILES)
    mol.SetProp("_Name", "")
    text = Chem.MolToMolBlock(mol)
    for _ in range(lines):
        text = text.partition("\n")[2]
    assert Chem.MolToSmiles(Chem.RemoveHs(read_file("a.mol", text.encode()).mol)) == SMILES


def test_records_of_two_encodings_in_one_file() -> None:
    assert decode("Größe\n".encode() + "Größe\n".encode("cp1252")) == "Größe\nGröße\n"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(MoleculeError, match="binary"):
        decode(bytes(range(256)) * 20)
    with pytest.raises(MoleculeError, match="binary"):
        read_file("a.sdf", b"\x00" * 100)
    assert decode(b"\x81\x8d") == "\x81\x8d"
