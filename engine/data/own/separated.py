"""Separated text: lines of cells, in the dialects that programs and people write.

Comma, semicolon, tab, bar or blanks divide the cells, or what a first line ``sep=;`` says; numbers
as in ``numerals``; a heading as in ``heading``, or in the comment before the first row. Lines that
are blank or begin with #, %, ! or // are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.data.own.errors import OwnDataError
from engine.data.own.heading import Heading, read_heading
from engine.data.own.numerals import MANY, are_numbers, decimal_mark, is_missing, values
from engine.data.own.table import MAX_COLUMNS, Layout, Table, check_size, column_names, is_turned
from engine.encoding import decode

SEPARATORS = ("\t", ";", "|", ",", " ")
LOOKED_AT = 50  #: lines from which the separator and the header are found
SAMPLED = 200_000  #: letters of these lines that are looked at, where they are very long
COMMENTS = ("#", "%", "!", "//")
INDEX = "row"  #: name of a column that counts the rows

_SAID = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
#: A row of numbers, and what is said about it after the mark.
_REMARK = re.compile(r"""([\s\d.,;|+\-eE"']*[\d"'])\s*#.*""")
_RAGGED = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_BLANKS = re.compile(r"\s{2,}|\t")
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))


@dataclass(frozen=True)
class _Text:
    """The rows of a file: lines that are not blank and no comments.

    Attributes:
        lines: the rows, remarks after numbers cut off; the heading first, if there is one.
        comment: what the comment before the first row says; "" if there is none.
        separator: what a first line ``sep=`` says; "" if there is none.
        whole: the text of the file.
    """

    lines: list[str]
    comment: str
    separator: str
    whole: str

    def ragged(self, k: int, entries: int, expected: int) -> OwnDataError:
        """What is said of row ``k`` with a wrong number of entries."""
        said = 1 if self.separator else 0
        places = [n for n, line in enumerate(self.whole.split("\n"), 1) if _is_row(line)]
        return OwnDataError(
            f"Line {places[k + said]:,} has {entries} entries, the first has {expected}."
        )


def read_separated(data: bytes, asked: Layout) -> Table:
    """The table in a file of separated text.

    Raises:
        OwnDataError: in one sentence, if it is none.
    """
    text = _rows(decode(data))
    separator = text.separator or _separator(text.lines[:LOOKED_AT])
    _check_width(text.lines, separator)
    looked_at = [_cells(line, separator) for line in text.lines[:LOOKED_AT]]
    heading = read_heading([row[:MAX_COLUMNS] for row in looked_at], asked.header)
    body = text.lines if heading.names is None else text.lines[1:]
    width = len(looked_at[0 if heading.names is None else 1]) if body else len(looked_at[0])
    if heading.names is None:
        heading = _from_comment(heading, text.comment, separator, width)
    turned = is_turned(len(body), width - heading.index, asked.turned)
    if turned and asked.turned is None and _has_words(heading.names):
        turned = False  # they stand over the columns that they name
    answer = Layout(heading.names is not None if heading.open else None, turned)
    if turned:
        return _lying(text, body, separator, heading, answer)
    check_size(len(body), width)
    _check_ragged(text, looked_at, heading)
    columns, mark = _columns(text, body, separator)
    names = _names(heading, text.lines[0], separator, len(columns))
    return _table(dict(zip(names, columns, strict=True)), mark, heading, answer)


# ------------------------------------------------------------------------------------------ lines


def _is_row(line: str) -> bool:
    return bool(line) and not line.isspace() and not line.lstrip().startswith(COMMENTS)


def _rows(text: str) -> _Text:
    """The rows of a file."""
    if "\0" in text:
        raise OwnDataError(
            "The file does not hold text, whatever its name says; please save the sheet of a "
            "workbook as CSV."
        )
    written = [line for line in text.split("\n") if line and not line.isspace()]
    lines, comment = written, ""
    if any(mark in text for mark in COMMENTS):
        lines = [line for line in written if not line.lstrip().startswith(COMMENTS)]
        first = next((k for k, line in enumerate(written) if _is_row(line)), 0)
        comment = written[first - 1].strip() if first else ""
        if "#" in text:
            lines = [_without_remark(line) if "#" in line else line for line in lines]
    if not lines:
        raise OwnDataError("The file holds nothing but comments.")
    said = _SAID.fullmatch(lines[0])
    if said and len(lines) > 1:
        lines = lines[1:]
    return _Text(_joined(lines), comment, said[1] if said else "", text)


