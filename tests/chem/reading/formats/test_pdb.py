"""PDB files of real programs: no atom lost, elements told, models and locations kept apart."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from engine.chem.reading import (
    MoleculeError,
    Reading,
    ReadingChoices,
    from_smiles,
    list_records,
    read_file,
)
from engine.chem.reading.formats.pdb import elements as pdb_elements
from engine.chem.reading.formats.pdb import pdb
from tests.chem.reading.test_reader import assert_one_sentence

FILES = Path(__file__).parents[3] / "data" / "molecules" / "pdb_and_xyz"


def smiles(reading: Reading) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(reading.mol))


def read(text: str, record: int = 0) -> Reading:
    return read_file("a.pdb", text.encode(), ReadingChoices(record=record))


def block(text: str, name: str = "") -> list[str]:
    """ATOM lines of a molecule in 3D, as RDKit writes them, and its CONECT lines."""
    return Chem.MolToPDBBlock(from_smiles(text, name)).splitlines()


def atoms_of(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("ATOM", "HETATM"))]


@pytest.mark.parametrize(
    ("name", "right", "atoms", "models"),
    [
        ("07_br14_shifted_name_heavy.pdb", "COc1cc(CCN)c(OC)cc1Br", 14, 1),
        ("14b_1het_MRD_altloc_B_only.pdb", "C[C@@H](O)CC(C)(C)O", 8, 1),
        ("15b_own_export_10_models.pdb", "CC(C)Cc1ccc([C@@H](C)C(=O)O)cc1", 15, 10),
    ],
)
def test_real_files(name: str, right: str, atoms: int, models: int) -> None:
    data = (FILES / name).read_bytes()
    reading = read_file(name, data)
    assert smiles(reading) == right
    assert reading.mol.GetNumHeavyAtoms() == atoms
    assert len(reading.uploaded) == models == list_records(name, data)[1]


def with_location(line: str, label: str, occupancy: float, shift: float) -> str:
    """An atom line of an alternative location, moved along x."""
    x = float(line[30:38]) + shift
    return f"{line[:16]}{label}{line[17:30]}{x:8.3f}{line[38:54]}{occupancy:6.2f}{line[60:]}"


@pytest.mark.parametrize(
    ("shares", "best"),
    [((0.6, 0.4), "A"), ((0.4, 0.6), "B"), ((0.5, 0.5), "A"), ((0.3, 0.7), "B")],
)
@pytest.mark.parametrize("whole", [True, False])
def test_the_location_of_highest_occupancy_is_used_and_said(
    shares: tuple[float, float], best: str, whole: bool
) -> None:
    lines = atoms_of(block("OCCc1ccccc1"))
    doubled = []
    for k, line in enumerate(lines):
        if whole or k < 2:
            doubled += [
                with_location(line, label, share, shift)
                for label, share, shift in zip("AB", shares, (0.0, 0.2), strict=True)
            ]
        else:
            doubled.append(line)
    text = "\n".join(doubled)
    reading = read(text)
    assert smiles(reading) == "OCCc1ccccc1"
    assert reading.mol.GetNumAtoms() == len(lines)
    moved = reading.uploaded[0, 0, 0] - float(lines[0][30:38])
    assert moved == pytest.approx(0.0 if best == "A" else 0.2, abs=1e-3)
    assert any(f"location {best} is used" in note for note in reading.notes)


def test_an_atom_that_the_best_location_lacks_stays() -> None:
    lines = atoms_of(block("OCCc1ccccc1"))
    text = [with_location(lines[0], "A", 0.4, 0.0)]
    for line in lines[1:]:
        text += [with_location(line, "A", 0.4, 0.1), with_location(line, "B", 0.6, 0.0)]
    assert read("\n".join(text)).mol.GetNumAtoms() == len(lines)


def test_of_two_residues_at_one_place_one_is_read() -> None:
    lines = [line.replace("UNL", "LIG") for line in atoms_of(block("OCCc1ccccc1"))]
    other = [line.replace("UNL", "ALT") for line in atoms_of(block("NCCC=C"))]
    text = [with_location(line, "A", 0.3, 0.0) for line in lines]
    text += [with_location(line, "B", 0.7, 0.1) for line in other]
    assert smiles(read("\n".join(text))) == "C=CCCN"


def test_more_than_one_name_that_runs_on() -> None:
    text = (FILES / "07_br14_shifted_name_heavy.pdb").read_text()
    text = text.replace("  C13 UNL", "  C_13UNL").replace("  C12 UNL", "  C_12UNL")
    assert smiles(read(text)) == "COc1cc(CCN)c(OC)cc1Br"


POSES = ("ROOT", "ENDROOT", "BRANCH   2   3", "ENDBRANCH   2   3", "TORSDOF 2")


def docked(text: str, models: int) -> str:
    """Poses as AutoDock Vina writes them: PDBQT columns, polar hydrogens only."""
    mol = Chem.RemoveHs(from_smiles(text))
    mol = Chem.AddHs(
        mol,
        addCoords=True,
        onlyOnAtoms=[a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() != 6],
    )
    types = {"O": "OA", "N": "NA", "H": "HD", "S": "SA"}
    out = []
    for model in range(1, models + 1):
        out += [f"MODEL {model}", "REMARK VINA RESULT:    -6.2      0.000      0.000", POSES[0]]
        xyz = mol.GetConformer().GetPositions() + 3.0 * model
        for atom, (x, y, z) in zip(mol.GetAtoms(), xyz, strict=True):
            kind = "A" if atom.GetIsAromatic() else types.get(atom.GetSymbol(), atom.GetSymbol())
            name = f"{atom.GetSymbol():<4}"
            out.append(
                f"HETATM{atom.GetIdx() + 1:5d}  {name}LIG A   1    {x:8.3f}{y:8.3f}{z:8.3f}"
                f"  1.00  0.00    {-0.123:6.3f} {kind:<2}"
            )
        out += [*POSES[1:], "ENDMDL"]
    return "\n".join([*out, ""])


def test_docking_poses_are_conformers() -> None:
    reading = read(docked("OCCc1ccc(Cl)cc1", 9))
    assert smiles(reading) == "OCCc1ccc(Cl)cc1"
    assert len(reading.uploaded) == 9


@pytest.mark.parametrize("where", ["in each model", "at the end", "repeated at the end"])
@pytest.mark.parametrize("ends", [("MODEL", "ENDMDL"), ("MODEL", ""), ("", "END")])
def test_models_and_their_connections(where: str, ends: tuple[str, str]) -> None:
    mol = from_smiles("CCC=CC(=O)C#N")
    AllChem.EmbedMultipleConfs(mol, 3, randomSeed=1)
    lines: list[str] = []
    conect: list[str] = []
    for k in range(3):
        own = Chem.MolToPDBBlock(mol, k).splitlines()
        conect = [line for line in own if line.startswith("CONECT")]
        inside = conect if where == "in each model" else []
        lines += [f"MODEL {k + 1}"] if ends[0] else []
        lines += [*atoms_of(own), *inside, *([ends[1]] if ends[1] else [])]
    if where != "in each model":
        lines += ["ENDMDL", *conect * (3 if where.startswith("repeated") else 1)]
    reading = read("\n".join(lines))
    assert smiles(reading).replace("/", "").replace("\\", "") == "CCC=CC(=O)C#N"
    assert len(reading.uploaded) >= 1
    assert len(list_records("a.pdb", "\n".join(lines).encode())[0]) == 3


def test_models_times_connections_stay_small() -> None:
    conect = [f"CONECT{1:5d}{2:5d}" for _ in range(10_000)]
    conect += [f"CONECT{k:5d}{k + 1:5d}" for k in range(100, 10_000)]
    atoms = atoms_of(block("CCCC"))
    models = [line for _ in range(600) for line in ("MODEL", *atoms, "ENDMDL")]
    data = "\n".join([*models, *conect]).encode()
    start = time.process_time()
    entries = pdb.split(data.decode())
    assert sum(len(entry.text) for entry in entries) < 2 * len(data)
    assert len(entries[0].whole) < 10_000
    read_file("a.pdb", data)
    assert time.process_time() - start < 15.0


ELEMENTS = [
    # name as in columns 13 to 16, residue, alone, element
    (" CA ", "ALA", False, "C"),
    ("CA  ", "ALA", False, "C"),
    ("CA  ", "CA", True, "Ca"),
    ("CAL ", "CAL", True, "Ca"),
    ("CA  ", "LIG", False, "C"),
    (" HG ", "SER", False, "H"),
    ("HG11", "VAL", False, "H"),
    ("1HB ", "ALA", False, "H"),
    ("HG  ", "HG", True, "Hg"),
    ("H5''", "RA5", False, "H"),
    ("H5''", "RA", False, "H"),
    ("HO5'", "DG5", False, "H"),
    ("'H5'", "A", False, "H"),
    (" OP1", "RG", False, "O"),
    (" P  ", "DC3", False, "P"),
    ("CL1 ", "LIG", False, "Cl"),
    (" CL1", "LIG", False, "Cl"),
    ("Cl1 ", "LIG", False, "Cl"),
    ("CLA ", "CLA", True, "Cl"),
    ("BR12", "LIG", False, "Br"),
    (" Br1", "UNL", False, "Br"),
    ("SI1 ", "LIG", False, "Si"),
    ("SE  ", "MSE", False, "Se"),
    (" SD ", "MET", False, "S"),
    ("ZN  ", "ZN", True, "Zn"),
    ("NE1 ", "TRP", False, "N"),
    ("CD1 ", "LIG", False, "C"),
    ("HE2 ", "HIE", False, "H"),
    ("H12A", "LIG", False, "H"),
    (" C1'", "RU3", False, "C"),
    ("I1  ", "LIG", False, "I"),
    ("F1  ", "LIG", False, "F"),
    ("XX1 ", "LIG", False, ""),
    (" LP1", "LIG", False, ""),
]


@pytest.mark.parametrize(("name", "residue", "alone", "right"), ELEMENTS)
def test_the_element_follows_from_the_name(
    name: str, residue: str, alone: bool, right: str
) -> None:
    line = f"HETATM    1 {name} {residue:>3} A   1       0.000   0.000   0.000  1.00  0.00"
    assert pdb_elements.element(line, name.strip(), residue, alone)[0] == right


def without_elements(lines: list[str]) -> list[str]:
    return [line[:66] for line in atoms_of(lines)]


def test_a_file_without_elements() -> None:
    assert smiles(read("\n".join(without_elements(block("OCCC(Br)=CCl"))))) in (
        "OCC/C(Br)=C/Cl",
        "OCC/C(Br)=C\\Cl",
    )


def test_an_atom_without_an_element_is_named() -> None:
    lines = without_elements(block("CCCO"))
    lines[2] = lines[2].replace(" C3 ", " XX3")
    with pytest.raises(MoleculeError, match=r"atom 3 .*XX3.* of residue UNL") as caught:
        read("\n".join(lines))
    assert_one_sentence(caught.value)


def test_an_atom_without_coordinates_is_named() -> None:
    lines = atoms_of(block("CCCO"))
    lines[1] = lines[1][:30] + "   x.xxx" + lines[1][38:]
    with pytest.raises(MoleculeError, match=r"Atom 2 .*C2") as caught:
        read("\n".join(lines))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("first", ["A0000", "99998", "A000Z", "100000"])
def test_serial_numbers_of_other_bases_and_widths(first: str) -> None:
    lines = block("OCC=CC#N")
    names = [f"{first[:-2]}{k + 10:02d}" for k in range(len(atoms_of(lines)))]
    out = []
    for line in lines:
        if line.startswith("HETATM"):
            name = names[int(line[6:11]) - 1]
            out.append(f"{line[:6]}{name:>5}{line[11:] if len(name) < 6 else line[12:]}")
        elif line.startswith("CONECT"):
            width = max(5, len(first))
            out.append(
                "CONECT" + "".join(f"{names[int(w) - 1]:>{width}}" for w in line.split()[1:])
            )
    assert read("\n".join(out)).mol.GetNumBonds() == from_smiles("OCC=CC#N").GetNumBonds()
    serials = [line for line in out if line.startswith("CONECT")]
    assert serials
    drawing = pdb.draw("\n".join(out))
    orders = sorted(bond.GetBondTypeAsDouble() for bond in drawing.GetBonds())
    assert orders[-2:] == [2.0, 3.0], "the repeats of CONECT are orders"


def test_wide_coordinates_and_words() -> None:
    mol = from_smiles("CCC=CO")
    lines = atoms_of(Chem.MolToPDBBlock(mol).splitlines())
    right = mol.GetConformer().GetPositions()
    wide, words = [], []
    for line, (x, y, z) in zip(lines, right, strict=True):
        name = line[12:16].strip()
        wide.append(f"{line[:30]} {x:10.5f} {y:10.5f} {z:10.5f}  1.00  0.00")
        words.append(f"ATOM {line[6:11].strip()} {name} LIG 1 {x:.5f} {y:.5f} {z:.5f} 1.00 0.00")
    for text in (wide, words):
        reading = read("\n".join(text))
        assert np.abs(reading.uploaded[0] - right).max() < 1e-4
    far = [
        f"{line[:30]}{x + 5000:8.3f}{y - 5000:8.3f}{z:8.3f}{line[54:]}"
        for line, (x, y, z) in zip(lines, right, strict=True)
    ]
    reading = read("\n".join(far))
    assert np.abs(reading.uploaded[0] - right - [5000, -5000, 0]).max() < 2e-3


def test_deuterium_and_charges_of_the_columns() -> None:
    lines = block("C[N+](C)(C)CCO")
    text = "\n".join(lines)
    reading = read(text.replace("           H  ", "           D  ", 1))
    assert sum(atom.GetIsotope() == 2 for atom in reading.mol.GetAtoms()) == 1
    assert Chem.GetFormalCharge(reading.mol) == 1


def test_ter_lines_and_serials_that_are_all_zero() -> None:
    lines = atoms_of(block("CCCO"))
    zero = [f"{line[:6]}    0{line[11:]}" for line in lines]
    zero.insert(4, "TER       0      UNL A   1")
    assert smiles(read("\n".join([*zero, "CONECT    0    0", "END"]))) == "CCCO"


def test_a_model_whose_bonds_are_broken_is_no_conformer() -> None:
    lines = atoms_of(block("CCCCO"))
    torn = [*lines[:-1], f"{lines[-1][:30]}{9.0:8.3f}{lines[-1][38:]}"]
    text = "\n".join(["MODEL 1", *lines, "ENDMDL", "MODEL 2", *torn, "ENDMDL"])
    assert len(read(text).uploaded) == 1


def test_hundreds_of_models_are_read_soon() -> None:
    lines = Chem.MolToPDBBlock(from_smiles("CCCCOc1ccccc1CCN2CCOCC2")).splitlines()
    text = "\n".join(["MODEL", *lines, "ENDMDL"] * 1000)
    start = time.process_time()
    assert len(read(text).uploaded) == 1000
    assert time.process_time() - start < 15.0
