"""What is wrong with a molecule, in one sentence for the person who entered it.

Every check raises ``MoleculeError``. Atom numbers in sentences count from 1, as files do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs
from scipy.spatial import cKDTree

from engine.chem.errors import MoleculeError
from engine.chem.structure import BondReport
from engine.chem.structure.elements import ELEMENTS

MAX_ATOMS = 200
#: Angstrom; no structure reaches so far from the origin, and single precision still holds 0.01.
FARTHEST = 1e5

ONLY_LARGEST = "Only the largest of several separate molecules is shown."

_HEAVIEST = 118  # oganesson
_SAME_PLACE = 0.4  # Angstrom
#: Bridging hydrogens have two neighbours, hydronium three; others have the most that occurs.
_CROWD = 8
_MOST_NEIGHBOURS = {1: 2, 5: 6, 6: 5, 7: 4, 8: 3, 9: 2}
_MAX_OFFER = 80  # letters of a SMILES that still reads well in a sentence

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
            "There is no atom in this input; choose an example or enter a molecule."
        )


def check_contents(mol: Chem.Mol) -> None:
    """Elements and kinds of bond that the model knows, and no wildcards."""
    if any(atom.GetAtomicNum() == 0 or atom.HasQuery() for atom in mol.GetAtoms()):
        raise MoleculeError(
            "This is a query with wildcards (such as R or *), not one molecule; "
            "replace every wildcard by an atom."
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
    try:
        with BlockLogs():
            problems = Chem.DetectChemistryProblems(mol)
    except RuntimeError as error:  # no such element, or a damaged field of the valence
        for k, number in enumerate((atom.GetAtomicNum() for atom in mol.GetAtoms()), 1):
            if number > _HEAVIEST:
                raise MoleculeError(
                    f"Atom {k} has the atomic number {number}, of which there is no element; the "
                    f"heaviest has {_HEAVIEST}."
                ) from None
        raise MoleculeError(
            "The bonds of an atom in this input cannot be counted; save it again or enter the "
            "molecule as SMILES.",
            str(error),
        ) from None
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
        "The bonds of an aromatic ring in this molecule do not alternate; write it with "
        "alternating single and double bonds, and with the hydrogen on a pyrrole-like nitrogen "
        "as [nH].",
        problem.Message(),
    )


def check_one_piece(mol: Chem.Mol) -> None:
    """Exactly one connected fragment of a sanitised molecule."""
    count = len(Chem.GetMolFrags(mol))
    if count > 1:
        raise several_pieces(count, largest_piece(mol))


def several_pieces(count: int, largest: Chem.Mol | None) -> MoleculeError:
    """The error for ``count`` separate molecules; the ``largest``, where it is known, is offered.

    The offer is the SMILES of that molecule, so ``largest`` has its bond orders and charges.
    """
    smiles = "" if largest is None else _smiles(largest)
    offer = smiles if 0 < len(smiles) <= _MAX_OFFER else "the largest"
    return MoleculeError(
        f"This input holds {count:,} separate molecules (perhaps a salt or solvent); "
        f"keep one of them, for example {offer}.",
        fragments=count,
    )


def largest_piece(mol: Chem.Mol) -> Chem.Mol:
    """The connected fragment with most heavy atoms (then most atoms), with its coordinates."""
    check_not_empty(mol)
    pieces = Chem.GetMolFrags(mol, asMols=True, sanitizeFrags=False)
    return max(pieces, key=lambda piece: (piece.GetNumHeavyAtoms(), piece.GetNumAtoms()))


def check_electrons(mol: Chem.Mol) -> None:
    """No radical."""
    for atom in mol.GetAtoms():
        if atom.GetNumRadicalElectrons():
            raise MoleculeError(
                f"{_atom(atom)} has an unpaired electron, probably because a hydrogen is missing; "
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


def check_rotatable(reports: Sequence[BondReport]) -> None:
    """At least one rotatable bond among the ``reports`` on all bonds."""
    if any(report.rotatable for report in reports):
        return
    if any(report.reason == "hindered" for report in reports):
        raise MoleculeError(
            "The only bond of this molecule that could turn is hindered (its two forms are "
            "different molecules), so the model has nothing to turn; choose a more flexible one."
        )
    if any(report.reason == "ring" for report in reports):
        raise MoleculeError(
            "This molecule has no rotatable bond: the model turns single bonds outside rings only "
            "and does not sample the shapes of a ring; choose a molecule with a chain or a side "
            "group."
        )
    raise MoleculeError(
        "This molecule has no rotatable bond (all its bonds are multiple, aromatic or at the end "
        "of a chain), so the model has nothing to turn; choose a more flexible one."
    )


def check_neighbours(mol: Chem.Mol) -> None:
    """No atom with more neighbours than an atom of its element can have, where distances decide."""
    for atom in mol.GetAtoms():
        known = [n for n in atom.GetNeighbors() if n.GetAtomicNum() in ELEMENTS]
        if len(known) > _MOST_NEIGHBOURS.get(atom.GetAtomicNum(), _CROWD):
            raise MoleculeError(
                f"{_atom(atom)} has {len(known)} other atoms within the length of a bond; "
                "check that the coordinates are in Angstrom, or upload an SDF file."
            )


def check_coordinates(mol: Chem.Mol) -> None:
    """Coordinates that are numbers, and not absurdly far away."""
    xyz = mol.GetConformer().GetPositions()
    bad = np.flatnonzero(~(np.abs(xyz) <= FARTHEST).all(axis=1))
    if len(bad):
        raise MoleculeError(
            f"Atom {bad[0] + 1} has no coordinates in Angstrom that make sense; "
            "correct them or enter the molecule as SMILES."
        )


def check_positions(mol: Chem.Mol) -> None:
    """No two atoms of a 3D molecule at the same place."""
    check_coordinates(mol)
    for i, j in cKDTree(mol.GetConformer().GetPositions()).query_pairs(_SAME_PLACE):
        raise MoleculeError(
            f"Atoms {i + 1} and {j + 1} lie at the same place in this file; "
            "correct the coordinates or paste the molecule as SMILES."
        )


def apart(xyz: np.ndarray) -> bool:
    """Whether no atom of ``xyz`` (N, 3) Angstrom is absurdly far away or on top of another."""
    return bool((np.abs(xyz) <= FARTHEST).all()) and not cKDTree(xyz).query_pairs(_SAME_PLACE)


def _atom(atom: Chem.Atom) -> str:
    name = Chem.GetPeriodicTable().GetElementName(atom.GetAtomicNum()).lower()
    return f"Atom {atom.GetIdx() + 1} ({name})"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _smiles(mol: Chem.Mol) -> str:
    """The SMILES of a molecule with the stereo of its coordinates; "" where it makes no sense."""
    flat = Chem.Mol(mol)
    if Chem.SanitizeMol(flat, catchErrors=True):
        return ""
    if flat.GetNumConformers() and flat.GetConformer().Is3D():
        Chem.AssignStereochemistryFrom3D(flat, replaceExistingTags=True)
    return Chem.MolToSmiles(Chem.RemoveHs(flat))