def _without_remark(line: str) -> str:
    found = _REMARK.fullmatch(line)
    return found[1] if found else line


def _joined(lines: list[str]) -> list[str]:
    """The lines with a heading in one line, where a name in quotes goes over several."""
    for end in range(1, min(10, len(lines))):
        if not "\n".join(lines[:end]).count('"') % 2:
            break
    else:
        return lines
    return [" ".join(lines[:end]), *lines[end:]] if end > 1 else lines


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line."""
    if separator == " ":
        if '"' not in line:
            return line.split()
        line = " ".join(line.split())
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error as problem:
        raise OwnDataError("A line of the file is too long to be the row of a table.") from problem


def _separator(lines: Sequence[str]) -> str:
    """What divides the lines into as many cells each, most of them numbers.

    Where nothing divides them evenly, the mark that is met most often: reading will say which row
    is the odd one.
    """
    most = SAMPLED // len(lines)
    cut = any(len(line) > most for line in lines)
    sample = [line[:most] for line in lines]

    def merit(separator: str) -> tuple[bool, float]:
        rows = [_cells(line, separator) for line in sample]
        counts = {len(row) for row in rows[1:] or rows}
        cells = [cell for row in rows for cell in row]
        good = are_numbers(cells) | np.array([is_missing(cell) for cell in cells], dtype=bool)
        return min(counts) > 1 and (cut or len(counts) == 1), float(good.mean())

    met = [mark for mark in SEPARATORS if any(mark in line.strip() for line in sample)]
    best = max(met, key=merit, default=SEPARATORS[0])
    if met and merit(best)[0]:
        return best
    marks = [mark for mark in met if mark != " "] or met or SEPARATORS
    return max(marks, key=lambda mark: sum(line.count(mark) for line in sample))


def _has_words(names: Sequence[str] | None) -> bool:
    return any(any(map(str.isalpha, name)) for name in names or ())


def _check_width(lines: Sequence[str], separator: str) -> None:
    """Refuse a single endless line before it is divided."""
    if len(lines) == 1 and separator != " ":
        check_size(1, lines[0].count(separator) + 1)


def _from_comment(heading: Heading, comment: str, separator: str, width: int) -> Heading:
    """The heading that stands in a comment, as ``numpy.savetxt`` writes it."""
    names = _cells(comment.lstrip("#%!/ \t"), separator) if comment else []
    if len(names) != width or are_numbers(names).any():
        return heading
    return Heading(tuple(names), heading.open, index=False)


def _names(heading: Heading, line: str, separator: str, width: int) -> list[str]:
    """Names of ``width`` columns, as far as the heading has them."""
    names = list(heading.names or ())
    if names and len(names) != width and separator == " ":
        # Names of several words, parted by wider gaps; without such gaps nobody knows which are.
        apart = _BLANKS.split(line.strip())
        names = apart if len(apart) == width else []
    names = [*names, *[""] * width][:width]
    if heading.index:
        names[0] = INDEX
    return column_names(names)


def _check_ragged(text: _Text, rows: Sequence[Sequence[str]], heading: Heading) -> None:
    """Refuse rows with more entries than the first, among those looked at."""
    expected = len(rows[0]) if heading.names is None else max(len(rows[0]), len(heading.names))
    longest = max(range(len(rows)), key=lambda k: len(rows[k]))
    if len(rows[longest]) > expected:
        raise text.ragged(longest, len(rows[longest]), len(rows[0]))


# ---------------------------------------------------------------------------------------- numbers


def _columns(
    text: _Text, body: list[str], separator: str
) -> tuple[list[NDArray[Any] | list[str]], str]:
    """Columns of the rows, as numbers or as text that may hold them, and the decimal mark."""
    if not body:
        return [np.empty(0)] * max(2, len(_cells(text.lines[0], separator))), "."
    joined = "\n".join(body)
    if separator == " " and not joined.isascii():
        joined = joined.translate(_SPACES)
    frame = _parsed(text, joined, separator, ".")
    worded = [cell for k in frame if _is_text(frame[k]) for cell in _entries(frame[k])]
    mark = decimal_mark(worded, separator, joined) if worded else "."
    if mark is None:
        raise OwnDataError(
            "Nobody can tell whether the commas or the points in this file are decimal marks: "
            "please write its numbers without thousands separators."
        )
    if mark == ",":
        frame = _parsed(text, joined, separator, mark)
    if frame.shape[1] > 2 and frame.iloc[:, -1].isna().all():
        frame = frame.iloc[:, :-1]  # what stands after a separator at the end of every line
    return [
        _entries(frame[k]) if _is_text(frame[k]) else frame[k].to_numpy(dtype=np.float64)
        for k in frame
    ], mark


def _parsed(text: _Text, body: str, separator: str, mark: str) -> pd.DataFrame:
    """The cells of the rows; columns of plain numbers with this decimal mark are numbers."""
    as_text = {"dtype": str} if mark == separator else {"decimal": mark}
    try:
        return pd.read_csv(
            io.StringIO(body),
            sep=r"\s+" if separator == " " else separator,
            header=None,
            skipinitialspace=True,
            low_memory=False,
            **as_text,
        )
    except pd.errors.ParserError as problem:
        where = _RAGGED.search(str(problem))
        if where is None:
            raise OwnDataError(
                "The rows cannot be told apart: a quotation mark may be opened and never closed."
            ) from problem
        expected, line, seen = map(int, where.groups())
        before = len(text.lines) - (body.count("\n") + 1)
        raise text.ragged(before + line - 1, seen, expected) from problem


def _is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column.dtype)


def _entries(column: pd.Series) -> list[str]:
    """The cells of a column, "" where one is missing."""
    cells: list[str] = column.astype(object).fillna("").astype(str).tolist()
    return cells


def _lying(text: _Text, body: list[str], separator: str, heading: Heading, answer: Layout) -> Table:
    """The table whose columns are the rows of the file; words in front of them are their names."""
    rows = [_cells(line, separator) for line in body]
    for k, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise text.ragged(len(text.lines) - len(body) + k, len(row), len(rows[0]))
    labels = [row[0] for row in rows]
    named = not are_numbers(labels).any()
    if named or heading.index:
        rows = [row[1:] for row in rows]
    check_size(len(rows[0]), len(rows))
    mark = decimal_mark([cell for row in rows for cell in row if "," in cell], separator, "")
    names = column_names(labels if named else [""] * len(rows))
    nameless = Heading(None, heading.open, index=False)
    return _table(dict(zip(names, rows, strict=True)), mark or ",", nameless, answer)


def _table(
    given: dict[str, NDArray[Any] | list[str]], mark: str, heading: Heading, answer: Layout
) -> Table:
    """The columns as numbers where they are; a column that counts the rows comes last."""
    columns: dict[str, NDArray[Any]] = {}
    refused: dict[str, str] = {}
    for name, cells in given.items():
        if not isinstance(cells, list):
            columns[name] = cells
            continue
        # Words show at once; not every cell of a column of words is tried.
        wrong = next(_not_numbers(cells, values(cells[:MANY], mark)), None)
        found = values(cells, mark) if wrong is None else np.empty(0)
        wrong = next(_not_numbers(cells, found), wrong)
        columns[name] = found if wrong is None else np.array(cells, dtype=object)
        if wrong is not None:
            refused[name] = _refusal(name, wrong, cells[wrong], mark)
    if heading.index and len(columns) > 2:
        columns[INDEX] = columns.pop(next(iter(columns)))
    return Table(columns, refused, answer)


def _not_numbers(cells: list[str], found: NDArray[np.float64]) -> Iterator[int]:
    """Rows whose cell is neither a number nor missing."""
    return (int(k) for k in np.flatnonzero(np.isnan(found)) if not is_missing(cells[k]))


def _refusal(name: str, row: int, cell: str, mark: str) -> str:
    why = " where commas are decimal marks" if mark == "," and "." in cell else ""
    return f"Row {row + 1:,} of {name} is {cell[:40]!r}, which is not a number{why}."
