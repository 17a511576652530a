"""XYZ files in the dialects of programs and data sets."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from engine.chem.reading import (
    MoleculeError,
    Reading,
    ReadingChoices,
    from_smiles,
    list_records,
    read_file,
)
from engine.chem.reading.formats import xyz
from tests.chem.reading.test_reader import assert_one_sentence

FILES = Path(__file__).parents[3] / "data" / "molecules" / "pdb_and_xyz"


def read(text: str, charge: int = 0) -> Reading:
    return read_file("a.xyz", text.encode(), ReadingChoices(charge=charge))


def smiles(reading: Reading) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(reading.mol))


def lines_of(mol: Chem.Mol) -> list[str]:
    """The atoms alone."""
    return Chem.MolToXYZBlock(mol).splitlines()[2:]


@pytest.fixture(scope="module")
def ethanol() -> Chem.Mol:
    return from_smiles("CCO")


def frame(lines: list[str], comment: str = "") -> str:
    return "\n".join([str(len(lines)), comment, *lines, ""])


def mathematica(value: float) -> str:
    """A number as QM9 writes small ones."""
    mantissa, exponent = f"{value:.6e}".split("e")
    return f"{mantissa}*^{int(exponent)}"


def fortran(value: float) -> str:
    """A number as Fortran's D format writes it."""
    mantissa, exponent = f"{value:.8e}".split("e")
    return f"{mantissa}D{exponent}"


