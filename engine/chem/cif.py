"""Ligands of mmCIF files: the non-polymer residues of a structure, or a component's definition.

Bond orders come from the file's ``_chem_comp_bond`` where it has them, else from the bond
lengths (``engine.chem.bondorders``). Items are explained in the PDBx/mmCIF dictionary,
https://mmcif.wwpdb.org.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDetermineBonds

from engine.chem import bondorders, checks, star
from engine.chem.errors import MoleculeError
from engine.chem.records import Entry

Row = dict[str, str]

_WATER = ("HOH", "DOD", "WAT")
_SITE, _ATOM, _BOND = "_atom_site", "_chem_comp_atom", "_chem_comp_bond"
_ORDERS = {
    "SING": Chem.BondType.SINGLE,
    "DOUB": Chem.BondType.DOUBLE,
    "TRIP": Chem.BondType.TRIPLE,
    "AROM": Chem.BondType.AROMATIC,
}
_GUESSED = (
    "The file states no bond orders for this ligand; they were told from the bond lengths, so "
    "compare the drawing with what you expect."
)


def split(text: str) -> list[Entry]:
    """The ligands of an mmCIF file, the largest first; each entry is a small CIF of its own.

    Raises
    ------
    MoleculeError: if there is none.
    """
    tables = star.tables(text, (_SITE, _ATOM, _BOND, "_entity"))
    groups = _ligands(tables) or _components(tables)
    if not groups:
        raise _without_ligand(tables, text)
    groups.sort(key=lambda group: -_heavy(group[2]))
    entries = []
    for name, category, rows in groups:
        component = rows[0].get("label_comp_id") or rows[0].get("comp_id", "")
        own = {category: rows}
        for other in {_ATOM, _BOND} - {category}:
            own[other] = [row for row in tables[other] if row.get("comp_id") == component]
        entries.append(Entry(name, star.written(own), f"{component} {len(rows)}"))
    return entries


def draw(text: str) -> Chem.Mol:
    """Atoms, bonds and one conformer of an entry of ``split``, unsanitised.

    Without ``_chem_comp_bond`` the neighbours follow from the distances, all bonds single.
    """
    tables = star.tables(text, (_SITE, _ATOM, _BOND))
    rows = tables[_SITE] or tables[_ATOM]
    if len(rows) > checks.MAX_ATOMS:
        raise checks.too_large(len(rows))
    names = [row.get("label_atom_id") or row.get("atom_id", "") for row in rows]
    stated = {row.get("atom_id", ""): row for row in tables[_ATOM]}
    mol = Chem.RWMol()
    for name, row in zip(names, rows, strict=True):
        atom = Chem.Atom(_number(row.get("type_symbol", "")))
        charge = stated.get(name, {}).get("charge") or row.get("pdbx_formal_charge", "")
        if charge.lstrip("+-").isdigit():
            atom.SetFormalCharge(int(charge))
        mol.AddAtom(atom)
    _place(mol, rows)
    checks.check_contents(mol)
    _connect(mol, names, tables[_BOND])
    return mol.GetMol()


def settle(drawing: Chem.Mol, text: str, largest: bool) -> tuple[Chem.Mol, list[str]]:
    """``drawing`` sanitised, its bond orders perceived where the file has none that fit."""
    if largest:
        drawing = checks.largest_piece(drawing)
    checks.check_one_piece(drawing)
    tables = star.tables(text, (_SITE, _ATOM, _BOND))
    remarks = _unresolved(tables)
    mol = Chem.Mol(drawing)
    if tables[_BOND] and not Chem.SanitizeMol(mol, catchErrors=True):
        return mol, remarks
    if not drawing.GetNumConformers():
        checks.check_valence(drawing)
    stated = sum(atom.GetFormalCharge() for atom in drawing.GetAtoms())
    placed = drawing.GetNumConformers() > 0
    found = bondorders.perceive(drawing, stated or None) if placed else None
    if found is None:
        raise MoleculeError(
            "The bonds of this ligand cannot be told from its coordinates, some atoms may be "
            "missing; bring it as SDF or MOL2."
        )
    return found, [*remarks, _GUESSED]


def _ligands(tables: dict[str, list[Row]]) -> list[tuple[str, str, list[Row]]]:
    """Name, category and atoms of every non-polymer residue of the first model."""
    kinds = {row.get("id"): row.get("type") for row in tables["_entity"]}
    groups: dict[tuple[str, ...], list[Row]] = {}
    first = tables[_SITE][0].get("pdbx_PDB_model_num") if tables[_SITE] else None
    for row in tables[_SITE]:
        kind = kinds.get(row.get("label_entity_id"))
        foreign = kind == "non-polymer" if kind else row.get("group_PDB") == "HETATM"
        component = row.get("label_comp_id", "")
        if foreign and component not in _WATER and row.get("pdbx_PDB_model_num") == first:
            residue = row.get("auth_seq_id") or row.get("label_seq_id", "")
            chain = row.get("auth_asym_id") or row.get("label_asym_id", "")
            key = (component, chain, residue, row.get("label_asym_id", ""))
            groups.setdefault(key, []).append(row)
    found = []
    for (component, chain, residue, _), rows in groups.items():
        rows = _one_location(rows)
        if len(rows) > 1:
            found.append((f"{component} {chain} {residue}".strip(), _SITE, rows))
    return found


def _one_location(rows: list[Row]) -> list[Row]:
    """The atoms of the first alternative location, and those that have only one."""
    labels = [row.get("label_alt_id", "") for row in rows]
    first = next((label for label in labels if label), "")
    return [row for row, label in zip(rows, labels, strict=True) if label in ("", first)]


def _components(tables: dict[str, list[Row]]) -> list[tuple[str, str, list[Row]]]:
    """The components that a dictionary file (one that has no structure) defines."""
    groups: dict[str, list[Row]] = {}
    if not tables[_SITE]:
        for row in tables[_ATOM]:
            groups.setdefault(row.get("comp_id", ""), []).append(row)
    return [(name, _ATOM, rows) for name, rows in groups.items() if len(rows) > 1]


def _without_ligand(tables: dict[str, list[Row]], text: str) -> MoleculeError:
    if "_atom_site_fract_x" in text or "_cell_length_a" in text:
        return MoleculeError(
            "This CIF file describes a crystal by fractional coordinates, not a ligand; save "
            "the molecule as SDF, MOL2 or XYZ."
        )
    if tables[_SITE]:
        return MoleculeError(
            "There is no ligand in this mmCIF file, only polymers, water or single ions; bring "
            "a file with a small molecule."
        )
    return MoleculeError(
        "There are no atoms in this mmCIF file, neither _atom_site nor _chem_comp_atom; check "
        "that it is complete."
    )


def _place(mol: Chem.RWMol, rows: list[Row]) -> None:
    """The first complete set of coordinates: those of the structure, ideal or model ones."""
    for pattern in ("Cartn_{}", "pdbx_model_Cartn_{}_ideal", "model_Cartn_{}"):
        keys = [pattern.format(axis) for axis in "xyz"]
        try:
            xyz = np.array([[float(row[key]) for key in keys] for row in rows])
        except (KeyError, ValueError):
            continue
        conformer = Chem.Conformer(len(rows))
        conformer.SetPositions(xyz)
        mol.AddConformer(conformer)
        return


def _connect(mol: Chem.RWMol, names: list[str], bonds: list[Row]) -> None:
    """The stated bonds between the atoms that are there, else those by distance."""
    index = {name: i for i, name in enumerate(names)}
    for row in bonds:
        i, j = (index.get(row.get(f"atom_id_{k}", ""), -1) for k in (1, 2))
        order = _ORDERS.get(row.get("value_order", "").upper(), Chem.BondType.SINGLE)
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


def _unresolved(tables: dict[str, list[Row]]) -> list[str]:
    """A remark if the definition has heavy atoms that the structure has no coordinates for."""
    if not tables[_SITE] or not tables[_ATOM]:
        return []
    missing = _heavy(tables[_ATOM]) - _heavy(tables[_SITE])
    if missing <= 0:
        return []
    atoms = "One heavy atom" if missing == 1 else f"{missing} heavy atoms"
    return [f"{atoms} of this ligand have no coordinates in the file and were left out."]


def _heavy(rows: list[Row]) -> int:
    return sum(row.get("type_symbol", "") not in ("H", "D") for row in rows)


def _number(symbol: str) -> int:
    """The atomic number of an element symbol in any case; 0 for none."""
    name = "H" if symbol.upper() == "D" else symbol.capitalize()
    known = {Chem.GetPeriodicTable().GetElementSymbol(n): n for n in range(1, 119)}
    return known.get(name, 0)
