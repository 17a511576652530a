"""PDB files: the format has no bond orders and often no hydrogens, so they must be found.

Amino acids and nucleotides are known by their residue names. For any other molecule the
bond orders follow from neighbours and bond lengths (``engine.chem.bondorders``).
"""

from __future__ import annotations

from rdkit import Chem

from engine.chem import bondorders, checks
from engine.chem.errors import MoleculeError

#: Three-letter names whose bond orders are known by heart.
_AMINO_ACIDS = (
    *("ALA", "ARG", "ASN", "ASP", "CYS", "GLN", "GLU", "GLY", "HIS", "ILE"),
    *("LEU", "LYS", "MET", "PHE", "PRO", "SER", "THR", "TRP", "TYR", "VAL"),
)
_NUCLEOTIDES = ("A", "C", "G", "U", "DA", "DC", "DG", "DT")
_RESIDUES = frozenset((*_AMINO_ACIDS, *_NUCLEOTIDES, "ACE", "NME", "NH2"))

_GUESSED = (
    "The file has neither bond orders nor hydrogens; both were told from the bond lengths, "
    "so compare the drawing with what you expect."
)


def draw(text: str) -> Chem.Mol:
    """The atoms of one model with their neighbours and coordinates, unsanitised.

    Raises
    ------
    MoleculeError: if there are too many atoms or the columns cannot be read.
    """
    atoms = [line for line in text.splitlines() if line.startswith(("ATOM  ", "HETATM"))]
    if len(atoms) > checks.MAX_ATOMS:
        raise checks.too_large(len(atoms))
    drawing = Chem.MolFromPDBBlock(text, sanitize=False, removeHs=False)
    if drawing is None:
        raise MoleculeError(
            "No molecule could be read from this PDB file, its columns may be shifted; "
            "save it again or bring an SDF file."
        )
    return drawing


def settle(drawing: Chem.Mol, largest: bool = False) -> tuple[Chem.Mol, list[str]]:
    """``drawing`` with bond orders, and remarks.

    With ``largest`` all but the largest of several separate molecules is dropped.

    Raises
    ------
    MoleculeError: if the bonds cannot be told from the file.
    """
    if largest:
        drawing = checks.largest_piece(drawing)
    checks.check_one_piece(drawing)
    checks.check_contents(drawing)
    return _with_bond_orders(drawing)


def _with_bond_orders(drawing: Chem.Mol) -> tuple[Chem.Mol, list[str]]:
    """``drawing`` sanitised, with the bond orders of its residues or of its geometry."""
    atoms = list(drawing.GetAtoms())
    standard = all(a.GetPDBResidueInfo().GetResidueName().strip() in _RESIDUES for a in atoms)
    complete = bondorders.has_hydrogens(drawing)
    mol = Chem.Mol(drawing)
    possible = not Chem.SanitizeMol(mol, catchErrors=True)
    if possible and (standard or (complete and bondorders.is_saturated(mol))):
        return mol, []
    stated = sum(atom.GetFormalCharge() for atom in atoms)
    found = bondorders.perceive(drawing, stated or None)
    if found is None:
        raise MoleculeError(
            "The bonds of this PDB file cannot be told from its coordinates, some atoms may "
            "be missing; bring the molecule as SDF or MOL2."
        )
    return found, [] if complete else [_GUESSED]
