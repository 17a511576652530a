"""Which rows of an mmCIF file make one record: a ligand of a structure, or a definition.

The text of a record is a small CIF of its own, with the definition of its component as far as
the record's atoms need it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from engine.chem.errors import MoleculeError
from engine.chem.reading.formats.cif import star
from engine.chem.reading.formats.cif.star import Row, Tables
from engine.chem.reading.formats.numbers import real
from engine.chem.reading.formats.records import MAX_RECORDS, Entry

SITE, ATOM, BOND = "_atom_site", "_chem_comp_atom", "_chem_comp_bond"

_ENTITY = "_entity"
_WATER = ("HOH", "DOD", "WAT")
#: Bonds of a component above which its table makes no sense for a molecule of ``MAX_ATOMS``.
_MOST_BONDS = 600
_DEFINED = ("comp_id", "atom_id", "type_symbol", "charge", "partial_charge")


@dataclass(frozen=True)
class _Group:
    """The rows of one record.

    Attributes:
        name: what it is called in a list.
        category: ``SITE`` or ``ATOM``.
        component: the name of its component.
        rows: one row for each atom and alternative place.
        block: the number of its data block.
    """

    name: str
    category: str
    component: str
    rows: list[Row]
    block: int


def entries(text: str) -> list[Entry]:
    """The ligands of an mmCIF file, the largest first, or the components that it defines.

    Records that can never be chosen, after the first ``MAX_RECORDS``, have no text.

    Raises:
        MoleculeError: if there is none.
    """
    blocks = star.blocks(text, (SITE, ATOM, BOND, _ENTITY))
    groups = [group for k, block in enumerate(blocks) for group in _ligands(block, k)]
    defining = not any(block[SITE] for block in blocks)
    if defining:
        groups = [group for k, block in enumerate(blocks) for group in _components(block, k)]
    if not groups:
        raise _without_ligand(star.merged(blocks), text)
    groups.sort(key=lambda group: -heavy(one_place(group.rows)))
    definitions = _Definitions(blocks, defining)
    return [
        Entry(
            group.name,
            star.written(definitions.tables_of(group)) if k < MAX_RECORDS else "",
            f"{group.component} {len(one_place(group.rows))}",
        )
        for k, group in enumerate(groups)
    ]


def one_place(rows: list[Row]) -> list[Row]:
    """The atoms at one of several alternative places, and those that have only one.

    The place whose atoms have the highest occupancy is taken; of equals, the first letter.
    """
    labels = [row.get("label_alt_id", "") for row in rows]
    if not any(labels):
        return rows
    best = place(rows)
    return [row for row, label in zip(rows, labels, strict=True) if label in ("", best)]


def place(rows: list[Row]) -> str:
    """The letter of the alternative place that ``one_place`` takes; "" where there is one only."""
    occupancies: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if label := row.get("label_alt_id", ""):
            occupancies[label].append(real(row.get("occupancy", "")) or 0.0)
    mean = {label: sum(values) / len(values) for label, values in occupancies.items()}
    return min(mean, key=lambda label: (-mean[label], label)) if mean else ""


def heavy(rows: list[Row]) -> int:
    """How many of these atoms are not hydrogen."""
    return sum(row.get("type_symbol", "") not in ("H", "D") for row in rows)


def atom_name(row: Row) -> str:
    """The name of an atom, of a structure or of a definition."""
    return row.get("label_atom_id") or row.get("atom_id") or row.get("auth_atom_id", "")


class _Definitions:
    """The definitions of a file's components: atoms and bonds grouped by component, once."""

    def __init__(self, blocks: list[Tables], defining: bool) -> None:
        """Group the rows of ``blocks``, block by block where components are the records."""
        self._defining = defining
        self._atoms: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self._bonds: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for k, block in enumerate(blocks):
            for rows, found in ((block[ATOM], self._atoms), (block[BOND], self._bonds)):
                for row in rows:
                    found[self._key(row.get("comp_id", ""), k)].append(row)

    def tables_of(self, group: _Group) -> Tables:
        """The rows of a record and of its definition."""
        key = self._key(group.component, group.block)
        bonds = self._bonds.get(key, [])
        own = {group.category: group.rows, BOND: bonds if len(bonds) <= _MOST_BONDS else []}
        if group.category == SITE:
            atoms = self._atoms.get(key, [])
            own[ATOM] = [
                {item: row[item] for item in _DEFINED if item in row}
                for row in (atoms if len(atoms) <= _MOST_BONDS else [])
            ]
        return own

    def _key(self, component: str, block: int) -> tuple[str, int]:
        return component, block if self._defining else 0


def _ligands(tables: Tables, block: int) -> list[_Group]:
    """Every non-polymer residue of the first model of a data block."""
    kinds = {row.get("id"): row.get("type") for row in tables[_ENTITY]}
    groups: dict[tuple[str, ...], list[Row]] = {}
    first = tables[SITE][0].get("pdbx_PDB_model_num") if tables[SITE] else None
    for row in tables[SITE]:
        kind = kinds.get(row.get("label_entity_id"))
        foreign = kind == "non-polymer" if kind else row.get("group_PDB") == "HETATM"
        component = row.get("label_comp_id") or row.get("auth_comp_id", "")
        if foreign and component not in _WATER and row.get("pdbx_PDB_model_num") == first:
            residue = row.get("auth_seq_id") or row.get("label_seq_id", "")
            residue += row.get("pdbx_PDB_ins_code", "")
            chain = row.get("auth_asym_id") or row.get("label_asym_id", "")
            key = (component, chain, residue, row.get("label_asym_id", ""))
            groups.setdefault(key, []).append(row)
    return [
        _Group(f"{component} {chain} {residue}".strip(), SITE, component, rows, block)
        for (component, chain, residue, _), rows in groups.items()
        if len(one_place(rows)) > 1
    ]


def _components(tables: Tables, block: int) -> list[_Group]:
    """The components that a data block of a dictionary defines."""
    groups: dict[str, list[Row]] = {}
    for row in tables[ATOM]:
        groups.setdefault(row.get("comp_id", ""), []).append(row)
    return [_Group(name, ATOM, name, rows, block) for name, rows in groups.items() if len(rows) > 1]


def _without_ligand(tables: Tables, text: str) -> MoleculeError:
    if "_atom_site_fract_x" in text or "_cell_length_a" in text:
        return MoleculeError(
            "This CIF file describes a crystal by fractional coordinates, not a ligand; save "
            "the molecule as SDF, MOL2 or XYZ."
        )
    if tables[SITE]:
        return MoleculeError(
            "There is no ligand in this mmCIF file, only polymers, water or single ions; "
            "upload a file with a small molecule."
        )
    return MoleculeError(
        "There are no atoms in this mmCIF file, neither _atom_site nor _chem_comp_atom; check "
        "that it is complete."
    )
