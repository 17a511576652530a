"""Lists of molecules: every record once, whatever the file looks like."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from engine import encoding
from engine.chem.reading import MoleculeError
from engine.conformers.library.records import records


def found(tmp_path: Path, name: str, content: str | bytes) -> list[tuple[str, str]]:
    """Names and texts of the records of a file."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    every = list(records(path))
    assert [record.number for record in every] == list(range(1, len(every) + 1))
    assert all(a.position <= b.position for a, b in pairwise(every))
    return [(record.name, record.text) for record in every]


def test_a_list_of_smiles(tmp_path):
    text = "SMILES\tname\nCCO ethanol\n\n# a comment\nCCN\r\nCCCO propanol, dry"
    wanted = [
        ("ethanol", "CCO ethanol"),
        ("", "CCN"),
        ("propanol, dry", "CCCO propanol, dry"),
    ]
    assert found(tmp_path, "a.smi", text) == wanted
    assert found(tmp_path, "b.SMI", text.encode("utf-16")) == wanted


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_by_its_heading(tmp_path, separator):
    rows = [["nr", "ChEMBL ID", "Canonical SMILES"], ["1", "C1", "CCO"], ["2", "C2"], ["", "", ""]]
    text = "\n".join(separator.join(row) for row in rows)
    assert found(tmp_path, "a.csv", text) == [("C1", "CCO"), ("C2", "")]


def test_a_table_quotes_its_cells(tmp_path):
    text = '\ufeffname,smiles\n"a, b\nc",CCO\n'
    assert found(tmp_path, "a.csv", text) == [("a, b\nc", "CCO")]
    open_quote = 'name,smiles\n"a,CCO\n' + "b,CCN\n" * 30_000
    assert found(tmp_path, "b.csv", open_quote)[0][1] == "unreadable row"


def test_an_sdf_is_split_at_its_separators(tmp_path):
    block = "{}\n\n\n  0  0  0     0  0            999 V2000\nM  END\n"
    text = block.format("a") + "$$$$\n\n$$$$\n" + block.format("Ä") + "$$$$ \n" + block.format("c")
    for data in (text, text.replace("\n", "\r\n"), text.encode("latin-1")):
        assert [name for name, _ in found(tmp_path, "a.sdf", data)] == ["a", "Ä", "c"]


def test_what_is_no_list(tmp_path):
    with pytest.raises(MoleculeError, match=r"\.smi, \.smiles"):
        found(tmp_path, "a.docx", "CCO")
    with pytest.raises(MoleculeError, match="no column of SMILES"):
        found(tmp_path, "a.csv", "CCO,ethanol\nCCN,ethylamine")


def test_the_digest_knows_every_record_before(tmp_path):
    one, other = tmp_path / "1.smi", tmp_path / "2.smi"
    one.write_text("CCO\nCCN\nCCC\nCCCC\n")
    other.write_text("CCO\nCCF\nCCC\n")
    same, differ, *later = zip(records(one), records(other), strict=False)
    assert same[0].digest == same[1].digest
    assert all(a.digest != b.digest for a, b in [differ, *later])


def test_a_line_without_end_is_cut(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("C" * 100 + "\nO\n" + "N" * 100)
    with encoding.opened(path) as file:
        assert list(encoding.lines(file, 8)) == ["CCCCCCCC\n", "O\n", "NNNNNNNN\n"]
