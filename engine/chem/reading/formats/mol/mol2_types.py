"""The elements that the atom types of MOL2 files stand for, in several dialects.

Tripos types begin with the element ("C.3", "N.pl3", "Cl"). Programs for force fields write
their own instead: GAFF and AMBER ("ca" is an aromatic carbon and "na" a nitrogen, "CA" and "NA"
likewise), CHARMM ("CG2R61", "HGA2"), UFF ("C_3"). Tripos Mol2 File Format 2009; Wang et al. 2004,
doi:10.1002/jcc.20035.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rdkit import Chem

from engine.chem.errors import MoleculeError

_TABLE = Chem.GetPeriodicTable()
_NUMBERS = {_TABLE.GetElementSymbol(number): number for number in range(1, 119)}
_LETTERS = re.compile(r"\d*([A-Za-z]+)")
#: A type that only Tripos has: an element, a point and how it is bound.
_TRIPOS = re.compile(r"(?:C\.(?:[123]|ar|cat)|N\.(?:[1234]|ar|am|pl3)|O\.[23a-z]|S\.[23oO]|P\.3)")
_PLACES = ("Du", "Any", "Hal", "Het", "Hev", "Lp", "LP", "DU", "EP", "X")
#: Types of two letters that look like another element, by their first letter in GAFF and AMBER.
_NAMES = """
c c1 c2 c3 c5 c6 ca cp cq cc cd ce cf cg ch cx cy cu cv cz cs h1 h2 h3 h4 h5 ha hc hn ho
hp hs hw hx n n1 n2 n3 n4 n5 n6 n7 n8 n9 na nb nc nd ne nf nh ni nj nk nl nm nn no np nq
ns nt nu nv nx ny nz n+ o oh op oq os ow p2 p3 p4 p5 pb pc pd pe pf px py s s2 s3 s4 s6 sh
sp sq ss sx sy f cl br i C CA CB CC CD CE CF CK CM CN CO CP CQ CR CS CT CV CW CX CY CZ C*
C0 C4 C5 C8 2C 3C H H0 H1 H2 H3 H4 H5 HA HC HO HP HS HW HZ N NA NB NC N2 N3 NT NY N* O O2
OH OS OW OP S SH P F Cl CL Br BR I
"""
_FORCE_FIELD = frozenset(_NAMES.split())
_ORGANIC = ("H", "B", "C", "N", "O", "F", "P", "S", "I")
#: Elements of two letters that begin no type of another element.
_SURE = ("Si", "Fe")


@dataclass(frozen=True)
class TypedAtom:
    """What a line of a MOL2 file says of an atom's element.

    Attributes:
        kind: the atom type.
        name: the name of the atom.
        bonds: how many bonds it has.
    """

    kind: str
    name: str
    bonds: int


def elements(atoms: list[TypedAtom]) -> list[int]:
    """The atomic number of each atom; 0 for a place that is left open.

    Raises:
        MoleculeError: if the types are of a dialect that is not known.
    """
    tripos = any(_TRIPOS.match(atom.kind) for atom in atoms)
    numbers = [_tripos(atom) if tripos else _force_field(atom) for atom in atoms]
    for atom, number in zip(atoms, numbers, strict=True):
        if number is None:
            raise MoleculeError(
                f"The atom type {atom.kind[:12]} in this MOL2 file is neither a Tripos type (such "
                "as C.3) nor one of GAFF or AMBER (such as c3); save it with Tripos types or as "
                "SDF."
            )
    return [number or 0 for number in numbers]


def _tripos(atom: TypedAtom) -> int | None:
    """The element in front of the point; files differ in capital letters."""
    symbol = atom.kind.partition(".")[0]
    if symbol in _PLACES:
        return 0
    return _NUMBERS.get(symbol.capitalize())


def _force_field(atom: TypedAtom) -> int | None:
    """The element of a type that has no point; None where type and name of the atom disagree."""
    found = _LETTERS.match(atom.kind)
    if atom.kind in _PLACES or found is None:
        return 0 if found else None
    one, two = found[1][0].upper(), found[1][:2].capitalize()
    if atom.bonds == 0:  # an ion, such as Na+
        return _NUMBERS.get(two) or _NUMBERS.get(one)
    if two in _SURE or (two in ("Cl", "Br") and atom.bonds == 1):
        return _NUMBERS[two]
    if one not in _ORGANIC:
        return _NUMBERS.get(two)
    named = _LETTERS.match(atom.name)
    agree = named is not None and named[1][0].upper() == one
    return _NUMBERS[one] if agree or atom.kind in _FORCE_FIELD else None
