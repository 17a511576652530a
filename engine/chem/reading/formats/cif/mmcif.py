"""Ligands of mmCIF files: the non-polymer residues of a structure, or a component's definition.

Bond orders come from the file's ``_chem_comp_bond`` where it has them, else from the
shape (``engine.chem.reading.perception``). Items are explained in the PDBx/mmCIF dictionary,
https://mmcif.wwpdb.org. The dictionaries of restraints that AceDRG, Grade, eLBOW and the CCP4
monomer library write say ``type`` for ``value_order`` and ``x``, ``y``, ``z`` for the
coordinates, and may mark the bonds of carboxylates and the like as "deloc".
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDetermineBonds

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks, perception
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats.cif import components, star
from engine.chem.reading.formats.cif.components import ATOM, BOND, SITE, atom_name
from engine.chem.reading.formats.cif.star import Row, Tables
from engine.chem.reading.formats.numbers import coordinate, formal_charge, real
from engine.chem.reading.formats.records import Drawing, Entry
from engine.chem.reading.perception.delocalised import localise

#: Files whose records are kept, since a page asks for their names and then for one of them.
_KEPT = 2
#: The first letters of a bond's order; a delocalised bond is settled like an aromatic one.
_ORDERS = {
    **dict.fromkeys(("SING", "1"), Chem.BondType.SINGLE),
    **dict.fromkeys(("DOUB", "2"), Chem.BondType.DOUBLE),
    **dict.fromkeys(("TRIP", "3"), Chem.BondType.TRIPLE),
    **dict.fromkeys(("AROM", "DELO", "AR", "1.5"), Chem.BondType.AROMATIC),
}
#: Items of coordinates: of a structure, ideal and model ones, of a dictionary of restraints.
_COORDINATES = ("Cartn_{}", "pdbx_model_Cartn_{}_ideal", "model_Cartn_{}", "{}")
_MOST_CHARGED = 10.0
_ANEW = (
    "The bond orders and charges that the file states do not fit its atoms; they were inferred "
    "anew, so compare the drawing with what you expect."
)


def split(text: str) -> list[Entry]:
    """The ligands of an mmCIF file, the largest first; each entry is a small CIF of its own.

    Raises:
        MoleculeError: if there is none.
    """
    return list(_entries(text))


@lru_cache(maxsize=_KEPT)
def _entries(text: str) -> tuple[Entry, ...]:
    return tuple(components.entries(text))


def draw(text: str) -> Chem.Mol:
    """Atoms, bonds and one conformer of an entry of ``split``, unsanitised.

    Without ``_chem_comp_bond`` the neighbours follow from the distances, all bonds single.
    """
    tables = star.tables(text, (SITE, ATOM, BOND))
    rows = _atoms(tables)
    if len(rows) > checks.MAX_ATOMS:
        raise checks.too_large(len(rows))
    names = [atom_name(row) for row in rows]
    stated = {atom_name(row): row for row in tables[ATOM]}
    mol = Chem.RWMol()
    for name, row in zip(names, rows, strict=True):
        atom = _element(row)
        atom.SetFormalCharge(_charge(name, stated.get(name, {}), row))
        mol.AddAtom(atom)
    _place(mol, rows)
    checks.check_contents(mol)
    _connect(mol, names, tables[BOND])
    return mol.GetMol()


def settle(drawing: Drawing, choices: ReadingChoices) -> tuple[Chem.Mol, list[str]]:
    """The molecule, sanitised, its bond orders perceived where the file has none that fit."""
    raw = drawing.piece(choices.largest)
    tables = star.tables(drawing.text, (SITE, ATOM, BOND))
    remarks = [*_alternatives(tables), *_unresolved(tables)]
    net = _net_charge(tables, raw)
    complete = perception.has_hydrogens(raw)
    stated = tables[BOND] and not choices.template
    mol = localise(raw, complete) if stated else None
    if mol is not None and (not complete or _fits(mol, net)):
        return mol, remarks
    if not raw.GetNumConformers() and not complete:
        checks.check_valence(raw)
    names = frozenset(
        atom.get("label_comp_id") or atom.get("comp_id", "") for atom in _atoms(tables)
    )
    hints = perception.Hints(names, choices.template, net if complete else None)
    placed = raw.GetNumConformers() > 0
    found = perception.infer(raw, hints) if placed or complete else None
    if mol is not None and (found is None or _has_charged_carbon(found[0])):
        return mol, remarks
    if found is None:
        raise MoleculeError(
            "The bonds of this ligand cannot be found from its coordinates, some atoms may be "
            "missing; upload it as SDF or MOL2."
        )
    remarks += [_ANEW] if stated else []
    return found[0], [*remarks, *found[1]]


def _atoms(tables: Tables) -> list[Row]:
    """The atoms of an entry, each at one place."""
    return components.one_place(tables[SITE]) if tables[SITE] else tables[ATOM]


def _element(row: Row) -> Chem.Atom:
    """The atom that ``type_symbol`` names, in any case; D and T are isotopes of hydrogen."""
    symbol = row.get("type_symbol", "").capitalize()
    isotope = {"D": 2, "T": 3}.get(symbol, 0)
    number = 1 if isotope else _NUMBERS.get(symbol, 0)
    if not number:
        raise MoleculeError(
            f"The element of atom {_short(atom_name(row))} in this mmCIF file is missing or "
            "unknown; correct its type_symbol."
        )
    atom = Chem.Atom(number)
    atom.SetIsotope(isotope)
    return atom


def _charge(name: str, definition: Row, row: Row) -> int:
    """The formal charge that the definition or the structure states; 0 where it is no whole one."""
    word = definition.get("charge") or row.get("charge") or row.get("pdbx_formal_charge", "")
    charge, partial = formal_charge(word), real(word)
    if word and charge is None and (partial is None or abs(partial) > _MOST_CHARGED):
        raise MoleculeError(
            f"The charge of atom {_short(name)} in this mmCIF file makes no sense; correct it."
        )
    return charge or 0


def _net_charge(tables: Tables, raw: Chem.Mol) -> int | None:
    """The net charge by formal charges, else by partial ones; None where all are zero."""
    if stated := Chem.GetFormalCharge(raw):
        return stated
    rows = tables[ATOM]
    for item in ("charge", "partial_charge"):
        charges = [real(row.get(item, "")) or 0.0 for row in rows]
        if len(rows) == raw.GetNumAtoms() and any(charges) and abs(sum(charges)) < len(rows):
            return round(sum(charges))
    return None


def _fits(mol: Chem.Mol, net: int | None) -> bool:
    """Whether no hydrogen is missing and the charge is right, in a molecule that has hydrogens."""
    return perception.is_saturated(mol) and net in (None, Chem.GetFormalCharge(mol))


def _has_charged_carbon(mol: Chem.Mol) -> bool:
    return any(a.GetAtomicNum() == 6 and a.GetFormalCharge() for a in mol.GetAtoms())


def _place(mol: Chem.RWMol, rows: list[Row]) -> None:
    """The first complete set of coordinates: those of the structure, ideal or model ones.

    Raises:
        MoleculeError: if a coordinate is not a number or absurdly far away.
    """
    for pattern in _COORDINATES:
        keys = [pattern.format(axis) for axis in "xyz"]
        words = [[row.get(key, "") for key in keys] for row in rows]
        if not all(word for line in words for word in line):
            continue
        xyz = np.array([[coordinate(word) for word in line] for line in words], dtype=float)
        bad = np.flatnonzero(np.isnan(xyz).any(axis=1))
        if len(bad):
            raise MoleculeError(
                f"Atom {_short(atom_name(rows[bad[0]]))} of this mmCIF file has no coordinates in "
                "Angstrom that make sense; correct them."
            )
        if len(rows) > 1 and not np.ptp(xyz, axis=0).any():
            continue
        conformer = Chem.Conformer(len(rows))
        conformer.SetPositions(xyz)
        mol.AddConformer(conformer)
        return


def _connect(mol: Chem.RWMol, names: list[str], bonds: list[Row]) -> None:
    """The stated bonds between the atoms that are there, else those by distance."""
    index = {name: i for i, name in enumerate(names)}
    if bonds and len(index) < len(names):
        raise MoleculeError(
            "Two atoms of this ligand have the same name, so its bonds are not clear; rename one "
            "or upload the ligand as SDF."
        )
    for row in bonds:
        i, j = (index.get(row.get(f"atom_id_{k}", ""), -1) for k in (1, 2))
        word = (row.get("value_order") or row.get("type", "")).upper()[:4]
        order = _ORDERS.get(word, Chem.BondType.SINGLE)
        if i < 0 or j < 0 or i == j or mol.GetBondBetweenAtoms(i, j) is not None:
            continue
        mol.AddBond(i, j, order)
        if order == Chem.BondType.AROMATIC:
            mol.GetBondBetweenAtoms(i, j).SetIsAromatic(True)
            mol.GetAtomWithIdx(i).SetIsAromatic(True)
            mol.GetAtomWithIdx(j).SetIsAromatic(True)
    if not bonds and mol.GetNumConformers():
        checks.check_positions(mol)
        rdDetermineBonds.DetermineConnectivity(mol)


def _alternatives(tables: Tables) -> list[str]:
    """A remark if some atoms have alternative places."""
    letter = components.place(tables[SITE])
    if not letter or len(_atoms(tables)) == len(tables[SITE]):
        return []
    sentence = (
        f"Some atoms of this ligand have alternative places; those marked {_short(letter)}, of "
        "the highest occupancy, are used."
    )
    return [sentence]


def _unresolved(tables: Tables) -> list[str]:
    """A remark if the definition has heavy atoms that the structure has no coordinates for."""
    if not tables[SITE] or not tables[ATOM]:
        return []
    missing = components.heavy(tables[ATOM]) - components.heavy(_atoms(tables))
    if missing <= 0:
        return []
    atoms = "One heavy atom" if missing == 1 else f"{missing} heavy atoms"
    return [f"{atoms} of this ligand have no coordinates in the file and were left out."]


def _short(word: str) -> str:
    return word if len(word) <= 8 else word[:8] + "…"


_NUMBERS = {Chem.GetPeriodicTable().GetElementSymbol(n): n for n in range(1, 119)}
