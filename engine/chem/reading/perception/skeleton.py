"""What the neighbours and coordinates of heavy atoms tell of bond orders.

A bond of higher order is shorter, the atoms round it lie in one plane, an aromatic ring is flat and
its bonds are alike. ``Skeleton`` lists the groups of atoms whose shape matters, and ``features``
measures them. All are lengths, angles and distances from planes, so moving or mirroring the
molecule changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from rdkit import Chem

#: Elements that are told apart, in the order of the features.
ELEMENTS = (5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53)
#: The most neighbours that an atom may have.
MAX_DEGREE = 6

_SIZES = (3, 4, 5, 6, 7, 8)  # of the rings whose shape is measured
_LENGTHS = np.linspace(-0.5, 0.3, 21)  # Angstrom beyond the sum of the covalent radii
_LENGTH_WIDTH = 0.04
_FLAT = 0.1  # Angstrom, how far from its plane a ring of jittered coordinates may be
_RING_LENGTH, _RING_WIDTH = 1.40, 0.05  # Angstrom, of a bond in benzene

_PER_RING = 3 * len(_SIZES)
#: Features of an atom and of a bond.
ATOM_FEATURES = len(ELEMENTS) + (MAX_DEGREE + 1) + 4 + _PER_RING
BOND_FEATURES = len(_LENGTHS) + 5 + _PER_RING


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Heavy atoms, their neighbours, and the groups of atoms whose shape matters.

    Attributes:
        numbers: (N,) atomic numbers.
        bonds: (E, 2).
        cyclic: (E,) whether a bond is in a ring of any size.
        angles: (A, 3), the centre in the middle.
        planes: (P, 4), an atom with three neighbours, itself first.
        torsions: (D, 5), four atoms in a row and then the bond in their middle.
        rings: by size, (R, size) atoms in the order of the ring.
        ring_bonds: by size, (R, size), the bonds of the same rings.
    """

    numbers: np.ndarray
    bonds: np.ndarray
    cyclic: np.ndarray
    angles: np.ndarray
    planes: np.ndarray
    torsions: np.ndarray
    rings: dict[int, np.ndarray]
    ring_bonds: dict[int, np.ndarray]

    @classmethod
    def of(cls, mol: Chem.Mol) -> Skeleton:
        """Of a molecule without hydrogens; its bond orders and charges are not looked at."""
        Chem.FastFindRings(mol)
        around = [[n.GetIdx() for n in atom.GetNeighbors()] for atom in mol.GetAtoms()]
        bonds = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()]
        index = {frozenset(pair): k for k, pair in enumerate(bonds)}
        rings: dict[int, list[list[int]]] = {size: [] for size in _SIZES}
        for ring in Chem.GetSymmSSSR(mol):
            if len(ring) in rings:
                rings[len(ring)].append(list(ring))
        sides = {
            size: [[index[frozenset((r[k - 1], r[k]))] for k in range(size)] for r in group]
            for size, group in rings.items()
        }
        return cls(
            np.array([atom.GetAtomicNum() for atom in mol.GetAtoms()], dtype=int),
            _table(bonds, 2),
            np.array([bond.IsInRing() for bond in mol.GetBonds()], dtype=bool),
            _table(
                [(i, c, j) for c, near in enumerate(around) for i, j in combinations(near, 2)], 3
            ),
            _table([(c, *near) for c, near in enumerate(around) if len(near) == 3], 4),
            _table(_torsions(bonds, around), 5),
            {size: _table(group, size) for size, group in rings.items()},
            {size: _table(group, size) for size, group in sides.items()},
        )

    def neighbours(self) -> np.ndarray:
        """(N, MAX_DEGREE) numbers of the directed bonds that end at each atom.

        Bond k leads from its first atom to its second as number k and back as number E + k; the
        number 2 E fills the rows of atoms with fewer neighbours.
        """
        ends = np.concatenate([self.bonds[:, 1], self.bonds[:, 0]])
        table = np.full((len(self.numbers), MAX_DEGREE), len(ends))
        order = np.argsort(ends, kind="stable")
        place = np.arange(len(ends)) - np.searchsorted(ends[order], ends[order])
        table[ends[order], place] = order
        return table


