"""The records of a list of molecules, one after another, in memory that does not grow with it.

A record is text: what stands in it is read where its conformers are made.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import encoding
from engine.chem.reading import MAX_BYTES, MoleculeError

#: Letters of a line that are kept: more than any SMILES that can be read, or field of a table.
_LONGEST = 2**17
_SEPARATORS = ",;\t|"
#: Stands for a row of a table, whichever column is looked at.
_UNREADABLE = ["unreadable row"] * 1000
_NAME = re.compile(r"(?:^|[^a-z])(?:name|title|id)$")


@dataclass(frozen=True)
class Record:
    """One record.

    Attributes:
        number: its place in the list, from 1.
        name: what the list calls it, "" if it has no name there.
        text: a SMILES or InChI, perhaps with a name behind it, or a record of an SDF.
        extension: of the list.
        digest: of the texts of all records up to this one.
        position: bytes of the file that have been read with it, about.
    """

    number: int
    name: str
    text: str
    extension: str
    digest: int
    position: int


def records(path: Path) -> Iterator[Record]:
    """All records of a file whose extension is one of ``FORMATS``.

    Raises:
        MoleculeError: if the extension is another, or a table has no column of SMILES.
        OSError: if the file cannot be read.
    """
    extension = path.suffix.lower()
    split = FORMATS.get(extension)
    if split is None:
        raise MoleculeError(
            f"Lists ending in “{path.suffix}” cannot be read; give a file that ends in "
            f"{', '.join(FORMATS)}."
        )
    digest = 0
    with encoding.opened(path) as file:
        found = split(encoding.lines(file, _LONGEST))
        for number, (name, text) in enumerate(found, start=1):
            digest = zlib.crc32(text.encode("utf-8", "replace"), digest)
            yield Record(number, name, text, extension, digest, file.buffer.tell())


def _of_list(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """One SMILES a line, a name behind it; comments and a heading are left out."""
    for number, line in enumerate(lines):
        smiles, *names = line.split(maxsplit=1)[:2] or [""]
        heading = number == 0 and "smiles" in smiles.lower()
        if smiles and not smiles.startswith("#") and not heading:
            yield "".join(names).strip(), line.strip()


def _of_table(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """A row each: the column of SMILES, and one of names where there is one."""
    heading = next(lines, "")
    separator = max(_SEPARATORS, key=heading.count)
    titles = [title.strip().lower() for title in next(csv.reader([heading], delimiter=separator))]
    smiles = next((k for k, title in enumerate(titles) if "smiles" in title), None)
    if smiles is None:
        raise MoleculeError(
            "This table has no column of SMILES; write “smiles” above the one that holds them."
        )
    name = next((k for k, title in enumerate(titles) if _NAME.search(title)), None)
    for row in _rows(lines, separator):
        if any(cell.strip() for cell in row):
            yield _cell(row, name), _cell(row, smiles)


def _rows(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    """The rows of a table; one that cannot be read has words in its place, and costs itself."""
    rows = csv.reader(lines, delimiter=separator)
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            row = _UNREADABLE
        if row is None:
            return
        yield row


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _of_sdf(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """A block each; what makes one larger than a molecule can be is left out."""
    block: list[str] = []
    size = 0
    for line in lines:
        size += len(line)
        if size <= MAX_BYTES + _LONGEST:
            block.append(line)
        if line.startswith("$$$$"):
            yield from _whole(block)
            block, size = [], 0
    yield from _whole(block)


def _whole(block: list[str]) -> Iterator[tuple[str, str]]:
    if any(line.strip() and not line.startswith("$$$$") for line in block):
        yield block[0].strip(), "".join(block)


#: Extension of a file to what splits its lines into names and texts of records.
FORMATS: dict[str, Callable[[Iterator[str]], Iterator[tuple[str, str]]]] = {
    ".smi": _of_list,
    ".smiles": _of_list,
    ".txt": _of_list,
    ".csv": _of_table,
    ".tsv": _of_table,
    ".sdf": _of_sdf,
}
