"""Files that a reader brings: tables of numbers and images, read into points.

A table is CSV, TSV or other separated text (with or without a header; comma, semicolon, tab, bar or
blanks between the entries; a decimal comma where the separator is another), or NumPy's NPY and NPZ.
An image is sampled: a point falls on a pixel with a chance in proportion to its ink, and anywhere
within that pixel. Nothing is ever unpickled.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Generator, from_numpy, multinomial, rand

TABLES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz")
IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
SEPARATORS = ("\t", ";", "|", ",", " ")
LOOKED_AT = 50  #: lines from which the separator and the header are found
MAX_BYTES = 100_000_000
MAX_SIDE = 512  #: pixels; larger images are made smaller first
MAX_PIXELS = 50_000_000


@dataclass(frozen=True, eq=False)
class Table:
    """Columns by name: float64 (N,), or text where an entry is not a number."""

    columns: dict[str, NDArray]

    @property
    def numeric(self) -> list[str]:
        """Names of the columns that hold numbers only."""
        return [name for name, c in self.columns.items() if c.dtype == np.float64]

    def pair(self, x: str, y: str) -> NDArray[np.float64]:
        """(N, 2) the points of two columns.

        Raises
        ------
        ValueError: if one of them holds text.
        """
        for name in (x, y):
            if self.columns[name].dtype != np.float64:
                raise ValueError(_not_a_number(name, self.columns[name]))
        return np.stack([self.columns[x], self.columns[y]], axis=-1)


def kind(name: str) -> str:
    """ "table" or "image", by the end of the file's name.

    Raises
    ------
    ValueError: if it is neither.
    """
    end = PurePath(name).suffix.lower()
    if end in TABLES:
        return "table"
    if end in IMAGES:
        return "image"
    raise ValueError(
        f"{name!r} is neither a table (CSV, TSV, TXT, NPY, NPZ) nor an image (PNG, JPEG, WebP, "
        "GIF, BMP, TIFF)."
    )


# ---------------------------------------------------------------------------------------- tables


def read_table(name: str, data: bytes) -> Table:
    """The table in the file ``name`` with the content ``data``.

    Raises
    ------
    ValueError: in one sentence, if there are not two columns to be found.
    """
    if not data.strip():
        raise ValueError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise ValueError(f"The file is larger than {MAX_BYTES // 10**6} MB.")
    end = PurePath(name).suffix.lower()
    try:
        columns = _arrays(data, end) if end in (".npy", ".npz") else _text_columns(_text(data))
    except csv.Error as problem:
        raise ValueError("A line of the file is too long to be the row of a table.") from problem
    if len(columns) < 2:
        raise ValueError(
            "The file has a single column; two are needed, with a comma, semicolon, tab or blank "
            "between them."
        )
    if not len(next(iter(columns.values()))):
        raise ValueError("The file has a header and no rows.")
    return Table(columns)


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:4096]:
        raise ValueError("The file does not hold text, whatever its name says.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _text_columns(text: str) -> dict[str, NDArray]:
    """Columns of separated text; lines that are blank or begin with # are left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise ValueError("The file holds nothing but comments.")
    separator = _separator(lines[:LOOKED_AT])
    rows = [_cells(line, separator) for line in lines[:LOOKED_AT]]
    decimal = "," if separator != "," and _decimal_commas(rows) else "."
    longest = max(range(len(rows)), key=lambda k: len(rows[k]))
    if len(rows[longest]) > len(rows[0]):
        raise ValueError(_ragged(longest + 1, len(rows[longest]), len(rows[0])))
    header = not any(_is_number(cell.replace(decimal, ".")) for cell in rows[0])
    try:
        frame = pd.read_csv(
            io.StringIO("\n".join(lines)),
            sep=r"\s+" if separator == " " else separator,
            header=0 if header else None,
            decimal=decimal,
            skipinitialspace=True,
        )
    except pd.errors.ParserError as problem:
        where = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(problem))
        if where is None:
            raise ValueError("The rows differ in their number of entries.") from problem
        expected, line, seen = map(int, where.groups())
        raise ValueError(_ragged(line, seen, expected)) from problem
    if len(frame) and frame.shape[1] > 2 and frame.iloc[:, -1].isna().all():
        frame = frame.iloc[:, :-1]  # what stands after a separator at the end of every line
    names = [
        str(name).strip() if header else f"column {k + 1}" for k, name in enumerate(frame.columns)
    ]
    if len(set(names)) < len(names):
        names = [f"{name} ({k + 1})" for k, name in enumerate(names)]
    return {name: _numbers(frame.iloc[:, k]) for k, name in enumerate(names)}


