"""XYZ frames: elements and coordinates only; neighbours, bond orders and charges must be found.

Neighbours follow from distances (RDKit's van der Waals rule), bond orders and charges from
``engine.chem.reading.perception`` with the net charge that is stated.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDetermineBonds

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks, perception
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats import xyz_lines
from engine.chem.reading.formats.records import Drawing, Entry

_COUNT = re.compile(r"\s*([0-9]{1,9})\s*")
_QM9 = re.compile(r"gdb\s+\d+")
_STATED = re.compile(r"\b[\w.-]+=(?:\"[^\"]*\"|\S+)")
_CHARGE = re.compile(r"\bcharge\s*[=:]\s*([+-]?\d{1,2})\b", re.IGNORECASE)


def split(text: str) -> list[Entry]:
    """The frames of an XYZ file: a count, a comment and as many lines of atoms, again and again.

    Lines between frames that are no atoms (such as QM9's frequencies and SMILES) are left out, and
    the comment may be missing.

    Raises:
        MoleculeError: if the counts do not lead from frame to frame.
    """
    lines = text.removesuffix("\n").split("\n")
    entries: list[Entry] = []
    at = 0
    while at < len(lines):
        count = _COUNT.fullmatch(lines[at])
        first = at + 1 if count and _lacks_comment(lines, at, int(count[1])) else at + 2
        last = first + int(count[1]) if count else 0
        if count is None and (not lines[at].strip() or (entries and not _is_atom(lines[at]))):
            at += 1
            continue
        if count is None or last > len(lines):
            raise MoleculeError(
                f"Line {at + 1} of this XYZ file should say how many lines of atoms follow the "
                "comment, and they must be there; check that the file is complete."
            )
        comment = lines[at + 1].strip() if first == at + 2 else ""
        entry = "\n".join([lines[at], comment, *lines[first:last]])
        entries.append(Entry(_title(comment), entry, count[1]))
        at = last
    return entries


def draw(text: str) -> Chem.Mol:
    """Atoms, their neighbours and one conformer of a frame; all bonds single.

    Raises:
        MoleculeError: if a line is not an element and three numbers.
    """
    _, comment, *lines = text.split("\n")
    if len(lines) > checks.MAX_ATOMS:
        raise checks.too_large(len(lines))
    columns = xyz_lines.columns(comment)
    mol, rows = Chem.RWMol(), []
    for k, line in enumerate(lines, 1):
        found = xyz_lines.read(line, columns)
        if found is None or not np.abs(found.position).max() < checks.FARTHEST:
            raise MoleculeError(
                f"Atom {k} of this XYZ file is not an element followed by three coordinates; "
                "correct that line."
            )
        atom = Chem.Atom(found.number)
        atom.SetIsotope(found.isotope)
        mol.AddAtom(atom)
        rows.append(found.position)
    checks.check_not_empty(mol)
    conformer = Chem.Conformer(len(rows))
    conformer.SetPositions(np.array(rows))
    mol.AddConformer(conformer)
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
    checks.check_contents(mol)
    checks.check_positions(mol)
    rdDetermineBonds.DetermineConnectivity(mol)
    checks.check_neighbours(mol)
    return mol.GetMol()


def remarks(text: str) -> list[str]:
    """Whether the comment states a charge."""
    charge = _stated_charge(text)
    return [f"The file's comment states a charge of {charge:+d}."] if charge else []


def settle(drawing: Drawing, choices: ReadingChoices) -> tuple[Chem.Mol, list[str]]:
    """The molecule, sanitised, with bond orders that give the net charge chosen, and remarks.

    Raises:
        MoleculeError: if no Lewis structure fits, with the charge that would.
    """
    mol = drawing.piece(choices.largest)
    charge = choices.charge or _stated_charge(drawing.text)
    hints = perception.Hints(template=choices.template, net=charge)
    found, free = (perception.infer(mol, h) for h in (hints, replace(hints, net=None)))
    if found is None or free is None:
        raise MoleculeError(
            "The bonds of this XYZ file cannot be found from its coordinates; check that no atom "
            "is missing and that they are in Angstrom, or upload an SDF file."
        )
    if choices.template:
        return found
    fits = Chem.GetFormalCharge(found[0]) == charge and _odd(found[0]) <= _odd(free[0])
    if not fits:
        raise MoleculeError(
            f"The atoms of this XYZ file do not fit a charge of {charge:+d}, but they do fit "
            f"{Chem.GetFormalCharge(free[0]):+d}; change the charge."
        )
    return found


def _is_atom(line: str) -> bool:
    return xyz_lines.read(line, xyz_lines.Columns()) is not None


def _lacks_comment(lines: list[str], at: int, count: int) -> bool:
    """Whether the ``count`` atoms follow the count in line ``at`` directly."""
    end = at + 1 + count
    full = count > 0 and end <= len(lines) and _is_atom(lines[at + 1])
    return full and not (end < len(lines) and _is_atom(lines[end]))


def _title(comment: str) -> str:
    """A comment without what programs state in it as ``key=value``."""
    qm9 = _QM9.match(comment)
    return qm9[0] if qm9 else " ".join(_STATED.sub(" ", comment).split())


def _stated_charge(text: str) -> int:
    """The net charge that the comment states, 0 where it states none."""
    found = _CHARGE.search(text.split("\n", 2)[1])
    return int(found[1]) if found else 0


def _odd(mol: Chem.Mol) -> int:
    """Charged carbons: the sign of a structure forced into a wrong net charge."""
    return sum(a.GetAtomicNum() == 6 and a.GetFormalCharge() != 0 for a in mol.GetAtoms())
