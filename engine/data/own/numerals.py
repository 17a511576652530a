"""Numbers as people and programs write them: which mark is decimal, and what a cell is worth.

1,234.5 and 1.234,5, 1 234,5 (with a blank that does not break) and 1'234.5; a minus that is longer
than a hyphen; Fortran's 1.0D+02 and 1.0-100, Mathematica's 1.0*^-6; a number in single quotes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Minus signs and dashes, blanks that do not break, and apostrophes, as the keyboard has them.
_PLAIN = {
    **dict.fromkeys("−–﹣－", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
    "’": "'",
}
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "<na>", "#n/a"})
_EXPONENT = r"(?:(?:[eEdD]|\*\^)[+-]?\d+)?"
#: A comma that can only be the decimal mark; 1,234 may be either.
_DECIMAL_COMMA = re.compile(
    rf"^(?![+-]?[1-9]\d{{0,2}},\d{{3}}$)[+-]?\d[\d.' ]*,\d*{_EXPONENT}$|^[+-]?,\d+{_EXPONENT}$",
    re.MULTILINE,
)
#: A comma that can only divide thousands.
_THOUSANDS_COMMA = re.compile(
    rf"^[+-]?[1-9]\d{{0,2}}(?:(?:,\d{{3}})+\.\d*{_EXPONENT}|(?:,\d{{3}}){{2,}})$", re.MULTILINE
)
_EITHER = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$", re.MULTILINE)
_DECIMAL_POINT = re.compile(r"\d\.(?:\d{1,2}|\d{4,})(?!\d)|\b0\.\d")
_EITHER_POINT = re.compile(r"\d\.\d")
_FORTRAN = re.compile(r"(?<=[\d.])(?:[dDqQ]|\*\^)(?=[+-]?\d+$)", re.MULTILINE)
_FORTRAN_SHORT = re.compile(r"(?<=\d)(\.\d*)(?=[+-]\d{3}$)", re.MULTILINE)
#: Seen without an anchor, so that files without it are passed over quickly.
_GROUP = re.compile(r",\d{3}[,.]")
_NO_MARK = "\x1f"  #: divides nothing
MANY = 1000  #: cells from which a reader of files is faster than one of cells


def are_numbers(cells: Sequence[str]) -> NDArray[np.bool_]:
    """(N,) whether each cell is a number by either decimal mark."""
    return ~(np.isnan(values(cells, ".")) & np.isnan(values(cells, ",")))


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no number."""
    return cell.strip().lower() in _MISSING


def decimal_mark(cells: Sequence[str], separator: str, body: str) -> str | None:
    """The decimal mark of a file; None where nobody can tell.

    A comma divides thousands or begins decimals. Most files hold a cell that leaves no doubt. Where
    all are like 1,234, commas between commas divide thousands, and so they do beside decimal
    points; else they are decimal, unless there are points like 1.234 as well.

    Args:
        cells: those that are no numbers with a decimal point.
        separator: between the cells.
        body: the whole text, for its points.
    """
    text = _tidied(cells)
    if _GROUP.search(text) and _THOUSANDS_COMMA.search(text):
        return "."
    if _DECIMAL_COMMA.search(text):
        return ","
    if not _EITHER.search(text) or separator == "," or _DECIMAL_POINT.search(body):
        return "."
    return None if separator != ";" and _EITHER_POINT.search(body) else ","


def values(cells: Sequence[str], decimal: str = ".") -> NDArray[np.float64]:
    """(N,) the numbers in cells; nan where there is none.

    Args:
        decimal: "." or ",". The other one may divide thousands, as may blanks and apostrophes.
    """
    text = _tidied(cells)
    grouping = "." if decimal == "," else ","
    for mark in (grouping, " ", "'"):
        if mark in text:
            text = _without_thousands(text, mark, decimal)
    if decimal == ",":
        # What points are left divide nothing: "12.75" is no number here, and is told.
        text = text.replace(".", "?").replace(",", ".")
    text = _FORTRAN_SHORT.sub(r"\1e", _FORTRAN.sub("e", text))
    found = _read(text) if len(cells) > MANY else None
    if found is None:
        found = pd.to_numeric(pd.Series(text.split("\n"), dtype=object), errors="coerce")
    return found.to_numpy(dtype=np.float64)


def _read(text: str) -> pd.Series | None:
    """The numbers in lines; None where not all are numbers."""
    lines = io.StringIO(text.replace(_NO_MARK, "?") + "\n")
    found = pd.read_csv(
        lines, sep=_NO_MARK, names=["cell"], skip_blank_lines=False, quoting=csv.QUOTE_NONE,
        low_memory=False,
    )["cell"]  # fmt: skip
    plain = pd.api.types.is_any_real_numeric_dtype(found.dtype)
    return found if plain and len(found) == text.count("\n") + 1 else None


def _tidied(cells: Sequence[str]) -> str:
    """Cells, one a line, in the letters of a keyboard and without what stands around numbers."""
    text = "\n".join([cell.strip().replace("\n", "?") for cell in cells])
    if not text.isascii():
        for letter, plain in _PLAIN.items():  # much faster than ``translate``
            text = text.replace(letter, plain)
    return f"\n{text}\n".replace("\n'", "\n").replace("'\n", "\n")[1:-1] if "'" in text else text


def _without_thousands(text: str, mark: str, decimal: str) -> str:
    """Numbers in groups of three without the mark between the groups."""
    m, d = re.escape(mark), re.escape(decimal)
    groups = re.compile(rf"^[+-]?[1-9]\d{{0,2}}(?:{m}\d{{3}})+(?=$|[{d}eEdD])", re.MULTILINE)
    return groups.sub(lambda found: found[0].replace(mark, ""), text)
