"""MOL blocks that are no single molecule, claim too much, or are damaged; and data fields."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from rdkit import Chem

from engine.chem.reading import MoleculeError, from_smiles, read_file, read_text
from engine.chem.reading.formats.mol.sdf import MAX_FIELDS
from tests.chem.reading.formats.test_files import smiles_of
from tests.chem.reading.test_reader import assert_one_sentence

FOLDER = Path(__file__).parents[3] / "data" / "molecules" / "formats"


def refusal(text: str) -> str:
    """The sentence with which a MOL block is refused, within five seconds of processor time."""
    start = time.process_time()
    with pytest.raises(MoleculeError) as caught:
        read_file("a.mol", text.encode())
    assert time.process_time() - start < 5.0
    assert_one_sentence(caught.value)
    return str(caught.value)


def v2000(smiles: str = "CCCO") -> str:
    return Chem.MolToMolBlock(from_smiles(smiles))


def v3000(smiles: str = "CCCO") -> str:
    return Chem.MolToV3KMolBlock(from_smiles(smiles))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rgroup_v3000.mol", "open places (R#)"),
        ("sgroup_bad_bond.sdf", "repeat unit of a polymer"),
        ("v3000_counts.sdf", "99,999,999 atoms"),
        ("v3000_sterac.sdf", "shorter than it says"),
    ],
)
def test_files_that_are_no_molecule_get_the_right_sentence(name: str, expected: str):
    assert expected in refusal((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("symbol", ["R#", "R1", "A", "Q", "L", "*", "X", "Ph", "Pol"])
def test_open_places_are_named(symbol: str):
    lines = v2000().split("\n")
    lines[4] = f"{lines[4][:31]}{symbol:<3}{lines[4][34:]}"
    assert f"open places ({symbol})" in refusal("\n".join(lines))
    assert f"open places ({symbol})" in refusal(v3000().replace("V30 1 C", f"V30 1 {symbol}"))


def test_lists_of_atoms_are_open_places():
    for symbol in ("[C, N]", "NOT[C,N]"):
        assert "open places" in refusal(v3000().replace("V30 1 C", f"V30 1 {symbol}"))
    assert "open places" in refusal("$MDL  REV  1\n$MOL\n$HDR\n\n\n\n$END HDR\n" + v2000())


@pytest.mark.parametrize("ends", ["(3 1 2 3) ATTACH=ALL", "(3 1 2 3) ATTACH=ANY"])
def test_bonds_to_several_atoms_are_told(ends: str):
    text = v3000().replace("M  V30 1 1 1 2\n", f"M  V30 1 1 1 2 ENDPTS={ends}\n")
    assert "ends at several atoms" in refusal(text)


def test_polymers_are_told_and_data_groups_are_no_matter():
    group = "M  STY  1   1 {}\nM  SAL   1  2   1   2\nM  SBL   1  1   {}\nM  END"
    for kind in ("SRU", "COP", "MON"):
        assert "polymer" in refusal(v2000().replace("M  END", group.format(kind, 2)))
    for kind in ("DAT", "SUP", "GEN"):
        for bond in (2, 3):
            text = v2000().replace("M  END", group.format(kind, bond))
            assert smiles_of(read_file("a.mol", text.encode()).mol) == "CCCO", kind


@pytest.mark.parametrize("line", ["ATOMS=(99999999 1)", "ATOMS=(999999999999999999999 1)"])
@pytest.mark.parametrize("kind", ["STERAC1", "STEABS", "HILITE"])
def test_lists_that_claim_more_than_they_hold_are_refused(kind: str, line: str):
    word = f"M  V30 BEGIN COLLECTION\nM  V30 MDLV30/{kind} {line}\nM  V30 END COLLECTION\n"
    assert "shorter" in refusal(v3000().replace("M  V30 END CTAB", word + "M  V30 END CTAB"))


def test_ordinary_v3000_files_stay_readable():
    racemic = Chem.MolFromSmiles("C[C@H](O)C[C@@H](N)C(=O)O |&1:1,4,SgD:1:FIELD:value (= 3)::::|")
    text = Chem.MolToV3KMolBlock(racemic)
    assert smiles_of(read_file("a.mol", text.encode()).mol).count("@") > 1
    continued = v3000().replace("M  V30 1 C ", "M  V30 1 -\nM  V30 C ", 1)
    assert smiles_of(read_file("a.mol", continued.encode()).mol) == "CCCO"


@pytest.mark.parametrize(
    "counts", ["-1 3 0 0 0", "x y", "", "201 3 0 0 0", "4 99999999 0 0 0", "9" * 5000]
)
def test_counts_that_make_no_sense_are_refused_at_once(counts: str):
    text = v3000()
    at = text.index("COUNTS")
    refusal(text[:at] + f"COUNTS {counts}" + text[text.index("\n", at) :])


@pytest.mark.parametrize("word", ["nan", "inf", "1e39", "1e400", "-1e300"])
def test_coordinates_that_make_no_sense_are_refused(word: str):
    text = v3000()
    at = text.index("M  V30 1 C ")
    line = text[at : text.index("\n", at)]
    words = line.split(" ")
    refusal(text.replace(line, " ".join([*words[:-2], word, words[-1]])))


def test_a_damaged_valence_field_is_no_exception_of_another_kind():
    lines = v2000().split("\n")
    lines[4] = lines[4][:36] + "9" * 50 + lines[4][39:]
    refusal("\n".join(lines))


def test_only_the_first_data_fields_are_kept_and_it_is_said():
    fields = "".join(f"> <f{k}>\n{k}\n\n" for k in range(40_000))
    start = time.process_time()
    reading = read_file("a.sdf", (v2000() + fields + "$$$$\n").encode())
    assert time.process_time() - start < 10.0
    assert sum(name.startswith("f") for name in reading.mol.GetPropNames()) == MAX_FIELDS
    assert any("first 1,000 data fields" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC[#119]C", "atomic number 119"),
        ("CC\ud800CC", "damaged"),
        ("CC\0CC", "damaged"),
        ("CC(F)O |(0,0,0;1,1,nan;2,inf,0;1e308,3,3)|", "coordinates"),
        ("*CCCO* |Sg:n:1,2,3:n:ht:::|", "polymer"),
        ("CCC\nCCC", "several lines"),
    ],
)
def test_lines_that_are_no_molecule_get_one_sentence(text: str, expected: str):
    with pytest.raises(MoleculeError) as caught:
        read_text(text)
    assert_one_sentence(caught.value)
    assert expected in str(caught.value)
