"""Files that readers bring: tables in all their dialects, images, and every kind of trouble."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from torch import Generator

from engine.own_files import MAX_SIDE, kind, read_ink, read_table, sample_ink

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


@pytest.mark.parametrize("end", ["npy", "npz"])
def test_numpy_files_are_read_and_never_unpickled(end: str) -> None:
    def saved(array: np.ndarray) -> bytes:
        out = io.BytesIO()
        if end == "npy":
            np.save(out, array)
        else:
            np.savez(out, points=array)
        return out.getvalue()

    table = read_table(f"a.{end}", saved(POINTS))
    assert np.array_equal(table.pair("column 1", "column 2"), POINTS)
    with pytest.raises(ValueError, match="not a NumPy file"):
        read_table(f"a.{end}", saved(np.array([{"a": 1}, None], dtype=object)))


def test_vectors_of_an_npz_are_columns() -> None:
    out = io.BytesIO()
    np.savez(out, a=POINTS[:, 0], b=POINTS[:, 1])
    assert np.array_equal(read_table("a.npz", out.getvalue()).pair("a", "b"), POINTS)


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


# ---------------------------------------------------------------------------------------- images


def picture(pixels: np.ndarray, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def grey(values: list[list[float]]) -> np.ndarray:
    return np.round(255 * np.array(values)).astype(np.uint8)


def test_points_fall_on_ink_in_proportion_to_it() -> None:
    """Three columns of brightness 0, 0.5 and 1: shares 2/3, 1/3 and none, within each pixel."""
    ink = read_ink(picture(grey([[0.0, 0.5, 1.0]] * 4)))
    n = 60_000
    points = sample_ink(ink, n, Generator().manual_seed(0))
    share = np.bincount(points[:, 0].astype(int), minlength=3) / n
    half = 1 - round(0.5 * 255) / 255
    wanted = np.array([1, half, 0]) / (1 + half)
    assert np.abs(share - wanted).max() < 4 * np.sqrt(0.25 / n) and share[2] == 0
    rows = np.bincount(points[:, 1].astype(int), minlength=4) / n
    assert np.abs(rows - 0.25).max() < 4 * np.sqrt(0.25 / n)
    assert np.abs((points % 1).mean(axis=0) - 0.5).max() < 0.01


def test_up_is_up_and_right_is_right() -> None:
    image = np.full((30, 40), 255, dtype=np.uint8)
    image[2:5, 30:35] = 0
    points = sample_ink(read_ink(picture(image)), 500, Generator().manual_seed(1))
    assert points[:, 0].min() >= 30 and points[:, 0].max() <= 35
    assert points[:, 1].min() >= 25 and points[:, 1].max() <= 28


def test_the_seed_decides_the_points() -> None:
    ink = read_ink(picture(grey([[0.0, 0.5], [0.2, 1.0]])))
    one, two, other = (sample_ink(ink, 50, Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


def test_opaque_parts_are_ink_where_others_are_transparent() -> None:
    image = np.zeros((10, 10, 4), dtype=np.uint8)
    image[:5] = (255, 255, 255, 255)  # white, but opaque
    ink = read_ink(picture(image))
    assert ink[:5].min() == 1 and ink[5:].max() == 0


def test_light_can_be_ink_and_faint_ink_is_blank() -> None:
    data = picture(grey([[0.9, 0.0], [0.0, 0.0]]))
    assert read_ink(data, light=True)[0, 0] == pytest.approx(0.9, abs=0.01)
    assert read_ink(data, light=True).sum() == pytest.approx(0.9, abs=0.01)
    assert read_ink(data, faintest=0.2)[0, 0] == 0
    assert read_ink(data, faintest=0.05)[0, 0] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_large_images_are_made_smaller_in_every_format(form: str) -> None:
    image = np.full((700, 1400), 255, dtype=np.uint8)
    image[:, :700] = 0
    ink = read_ink(picture(image, form))
    assert max(ink.shape) <= MAX_SIDE and ink.shape[1] == pytest.approx(2 * ink.shape[0], abs=1)
    left, right = np.array_split(ink, 2, axis=1)
    assert left[:, :-2].min() > 0.95 and right[:, 2:].max() < 0.05


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (picture(np.full((8, 8), 255, dtype=np.uint8)), "blank"),
        (picture(np.zeros((8, 8, 4), dtype=np.uint8)), "blank"),
        (b"", "not an image"),
        (b"x,y\n1,2\n", "not an image"),
        (picture(np.zeros((64, 64), dtype=np.uint8))[:60], "not an image"),
        (picture(np.zeros((7200, 7200), dtype=bool)), "at most 50 million"),
        (picture(np.zeros((14_000, 14_000), dtype=bool)), "at most 50 million"),
    ],
    ids=["white", "transparent", "empty", "text", "cut off", "too large", "far too large"],
)
def test_trouble_with_an_image_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        read_ink(data)
    assert str(caught.value).endswith(".")
