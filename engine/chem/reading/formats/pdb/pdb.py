"""PDB files: the format has no bond orders and often no hydrogens, so they must be found.

Amino acids and nucleotides are known by their residue names. For any other molecule the
bond orders follow from CONECT lines that repeat double bonds, from the component dictionary or
from the shape (``engine.chem.reading.perception``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading import checks, perception
from engine.chem.reading.choices import ReadingChoices
from engine.chem.reading.formats.pdb import bonds as pdb_bonds
from engine.chem.reading.formats.pdb import lines as pdb_lines
from engine.chem.reading.formats.records import Drawing, Entry

#: Three-letter names whose bond orders are known.
_AMINO_ACIDS = (
    *("ALA", "ARG", "ASN", "ASP", "CYS", "GLN", "GLU", "GLY", "HIS", "ILE"),
    *("LEU", "LYS", "MET", "PHE", "PRO", "SER", "THR", "TRP", "TYR", "VAL"),
)
_NUCLEOTIDES = ("A", "C", "G", "U", "DA", "DC", "DG", "DT")
_RESIDUES = frozenset((*_AMINO_ACIDS, *_NUCLEOTIDES, "ACE", "NME", "NH2"))

#: More lines than this for every atom allowed are not alternative locations.
_LOCATIONS = 8
#: CONECT lines of one atom, four neighbours a line.
_CONTINUED = 8

_STATED = (
    "The bond orders are those of the CONECT lines; missing hydrogens were added by the valences."
)


def split(text: str) -> list[Entry]:
    """The models of a PDB file: between MODEL and ENDMDL, or up to an END that others follow.

    CONECT lines in a model are its own, those outside belong to every model.

    Raises:
        MoleculeError: if there is no atom.
    """
    models, shared = _models(text.split("\n"))
    if not models:
        raise MoleculeError(
            "There is no ATOM or HETATM line in this PDB file; check that it is complete."
        )
    connections = _Connections.of(shared)
    return [
        Entry(
            f"Model {k}" if len(models) > 1 else "",
            "\n".join(model),
            str(sum(map(pdb_lines.is_atom, model))),
            connections.added,
        )
        for k, model in enumerate(models, 1)
    ]


def draw(text: str) -> Chem.Mol:
    """The atoms of one model with their neighbours and coordinates, unsanitised.

    RDKit reads an exact copy of the atoms, written as the format wants it, with one location of
    each; so no atom is left out.

    Raises:
        MoleculeError: if there are too many atoms or a line cannot be read.
    """
    atoms, _ = _atoms(text)
    if len(atoms) > checks.MAX_ATOMS:
        raise checks.too_large(len(atoms))
    bonds = pdb_bonds.stated(text.split("\n"), [atom.serial for atom in atoms])
    drawing = pdb_bonds.connected(atoms, bonds)
    if drawing is None or drawing.GetNumAtoms() != len(atoms):
        raise MoleculeError(
            "No molecule could be read from this PDB file, its columns may be shifted; "
            "save it again or upload an SDF file."
        )
    checks.check_neighbours(drawing)
    return drawing


def moved(first: str, other: str) -> np.ndarray | None:
    """The coordinates (N, 3) Angstrom of a model whose atoms and bonds are those of the first."""
    (frame, _), (same, xyz) = _frozen(first), _frozen(other)
    return xyz if frame and frame == same else None


def remarks(text: str) -> list[str]:
    """What was decided about alternative locations."""
    return _atoms(text)[1]


def settle(drawing: Drawing, choices: ReadingChoices) -> tuple[Chem.Mol, list[str]]:
    """The molecule with bond orders, and remarks.

    Raises:
        MoleculeError: if the bonds cannot be found from the file.
    """
    mol = drawing.piece(choices.largest)
    checks.check_contents(mol)
    as_stated = None if choices.template else _as_stated(mol)
    if as_stated is not None:
        return as_stated
    found = perception.infer(mol, perception.Hints(_residues(mol), choices.template))
    if found is None:
        raise MoleculeError(
            "The bonds of this PDB file cannot be found from its coordinates, some atoms may "
            "be missing; upload the molecule as SDF or MOL2."
        )
    return found


def _as_stated(drawing: Chem.Mol) -> tuple[Chem.Mol, list[str]] | None:
    """The molecule with the bond orders of its residues or CONECT lines, if they make sense.

    Where the file has hydrogens, they may not ask for further ones: of all atoms, or of all but
    carbon if the file keeps the polar hydrogens only.
    """
    standard = _residues(drawing) <= _RESIDUES
    stated = any(bond.GetBondType() != Chem.BondType.SINGLE for bond in drawing.GetBonds())
    some = any(atom.GetAtomicNum() == 1 for atom in drawing.GetAtoms())
    complete = perception.has_hydrogens(drawing)
    mol = Chem.Mol(drawing)
    if not (standard or stated or complete) or Chem.SanitizeMol(mol, catchErrors=True):
        return None
    if complete:
        return (mol, []) if perception.is_saturated(mol) else None
    if some and any(a.GetTotalNumHs() and a.GetAtomicNum() != 6 for a in mol.GetAtoms()):
        return None
    return mol, [] if standard else [_STATED]


def _residues(drawing: Chem.Mol) -> frozenset[str]:
    """The residue names."""
    return frozenset(a.GetPDBResidueInfo().GetResidueName().strip() for a in drawing.GetAtoms())


@lru_cache(maxsize=1)
def _atoms(text: str) -> tuple[list[pdb_lines.AtomLine], list[str]]:
    """The atoms of a model at one location each, and remarks."""
    lines = [line for line in text.split("\n") if pdb_lines.is_atom(line)]
    if len(lines) > _LOCATIONS * checks.MAX_ATOMS:
        raise checks.too_large(len(lines))
    return pdb_lines.one_location(pdb_lines.parsed(lines))


@lru_cache(maxsize=2)
def _frozen(text: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The lines of a model without coordinates, occupancy and B factor; and the coordinates.

    No lines where an atom has alternative locations or leaves its columns.
    """
    lines = text.split("\n")
    atoms = [line for line in lines if pdb_lines.is_atom(line)]
    fields = [pdb_lines.fixed_coordinates(line) for line in atoms]
    if None in fields:
        return (), np.empty((0, 3))
    others = [line for line in lines if not pdb_lines.is_atom(line)]
    rest = (*(f"{line[:30]}{line[66:]}" for line in atoms), *others)
    return rest, np.array(fields, dtype=np.float64)


