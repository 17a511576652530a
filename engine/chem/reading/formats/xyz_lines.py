"""Lines of atoms in XYZ files, in the dialects that programs write.

An atom is an element, a label (C1, H12), an isotope (D, 13C, C(Iso=13)) or an atomic number, and
three coordinates; further columns are left out. Numbers may have Fortran's (0.1D+02) or
Mathematica's (1.2*^-6, as in QM9) exponents. Where a comment states columns, as extended XYZ does
(``Properties=species:S:1:pos:R:3``), they count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.chem.reading.formats.pdb.elements import number_and_isotope

#: A number; commas are its point where ``_DECIMAL`` finds no other.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:(?:[eEdD]|\*\^)[+-]?\d{1,3})?")
_DECIMAL = re.compile(r"\s*\S+(?:[\s;]+[+-]?\d+,\d+){3}(?:[\s;].*)?")
_LABEL = re.compile(r"(\d*)([A-Za-z]{1,3})([\d_+\-'*.:#].*|\(.*\))?")
_ISO = re.compile(r"iso=(\d+)", re.IGNORECASE)
_PROPERTIES = re.compile(r"\bProperties=\"?([\w:]+)", re.IGNORECASE)
_HEAVIEST = 118


@dataclass(frozen=True)
class Columns:
    """Where the words of a line stand: the first word of each."""

    element: int = 0
    position: int = 1


@dataclass(frozen=True)
class AtomLine:
    """Atomic number, mass number (0 for the natural mixture) and position in Angstrom."""

    number: int
    isotope: int
    position: tuple[float, float, float]


def columns(comment: str) -> Columns:
    """The columns that an extended XYZ comment states, else the usual ones."""
    stated = _PROPERTIES.search(comment)
    words = stated[1].split(":") if stated else []
    starts: dict[str, int] = {}
    at = 0
    for name, width in zip(words[::3], words[2::3], strict=False):
        starts[name.lower()] = at
        at += int(width) if width.isdigit() and len(width) < 4 else 1
    element = starts.get("species", starts.get("z", 0))
    return Columns(element, starts.get("pos", 1 if element == 0 else 0))


def read(line: str, at: Columns) -> AtomLine | None:
    """The atom of a line, None if it is none."""
    if "," in line:
        line = line.replace(",", "." if _DECIMAL.fullmatch(line) else " ")
    words = line.replace(";", " ").split()
    texts = words[at.position : at.position + 3]
    if len(texts) < 3 or at.element >= len(words):
        return None
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return None
    kind = _kind(words[at.element])
    if kind is None:
        return None
    x, y, z = (float(re.sub(r"[dD]|\*\^", "e", text)) for text in texts)
    return AtomLine(*kind, (x, y, z))


def _kind(word: str) -> tuple[int, int] | None:
    """Atomic number and isotope of the first word of a line."""
    if word.isascii() and word.isdigit():
        return (int(word), 0) if 0 < int(word[:4]) <= _HEAVIEST and len(word) < 4 else None
    label = _LABEL.fullmatch(word)
    if label is None:
        return None
    mass, symbol, rest = label.groups()
    try:
        number, isotope = number_and_isotope(symbol.capitalize())
    except KeyError:
        return None
    iso = _ISO.search(rest or "")
    stated = mass or (iso[1] if iso else "")
    if not stated:
        return number, isotope
    return (number, int(stated)) if len(stated) < 4 and int(stated) >= number else None
