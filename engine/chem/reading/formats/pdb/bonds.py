"""The bonds of PDB atoms: those that CONECT lines state, else those that distances suggest.

A CONECT line has the serial numbers of an atom and of up to four neighbours, five columns each;
RDKit, Open Babel and others repeat a neighbour as often as the order of the bond. Distances are
judged by RDKit, which knows the bond orders of standard residues.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading.formats.pdb.elements import is_standard, number_and_isotope
from engine.chem.reading.formats.pdb.lines import AtomLine

#: Ends of a bond, the smaller index first, to its order.
Bonds = dict[tuple[int, int], int]

_ORDERS = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
_WIDEST = 9000.0  # Angstrom, what eight columns hold


def source(line: str) -> str:
    """The serial number that a CONECT line starts with."""
    words = line[6:].split()
    return line[6:11].strip() if len(words) < 2 or len(words[0]) != 6 else words[0]


def stated(lines: Sequence[str], serials: Sequence[str]) -> Bonds:
    """The bonds of CONECT lines between atoms with these serial numbers.

    Empty where a serial number is there twice, since nobody can tell what is meant.
    """
    index = {serial: i for i, serial in enumerate(serials)}
    if len(index) != len(serials):
        return {}
    seen: Counter[tuple[int, int]] = Counter()
    for line in lines:
        if line.startswith("CONECT"):
            start, *ends = _numbers(line, index)
            known = [index[end] for end in ends if end in index]
            seen.update((index[start], end) for end in known if start in index)
    return {(min(i, j), max(i, j)): min(max(seen[i, j], seen[j, i]), 3) for i, j in seen if i != j}


def connected(atoms: Sequence[AtomLine], bonds: Bonds) -> Chem.Mol | None:
    """The atoms with their bonds and exact coordinates, unsanitised; None if RDKit reads none.

    Where the stated bonds leave nothing apart that lies together, distances add none: atoms that
    come close without a bond do so in a strained or random conformer.
    """
    xyz = np.array([atom.xyz for atom in atoms])
    text = _written(atoms, xyz)
    mol = _of_connections(text, atoms, bonds)
    if mol is None or _pieces(mol) > 1:
        near = _drawn(text, len(atoms), by_distance=True)
        if near is not None and (mol is None or _pieces(near) < _pieces(mol)):
            _bond(near, bonds)
            mol = near
    if mol is None:
        return None
    for atom, line in zip(mol.GetAtoms(), atoms, strict=True):
        atom.SetIsotope(number_and_isotope(line.symbol)[1])
    mol.GetConformer().SetPositions(xyz)
    return mol.GetMol()


def _of_connections(text: str, atoms: Sequence[AtomLine], bonds: Bonds) -> Chem.RWMol | None:
    """With the stated bonds alone; None where they say nothing of an atom.

    Single bonds alone say nothing of standard residues, whose orders RDKit finds by distance.
    """
    if not bonds or (max(bonds.values()) < 2 and any(is_standard(a.residue) for a in atoms)):
        return None
    mol = _drawn(text, len(atoms), by_distance=False)
    if mol is None:
        return None
    _bond(mol, bonds)
    return mol if all(atom.GetDegree() for atom in mol.GetAtoms()) else None


def _drawn(text: str, count: int, by_distance: bool) -> Chem.RWMol | None:
    """What RDKit reads of ``count`` atoms; None if it is not all of them."""
    drawing = Chem.MolFromPDBBlock(
        text, sanitize=False, removeHs=False, proximityBonding=by_distance
    )
    if drawing is None or drawing.GetNumAtoms() != count:
        return None
    return Chem.RWMol(drawing)


def _pieces(mol: Chem.Mol) -> int:
    return len(Chem.GetMolFrags(mol))


def _numbers(line: str, index: dict[str, int]) -> list[str]:
    """The serial numbers of a CONECT line: five columns each, six, or words."""
    body = line[6:].rstrip()
    ways = [
        [body[k : k + width].strip() for k in range(0, min(len(body), 5 * width), width)]
        for width in (5, 6)
    ]
    ways.append(body.split()[:5])
    known = [sum(word in index for word in way) for way in ways]
    return [word for word in ways[known.index(max(known))] if word] or [""]


def _bond(mol: Chem.RWMol, bonds: Bonds) -> None:
    """Add the stated bonds; where there is one already, a stated order of two or three counts."""
    for (i, j), order in bonds.items():
        bond = mol.GetBondBetweenAtoms(i, j)
        if bond is None:
            mol.AddBond(i, j, _ORDERS[order - 1])
        elif order > 1:
            bond.SetBondType(_ORDERS[order - 1])


def _written(atoms: Sequence[AtomLine], xyz: np.ndarray) -> str:
    """The atoms (their coordinates (N, 3) Angstrom) in the columns of the format."""
    if np.abs(xyz).max(initial=0.0) > _WIDEST / 10:
        xyz = xyz - xyz.mean(axis=0)
    if np.abs(xyz).max(initial=0.0) > _WIDEST:
        raise MoleculeError(
            "The atoms of this PDB file lie thousands of Angstrom apart; keep one molecule of "
            "them, or check the columns of the coordinates."
        )
    lines = []
    for k, (atom, (x, y, z)) in enumerate(zip(atoms, xyz.tolist(), strict=True), 1):
        symbol = Chem.GetPeriodicTable().GetElementSymbol(number_and_isotope(atom.symbol)[0])
        name = atom.name[:4]
        name = f" {name:<3}" if len(symbol) == 1 and len(name) < 4 else f"{name:<4}"
        place = atom.place if re.fullmatch(r".[ -]*\d+.", atom.place) else f"{atom.place[0]}   1 "
        sign = "" if not atom.charge else f"{abs(atom.charge)}{'-' if atom.charge < 0 else '+'}"
        lines.append(
            f"{atom.record:<6}{k:5d} {name} {atom.residue:>3.3} {place}   {x:8.3f}{y:8.3f}{z:8.3f}"
            f"{atom.occupancy:6.2f}  0.00          {symbol.upper():>2}{sign}"
        )
    return "\n".join([*lines, "END", ""])
