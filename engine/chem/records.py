"""A file's records, split without reading them: fast for files of thousands of molecules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.chem.errors import MoleculeError

MAX_RECORDS = 1000

_SEPARATOR = re.compile(r"^\$\$\$\$[^\n]*\n?", re.MULTILINE)
_MOL2 = "@<TRIPOS>MOLECULE"
_COUNT = re.compile(r"\s*(\d+)\s*")


@dataclass(frozen=True)
class Entry:
    """One record of a file.

    Attributes
    ----------
    name: its title, "" if it has none.
    text: the record alone, in the file's own format.
    size: differs between records that cannot be conformers of one molecule.
    """

    name: str
    text: str
    size: str


def split_sdf(text: str) -> list[Entry]:
    """The records of an SDF or MOL file."""
    entries = []
    for block in _SEPARATOR.split(text):
        if not block.strip():
            continue
        lines = block.split("\n", 4)
        counts = lines[3] if len(lines) > 3 else ""
        if "V3000" in counts:
            found = re.search(r"M  V30 COUNTS (\d+ \d+)", block)
            counts = found[1] if found else ""
        entries.append(Entry(lines[0].strip(), block, counts[:6]))
    return entries


def split_mol2(text: str) -> list[Entry]:
    """The records of a MOL2 file; what stands before the first is dropped."""
    entries = []
    for block in text.split(_MOL2)[1:]:
        lines = block.split("\n", 3)
        counts = lines[2].split()[:2] if len(lines) > 2 else []
        name = lines[1].strip() if len(lines) > 1 else ""
        entries.append(Entry(name.strip("*"), _MOL2 + block, " ".join(counts)))
    return entries


def split_pdb(text: str) -> list[Entry]:
    """The models of a PDB file, each with the CONECT lines of all."""
    lines = text.splitlines()
    conect = [line for line in lines if line.startswith("CONECT")]
    models: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("ENDMDL"):
            models.append([])
        elif line.startswith(("ATOM  ", "HETATM")):
            models[-1].append(line)
    models = [model for model in models if model]
    return [
        Entry(
            f"Model {k}" if len(models) > 1 else "",
            "\n".join([*model, *conect, "END", ""]),
            str(len(model)),
        )
        for k, model in enumerate(models, 1)
    ]


def split_xyz(text: str) -> list[Entry]:
    """The frames of an XYZ file: a count, a comment and as many lines of atoms, again and again.

    Raises
    ------
    MoleculeError: if the counts do not lead from frame to frame.
    """
    lines = text.removesuffix("\n").split("\n")
    entries, at = [], 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        count = _COUNT.fullmatch(lines[at])
        last = at + 2 + int(count[1]) if count else 0
        if count is None or last > len(lines):
            raise MoleculeError(
                f"Line {at + 1} of this XYZ file should say how many lines of atoms follow the "
                "comment, and they must be there; check that the file is complete."
            )
        comment = lines[at + 1].strip()
        entries.append(Entry(comment, "\n".join(lines[at:last]), count[1]))
        at = last
    return entries
