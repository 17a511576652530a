"""ATOM and HETATM lines of PDB files, also where programs leave the columns of the format.

Serial numbers are kept as text, so hybrid-36 ones (https://cci.lbl.gov/hybrid_36) need no decoding.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.chem.errors import MoleculeError
from engine.chem.reading.formats.pdb.elements import element

#: A coordinate as the format has it, in its eight columns.
_FIXED = re.compile(r" *[+-]?\d*\.\d{3} *")
_NUMBER = r"\s*([+-]?\d{1,7}\.\d+)(?=[\s+-]|$)"
#: Three coordinates behind the insertion code, of any width.
_WIDE = re.compile(rf".?{_NUMBER}{_NUMBER}{_NUMBER}")
#: Columns of serial number, name, residue and its number: one word each.
_FIELDS = ((6, 11), (12, 16), (17, 20), (22, 26))
_FULL = 0.995  # the occupancy of an atom that has one location


@dataclass(frozen=True)
class AtomLine:
    """One atom as its line says it.

    Attributes:
        record: "ATOM" or "HETATM".
        serial: the number of the atom, as text.
        name: without blanks.
        label: of the alternative location, "" for none.
        residue: name of the residue.
        place: chain, number and insertion code of the residue, six columns.
        xyz: Angstrom.
        occupancy: 1 where the file does not say.
        symbol: of the element; "D" is deuterium.
        charge: formal.
    """

    record: str
    serial: str
    name: str
    label: str
    residue: str
    place: str
    xyz: tuple[float, float, float]
    occupancy: float
    symbol: str
    charge: int


def is_atom(line: str) -> bool:
    """Whether the line is an atom's."""
    return line.startswith(("ATOM ", "HETATM", "ATOM\t"))


def serial(line: str) -> str:
    """The serial number of an atom line; one of six digits fills the blank behind it."""
    return line[6:12].strip() if line[11:12].isalnum() else line[6:11].strip()


def fixed_coordinates(line: str) -> tuple[float, float, float] | None:
    """The coordinates of an atom line that keeps to its columns and has one location."""
    fields = line[30:38], line[38:46], line[46:54]
    if line[16:17] != " " or not all(map(_FIXED.fullmatch, fields)):
        return None
    x, y, z = map(float, fields)
    return x, y, z


def parsed(lines: Sequence[str]) -> list[AtomLine]:
    """The atoms of these lines.

    Raises:
        MoleculeError: if an atom has no element or no coordinates that can be read.
    """
    rows = [_columns(line, k) for k, line in enumerate(lines, 1)]
    sizes = Counter((row.place, row.residue) for row in rows)
    return [_with_element(row, line, sizes) for row, line in zip(rows, lines, strict=True)]


def one_location(atoms: Sequence[AtomLine]) -> tuple[list[AtomLine], list[str]]:
    """The atoms at one location each, in their order, and remarks.

    Of the alternatives of a residue the one of highest mean occupancy is taken, of equal ones the
    first by letter; an atom that this one lacks keeps the location it has.
    """
    residues: dict[str, list[AtomLine]] = defaultdict(list)
    atoms = _with_whole_names(atoms)
    for atom in atoms:
        residues[atom.place].append(atom)
    kept: list[AtomLine] = []
    remarks: list[str] = []
    for group in residues.values():
        best = _best(group)
        kept += _at(group, best)
        if best:
            remarks.append(_about(group, best))
    if len(remarks) > 1:
        count = len(remarks)
        remarks = [f"{count} residues have alternative locations; of each the fullest is used."]
    order = {atom: k for k, atom in enumerate(atoms)}
    return sorted(kept, key=lambda atom: order[atom]), remarks


def _at(group: Sequence[AtomLine], best: str) -> list[AtomLine]:
    """The atoms of a residue at location ``best``; those it lacks at their own best one."""
    kept = [atom for atom in group if atom.label in ("", best)]
    names = {atom.name for atom in kept}
    kinds = {atom.residue for atom in kept if atom.label == best}
    others = [atom for atom in group if atom.label not in ("", best)]
    for atom in sorted(others, key=lambda other: (-other.occupancy, other.label)):
        if atom.name not in names and atom.residue in kinds:
            names.add(atom.name)
            kept.append(atom)
    return kept