def _ragged(line: int, entries: int, expected: int) -> str:
    return f"Line {line:,} has {entries} entries, the first has {expected}."


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]


def _separator(lines: list[str]) -> str:
    """The first separator that divides every line into as many entries, at least two."""
    for separator in SEPARATORS:
        counts = {len(_cells(line, separator)) for line in lines}
        if len(counts) == 1 and min(counts) > 1:
            return separator
    # Rows of different lengths: the separator that is met most often; reading will say which row.
    return max(SEPARATORS[:-1], key=lambda mark: sum(line.count(mark) for line in lines))


def _decimal_commas(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row if "," in cell]
    return bool(cells) and all(
        _is_number(cell.replace(",", ".")) or not any(map(str.isdigit, cell)) for cell in cells
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(column: pd.Series) -> NDArray:
    """The column as float64 if every entry is a number (or missing), else as it is."""
    if column.dtype == object:  # a whole number of hundreds of digits becomes infinite as text
        column = column.where(column.isna(), column.astype(str))
    found = pd.to_numeric(column, errors="coerce")
    if bool((found.isna() & column.notna()).any()):
        return column.to_numpy(dtype=object)
    return found.to_numpy(dtype=np.float64)


def _not_a_number(name: str, column: NDArray) -> str:
    """Names the first row of a text column that is not a number, by the rule that made it text."""
    entries = pd.Series(column)
    wrong = pd.to_numeric(entries, errors="coerce").isna() & entries.notna()
    row = int(wrong.to_numpy().argmax())
    return f"Row {row + 1:,} of {name} is {str(column[row])[:40]!r}, which is not a number."


def _arrays(data: bytes, end: str) -> dict[str, NDArray]:
    """Columns of NumPy's files: those of the first matrix, else all vectors of one length."""
    try:
        if end == ".npz":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
            arrays = _archived(data) if unpacked <= MAX_BYTES else None
        else:
            arrays = {"array": np.load(io.BytesIO(data), allow_pickle=False)}
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as problem:
        raise ValueError("This is not a NumPy file of plain numbers.") from problem
    if arrays is None:
        raise ValueError(f"The file unpacks to more than {MAX_BYTES // 10**6} MB.")
    usable = {n: a for n, a in arrays.items() if a.dtype.kind in "fiub" and a.ndim in (1, 2)}
    for matrix in usable.values():
        if matrix.ndim == 2 and matrix.shape[1] > 1:
            return {f"column {k + 1}": c.astype(np.float64) for k, c in enumerate(matrix.T)}
    vectors = {n: a.astype(np.float64) for n, a in usable.items() if a.ndim == 1}
    if len({len(a) for a in vectors.values()}) > 1:
        raise ValueError("The arrays in the file differ in length.")
    return vectors


def _archived(data: bytes) -> dict[str, NDArray]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


# ---------------------------------------------------------------------------------------- images


def read_ink(data: bytes, light: bool = False, faintest: float = 0.1) -> NDArray[np.float64]:
    """(H, W) ink of an image, 0 to 1: how opaque a pixel is, else how dark.

    Opacity counts where the image has transparent parts, else darkness (lightness, if ``light``).
    Ink below ``faintest``, the grain of a photograph or of JPEG, counts as none.

    Raises
    ------
    ValueError: in one sentence, if it is no image, too large, or blank.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(
                    f"The image has {image.width} x {image.height} pixels; at most "
                    f"{MAX_PIXELS // 10**6} million can be read."
                )
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Image.DecompressionBombError as problem:
        raise ValueError(
            f"The image is too large: at most {MAX_PIXELS // 10**6} million pixels can be read."
        ) from problem
    except (OSError, SyntaxError) as problem:
        raise ValueError("This is not an image that can be read.") from problem
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(upright, dtype=np.float64) / 255
    opacity = pixels[..., 3]
    luminance = pixels[..., :3] @ np.array([0.2126, 0.7152, 0.0722])
    ink = opacity if opacity.min() < 0.5 else luminance if light else 1 - luminance
    ink = np.where(ink >= faintest, ink, 0.0)
    if not ink.any():
        raise ValueError("The image is blank: no part of it is dark or opaque enough to be ink.")
    return ink


def sample_ink(ink: NDArray[np.float64], n: int, generator: Generator) -> NDArray[np.float64]:
    """(n, 2) points in pixels, x to the right and y upwards, in proportion to ink (H, W)."""
    height, width = ink.shape
    cells = multinomial(from_numpy(ink.reshape(-1)), n, replacement=True, generator=generator)
    within = rand(n, 2, generator=generator).double().numpy()
    rows, columns = np.divmod(cells.numpy(), width)
    return np.stack([columns + within[:, 0], height - rows - within[:, 1]], axis=-1)
