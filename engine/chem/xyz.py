"""XYZ frames: elements and coordinates only; neighbours, bond orders and charges must be found.

Neighbours follow from distances (RDKit's van der Waals rule), bond orders and charges from
``engine.chem.bondorders`` with the net charge that the person states.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDetermineBonds

from engine.chem import bondorders, checks
from engine.chem.errors import MoleculeError

_GUESSED = (
    "The file has no hydrogens on carbon; they were told from the bond lengths, so compare the "
    "drawing with what you expect."
)


def draw(text: str) -> Chem.Mol:
    """Atoms, their neighbours and one conformer of a frame; all bonds single.

    Raises
    ------
    MoleculeError: if a line is not an element and three numbers.
    """
    lines = text.split("\n")[2:]
    if len(lines) > checks.MAX_ATOMS:
        raise checks.too_large(len(lines))
    mol, rows = Chem.RWMol(), []
    for k, line in enumerate(lines, 1):
        number, position = _atom(line, k)
        mol.AddAtom(Chem.Atom(number))
        rows.append(position)
    checks.check_not_empty(mol)
    conformer = Chem.Conformer(len(rows))
    conformer.SetPositions(np.array(rows))
    mol.AddConformer(conformer)
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
    checks.check_contents(mol)
    checks.check_positions(mol)
    rdDetermineBonds.DetermineConnectivity(mol)
    return mol.GetMol()


def settle(drawing: Chem.Mol, largest: bool, charge: int) -> tuple[Chem.Mol, list[str]]:
    """``drawing`` sanitised with bond orders that give the net ``charge``, and remarks.

    Raises
    ------
    MoleculeError: if no Lewis structure fits, with the charge that would.
    """
    if largest:
        drawing = checks.largest_piece(drawing)
    checks.check_one_piece(drawing)
    found, free = bondorders.perceive(drawing, charge), bondorders.perceive(drawing)
    if found is None or free is None:
        raise MoleculeError(
            "The bonds of this XYZ file cannot be told from its coordinates; check that no atom "
            "is missing and that they are in Angstrom, or bring an SDF file."
        )
    fits = Chem.GetFormalCharge(found) == charge and _odd(found) <= _odd(free)
    if not fits:
        raise MoleculeError(
            f"The atoms of this XYZ file do not fit a charge of {charge:+d}, but they do fit "
            f"{Chem.GetFormalCharge(free):+d}; change the charge."
        )
    return found, [] if bondorders.has_hydrogens(drawing) else [_GUESSED]


def _atom(line: str, k: int) -> tuple[int, list[float]]:
    """Atomic number and position of the ``k``-th atom line."""
    words = line.split()
    table = Chem.GetPeriodicTable()
    try:
        position = [float(word) for word in words[1:4]]
        name = words[0].capitalize()
        number = int(name) if name.isdigit() else table.GetAtomicNumber(name)
    except (ValueError, IndexError, RuntimeError):
        number, position = -1, []
    if len(position) != 3 or not 0 < number < 119 or not np.isfinite(position).all():
        raise MoleculeError(
            f"Atom {k} of this XYZ file is not an element followed by three coordinates; "
            "correct that line."
        )
    return number, position


def _odd(mol: Chem.Mol) -> int:
    """Charged carbons: the sign of a structure forced into a wrong net charge."""
    return sum(a.GetAtomicNum() == 6 and a.GetFormalCharge() != 0 for a in mol.GetAtoms())