def features(skeleton: Skeleton, xyz: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features of every atom, (N, ATOM_FEATURES), and bond, (E, BOND_FEATURES).

    Args:
        skeleton: the atoms and their neighbours.
        xyz: (N, 3) Angstrom.
    """
    length = np.linalg.norm(np.subtract(*xyz[skeleton.bonds.T]), axis=1)
    rings_of_atoms, rings_of_bonds = _ring_features(skeleton, xyz, length)
    of_atoms = [_kinds(skeleton), _angle_features(skeleton, xyz), rings_of_atoms]
    of_bonds = [_length_features(skeleton, length), _twist_features(skeleton, xyz), rings_of_bonds]
    return (
        np.concatenate(of_atoms, axis=1).astype(np.float32),
        np.concatenate(of_bonds, axis=1).astype(np.float32),
    )


def _table(rows: list, width: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(rows, dtype=int).reshape(-1, width)


def _torsions(bonds: list[tuple[int, int]], around: list[list[int]]) -> list[tuple[int, ...]]:
    """Every four atoms in a row, with the number of the bond in their middle."""
    return [
        (i, b, c, j, k)
        for k, (b, c) in enumerate(bonds)
        for i in around[b]
        for j in around[c]
        if i != c and j not in (b, i)
    ]


def _kinds(skeleton: Skeleton) -> np.ndarray:
    """(N, ...) element and number of neighbours, one column each."""
    degree = np.bincount(skeleton.bonds.ravel(), minlength=len(skeleton.numbers))
    element = skeleton.numbers[:, None] == np.array(ELEMENTS)
    return np.concatenate([element, degree[:, None] == np.arange(MAX_DEGREE + 1)], axis=1)


def _angle_features(skeleton: Skeleton, xyz: np.ndarray) -> np.ndarray:
    """(N, 4): mean angle, whether there is one, largest angle, height above three neighbours."""
    out = np.zeros((len(xyz), 4))
    first, centre, second = skeleton.angles.T
    a, b = xyz[first] - xyz[centre], xyz[second] - xyz[centre]
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1) + 1e-9
    angle = np.arccos(np.clip((a * b).sum(1) / norm, -1, 1)) - np.radians(109.5)
    count = np.bincount(centre, minlength=len(xyz))
    out[:, 0] = np.bincount(centre, weights=angle, minlength=len(xyz)) / np.maximum(count, 1)
    out[:, 1] = count > 0
    np.maximum.at(out[:, 2], centre, angle)
    atom, i, j, k = skeleton.planes.T
    normal = np.cross(xyz[j] - xyz[i], xyz[k] - xyz[i])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    out[atom, 3] = np.abs(((xyz[atom] - xyz[i]) * normal).sum(1)) / 0.5
    return out * np.array([3.0, 1.0, 2.0, 3.0])


def _length_features(skeleton: Skeleton, length: np.ndarray) -> np.ndarray:
    """(E, ...) the length of each bond as a smooth row of steps, and whether it is in a ring."""
    table = Chem.GetPeriodicTable()
    radius = np.zeros(max(ELEMENTS) + 1)
    radius[list(ELEMENTS)] = [table.GetRcovalent(number) for number in ELEMENTS]
    excess = length - radius[skeleton.numbers[skeleton.bonds]].sum(1)
    excess = np.clip(excess, _LENGTHS[0], _LENGTHS[-1])
    steps = np.exp(-(((excess[:, None] - _LENGTHS) / _LENGTH_WIDTH) ** 2))
    return np.concatenate([steps, 5 * excess[:, None], skeleton.cyclic[:, None]], axis=1)


def _twist_features(skeleton: Skeleton, xyz: np.ndarray) -> np.ndarray:
    """(E, 3): whether there are torsions about a bond, their mean |sin| and mean cos."""
    out = np.zeros((len(skeleton.bonds), 3))
    i, b, c, j, bond = skeleton.torsions.T
    axis = xyz[c] - xyz[b]
    axis /= np.linalg.norm(axis, axis=1, keepdims=True) + 1e-9
    left, right = np.cross(xyz[i] - xyz[b], axis), np.cross(xyz[j] - xyz[c], axis)
    norm = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1) + 1e-9
    cosine = np.clip((left * right).sum(1) / norm, -1, 1)
    count = np.bincount(bond, minlength=len(out))
    for column, value in ((1, np.sqrt(1 - cosine**2)), (2, cosine)):
        total = np.bincount(bond, weights=value, minlength=len(out))
        out[:, column] = total / np.maximum(count, 1)
    out[:, 0] = count > 0
    return out


def _ring_features(
    skeleton: Skeleton, xyz: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For every size of ring: whether there is one, how flat it is and how long its bonds are.

    Shapes (N, 3 S) and (E, 3 S); of several rings the flattest counts.
    """
    of_atoms = np.zeros((len(xyz), len(_SIZES), 3))
    of_bonds = np.zeros((len(length), len(_SIZES), 3))
    for column, size in enumerate(_SIZES):
        rings, sides = skeleton.rings[size], skeleton.ring_bonds[size]
        if not len(rings):
            continue
        centred = xyz[rings] - xyz[rings].mean(axis=1, keepdims=True)
        height = np.linalg.svd(centred, compute_uv=False)[:, -1] / np.sqrt(size)
        mean = np.clip((length[sides].mean(axis=1) - _RING_LENGTH) / _RING_WIDTH, -3, 3)
        order = np.argsort(-height)  # the flattest ring is written last
        row = np.stack([np.ones(len(rings)), np.exp(-((height / _FLAT) ** 2)), mean], axis=1)
        for out, members in ((of_atoms, rings), (of_bonds, sides)):
            out[members[order], column] = row[order, None]
    return of_atoms.reshape(len(xyz), -1), of_bonds.reshape(len(length), -1)
