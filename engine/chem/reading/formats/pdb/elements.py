"""The element of a PDB atom, from its columns or, where those are blank, from its name.

Columns 77 and 78 say it in files that follow the format; AMBER, CHARMM and GROMACS often leave
them blank. Then the name decides: digits may stand before the element (1HB), chlorine and calcium
look like carbons (CL1, CA), mercury like a hydrogen (HG). Format: wwPDB, version 3.3, section
"Coordinate section".
"""

from __future__ import annotations

import re
from functools import cache

from rdkit import Chem

_AMINO = (
    "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL MSE SEC "
    "ACE NME NH2 ASH GLH LYN HID HIE HIP HSD HSE HSP CYX CYM CYP ASX GLX NMA FOR"
)
_NUCLEIC = "ADE CYT GUA THY URA"
#: Residues whose atoms are named by the rules of the PDB; also AMBER's ends of chains.
_STANDARD = re.compile(
    rf"[NC]?(?:{'|'.join(_AMINO.split())})|{'|'.join(_NUCLEIC.split())}|[RD]?[ACGUTI][35N]?"
)
#: The two-letter elements that stand in organic molecules, as names write them.
_ORGANIC = ("CL", "BR", "SI", "SE")
_METALS = "Li Na Mg Al Zn Fe Cu Mn Ni As Ge Sn Ti Pt Pd Ru Rh Ir Ag Au Te Sb"
_WRITTEN = frozenset([*map(str.capitalize, _ORGANIC), *_METALS.split()])
#: Names of ions in CHARMM's force field.
_IONS = {"SOD": "Na", "CLA": "Cl", "POT": "K", "CAL": "Ca", "CES": "Cs"}
#: AutoDock's atom types; others are elements.
_DOCKING = {
    **dict.fromkeys(("A", "CG", "CG0", "CG1", "CG2", "CG3"), "C"),
    **dict.fromkeys(("OA", "OS"), "O"),
    **dict.fromkeys(("NA", "NS"), "N"),
    **dict.fromkeys(("HD", "HS"), "H"),
    "SA": "S",
}
_COLUMNS = re.compile(r"\s*([A-Za-z]{1,2})\s*(\d?[+-]|[+-]\d)?\s*")
_TYPE = re.compile(r"\s+[+-]?\d+\.\d{3}\s+([A-Za-z]{1,2}\d?)\s*")


def element(line: str, name: str, residue: str, alone: bool) -> tuple[str, int]:
    """Symbol ("D" is deuterium) and formal charge of an atom; the symbol is "" where none fits.

    Args:
        line: the ATOM or HETATM line.
        name: the name of the atom, without blanks.
        residue: the name of its residue.
        alone: whether it is the one atom of its residue.
    """
    docking = _TYPE.fullmatch(line[66:])
    if docking:
        kind = docking[1]
        return _DOCKING.get(kind, kind.capitalize() if kind.capitalize() in _known() else ""), 0
    found = _COLUMNS.fullmatch(line[76:80])
    if found and (symbol := found[1].capitalize()) in _known():
        return symbol, _charge(found[2] or "")
    return _from_name(name, residue, alone, line[12:13].isalpha()), 0


def number_and_isotope(symbol: str) -> tuple[int, int]:
    """Atomic number and mass number (0 for the natural mixture) of a symbol of ``element``."""
    heavy = {"D": 2, "T": 3}.get(symbol, 0)
    return _known()[symbol], heavy


def is_standard(residue: str) -> bool:
    """Whether a residue is an amino acid, a nucleotide or a cap, by the name of any program."""
    return _STANDARD.fullmatch(residue.upper()) is not None


@cache
def _known() -> dict[str, int]:
    """Symbol to atomic number."""
    table = Chem.GetPeriodicTable()
    return {"D": 1, "T": 1, **{table.GetElementSymbol(n): n for n in range(1, 119)}}


def _charge(text: str) -> int:
    digits = text.strip("+-") or "1"
    return (-1 if "-" in text else 1) * int(digits) if text else 0


def _from_name(name: str, residue: str, alone: bool, first_column: bool) -> str:
    """The symbol that a name suggests, "" for none."""
    word = name.lstrip("0123456789'\"*")
    letters = re.match("[A-Za-z]*", word)
    prefix = letters[0] if letters else ""
    upper = prefix.upper()
    if is_standard(residue):
        if upper.startswith("SE"):
            return "Se"
        return upper[0] if upper[:1] and upper[0] in "HCNOSPD" else ""
    if alone:
        ion = _IONS.get(upper, upper.capitalize())
        if ion in _known():
            return ion
    pair = prefix[:2].capitalize()
    named = pair.upper() in _ORGANIC and (len(prefix) == 2 or first_column)
    if named or prefix[:2] in _WRITTEN:
        return pair
    return upper[0] if upper[:1] and upper[0] in "HCNOPSFBID" else ""
