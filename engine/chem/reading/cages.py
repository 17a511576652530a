"""Atoms of rigid cages that look like stereo centres on paper and have one form in space.

Adamantane, cubane or bicyclo[2.2.2]octane with one substituent: each ring atom has four unlike
ways around the cage if the others are given a hand, but only one arrangement can be built, and its
mirror image is the same. It is built a few times; where all come out alike there is no stereo.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from rdkit import Chem

from engine.chem.energy import embed
from engine.chem.errors import MoleculeError

_RINGS = 3  # rings that meet in an atom of a cage
_LARGEST = 60  # atoms of a cage with its neighbours
_SEED, _COPIES = 7, 6


def without_stereo(mol: Chem.Mol, open_atoms: Collection[int]) -> set[int]:
    """Those of the ``open_atoms`` of a sanitised ``mol`` that sit in a cage of one form."""
    rings = mol.GetRingInfo()
    left = {i for i in open_atoms if rings.NumAtomRings(i) >= _RINGS}
    found: set[int] = set()
    while left:
        system = _ring_system(mol, next(iter(left)))
        found |= _of_one_form(mol, system, (system.intersection(open_atoms), left & system))
        left -= system
    return found


def _ring_system(mol: Chem.Mol, start: int) -> set[int]:
    """The atoms that ring bonds connect with ``start``."""
    seen, stack = {start}, [start]
    while stack:
        for bond in mol.GetAtomWithIdx(stack.pop()).GetBonds():
            ends = {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()}
            if bond.IsInRing() and not ends <= seen:
                stack += ends - seen
                seen |= ends
    return seen


def _of_one_form(mol: Chem.Mol, system: set[int], choices: tuple[set[int], ...]) -> set[int]:
    """The first of the ``choices`` of atoms that come out alike whenever the cage is built."""
    piece = _piece(mol, system)
    if piece is None:
        return set()
    hydrogens = Chem.AddHs(piece)
    try:
        shapes = embed(hydrogens, _COPIES, _SEED, relax=False)
    except MoleculeError:
        return set()
    for atoms in choices:
        kept = [a.GetIdx() for a in piece.GetAtoms() if a.GetIntProp("_place") in atoms]
        if len({_written(hydrogens, xyz, kept) for xyz in shapes}) == 1:
            return atoms
    return set()


def _piece(mol: Chem.Mol, system: set[int]) -> Chem.Mol | None:
    """The ring system with its neighbours, each marked by what hangs on it; None if too large."""
    ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=False))
    near = {n.GetIdx() for i in system for n in mol.GetAtomWithIdx(i).GetNeighbors()} - system
    if len(system | near) > _LARGEST:
        return None
    piece = Chem.RWMol(mol)
    for atom in piece.GetAtoms():
        atom.SetIntProp("_place", atom.GetIdx())
        if atom.GetIdx() in near:
            atom.SetIsotope(100 + ranks[atom.GetIdx()])
            atom.SetFormalCharge(0)
            atom.SetIsAromatic(False)
            atom.SetNoImplicit(False)
            atom.SetNumExplicitHs(0)
            if all(bond.GetBondTypeAsDouble() == 1 for bond in atom.GetBonds()):
                atom.SetAtomicNum(6)
    for i in sorted(set(range(mol.GetNumAtoms())) - system - near, reverse=True):
        piece.RemoveAtom(i)
    try:
        Chem.SanitizeMol(piece)
    except Chem.MolSanitizeException:
        return None
    return piece.GetMol()


def _written(mol: Chem.Mol, xyz: np.ndarray, atoms: Collection[int]) -> str:
    """SMILES of the shape ``xyz`` (N, 3) with the hand of these ``atoms`` alone."""
    copy = Chem.Mol(mol)
    conformer = Chem.Conformer(mol.GetNumAtoms())
    conformer.Set3D(True)
    conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
    copy.RemoveAllConformers()
    copy.AddConformer(conformer)
    Chem.AssignStereochemistryFrom3D(copy, replaceExistingTags=True)
    for atom in copy.GetAtoms():
        if atom.GetIdx() not in atoms:
            atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    for bond in copy.GetBonds():
        bond.SetStereo(Chem.BondStereo.STEREONONE)
    return str(Chem.MolToSmiles(Chem.RemoveHs(copy)))
