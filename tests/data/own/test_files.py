"""Files that readers bring: tables in all their dialects, and every kind of trouble."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from engine.data.own.errors import OwnDataError
from engine.data.own.files import MAX_BYTES, MEGABYTES, kind, read_table
from engine.data.own.table import Layout

ROOT = Path(__file__).parents[3]
FILES = Path(__file__).parent / "files"
POINTS = np.array([[1.5, -2.0], [3.25, 40.0], [-0.5, 6.0]])


def csv(separator: str = ",", header: str = "", decimal: str = ".") -> bytes:
    rows = [separator.join(f"{v:g}".replace(".", decimal) for v in row) for row in POINTS]
    return "\n".join([header, *rows] if header else rows).encode()


# ---------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", ", ", "   "])
@pytest.mark.parametrize("header", [True, False])
def test_every_separator_is_found_with_a_header_or_without(separator: str, header: bool) -> None:
    first = f"across{separator}up" if header else ""
    table = read_table("a.csv", csv(separator, first))
    names = ["across", "up"] if header else ["column 1", "column 2"]
    assert list(table.columns) == names
    assert np.array_equal(table.pair(*names), POINTS)


def test_decimal_commas_are_read_where_the_separator_is_another() -> None:
    table = read_table("a.csv", csv(";", "x;y", decimal=","))
    assert np.array_equal(table.pair("x", "y"), POINTS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str) -> None:
    table = read_table("a.csv", "höhe,länge\n1,2\n3,5\n".encode(encoding))
    assert list(table.columns) == ["höhe", "länge"]
    assert table.pair("höhe", "länge").tolist() == [[1, 2], [3, 5]]


def test_windows_lines_blank_lines_comments_and_a_separator_at_the_end() -> None:
    table = read_table("a.csv", b"# made by hand\r\nx,y,\r\n1,2,\r\n\r\n3,4,\r\n")
    assert list(table.columns) == ["x", "y"] and len(table.pair("x", "y")) == 2


def test_of_more_columns_two_are_chosen_and_text_is_left_alone() -> None:
    table = read_table("a.csv", b"name,x,y,z\nA,1,2,3\nB,4,5,6\n")
    assert table.numeric == ["x", "y", "z"]
    assert table.pair("z", "x").tolist() == [[3, 1], [6, 4]]
    with pytest.raises(ValueError, match=r"^Row 1 of name is 'A', which is not a number\.$"):
        table.pair("name", "x")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b" \n \n", "The file is empty"),
        ("a.csv", b"# only words\n", "nothing but comments"),
        ("a.csv", b"x,y\n", "a header and no rows"),
        ("a.csv", b"1\n2\n3\n", "single column"),
        ("a.csv", b"x,y\n1,2\n3,4,5\n", "Line 3 has 3 entries, the first has 2"),
        ("a.csv", b"1,2\n" * 80 + b"1,2,3\n", "Line 81 has 3 entries, the first has 2"),
        ("a.csv", b"PK\x03\x04\0\0\0\0", "does not hold text"),
        ("a.csv", b"a" * 200_000, "too long"),
        ("a.csv", b"1,2\n" * (MAX_BYTES // 4 + 1), "the limit is 10 MB"),
        ("a.npy", b"not numpy at all", "not a NumPy file"),
        ("a.npz", b"not numpy at all", "not a NumPy file"),
    ],
)
def test_trouble_with_a_table_is_one_sentence(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        read_table(name, data)
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")


def test_a_number_of_hundreds_of_digits_is_infinite() -> None:
    table = read_table("a.csv", b"x,y\n3,4\n" + b"9" * 400 + b",1\n")
    assert np.array_equal(table.pair("x", "y"), [[3, 4], [np.inf, 1]])


def test_columns_whose_names_differ_by_blanks_are_both_kept() -> None:
    table = read_table("a.csv", b"x , x\n1,2\n3,5\n")
    assert table.pair("x (1)", "x (2)").tolist() == [[1, 2], [3, 5]]


def test_python_s_own_way_of_writing_numbers_is_text() -> None:
    table = read_table("a.csv", b"x,y\n5,1\n1_000,2\n")
    with pytest.raises(ValueError, match=r"^Row 2 of x is '1_000', which is not a number\.$"):
        table.pair("x", "y")


def test_text_among_numbers_is_named_with_its_row() -> None:
    table = read_table("a.csv", b"x,y\n1,2\n3,many\n")
    with pytest.raises(ValueError, match=r"^Row 2 of y is 'many', which is not a number\.$"):
        table.pair("x", "y")


@pytest.mark.parametrize(
    ("name", "found"), [("A.CSV", "table"), ("b.npz", "table"), ("c.JPeG", "image")]
)
def test_the_end_of_the_name_says_what_it_is(name: str, found: str) -> None:
    assert kind(name) == found


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsx", "noend"])
def test_the_wrong_kind_of_file_is_one_sentence(name: str) -> None:
    with pytest.raises(ValueError, match=r"is neither a table .* nor an image .*\.$"):
        kind(name)


def test_the_limit_is_that_of_every_upload() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] == MEGABYTES
    assert MEGABYTES * 1024**2 == MAX_BYTES


# --------------------------------------------------------------------------------------- dialects

CASES = {
    "20_pandas_default_to_csv.csv": (9, "0", "1", [0.055663, 0.492976]),
    "21b_excel_sep_semicolon.csv": (3, "x", "y", [1.5, 2.25]),
    "27_european_thousands.csv": (3, "x", "y", [1000.92, 2.5]),
    "markdown_header.csv": (3, "price ($)", "cost ($)", [1, 2]),
}


@pytest.mark.parametrize("name", CASES)
def test_files_that_programs_write(name: str) -> None:
    rows, x, y, first = CASES[name]
    table = read_table(name, (FILES / name).read_bytes())
    points = table.pair(x, y)
    assert len(points) == rows and points[0].tolist() == first
    assert table.numeric[:2] == [x, y]


ROWS = [
    ("1,5 2,5\n2,5 3,5\n", [[1.5, 2.5], [2.5, 3.5]]),
    ("1,5\t2\n2\t3,5\n", [[1.5, 2], [2, 3.5]]),
    ('"1,5","2,5"\n"2,5","3,5"\n', [[1.5, 2.5], [2.5, 3.5]]),
    ('"1,234","2"\n"2,345.5","3"\n', [[1234, 2], [2345.5, 3]]),
    ("1,234\t5.5\n2,345\t1.2\n", [[1234, 5.5], [2345, 1.2]]),
    ("1 234,5;2\n2\u202f345,5;3\n", [[1234.5, 2], [2345.5, 3]]),
    ("1\u00a0234,5;2\n12,5;3\n", [[1234.5, 2], [12.5, 3]]),
    ("1'234.5;2\n2’345.5;3\n", [[1234.5, 2], [2345.5, 3]]),
    ("2.345;1,5\n1.000,92;2\n", [[2345, 1.5], [1000.92, 2]]),
    ("−1,2\n3,−4\n", [[-1, 2], [3, -4]]),
    ("1.0D+02,1.5d-3\n2.0D+00,1.0-100\n", [[100, 0.0015], [2, 1e-100]]),
    ("'1.5','2'\n'3','4'\n", [[1.5, 2], [3, 4]]),
    ("1,2 # an outlier\n3,4\n", [[1, 2], [3, 4]]),
    ("% of MATLAB\n1,2\n// of C\n3,4\n", [[1, 2], [3, 4]]),
    ("SEP=|\n1|2\n3|4\n", [[1, 2], [3, 4]]),
    ("0,0\n0.5,0.25\n1,1\n", [[0, 0], [0.5, 0.25], [1, 1]]),
    ("0,1\n0.1,0.9\n0.2,0.82\n0.3,0.74\n", [[0, 1], [0.1, 0.9], [0.2, 0.82], [0.3, 0.74]]),
]


@pytest.mark.parametrize(("text", "points"), ROWS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_numbers_as_people_write_them(text: str, points: list[list[float]], encoding: str) -> None:
    table = read_table("a.csv", text.encode(encoding))
    assert table.pair("column 1", "column 2").tolist() == points


HEADINGS = [
    (",0,1\n0,2,2\n1,7,7\n2,0,1\n", ["0", "1", "row"], True),
    ("0,1,2\n0.637,0.27,0.041\n0.017,0.813,0.913\n0.607,0.7,0.1\n", ["0", "1", "2"], True),
    ("T,300,310\n0.1,5.5,6.5\n0.2,5.6,6.6\n", ["T", "300", "310"], True),
    ("x y\n1 0.5 0.6\n2 0.7 0.8\n", ["x", "y", "row"], None),
    ("# time energy\n0.1 5\n0.2 6\n", ["time", "energy"], None),
    ("x (cm)  y (kg)\n1 2\n3 5\n", ["x (cm)", "y (kg)"], None),
    ("x (cm) y (kg)\n1 2\n3 5\n", ["column 1", "column 2"], None),
    ('"Weight\n(kg)",y\n1,2\n3,5\n', ["Weight (kg)", "y"], None),
    ("=\u202ex," + 100 * "y" + "\n1,2\n3,5\n", ["= x", 59 * "y" + "…"], None),
]


@pytest.mark.parametrize(("text", "names", "answer"), HEADINGS)
def test_headings(text: str, names: list[str], answer: bool | None) -> None:
    table = read_table("a.csv", text.encode())
    assert list(table.columns) == names and table.layout.header is answer


def test_a_person_may_say_that_the_first_line_is_a_row_and_the_other_way_round() -> None:
    named = b"0,1\n0.637,0.27\n0.017,0.813\n0.607,0.7\n"
    assert len(read_table("a.csv", named, Layout(header=False)).pair("column 1", "column 2")) == 4
    row = b"0,1,2\n3,4,5\n6,7,9\n8,8,8\n"
    assert read_table("a.csv", row).layout == Layout(header=False)
    assert len(read_table("a.csv", row, Layout(header=True)).pair("0", "1")) == 3


@pytest.mark.parametrize("text", ["1 2 3 4\n5.5 6 7 9\n", "x,1,2,3,4\ny,5.5,6,7,9\n"])
def test_two_lines_of_numbers_are_two_columns(text: str) -> None:
    table = read_table("a.txt", text.encode())
    x, y = table.columns
    assert table.pair(x, y).tolist() == [[1, 5.5], [2, 6], [3, 7], [4, 9]]
    assert table.layout.turned is True
    assert len(read_table("a.txt", text.encode(), Layout(turned=False)).columns) > 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"1,234\t5.678\n2,345\t1.234\n", "Nobody can tell whether the commas or the points"),
        (b'x,y\n1,"2\n3,4\n', "a quotation mark may be opened"),
        (b"\t".join([b"1"] * 10_000) + b"\n", "10,000 columns and the limit is 1,000"),
        (b"x y\n1 2\n3 4 5\n", "Line 3 has 3 entries, the first has 2"),
        (b"# one\n\nx,y\n1,2\n3,4,5\n", "Line 5 has 3 entries, the first has 2"),
    ],
)
def test_dialects_that_cannot_be_read_are_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(OwnDataError, match=sentence):
        read_table("a.csv", data)


def test_a_point_among_decimal_commas_is_named() -> None:
    table = read_table("a.csv", b"x;y\n1,5;12.75\n2,5;3,5\n")
    with pytest.raises(OwnDataError, match=r"Row 1 of y is '12.75', .* commas are decimal marks"):
        table.pair("x", "y")
