"""MOL2 files, with the atom types of Tripos or of a force field.

The format has no formal charges. They follow from the atom types, from the section of atom
attributes where there is one, and from the hydrogens; the sum of the partial charges is the
net charge. Tripos Mol2 File Format 2009.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats.mol.mol2_types import TypedAtom, elements
from engine.chem.reading.formats.numbers import coordinate, formal_charge, real, whole
from engine.chem.reading.formats.records import Drawing, Entry, unreadable
from engine.chem.reading.perception import bond_orders
from engine.chem.reading.perception.delocalised import localise

LABEL = "MOL2"
_MARK = "@<TRIPOS>MOLECULE"
_SECTION = "@<TRIPOS>"
_ORDERS = {
    **dict.fromkeys(("1", "am", "un", "du"), Chem.BondType.SINGLE),
    "2": Chem.BondType.DOUBLE,
    "3": Chem.BondType.TRIPLE,
    "ar": Chem.BondType.AROMATIC,
}
_UNKNOWN = ("un", "du")
_PARTIAL, _KIND, _OPEN = "_partial_charge", "_atom_type", "_unknown_bonds"
_ANEW = (
    "The bond orders that the file states do not fit its atoms; they were inferred anew, so "
    "compare the drawing with what you expect."
)


def split(text: str) -> list[Entry]:
    """The records of a MOL2 file; what stands before the first is dropped."""
    entries = []
    for block in text.split(_MARK)[1:]:
        lines = block.split("\n", 3)
        counts = lines[2].split()[:2] if len(lines) > 2 else []
        name = lines[1].strip() if len(lines) > 1 else ""
        entries.append(Entry(name.strip("*"), _MARK + block, " ".join(counts)))
    return entries


def draw(text: str) -> Chem.Mol:
    """Atoms, bonds and one conformer as they stand in the record, unsanitised.

    Raises:
        MoleculeError: if a line cannot be read or the atom types are not known.
    """
    sections = _sections(text)
    lines = sections.get("ATOM", [])
    if len(lines) > checks.MAX_ATOMS:
        raise checks.too_large(len(lines))
    rows = [_row(line, k) for k, line in enumerate(lines, 1)]
    index = {row[0]: i for i, row in enumerate(rows)}
    bonds = _bonds(sections.get("BOND", []), index)
    if not rows or len(index) < len(rows) or not all(map(str.isdigit, index)):
        raise unreadable(LABEL)
    degrees = np.bincount([i for i, j, _ in bonds for i in (i, j)], minlength=len(rows)).tolist()
    typed = [TypedAtom(row[5], row[1], n) for row, n in zip(rows, degrees, strict=True)]
    mol = Chem.RWMol()
    for row, number in zip(rows, elements(typed), strict=True):
        atom = Chem.Atom(number)
        atom.SetProp(_KIND, row[5])
        if (charge := real(row[8]) if len(row) > 8 else None) is not None:
            atom.SetDoubleProp(_PARTIAL, charge)
        mol.AddAtom(atom)
    conformer = Chem.Conformer(len(rows))
    conformer.SetPositions(
        np.array([[coordinate(word) for word in row[2:5]] for row in rows], float)
    )
    mol.AddConformer(conformer)
    _connect(mol, bonds)
    _charge(mol, _attributes(sections, index))
    return mol.GetMol()


def settle(drawing: Drawing, choices: ReadingChoices) -> tuple[Chem.Mol, list[str]]:
    """The molecule, sanitised; its bond orders perceived anew where those of the file do not fit.

    Many programs write every bond of a conjugated ring as aromatic, or leave out the charges.
    """
    raw = drawing.piece(choices.largest)
    checks.check_not_empty(raw)
    checks.check_contents(raw)
    if raw.GetNumAtoms() > checks.MAX_ATOMS:
        raise checks.too_large(raw.GetNumAtoms())
    net = _net_charge(raw)
    complete = bond_orders.has_hydrogens(raw)
    mol = None if drawing.mol.HasProp(_OPEN) else localise(raw, complete)
    if mol is not None and (not complete or _fits(mol, net)):
        return _plain(mol), []
    placed = complete or checks.apart(raw.GetConformer().GetPositions())
    found = bond_orders.perceive(raw, net) if placed else None
    if found is not None:
        return _plain(found), [] if complete else [_ANEW]
    checks.check_valence(raw)
    if mol is None:
        raise unreadable(LABEL)
    return _plain(mol), []


def _fits(mol: Chem.Mol, net: int | None) -> bool:
    """Whether no hydrogen is missing and the charge is right, in a molecule that has hydrogens."""
    return bond_orders.is_saturated(mol) and net in (None, Chem.GetFormalCharge(mol))


def _plain(mol: Chem.Mol) -> Chem.Mol:
    """``mol`` without what only this reader needs."""
    for atom in mol.GetAtoms():
        atom.ClearProp(_KIND)
        atom.ClearProp(_PARTIAL)
    return mol


def _sections(text: str) -> dict[str, list[str]]:
    """The lines of each section of one record; comments are dropped, continued lines joined."""
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    for line in text.replace("\\\n", " ").split("\n"):
        if line.startswith(_SECTION):
            lines = found.setdefault(line[len(_SECTION) :].strip().upper(), [])
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    return found


def _row(line: str, k: int) -> list[str]:
    """The words of the ``k``-th atom line: number, name, position, type, residue and charge."""
    words = line.split(None, 9)
    if len(words) < 6 or whole(words[0]) is None:
        raise unreadable(LABEL)
    if any(coordinate(word) is None for word in words[2:5]):
        raise MoleculeError(
            f"Atom {k} of this MOL2 file has no coordinates in Angstrom that make sense; correct "
            "that line."
        )
    return words


def _bonds(lines: list[str], index: dict[str, int]) -> list[tuple[int, int, str]]:
    """The atoms and the type of every bond; those that only say "not connected" are left out."""
    if len(lines) > checks.MAX_ATOMS**2:
        raise unreadable(LABEL)
    bonds = []
    for line in lines:
        words = [*line.split(None, 4)[1:4], "", "", ""]
        i, j, kind = index.get(words[0], -1), index.get(words[1], -1), words[2].lower()
        if kind != "nc":
            if i < 0 or j < 0 or i == j or kind not in _ORDERS:
                raise unreadable(LABEL)
            bonds.append((i, j, kind))
    return bonds


def _connect(mol: Chem.RWMol, bonds: list[tuple[int, int, str]]) -> None:
    for i, j, kind in bonds:
        if mol.GetBondBetweenAtoms(i, j) is not None:
            continue
        mol.AddBond(i, j, _ORDERS[kind])
        if kind == "ar":
            mol.GetBondBetweenAtoms(i, j).SetIsAromatic(True)
            mol.GetAtomWithIdx(i).SetIsAromatic(True)
            mol.GetAtomWithIdx(j).SetIsAromatic(True)
        elif kind in _UNKNOWN:
            mol.SetBoolProp(_OPEN, True)


def _attributes(sections: dict[str, list[str]], index: dict[str, int]) -> dict[int, int]:
    """Formal charges by atom, from the section of atom attributes (UNITY)."""
    charges: dict[int, int] = {}
    atom = -1
    for line in sections.get("UNITY_ATOM_ATTR", []):
        words = line.split(None, 2)
        if len(words) == 2 and words[0] == "charge" and atom >= 0:
            charges[atom] = formal_charge(words[1]) or 0
        elif len(words) == 2 and words[0].isdigit():
            atom = index.get(words[0], -1)
    return charges


def _charge(mol: Chem.RWMol, stated: dict[int, int]) -> None:
    """Formal charges that are stated, or that the Tripos types imply."""
    complete = bond_orders.has_hydrogens(mol)
    for atom in mol.GetAtoms():
        kind, bonds = atom.GetProp(_KIND), list(atom.GetBonds())
        if atom.GetIdx() in stated:
            atom.SetFormalCharge(stated[atom.GetIdx()])
        elif kind == "N.4" or (kind == "N.ar" and len(bonds) == 3 and not complete):
            atom.SetFormalCharge(1)
        elif kind == "O.co2" and [b.GetBondType() for b in bonds] == [Chem.BondType.SINGLE]:
            atom.SetFormalCharge(-1)
        elif kind == "C.cat" and not complete:
            _charge_cation(atom)
        elif kind == "N.pl3" and len(bonds) == 2 and not complete and atom.GetIsAromatic():
            atom.SetNumExplicitHs(1)


def _charge_cation(centre: Chem.Atom) -> None:
    """The positive nitrogen of a guanidinium or amidinium whose hydrogens are not written."""
    ends = [b for b in centre.GetBonds() if b.GetOtherAtom(centre).GetAtomicNum() == 7]
    if ends and not any(b.GetOtherAtom(centre).GetFormalCharge() for b in ends):
        best = min(
            ends, key=lambda b: (-b.GetBondTypeAsDouble(), b.GetOtherAtom(centre).GetDegree())
        )
        best.GetOtherAtom(centre).SetFormalCharge(1)
        if all(b.GetBondType() == Chem.BondType.SINGLE for b in centre.GetBonds()):
            best.SetBondType(Chem.BondType.DOUBLE)


def _net_charge(drawing: Chem.Mol) -> int | None:
    """The sum of the partial charges as a whole number; None where they are missing or absurd."""
    atoms = list(drawing.GetAtoms())
    if not all(atom.HasProp(_PARTIAL) for atom in atoms):
        return None
    charges = [atom.GetDoubleProp(_PARTIAL) for atom in atoms]
    return round(sum(charges)) if any(charges) and abs(sum(charges)) < len(atoms) else None
