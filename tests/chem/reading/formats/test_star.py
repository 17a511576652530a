"""The STAR syntax: words, quotes, fields, blocks; and time that grows with the text only."""

from __future__ import annotations

import time

import pytest

from engine.chem.errors import MoleculeError
from engine.chem.reading.formats.cif import star


def seconds(text: str) -> float:
    """Processor time of reading ``text``."""
    start = time.process_time()
    star.tables(text, ("_atom_site",))
    return time.process_time() - start


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a 'b c' d", ["a", "b c", "d"]),
        ("a 'b'c' d", ["a", "b'c", "d"]),
        ("C1' O5'' \"N'\"", ["C1'", "O5''", "N'"]),
        ('\'open d "e f"', ["'open", "d", "e f"]),
        ("a#b # c", ["a#b"]),
        ("'' x", ["", "x"]),
        ("'a\t'b", ["'a", "'b"]),
        ("\"data_x\" 'loop_' '_y'", ["data_x", "loop_", "_y"]),
    ],
)
def test_words_of_a_line(line: str, words: list[str]):
    items = "".join(f"_d.x{k}\n" for k in range(len(words)))
    (row,) = star.tables(f"data_a\nloop_\n{items}{line}\n", ("_d",))["_d"]
    assert list(row.values()) == words


def test_what_is_written_reads_back():
    values = ["C1'", 'a "b" c', "it's here", "_x", "data_y", "loop_", "#", ";", "", "two\nlines"]
    rows = [{"x": value, "y": "1"} for value in values]
    again = star.tables(star.written({"_d": rows}), ("_d",))["_d"]
    assert [row["x"] for row in again] == [*values[:-1], "two lines"]


def test_blocks_stay_apart_and_a_cut_row_is_dropped():
    text = "data_a\n_d.x 1\ndata_b\nloop_\n_d.x\n_d.y\n2 3\n4"
    assert star.blocks(text, ("_d",)) == [{"_d": [{"x": "1"}]}, {"_d": [{"x": "2", "y": "3"}]}]
    assert star.tables("", ("_d",)) == {"_d": []}


@pytest.mark.parametrize("word", ["'a ", '"a ', "'\"", "a' ", "'a\t"])
def test_quotes_that_nothing_closes_cost_no_more_than_letters(word: str):
    assert seconds("data_x _a.b " + word * 200_000) < 2.0


def test_a_structure_of_40000_atoms_is_read_in_linear_time():
    items = "".join(f"_atom_site.i{k}\n" for k in range(20))
    rows = "ATOM 1 C CA . ALA A 1 1 ? 0.000 0.000 0.000 1.00 20.00 ? 1 ALA A CA\n"
    few, many = (seconds(f"data_x\nloop_\n{items}{rows * n}") for n in (10_000, 40_000))
    assert many < max(8 * few, 1.0)


def test_millions_of_rows_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(star, "MAX_ROWS", 100)
    with pytest.raises(MoleculeError, match="more than 100 rows"):
        star.tables("loop_\n_d.x\n" + "1 " * 200, ("_d",))


def test_many_data_blocks_are_refused_and_empty_ones_are_none():
    assert star.blocks("data_x\n" * 20_000, ("_d",)) == [{"_d": []}]
    with pytest.raises(MoleculeError, match="data blocks"):
        star.blocks("data_x _d.a 1\n" * (star.MAX_BLOCKS + 2), ("_d",))
