"""NumPy's files: read without NumPy's reader, which a header can bring down."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.data.own.arrays import MAX_ENTRIES, MAX_UNPACKED
from engine.data.own.errors import OwnDataError
from engine.data.own.files import read_table
from engine.data.own.table import MAX_COLUMNS, MAX_ROWS, Layout

FILES = Path(__file__).parent / "files"
POINTS = np.array([[1.5, -2.0], [3.25, 40.0], [-0.5, 6.0]])


def saved(save: Callable[..., None], *arrays: np.ndarray, **named: np.ndarray) -> bytes:
    out = io.BytesIO()
    save(out, *arrays, **named)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("end", ["npy", "npz"])
def test_numpy_files_are_read_and_never_unpickled(end: str) -> None:
    save = np.save if end == "npy" else np.savez
    table = read_table(f"a.{end}", saved(save, POINTS))
    assert np.array_equal(table.pair("column 1", "column 2"), POINTS)
    with pytest.raises(ValueError, match="not a NumPy file"):
        read_table(f"a.{end}", saved(save, np.array([{"a": 1}, None], dtype=object)))


def test_vectors_of_an_npz_are_columns() -> None:
    data = saved(np.savez, a=POINTS[:, 0], b=POINTS[:, 1:])
    assert np.array_equal(read_table("a.npz", data).pair("a", "b"), POINTS)


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "<i4", "u2", "u8", "?", "longdouble"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_plain_type_is_read_as_numpy_reads_it(
    dtype: str, order: str, version: tuple[int, int]
) -> None:
    array = np.asarray(np.abs(POINTS), dtype=dtype, order=order)
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    assert np.array_equal(read_table("a.npy", out.getvalue()).pair("column 1", "column 2"), array)


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.txt"])
def test_the_first_bytes_say_what_a_file_is(name: str) -> None:
    for data in (saved(np.save, POINTS), saved(np.savez_compressed, POINTS)):
        assert np.array_equal(read_table(name, data).pair("column 1", "column 2"), POINTS)
    renamed = (FILES / "npz_renamed.npy").read_bytes()
    assert read_table("npz_renamed.npy", renamed).pair("column 1", "column 2").shape == (20, 2)


# --------------------------------------------------------------------------------- lying on a side


@pytest.mark.parametrize("shape", [(2, 50), (2, 3), (2, 5000), (3, 40), (10, 100)])
def test_rows_of_a_matrix_that_lies_on_its_side_are_its_columns(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).normal(size=shape)
    table = read_table("a.npy", saved(np.save, matrix))
    assert len(table.columns) == shape[0] and table.layout == Layout(turned=True)
    assert np.array_equal(table.pair("column 1", "column 2"), matrix[:2].T)
    if shape[1] <= MAX_COLUMNS:
        left = read_table("a.npy", saved(np.save, matrix), Layout(turned=False))
        assert np.array_equal(left.pair("column 1", "column 2"), matrix[:, :2])


@pytest.mark.parametrize(("shape", "answer"), [((6, 20), False), ((20, 6), None), ((2, 2), None)])
def test_a_table_is_left_as_it_is_and_may_be_turned(
    shape: tuple[int, int], answer: bool | None
) -> None:
    matrix = np.random.default_rng(0).normal(size=shape)
    table = read_table("a.npy", saved(np.save, matrix))
    assert len(table.columns) == shape[1] and table.layout == Layout(turned=answer)
    if answer is not None:
        turned = read_table("a.npy", saved(np.save, matrix), Layout(turned=True))
        assert len(turned.columns) == shape[0]


# ----------------------------------------------------------------------------------------- trouble


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("npy_header_unclosed.npy", "its header is damaged"),
        ("npy_indent.npy", "its header is damaged"),
        ("npy_shape_1e13.npy", "10,000,000,000,000 x 2 numbers that it promises are not all there"),
        # The next one ends a process that gives it to NumPy: a division by zero.
        ("sigfpe2.npy", r"it holds values of the type '<M8\["),
        ("npz_damaged_deflate.npz", "cut off or damaged"),
        ("npz_encrypted.npz", "it is encrypted"),
        ("npz_method_99.npz", "packed in a way that NumPy never uses"),
        ("zip_with_text.npz", "There is no NumPy array"),
    ],
)
def test_a_damaged_file_is_one_sentence(name: str, why: str) -> None:
    with pytest.raises(OwnDataError, match=why) as caught:
        read_table(name, (FILES / name).read_bytes())
    assert str(caught.value).count(". ") == 0 and str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, True)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1e9,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': " + "(" * 4000 + ")" * 4000 + "}",
        "{'descr': " + "-" * 5000 + "1, 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': '|S99999999999', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': [('a', '<f8'), ('b', '<M8[s/0]')], 'fortran_order': False, 'shape': (3, 2)}",
        "__import__('os').abort()",
        "",
    ],
)
def test_a_header_made_to_do_harm_is_one_sentence(header: str) -> None:
    text = header.encode()
    data = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + POINTS.tobytes()
    for file in (data, packed(**{"points.npy": data})):
        with pytest.raises(OwnDataError, match=r"^This is not a NumPy file .*: .*\.$"):
            read_table("a.npz", file)


def test_arrays_that_are_no_numbers_do_not_hide_those_that_are() -> None:
    labels, meta = np.array(["a", "b", "c"]), np.array([{"a": 1}], dtype=object)
    data = saved(np.savez, labels=labels, meta=meta, points=POINTS, scalar=np.float64(1))
    assert np.array_equal(read_table("a.npz", data).pair("column 1", "column 2"), POINTS)


LIMITS = {
    "unpacked": (lambda: saved(np.savez_compressed, np.zeros(MAX_UNPACKED, np.uint8)), "64 MB"),
    "rows": (lambda: saved(np.savez_compressed, np.zeros((MAX_ROWS + 1, 2), bool)), "one row in 2"),
    "columns": (lambda: saved(np.save, np.zeros((2000, MAX_COLUMNS + 1), bool)), "1,001 columns"),
    "entries": (lambda: packed(**{str(k): b"" for k in range(MAX_ENTRIES + 1)}), "1,000 files"),
    "directions": (lambda: saved(np.save, np.zeros((3, 4, 5))), "the shape (3, 4, 5)"),
    "length": (lambda: saved(np.savez, a=np.zeros(3), b=np.zeros(4)), "differ in length"),
    "one": (lambda: saved(np.save, np.zeros(3)), "single column"),
    "none": (lambda: saved(np.save, np.zeros((0, 2))), "no rows"),
}


@pytest.mark.parametrize("kind", LIMITS)
def test_what_is_too_large_or_too_small_is_one_sentence(kind: str) -> None:
    make, words = LIMITS[kind]
    with pytest.raises(OwnDataError) as caught:
        read_table("a.npz", make())
    assert words in str(caught.value) and str(caught.value).endswith(".")


def test_damage_of_every_kind_is_one_sentence() -> None:
    rng = np.random.default_rng(0)
    made = [
        saved(save, *arrays)
        for save in (np.save, np.savez, np.savez_compressed)
        for arrays in ([POINTS], [POINTS.T.astype("f4")], [POINTS[:, 0]])
    ]
    refused: list[str] = []
    for _ in range(3000):
        data = bytearray(made[rng.integers(len(made))])
        for _ in range(rng.integers(1, 5)):
            at = int(rng.integers(min(len(data), int(rng.choice([128, 10_000])))))
            match rng.integers(4):
                case 0:
                    data[at] ^= 1 << int(rng.integers(8))
                case 1:
                    del data[at : at + int(rng.integers(1, 20))]
                case 2:
                    data[at] = rng.choice(list(b"0123456789()',[]{}\0\xff"))
                case 3:
                    data[at:at] = data[at : at + 40]
        try:
            read_table("a.npz", bytes(data))
        except OwnDataError as refusal:
            refused.append(str(refusal))
    assert len(refused) > 1000 and all(sentence.endswith(".") for sentence in refused)


def test_a_shape_of_thousands_of_digits_is_refused_at_once():
    header = b"{'descr': '<i2', 'fortran_order': False, 'shape': (" + b"9" * 4000 + b",)}\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(32)
    start = time.process_time()
    with pytest.raises(OwnDataError):
        read_table("x.npy", data)
    assert time.process_time() - start < 10.0