NUMBERS = {
    "Mathematica": mathematica,
    "Fortran": fortran,
    "small d": lambda value: fortran(value).lower(),
    "plus": lambda value: f"{value:+.6f}",
    "decimal comma": lambda value: f"{value:.6f}".replace(".", ","),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers(ethanol: Chem.Mol, kind: str) -> None:
    right = ethanol.GetConformer().GetPositions()
    lines = [
        "\t".join([atom.GetSymbol(), *map(NUMBERS[kind], place)])
        for atom, place in zip(ethanol.GetAtoms(), right.tolist(), strict=True)
    ]
    reading = read(frame(lines))
    assert smiles(reading) == "CCO"
    assert np.abs(reading.uploaded[0] - right).max() < 1e-4


WORDS = {
    "labels": lambda atom: f"{atom.GetSymbol()}{atom.GetIdx() + 1}",
    "underscores": lambda atom: f"{atom.GetSymbol()}_{atom.GetIdx() + 1}",
    "numbers": lambda atom: str(atom.GetAtomicNum()),
    "lower case": lambda atom: atom.GetSymbol().lower(),
    "Gaussian's fragments": lambda atom: f"{atom.GetSymbol()}(Fragment=1)",
}


@pytest.mark.parametrize("kind", WORDS)
def test_words_for_elements(kind: str) -> None:
    mol = from_smiles("OCCCl")
    lines = [
        " ".join([WORDS[kind](atom), *line.split()[1:]])
        for atom, line in zip(mol.GetAtoms(), lines_of(mol), strict=True)
    ]
    assert smiles(read(frame(lines))) == "OCCCl"


@pytest.mark.parametrize(
    ("word", "isotope"), [("D", 2), ("T", 3), ("2H", 2), ("H(Iso=2)", 2), ("D5", 2), ("d", 2)]
)
def test_isotopes_are_kept(ethanol: Chem.Mol, word: str, isotope: int) -> None:
    lines = lines_of(ethanol)
    lines[-1] = " ".join([word, *lines[-1].split()[1:]])
    reading = read(frame(lines))
    assert [a.GetIsotope() for a in reading.mol.GetAtoms()] == [0] * 8 + [isotope]
    carbon = [" ".join(["13C", *lines[0].split()[1:]]), *lines_of(ethanol)[1:]]
    assert read(frame(carbon)).mol.GetAtomWithIdx(0).GetIsotope() == 13


def test_qm9() -> None:
    mol = from_smiles("CCO")
    lines = [f"{line} -0.53" for line in lines_of(mol)]
    tail = ["1341.307\t1341.3284\t3151.7078", "CCO\tCCO\t", "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"]
    comment = "gdb 14\t157.7118\t157.70997\t0.\t13.21\t-40.47893\t6.469"
    text = frame(lines, comment) + "\n".join(tail)
    reading = read(text)
    assert smiles(reading) == "CCO"
    assert reading.mol.GetProp("_Name") == "gdb 14"
    assert list_records("a.xyz", f"{text}\n{text}".encode())[1] == 2
    with pytest.raises(MoleculeError, match="no rotatable bond"):
        read((FILES / "02_qm9_methane.xyz").read_text())
    drawing = xyz.draw(xyz.split((FILES / "02_qm9_methane.xyz").read_text())[0].text)
    assert Chem.MolToSmiles(Chem.RemoveHs(drawing, sanitize=False)) == "C"


@pytest.mark.parametrize(
    ("name", "charge", "expected"),
    [
        ("08_csd_cahled.xyz", 2, "C(=C\\c1cc[nH+]cc1)/c1cc[nH+]cc1"),
        ("09_xyz2mol43_nitro.xyz", 0, "CC(=O)Nc1c(C(C)=O)cccc1[N+](=O)[O-]"),
    ],
)
def test_charges_within_a_molecule(name: str, charge: int, expected: str) -> None:
    wanted = Chem.CanonSmiles(expected)
    assert smiles(read((FILES / name).read_text(), charge)) == wanted


def test_fortran_exponents() -> None:
    reading = read((FILES / "41_fortran_D.xyz").read_text())
    assert reading.mol.GetNumAtoms() == 9
    assert smiles(reading) == "CCO"


@pytest.mark.parametrize(
    "properties", ["species:S:1:pos:R:3:forces:R:3", "pos:R:3:species:S:1", "id:I:1:Z:I:1:pos:R:3"]
)
def test_extended_xyz(ethanol: Chem.Mol, properties: str) -> None:
    lines = []
    for k, (atom, line) in enumerate(zip(ethanol.GetAtoms(), lines_of(ethanol), strict=True)):
        symbol, *place = line.split()
        words = {
            "species": [symbol],
            "Z": [str(atom.GetAtomicNum())],
            "pos": place,
            "forces": ["0.1", "0.2", "0.3"],
            "id": [str(k)],
        }
        lines.append(" ".join(w for name in properties.split(":")[::3] for w in words[name]))
    comment = f'Lattice="9 0 0 0 9 0 0 0 9" Properties={properties} pbc="F F F" name of it'
    reading = read(frame(lines, comment))
    assert smiles(reading) == "CCO"
    assert reading.mol.GetProp("_Name") == "name of it"


def test_words_apart_by_commas_and_no_comment(ethanol: Chem.Mol) -> None:
    lines = lines_of(ethanol)
    assert smiles(read(frame([", ".join(line.split()) for line in lines]))) == "CCO"
    assert smiles(read("\n".join([str(len(lines)), *lines]))) == "CCO"
    both = "\n".join([str(len(lines)), *lines, str(len(lines)), *lines])
    assert len(read(both).uploaded) == 2


@pytest.mark.parametrize(
    "change",
    [
        "\n".join,
        lambda lines: frame(lines) + "C 9.0 9.0 9.0",
        lambda lines: frame(lines).replace("9", "8", 1),
        lambda lines: frame(lines).replace("9", "9" * 4301, 1),
        lambda lines: frame(lines).replace("9\n", "10\n", 1),
        lambda lines: frame(lines).replace("O ", "Xx ", 1),
        lambda lines: frame(["C 1e308 0 0", *lines]),
        lambda lines: frame(["C nan 0 0", *lines]),
        lambda lines: frame(["C 1,234 5 6", *lines]),
        lambda lines: frame(["1C 9 9 9", *lines]),
    ],
)
def test_what_no_dialect_says_gets_one_sentence(ethanol: Chem.Mol, change: object) -> None:
    assert callable(change)
    with pytest.raises(MoleculeError) as caught:
        read(change(lines_of(ethanol)))
    assert_one_sentence(caught.value)


def test_the_charge_that_a_comment_states() -> None:
    mol = from_smiles("CC[NH3+]")
    reading = read(frame(lines_of(mol), "ethylammonium charge=+1"))
    assert smiles(reading) == "CC[NH3+]"
    assert reading.mol.GetProp("_Name") == "ethylammonium"
    assert any("states a charge of +1" in note for note in reading.notes)


@pytest.mark.parametrize("radius", [3.0, 4.0, 5.0, 6.0, 8.0])
def test_a_ball_of_carbons_is_refused_soon(radius: float) -> None:
    rng = np.random.default_rng(0)
    places: list[np.ndarray] = []
    while len(places) < 200:
        place = rng.uniform(-radius, radius, 3)
        far = all(np.linalg.norm(place - other) > radius / 8 for other in places)
        if np.linalg.norm(place) < radius and far:
            places.append(place)
    start = time.process_time()
    with pytest.raises(MoleculeError) as caught:
        read(frame(["C {:.4f} {:.4f} {:.4f}".format(*place) for place in places]))
    assert time.process_time() - start < 15.0
    assert_one_sentence(caught.value)
