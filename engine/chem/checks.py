"""What is wrong with a molecule, in one sentence for the person who brought it.

Every check raises ``MoleculeError``. Atom numbers in sentences count from 1, as files do.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs
from scipy.spatial import cKDTree

from engine.chem.convert import ELEMENTS
from engine.chem.errors import MoleculeError
from engine.chem.torsions import identify_rotatable_bonds

MAX_ATOMS = 200

_SAME_PLACE = 0.4  # Angstrom

_BONDS = (
    Chem.BondType.SINGLE,
    Chem.BondType.DOUBLE,
    Chem.BondType.TRIPLE,
    Chem.BondType.AROMATIC,
)


def check_not_empty(mol: Chem.Mol) -> None:
    """At least one atom."""
    if mol.GetNumAtoms() == 0:
        raise MoleculeError(
            "There is no atom in this input; choose an example or bring a molecule."
        )


def check_contents(mol: Chem.Mol) -> None:
    """Elements and kinds of bond that the model knows, and no open places."""
    if any(atom.GetAtomicNum() == 0 or atom.HasQuery() for atom in mol.GetAtoms()):
        raise MoleculeError(
            "This is a pattern with open places (such as R or *), not one molecule; "
            "replace every open place by a real atom."
        )
    strange = {a.GetAtomicNum() for a in mol.GetAtoms()} - set(ELEMENTS)
    if strange:
        table = Chem.GetPeriodicTable()
        names = _and([table.GetElementName(number).lower() for number in sorted(strange)])
        raise MoleculeError(
            f"This molecule contains {names}, which the model cannot handle; "
            "use one made of H, B, C, N, O, F, Si, P, S, Cl, Br and I."
        )
    if any(bond.GetBondType() not in _BONDS for bond in mol.GetBonds()):
        raise MoleculeError(
            "A bond in this molecule is neither single, double, triple nor aromatic; "
            "draw it with ordinary bonds."
        )


def check_valence(mol: Chem.Mol) -> None:
    """An unsanitised molecule whose atoms have too many bonds or whose rings do not close."""
    with BlockLogs():
        problems = Chem.DetectChemistryProblems(mol)
    if not problems:
        return
    problem = problems[0]
    if problem.GetType() == "AtomValenceException":
        atom = mol.GetAtomWithIdx(problem.GetAtomIdx())
        raise MoleculeError(
            f"{_atom(atom)} has more bonds than it can carry; "
            "check the bonds and charges around it.",
            problem.Message(),
        )
    raise MoleculeError(
        "An aromatic ring in this molecule does not add up; write it with alternating single "
        "and double bonds, and with the hydrogen on a pyrrole-like nitrogen as [nH].",
        problem.Message(),
    )


def check_one_piece(mol: Chem.Mol) -> None:
    """Exactly one connected fragment."""
    fragments = Chem.GetMolFrags(mol)
    if len(fragments) > 1:
        largest = max(fragments, key=len)
        smiles = Chem.MolFragmentToSmiles(Chem.RemoveHs(mol, sanitize=False), _heavy(mol, largest))
        offer = f", for example {smiles}" if 0 < len(smiles) <= 80 else ", for example the largest"
        raise MoleculeError(
            f"This input holds {len(fragments)} separate molecules (perhaps a salt or solvent); "
            f"keep one of them{offer}.",
            fragments=len(fragments),
        )


def largest_piece(mol: Chem.Mol) -> Chem.Mol:
    """The connected fragment with most heavy atoms (then most atoms), with its coordinates."""
    pieces = Chem.GetMolFrags(mol, asMols=True, sanitizeFrags=False)
    return max(pieces, key=lambda piece: (piece.GetNumHeavyAtoms(), piece.GetNumAtoms()))


def check_electrons(mol: Chem.Mol) -> None:
    """No radical."""
    for atom in mol.GetAtoms():
        if atom.GetNumRadicalElectrons():
            raise MoleculeError(
                f"{_atom(atom)} has an unpaired electron, probably for want of a hydrogen; "
                "add the hydrogen or correct the charge."
            )


def check_size(mol: Chem.Mol) -> None:
    """At most ``MAX_ATOMS`` atoms, hydrogens counted (implicit ones too)."""
    count = sum(1 + atom.GetTotalNumHs() for atom in mol.GetAtoms())
    if count > MAX_ATOMS:
        raise too_large(count)


def too_large(count: int) -> MoleculeError:
    """The error for a molecule of ``count`` atoms."""
    return MoleculeError(
        f"This molecule has {count:,} atoms with its hydrogens and the limit is {MAX_ATOMS}; "
        "choose a smaller one."
    )


def check_rotatable(mol: Chem.Mol) -> None:
    """At least one rotatable bond; ``mol`` has explicit hydrogens."""
    if not any(report.rotatable for report in identify_rotatable_bonds(mol)):
        raise MoleculeError(
            "This molecule has no rotatable bond (all its bonds are in rings, multiple or at "
            "the end of a chain), so it has one shape only; choose a more flexible one."
        )


def check_positions(mol: Chem.Mol) -> None:
    """No two atoms of a 3D molecule at the same place."""
    for i, j in cKDTree(mol.GetConformer().GetPositions()).query_pairs(_SAME_PLACE):
        raise MoleculeError(
            f"Atoms {i + 1} and {j + 1} lie at the same place in this file; "
            "correct the coordinates or paste the molecule as SMILES."
        )


def apart(xyz: np.ndarray) -> bool:
    """Whether no two atoms of ``xyz`` (N, 3) Angstrom lie at the same place."""
    return bool(np.isfinite(xyz).all()) and not cKDTree(xyz).query_pairs(_SAME_PLACE)


def _atom(atom: Chem.Atom) -> str:
    name = Chem.GetPeriodicTable().GetElementName(atom.GetAtomicNum()).lower()
    return f"Atom {atom.GetIdx() + 1} ({name})"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _heavy(mol: Chem.Mol, atoms: tuple[int, ...]) -> list[int]:
    return [i for i in atoms if mol.GetAtomWithIdx(i).GetAtomicNum() > 1]
