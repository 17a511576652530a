"""Checks on coordinates: stereo, bond lengths, bond angles, clashes.

Each check returns measured numbers, one per conformer, and leaves the verdict to the caller.
All are array programs over (K, N, 3) Angstrom.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from engine.chem.structure.axes import labelled_axes
from engine.geometry import dihedral_angles

_TAG_SIGN = {
    Chem.ChiralType.CHI_TETRAHEDRAL_CW: -1,
    Chem.ChiralType.CHI_TETRAHEDRAL_CCW: 1,
}
_CIS = (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
_TRANS = (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOTRANS)


def stereo_errors(mol: Chem.Mol, xyz: np.ndarray) -> np.ndarray:
    """(K,) bool, True where a conformer of ``xyz`` (K, N, 3) has not the stereo of ``mol``.

    Looks at every labelled tetrahedral centre (the sign of the volume its neighbours span), every
    labelled double bond (cis or trans) and every labelled axis (the sign of its dihedral angle). A
    centre squashed flat counts as an error.
    """
    xyz = np.asarray(xyz)
    wrong = np.zeros(len(xyz), dtype=bool)
    centres, corners, signs = _centres(mol)
    if len(centres):
        wrong |= (_volumes(xyz, corners) * signs <= 0).any(axis=1)
    quartets, cis = _double_bonds(mol)
    if len(quartets):
        is_cis = np.cos(dihedral_angles(xyz, quartets)) > 0
        wrong |= (is_cis != cis).any(axis=1)
    axes, hands = labelled_axes(mol)
    if len(axes):
        wrong |= (np.sin(dihedral_angles(xyz, axes)) * hands <= 0).any(axis=1)
    return wrong


def hands_changed(mol: Chem.Mol, reference: np.ndarray, xyz: np.ndarray) -> np.ndarray:
    """(K,) labelled tetrahedral centres whose hand is another than in ``reference`` (N, 3).

    xyz: (K, N, 3).
    """
    _, corners, _ = _centres(mol)
    return (_volumes(np.asarray(xyz), corners) * _volumes(reference[None], corners) <= 0).sum(
        axis=1
    )


def _centres(mol: Chem.Mol) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres (C,), their corners (C, 4) in bond order and the sign (C,) of their volume.

    A centre with three neighbours (a sulfoxide) is its own fourth corner.
    """
    rows = []
    for atom in mol.GetAtoms():
        sign = _TAG_SIGN.get(atom.GetChiralTag())
        if sign is None or atom.GetDegree() not in (3, 4):
            continue
        around = [bond.GetOtherAtomIdx(atom.GetIdx()) for bond in atom.GetBonds()]
        rows.append((atom.GetIdx(), tuple([*around, atom.GetIdx()][:4]), sign))
    centres = np.array([row[0] for row in rows], dtype=np.int64)
    corners = np.array([row[1] for row in rows], dtype=np.int64).reshape(-1, 4)
    return centres, corners, np.array([row[2] for row in rows])


def _volumes(xyz: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(K, C) signed volumes spanned by the corners of each centre, cubic Angstrom times 6."""
    a, b, c, d = (xyz[:, corners[:, k]] for k in range(4))
    return (np.cross(a - d, b - d) * (c - d)).sum(axis=-1)


def _double_bonds(mol: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """Quartets (D, 4) that measure each labelled double bond, and whether it is cis (D,)."""
    quartets, cis = [], []
    for bond in mol.GetBonds():
        stereo, ends = bond.GetStereo(), list(bond.GetStereoAtoms())
        if stereo not in _CIS + _TRANS or len(ends) != 2:
            continue
        quartets.append((ends[0], bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), ends[1]))
        cis.append(stereo in _CIS)
    return np.array(quartets, dtype=np.int64).reshape(-1, 4), np.array(cis, dtype=bool)


def max_bond_change(reference: np.ndarray, xyz: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(K,) largest change of a bond length in Angstrom.

    Args:
        reference: (N, 3) or (K, N, 3), the conformers to compare with.
        xyz: (K, N, 3).
        bonds: (E, 2).
    """
    change = np.abs(_lengths(xyz, bonds) - _lengths(reference, bonds))
    return change.max(axis=-1, initial=0.0)


def max_angle_change(reference: np.ndarray, xyz: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(K,) largest change of a bond angle in radians; arguments as in ``max_bond_change``."""
    triples = _triples(bonds)
    change = np.abs(_angles(xyz, triples) - _angles(reference, triples))
    return change.max(axis=-1, initial=0.0)


def _lengths(xyz: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    xyz = np.asarray(xyz, dtype=np.float64)
    return np.linalg.norm(xyz[..., bonds[:, 0], :] - xyz[..., bonds[:, 1], :], axis=-1)


def _angles(xyz: np.ndarray, triples: np.ndarray) -> np.ndarray:
    """(..., A) angles at the middle atom, by arctan2, exact near 180 degrees too."""
    a, b, c = (np.asarray(xyz, dtype=np.float64)[..., triples[:, k], :] for k in range(3))
    left, right = a - b, c - b
    return np.arctan2(np.linalg.norm(np.cross(left, right), axis=-1), (left * right).sum(axis=-1))


def _triples(bonds: np.ndarray) -> np.ndarray:
    """(A, 3) atoms i-j-k of every bond angle, j in the middle."""
    around: dict[int, list[int]] = {}
    for i, j in np.asarray(bonds).tolist():
        around.setdefault(i, []).append(j)
        around.setdefault(j, []).append(i)
    found = [
        (first, middle, second)
        for middle, atoms in around.items()
        for index, first in enumerate(atoms)
        for second in atoms[index + 1 :]
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def count_clashes(mol: Chem.Mol, xyz: np.ndarray, tolerance: float = 0.7) -> np.ndarray:
    """(K,) pairs of atoms, four or more bonds apart, that come too close.

    A pair clashes when its distance is under ``tolerance`` times the sum of the van der Waals
    radii; in an O...H or N...H pair, which may be a hydrogen bond, under 0.55 times.
    """
    table = Chem.GetPeriodicTable()
    numbers = np.array([atom.GetAtomicNum() for atom in mol.GetAtoms()])
    radii = np.array([table.GetRvdw(int(number)) for number in numbers])
    i, j = np.nonzero(np.triu(Chem.GetDistanceMatrix(mol) >= 4))
    polar, hydrogen = np.isin(numbers, (7, 8)), numbers == 1
    may_bond = (polar[i] & hydrogen[j]) | (hydrogen[i] & polar[j])
    limit = np.where(may_bond, 0.55, tolerance) * (radii[i] + radii[j])
    xyz = np.asarray(xyz)
    return (np.linalg.norm(xyz[:, i] - xyz[:, j], axis=-1) < limit).sum(axis=1)