def _models(lines: list[str]) -> tuple[list[list[str]], list[str]]:
    """The lines of each model that has atoms, and the CONECT lines outside."""
    models: list[list[str]] = []
    shared: list[str] = []
    current: list[str] = []
    for line in lines:
        if line.startswith(("MODEL", "ENDMDL")) or line.rstrip() == "END":
            if current:
                models.append(current)
            current = []
        elif pdb_lines.is_atom(line):
            current.append(line)
        elif line.startswith("CONECT"):
            (current or shared).append(line)
    return [*models, current] if current else models, shared


@dataclass(frozen=True)
class _Connections:
    """CONECT lines of a whole file by the serial number that they start with, each once."""

    lines: Mapping[str, Mapping[str, None]]

    @classmethod
    def of(cls, shared: list[str]) -> _Connections:
        lines: dict[str, dict[str, None]] = {}
        for line in shared:
            own = lines.setdefault(pdb_bonds.source(line), {})
            if len(own) < _CONTINUED:
                own[line] = None
        return cls(lines)

    def added(self, model: str) -> str:
        """The ``model`` with the lines of its atoms."""
        serials = [pdb_lines.serial(line) for line in model.split("\n") if pdb_lines.is_atom(line)]
        found = [line for serial in serials for line in self.lines.get(serial, ())]
        return "\n".join([model, *found])
