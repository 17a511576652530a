"""A table of a user's numbers: named columns, and what the file left open about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.own.errors import OwnDataError

MAX_COLUMNS = 1000
MAX_ROWS = 4_000_000
LONGEST_NAME = 60  #: letters of a column's name
LYING = 10  #: with so many times more columns than rows, the rows of a table are its columns


@dataclass(frozen=True)
class Layout:
    """How the numbers of a file lie.

    As a request, None leaves the question to what the file suggests. As an answer (``Table``),
    None says that the question does not arise.

    Attributes:
        header: whether the first line names the columns.
        turned: whether the rows of the file are the columns of the table.
    """

    header: bool | None = None
    turned: bool | None = None


OPEN = Layout()  #: nothing asked, or nothing to ask


@dataclass(frozen=True, eq=False)
class Table:
    """Columns by name.

    Attributes:
        columns: numbers (N,) of any plain type, or text.
        refused: of each column of text, the sentence that says which entry is not a number.
        layout: the answers to what the file leaves open.
    """

    columns: dict[str, NDArray[Any]]
    refused: dict[str, str] = field(default_factory=dict)
    layout: Layout = OPEN

    @property
    def numeric(self) -> list[str]:
        """Names of the columns that hold numbers only."""
        return [name for name in self.columns if name not in self.refused]

    def pair(self, x: str, y: str) -> NDArray[np.float64]:
        """(N, 2) the points of two columns.

        Raises:
            OwnDataError: if one of them holds text.
        """
        for name in (x, y):
            if name in self.refused:
                raise OwnDataError(self.refused[name])
        return np.stack([self.columns[name].astype(np.float64) for name in (x, y)], axis=-1)


def check_size(rows: int, columns: int) -> None:
    """Refuse a table that is too wide or too long.

    Raises:
        OwnDataError: in one sentence.
    """
    if columns > MAX_COLUMNS:
        raise OwnDataError(
            f"The file has {columns:,} columns and the limit is {MAX_COLUMNS:,}; please keep the "
            "two that are wanted."
        )
    if rows > MAX_ROWS:
        raise OwnDataError(
            f"The file has {rows:,} rows and the limit is {MAX_ROWS:,}; please keep "
            f"one row in {-(-rows // MAX_ROWS)}."
        )


def is_turned(rows: int, columns: int, asked: bool | None) -> bool | None:
    """Whether the rows of a table are its columns; None where it has no fewer rows than columns.

    Two rows, or ten times as many columns as rows, are taken for columns that lie on their side:
    two points are nothing to learn from.
    """
    if not 2 <= rows < columns or rows > MAX_COLUMNS:
        return None
    if asked is not None:
        return asked
    return rows == 2 or LYING * rows <= columns


def column_names(given: Sequence[str]) -> list[str]:
    """Names for columns, each its own: short, printable, and never empty."""
    names = [_printable(name) or f"column {k + 1}" for k, name in enumerate(given)]
    if len(set(names)) < len(names):
        names = [f"{name} ({k + 1})" for k, name in enumerate(names)]
    return names


def _printable(name: str) -> str:
    """A name on one line, without letters that no one sees, and cut where it is long."""
    seen = "".join(letter if letter.isprintable() else " " for letter in name[: 4 * LONGEST_NAME])
    words = " ".join(seen.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1] + "…"
