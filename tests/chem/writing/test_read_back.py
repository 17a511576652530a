"""What is exported is read back by this program: molecule, conformers, names and fields."""

from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from engine.chem.reading import Reading, from_smiles, read_file
from engine.chem.reading.formats.pdb import pdb
from engine.chem.structure import to_molecule
from engine.chem.writing import (
    ConformerSet,
    to_pdb_file,
    to_sdf,
    to_sdf_file,
    to_trajectory_pdb,
    to_trajectory_xyz,
    to_xyz_file,
)
from engine.molecule import Ensemble

CASES = {
    "ibuprofen": "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O",
    "betaine": "C[N+](C)(C)CC(=O)[O-]",
    "ammonium": "CC[NH3+]",
    "phosphate": "CCOP(=O)([O-])[O-]",
    "nitro": "CCOc1ccc(cc1)[N+](=O)[O-]",
    "alkyne": "ClCC(Br)/C=C/C#CCF",
    "sulfonamide": "CCNS(=O)(=O)c1ccc(Cl)cc1",
    "azide": "CCCN=[N+]=[N-]",
    "silane": "CC[Si](C)(C)CCI",
    "boronic acid": "CCCB(O)O",
    "caffeine analogue": "CCn1cnc2c1c(=O)n(C)c(=O)n2C",
    "deuterium": "[2H]C([2H])([2H])CCO",
}
WRITERS = {".sdf": to_sdf_file, ".pdb": to_pdb_file, ".xyz": to_xyz_file}


def made(smiles: str, count: int, name: str = "") -> ConformerSet:
    mol = from_smiles(smiles, name)
    AllChem.EmbedMultipleConfs(mol, count, randomSeed=3)
    xyz = np.stack([c.GetPositions() for c in mol.GetConformers()]).astype(np.float32)
    energies = np.linspace(0.0, 3.0, count)
    ensemble = Ensemble(to_molecule(mol), xyz, energies=energies, energy_name="MMFF94s")
    return ConformerSet(mol, ensemble, {"seed": 7})


def plain(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(mol))


def assert_read_back(reading: Reading, conformers: ConformerSet, tolerance: float = 1e-3) -> None:
    mol = conformers.mol
    assert plain(reading.mol) == plain(mol)
    assert [a.GetAtomicNum() for a in reading.mol.GetAtoms()] == [
        a.GetAtomicNum() for a in mol.GetAtoms()
    ]
    assert Chem.GetFormalCharge(reading.mol) == Chem.GetFormalCharge(mol)
    assert len(reading.uploaded) == len(conformers.xyz)
    assert np.abs(reading.uploaded - conformers.xyz).max() < tolerance


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("case", CASES)
def test_all_conformers_come_back(case: str, extension: str, count: int) -> None:
    conformers = made(CASES[case], count)
    text = WRITERS[extension](conformers)
    assert_read_back(read_file(f"a{extension}", text.encode()), conformers)


@pytest.mark.parametrize("extension", WRITERS)
def test_an_export_of_an_export_is_the_same(extension: str) -> None:
    conformers = made(CASES["ibuprofen"], 3, "ibuprofen")
    reading = read_file(f"a{extension}", WRITERS[extension](conformers).encode())
    ensemble = Ensemble(to_molecule(reading.mol), reading.uploaded)
    again = ConformerSet(reading.mol, ensemble)
    assert_read_back(read_file(f"b{extension}", WRITERS[extension](again).encode()), again)


NAMES = [
    "$$$$",
    "$$$$ and more",
    "M  END",
    "> <seed>",
    "Benzocaïne ß, 中文",
    "two\nlines\r\nof\u2028it\x85",
    "\u202eesrever\u202c and \u2066isolated\u2069",
    "a\x00b\x1b[31m",
    "ï" * 100,
    "MODEL 1",
    "x" * 300,
    "7",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("extension", WRITERS)
def test_no_name_breaks_a_file(extension: str, name: str) -> None:
    conformers = made("CCCO", 2)
    conformers.mol.SetProp("_Name", name)
    ensemble = Ensemble(to_molecule(conformers.mol), conformers.xyz)
    text = WRITERS[extension](ConformerSet(conformers.mol, ensemble))
    assert not set(text) & set("\u202e\u202c\u2066\u2069\u2028\x85\x00\x1b")
    reading = read_file(f"a{extension}", text.encode())
    assert_read_back(reading, conformers)


@pytest.mark.parametrize("value", ["$$$$", "a\n$$$$\nb", "a\n\n\nb", "> <x>\n1", "\u202e12"])
def test_no_field_breaks_an_sdf(value: str) -> None:
    conformers = made("CCCO", 2)
    conformers.mol.SetProp("note", value)
    conformers.mol.SetProp("odd > <name>\n$$$$", "1")
    reading = read_file("a.sdf", to_sdf_file(conformers).encode())
    assert_read_back(reading, conformers)
    assert reading.mol.HasProp("note") and reading.mol.HasProp("torsion_atoms")
    assert to_sdf(conformers.mol, conformers.xyz).count("\n$$$$\n") == 2


def test_wide_coordinates_and_long_molecules() -> None:
    conformers = made("CCCO", 2)
    moved = conformers.xyz + np.array([20_000.0, -5_000.0, 0.0])
    far = ConformerSet(conformers.mol, Ensemble(to_molecule(conformers.mol), moved))
    reading = read_file("a.pdb", to_pdb_file(far).encode())
    apart = reading.uploaded - reading.uploaded.mean(axis=(0, 1))
    assert np.abs(apart - (moved - moved.mean(axis=(0, 1)))).max() < 5e-3
    assert "moved" in to_pdb_file(far) and "moved" not in to_pdb_file(conformers)


def test_the_frames_of_a_reverse_process() -> None:
    conformers = made(CASES["ibuprofen"], 4)
    sigmas = [3.0, 1.0, 0.1, 0.0]
    for extension, write in ((".pdb", to_trajectory_pdb), (".xyz", to_trajectory_xyz)):
        text = write(conformers.mol, conformers.xyz, sigmas)
        assert_read_back(read_file(f"a{extension}", text.encode()), conformers)


def test_a_frame_whose_atoms_clash_keeps_its_bonds_in_a_pdb() -> None:
    mol = from_smiles("C" * 12)
    folded = mol.GetConformer()
    for i in range(3, 11):
        AllChem.SetDihedralDeg(folded, i - 3, i - 2, i - 1, i, 0.0)
    frames = folded.GetPositions()[None]
    text = to_trajectory_pdb(mol, frames, [3.0])
    drawing = pdb.draw(pdb.split(text)[0].whole)
    assert drawing.GetNumBonds() == mol.GetNumBonds()