def _best(group: Sequence[AtomLine]) -> str:
    """The label of highest mean occupancy, "" where there are none."""
    shares: dict[str, list[float]] = defaultdict(list)
    for atom in group:
        if atom.label:
            shares[atom.label].append(atom.occupancy)
    means = {label: round(sum(values) / len(values), 3) for label, values in shares.items()}
    return min(means, key=lambda label: (-means[label], label), default="")


def _about(group: Sequence[AtomLine], best: str) -> str:
    """What is said of the one residue with alternatives."""
    first = next(atom for atom in group if atom.label == best)
    where = " ".join([first.residue, *first.place.split()])
    if all(atom.label in ("", best) for atom in group):
        return f"Of residue {where} the file has the alternative location {best} alone."
    return (
        f"Residue {where} has alternative locations; location {best} is used, with occupancy "
        f"{first.occupancy:.2f}."
    )


def _with_whole_names(atoms: Sequence[AtomLine]) -> list[AtomLine]:
    """Names that run on into the column of the alternative location put together again.

    A digit there that marks no alternative is the end of a name: the atoms are fully occupied,
    and no two of them would then have one name.
    """
    digits = [atom for atom in atoms if atom.label.isdigit() and len(atom.name) > 2]
    names = Counter((atom.place, atom.name + atom.label) for atom in digits)
    plain = {(atom.place, atom.name) for atom in atoms if not atom.label.isdigit()}
    shifted = digits and all(atom.occupancy >= _FULL for atom in digits)
    if not shifted or max(names.values()) > 1 or plain & set(names):
        return list(atoms)
    return [
        replace(atom, name=atom.name + atom.label, label="") if atom in digits else atom
        for atom in atoms
    ]


def _columns(line: str, k: int) -> AtomLine:
    """Line ``k`` by the columns of the format; the element is left open."""
    fields = [line[start : start + 8] for start in (30, 38, 46)]
    if not all(_FIXED.fullmatch(field) for field in fields):
        wide = _WIDE.match(line[26:])
        if wide is None or any(" " in line[a:b].strip() for a, b in _FIELDS):
            return _words(line, k)
        fields = list(wide.groups())
    x, y, z = (float(field) for field in fields)
    return AtomLine(
        record=line[:6].strip(),
        serial=serial(line),
        name=line[12:16].strip(),
        label=line[16].strip(),
        residue=line[17:21].strip(),
        place=line[21:27],
        xyz=(x, y, z),
        occupancy=_occupancy(line[54:60]),
        symbol="",
        charge=0,
    )


def _words(line: str, k: int) -> AtomLine:
    """Line ``k`` by its words, where the columns hold no coordinates."""
    words = line.split()
    numbers = [bool(re.fullmatch(r"[+-]?\d{1,7}\.\d+", word)) for word in words]
    at = next((i for i in range(4, len(words) - 2) if all(numbers[i : i + 3])), 0)
    if not at or not re.fullmatch(r"-?\d+[A-Za-z]?", words[at - 1]):
        name = " ".join(line[12:20].split()) or "without a name"
        raise MoleculeError(
            f"Atom {k} of this PDB file ({name}) has no coordinates in its columns; "
            "save the file again or upload an SDF file."
        )
    x, y, z = (float(word) for word in words[at : at + 3])
    occupancy = _occupancy(words[at + 3]) if len(words) > at + 3 else 1.0
    place = f"{'':1}{words[at - 1][-4:]:>4} "
    return AtomLine(words[0], words[1], words[2], "", words[3], place, (x, y, z), occupancy, "", 0)


def _occupancy(text: str) -> float:
    return float(text) if re.fullmatch(r" *\d?\.\d+ *", text) else 1.0


def _with_element(row: AtomLine, line: str, sizes: Counter[tuple[str, str]]) -> AtomLine:
    alone = sizes[row.place, row.residue] == 1
    symbol, charge = element(line, row.name, row.residue, alone)
    if not symbol:
        name = f"“{row.name}” of residue {row.residue}" if row.name else "without a name"
        raise MoleculeError(
            f"The element of atom {row.serial} ({name}) in this PDB file cannot be told; write it "
            "in columns 77 and 78, or upload an SDF file."
        )
    return replace(row, symbol=symbol, charge=charge)
