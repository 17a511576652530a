"""What is looked at in a MOL block before RDKit reads it: sizes, lists, places left open.

RDKit reserves memory and time for the numbers that a block claims, and has no word for a drawing
that is more than one molecule. Format: Dassault Systemes, CTfile Formats 2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks
from engine.chem.reading.formats.numbers import whole

_V30 = "M  V30 "
_QUOTED = re.compile(r'"[^"\n]*"')
_LIST = re.compile(r"=\((\d+)([^()\n]*)")
_POLYMERS = ("SRU", "MON", "MER", "COP", "CRO", "MOD", "GRA", "ANY")
_SYMBOLS = frozenset(
    {"D", "T", *(Chem.GetPeriodicTable().GetElementSymbol(number) for number in range(1, 119))}
)


def check(block: str) -> None:
    """Raise for a block that is too large, damaged in its counts, or not one molecule.

    Raises:
        MoleculeError: with one sentence.
    """
    if block.startswith("$RXN"):
        raise MoleculeError("This is a reaction, not a molecule; upload one molecule.")
    if block.startswith("$MDL"):
        raise _open_places(["R"])
    if _V30 in block:
        _check_v3000(block)
    else:
        _check_v2000(block)


def check_groups(mol: Chem.Mol) -> None:
    """No repeat unit of a polymer, and no bond to several atoms at once."""
    kinds = [g.GetProp("TYPE") for g in Chem.GetMolSubstanceGroups(mol) if g.HasProp("TYPE")]
    if any(kind in _POLYMERS for kind in kinds):
        raise MoleculeError(
            "This drawing has the repeat unit of a polymer in brackets, so it is not one molecule; "
            "draw a chain of the length that you want."
        )
    if any(bond.HasProp("_MolFileBondEndPts") for bond in mol.GetBonds()):
        raise _several_ends()


def _check_v2000(block: str) -> None:
    """The number of atoms, and their symbols."""
    lines = block.split("\n", 5 + checks.MAX_ATOMS)
    count = whole(lines[3][:3].strip()) if len(lines) > 3 else None
    if count is None:
        return
    if count > checks.MAX_ATOMS:
        raise checks.too_large(count)
    _check_symbols([line[31:34].strip() for line in lines[4 : 4 + count]])


def _check_v3000(block: str) -> None:
    """The number of atoms, the lengths of all lists, the symbols, and the ends of bonds."""
    part, symbols = "", []
    for line in _v3000_lines(block):
        words = line.split(None, 5)
        for claimed, rest in _LIST.findall(line):
            if whole(claimed) is None or int(claimed) > len(rest.split()):
                raise MoleculeError(
                    "A list in this V3000 file is shorter than it says, so the file is cut off or "
                    "damaged; save it again or paste the molecule as SMILES."
                )
        if words[:1] == ["COUNTS"]:
            _check_counts(words)
        elif words[:1] == ["BEGIN"] and len(words) > 1:
            part = words[1]
        elif words[:1] == ["END"]:
            part = ""
        elif part == "ATOM" and len(words) > 1:
            symbols.append(_v3000_symbol(line))
        elif part == "BOND" and "ENDPTS=" in line:
            raise _several_ends()
    _check_symbols(symbols)


def _check_counts(words: list[str]) -> None:
    counts = [whole(word) for word in words[1:3]]
    if len(counts) < 2 or None in counts:
        raise MoleculeError(
            "The COUNTS line of this V3000 file does not say how many atoms and bonds there are; "
            "save it again or paste the molecule as SMILES."
        )
    if (largest := max(counts[0] or 0, (counts[1] or 0) // 8)) > checks.MAX_ATOMS:
        raise checks.too_large(largest)


def _v3000_lines(block: str) -> Iterator[str]:
    """The V3000 lines, continued ones joined, without what stands in quotes."""
    joined = block.replace(f"-\n{_V30}", "")
    for line in joined.split("\n"):
        if line.startswith(_V30):
            yield _QUOTED.sub('""', line[len(_V30) :]) if '"' in line else line[len(_V30) :]


def _v3000_symbol(line: str) -> str:
    """The second word of an atom line; a list such as "[C, N]" counts as one."""
    rest = line.split(None, 1)[1]
    return "[...]" if rest.startswith(("[", "NOT")) else rest.split(None, 1)[0]


def _check_symbols(symbols: list[str]) -> None:
    """Every atom is of an element, so no place is left open."""
    places = sorted({symbol for symbol in symbols if symbol and symbol not in _SYMBOLS})
    if places:
        raise _open_places(places)


def _open_places(symbols: list[str]) -> MoleculeError:
    shown = ", ".join(symbol[:6] for symbol in symbols[:3])
    return MoleculeError(
        f"This drawing has open places ({shown}), so it is not one molecule; "
        "put atoms where they stand."
    )


def _several_ends() -> MoleculeError:
    return MoleculeError(
        "A bond of this drawing ends at several atoms at once (a haptic bond, or a position left "
        "open), which the model cannot handle; draw a bond to one atom."
    )
