"""Whether the first line of a table names its columns, and how.

Words are names. Numbers may be names, too: pandas and R write those of unnamed columns, 0 to n - 1,
with an empty cell over the numbers of the rows; and years or temperatures head columns of results.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.data.own.numerals import are_numbers, is_missing, values

Cells = Sequence[str]
Column = NDArray[np.float64]

_WHOLE = re.compile(r"\d+")
_UNNAMED = re.compile(r"(?:Unnamed: \d+)?")


@dataclass(frozen=True)
class Heading:
    """What the first line says.

    Attributes:
        names: of the columns; None if the line is a row like the others.
        open: whether it may be either, so that a person should be asked.
        index: whether the first column counts the rows.
    """

    names: tuple[str, ...] | None
    open: bool
    index: bool


def read_heading(rows: Sequence[Cells], asked: bool | None) -> Heading:
    """The heading of a table by its first rows.

    Args:
        asked: a person's answer, heeded where the question is open.
    """
    first, below = rows[0], rows[1:]
    named, open_ = _is_heading(first, below)
    if open_ and asked is not None:
        named = asked
    if not named:
        return Heading(None, open_, index=False)
    if below and {len(row) for row in below} == {len(first) + 1}:
        first = ["", *first]  # R names all columns but that of the row names
    return Heading(tuple(first), open_, _is_index(first[0], [row[0] for row in below]))


def _is_heading(first: Cells, below: Sequence[Cells]) -> tuple[bool, bool]:
    """Whether the first row names the columns, and whether that is open to doubt."""
    numbers = are_numbers(first)
    words = [not (number or is_missing(cell)) for cell, number in zip(first, numbers, strict=True)]
    if not numbers.any():
        return any(words), False
    if len(below) < 2:
        return False, False
    columns = [[row[k] for row in below if k < len(row)] for k in range(len(first))]
    if any(word and are_numbers(c).all() for word, c in zip(words, columns, strict=True)):
        return True, True
    if not first[0].strip() and numbers[1:].all() and all(row[0].strip() for row in below):
        return True, True
    return _are_names(
        [cell for cell, number in zip(first, numbers, strict=True) if number],
        [column for column, number in zip(columns, numbers, strict=True) if number],
    )


def _are_names(first: Cells, columns: Sequence[Cells]) -> tuple[bool, bool]:
    """Whether numbers head columns of numbers, and whether that is open to doubt.

    They do if they are whole and different, every number below has decimals, and they lie far from
    what is below or count the columns, and begin no even row of numbers.
    """
    if len(set(first)) < len(first) or not all(map(_WHOLE.fullmatch, first)):
        return False, False
    heads = values(first)
    counting = any(np.array_equal(heads, np.arange(len(heads)) + k) for k in (0, 1))
    if any(_WHOLE.fullmatch(cell) for column in columns for cell in column):
        return False, counting and len(first) > 2
    below = [values(column) for column in columns]
    if any(np.isnan(column).all() for column in below):
        return False, True
    counting = counting and not any(map(_is_even, heads, below))
    return counting or all(map(_is_far, heads, below)), True


def _is_far(head: float, column: Column) -> bool:
    low, high = np.nanmin(column), np.nanmax(column)
    return bool(head < low - (high - low) or head > high + (high - low))


def _is_even(head: float, column: Column) -> bool:
    """Whether a column rises by equal steps from its head on, as times do."""
    steps = np.diff([head, *column])
    return bool(np.allclose(steps, steps[0], rtol=1e-3, atol=0))


def _is_index(name: str, cells: Cells) -> bool:
    """Whether a column without a name counts the rows."""
    if not _UNNAMED.fullmatch(name.strip()) or not all(map(_WHOLE.fullmatch, cells)):
        return False
    counted = [int(cell[:18]) for cell in cells]
    return bool(counted) and counted[0] in (0, 1) and all(b == a + 1 for a, b in pairwise(counted))
