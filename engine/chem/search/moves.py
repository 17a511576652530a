"""Moves in the space of torsions: drawn anew, shaken, or inherited from two parents."""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from engine.chem.structure import count_clashes, identify_rotatable_bonds
from engine.chem.structure.quartets import quartets
from engine.chem.structure.torsions import moving_side
from engine.geometry import dihedral_angles, rotate_about

#: Random torsions are the least crowded of this many draws.
_DRAWS = 8
#: Share of the amide bonds that flip in random torsions, and in a mutation.
_FLIP = 0.25
#: Standard deviations in radians of the two kinds of small changes.
_SHAKE, _DRIFT = 0.2, 0.1
#: Share of the children with two parents.
_CROSSED = 0.5


class Turns:
    """The rotatable bonds of a molecule, methyl groups aside, as a group of motions.

    Amide bonds turn by half a turn or not at all: anything else would relax to one of these
    planar forms.

    Attributes:
        n: number of bonds, M below.
    """

    def __init__(self, mol: Chem.Mol) -> None:
        self._mol = mol
        reports = [r for r in identify_rotatable_bonds(mol) if r.rotatable and r.kind != "methyl"]
        self._bonds = [(*r.atoms, sorted(moving_side(mol, *r.atoms))) for r in reports]
        self._quartets = np.array(quartets(mol, [r.atoms for r in reports]))
        self._stiff = np.array([bool(r.note) for r in reports])
        self.n = len(reports)

    def random(self, xyz: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(N, 3): the least crowded of several copies of ``xyz`` with all torsions drawn anew."""
        flips = np.pi * (rng.random((self.n, 1)) < _FLIP)
        free = rng.uniform(-np.pi, np.pi, (self.n, _DRAWS))
        copies = self._turned(xyz, np.where(self._stiff[:, None], flips, free))
        return copies[int(np.argmin(count_clashes(self._mol, copies)))]

    def shaken(self, xyz: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(N, 3): ``xyz`` with all torsions a little off."""
        return self._turned(xyz, rng.normal(0, _SHAKE, (self.n, 1)))[0]

    def child(self, mother: np.ndarray, father: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(N, 3): the mother with torsions of the father, or with one to three drawn anew."""
        drawn = np.where(
            self._stiff,
            np.pi * (rng.random(self.n) < 2 * _FLIP),
            rng.uniform(-np.pi, np.pi, self.n),
        )
        if rng.random() < _CROSSED:
            inherited = self._torsions(father) - self._torsions(mother)
            change = np.where(rng.random(self.n) < 0.5, inherited, 0.0)
            changed = rng.random(self.n) < 1 / self.n
        else:
            change = np.zeros(self.n)
            changed = np.zeros(self.n, dtype=bool)
            many = int(rng.integers(1, min(3, self.n) + 1))
            changed[rng.choice(self.n, many, replace=False)] = True
        angles = np.where(changed, drawn, change) + rng.normal(0, _DRIFT, self.n)
        return self._turned(mother, angles[:, None])[0]

    def flipped(self, xyz: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
        """(N, 3): ``xyz`` with one amide bond on its other side; None without such a bond.

        Which one is drawn. The least crowded of copies in which other bonds give way a little.
        """
        amides = np.flatnonzero(self._stiff)
        if not len(amides):
            return None
        angles = rng.normal(0, _SHAKE, (self.n, _DRAWS)) * ~self._stiff[:, None]
        angles[rng.choice(amides)] = np.pi
        copies = self._turned(xyz, angles)
        return copies[int(np.argmin(count_clashes(self._mol, copies)))]

    def _torsions(self, xyz: np.ndarray) -> np.ndarray:
        """(M,) radians."""
        return dihedral_angles(xyz, self._quartets)

    def _turned(self, xyz: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """(K, N, 3): copies of ``xyz`` (N, 3) with each bond turned by ``angles`` (M, K)."""
        copies = np.repeat(np.asarray(xyz)[None], angles.shape[1], axis=0)
        for angle, (b, c, side) in zip(angles, self._bonds, strict=True):
            copies[:, side] = rotate_about(copies[:, side], copies[:, b], copies[:, c], angle)
        return copies
