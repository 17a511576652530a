"""What no molecule looks like: bonds at angles under 60 degrees, atoms inside each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rdkit import Chem

#: Two bonds of one atom are at least this far apart, rings of three and four aside, degrees.
MIN_ANGLE = 60.0
#: Two atoms are at least this share of the sum of their covalent radii apart.
MIN_SHARE = 0.6
_SMALL_RING = 4


def fault(mol: Chem.Mol, xyz: np.ndarray) -> int | None:
    """An atom of ``xyz`` (N, 3), Angstrom, that stands where it cannot; None if there is none."""
    collision = overlap(mol, xyz)
    return narrowest(mol, xyz, range(mol.GetNumAtoms())) if collision is None else collision


def overlap(mol: Chem.Mol, xyz: np.ndarray) -> int | None:
    """One of two atoms that are closer than ``MIN_SHARE`` of the sum of their covalent radii."""
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(atom.GetAtomicNum()) for atom in mol.GetAtoms()])
    distance = np.linalg.norm(xyz[:, None] - xyz[None], axis=-1)
    share = distance / (radii[:, None] + radii[None])
    np.fill_diagonal(share, np.inf)
    place = np.unravel_index(np.argmin(share), share.shape)
    return int(place[0]) if share[place] < MIN_SHARE else None


def narrowest(mol: Chem.Mol, xyz: np.ndarray, atoms: Iterable[int]) -> int | None:
    """The first of ``atoms`` with two bonds at an angle under ``MIN_ANGLE``, small rings aside."""
    rings = mol.GetRingInfo().AtomRings()
    small = [frozenset(ring) for ring in rings if len(ring) <= _SMALL_RING]
    limit = np.cos(np.radians(MIN_ANGLE))
    for atom in atoms:
        around = [other.GetIdx() for other in mol.GetAtomWithIdx(atom).GetNeighbors()]
        arms = xyz[around] - xyz[atom]
        arms /= np.linalg.norm(arms, axis=1, keepdims=True)
        for i, j in np.argwhere(np.triu(arms @ arms.T > limit, 1)).tolist():
            if not any({atom, around[i], around[j]} <= ring for ring in small):
                return atom
    return None
