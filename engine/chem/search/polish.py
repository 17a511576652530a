"""From conformers that a force field likes to minima of GFN2-xTB, and to some of their children.

A force field's minima are not GFN2's, which becomes an error of everything learned from such minima
(docs/decisions.md).

Some basins exist for GFN2 alone. Children of its minima, relaxed by GFN-FF only as far as bonds
and angles need (``quantum.ForceField``) and judged by GFN2, can fall into them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rdkit import Chem

from engine.chem.energy import quantum
from engine.chem.reading import MoleculeError
from engine.chem.search.moves import Turns
from engine.chem.structure import stereo_errors

#: Parents are drawn with weight exp(-E / this), kcal/mol.
_TEMPERATURE = 3.0
#: Children, and those of them that GFN2 minimises; the same for copies with an amide turned.
_CHILDREN, _FLIPS = (8, 2), (2, 1)
#: A child may lie so far above the lowest minimum, in addition to the window, before it is
#: minimised by GFN2 (kcal/mol): conformers lose about 10 on the way down.
_STRAIN = 12.0
#: Bonded atoms stay within, and others beyond, these multiples of the sum of covalent radii.
_BONDED, _APART = 1.35, 1.1


class Clock:
    """The processor time that a molecule may take, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    def check(self) -> None:
        """Raises MoleculeError once the time is over."""
        if time.process_time() > self._end:
            raise MoleculeError("time limit")


def polished(
    mol: Chem.Mol, xyz: np.ndarray, window: float, seed: int, clock: Clock
) -> tuple[np.ndarray, np.ndarray]:
    """Sound GFN2 minima (K', N, 3) from ``xyz`` (K, N, 3) and their energies (K',), kcal/mol.

    window: children that promise to end further than this above the lowest are left out.

    Raises:
        MoleculeError: if none is sound, or time is over.
    """
    rng, turns = np.random.default_rng(seed), Turns(mol)
    with quantum.ForceField(mol, xyz[0]) as gfnff:
        descent = _Descent(mol, gfnff, quantum.TightBinding(mol), clock)
        found = [descent.minima(xyz)]
        limit = found[0][1].min() + window + _STRAIN
        for starts, most in _litters(turns, *found[0], rng):
            found.append(descent.minima(descent.best(starts, most, limit)))
    xyz, height = (np.concatenate(parts) for parts in zip(*found, strict=True))
    usable = sound(mol, xyz)
    if not usable.any():
        raise MoleculeError("GFN2-xTB changed bonds or stereo")
    return xyz[usable], height[usable]


@dataclass(frozen=True, eq=False)
class _Descent:
    """The ways down from the conformers of one molecule."""

    mol: Chem.Mol
    gfnff: quantum.ForceField
    gfn2: quantum.TightBinding
    clock: Clock

    def minima(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """GFN2 minima (K', N, 3) next to ``starts`` (K, N, 3), and their energies (K',)."""
        found, height = np.empty(starts.shape), np.empty(len(starts))
        for k, start in enumerate(starts):
            self.clock.check()
            found[k], height[k] = self.gfn2.relax(start, self.gfnff.hessian(start))
        converged = np.isfinite(height)
        if len(starts) and not converged.any():
            raise MoleculeError("GFN2-xTB failed")
        return found[converged], height[converged]

    def best(self, starts: list[np.ndarray], most: int, limit: float) -> np.ndarray:
        """(<= most, N, 3): of the sound GFN-FF minima next to ``starts`` the lowest by GFN2.

        None lies above ``limit`` kcal/mol.
        """
        found = np.array([x for x, _ in relaxed(self.gfnff, starts, self.clock)])
        found = found.reshape(-1, self.mol.GetNumAtoms(), 3)
        found = found[sound(self.mol, found)]
        height = np.array([self.gfn2.energy(x) for x in found])
        low = [k for k in np.argsort(height, kind="stable")[:most] if height[k] < limit]
        return found[low]


def _litters(
    turns: Turns, xyz: np.ndarray, height: np.ndarray, rng: np.random.Generator
) -> list[tuple[list[np.ndarray], int]]:
    """Children of ``xyz`` (K, N, 3), and copies with an amide turned; with how many to keep."""
    if not turns.n:
        return []
    pairs = parents(height, (_CHILDREN[0], 2), rng)
    children = [turns.child(xyz[a], xyz[b], rng) for a, b in pairs]
    flips = [turns.flipped(xyz[k], rng) for k in parents(height, (_FLIPS[0],), rng)]
    return [
        (children, _CHILDREN[1]),
        ([flip for flip in flips if flip is not None], _FLIPS[1]),
    ]


def parents(height: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Indices into conformers of energies ``height`` (K,), kcal/mol: low ones more often."""
    weight = np.exp((height.min() - height) / _TEMPERATURE)
    return rng.choice(len(weight), size=shape, p=weight / weight.sum())


def relaxed(
    gfnff: quantum.ForceField, starts: Iterable[np.ndarray], clock: Clock
) -> list[tuple[np.ndarray, float]]:
    """The GFN-FF minimum next to each start (N, 3), and its energy."""
    found = []
    for start in starts:
        clock.check()
        found.append(gfnff.relax(start))
    return found


def sound(mol: Chem.Mol, xyz: np.ndarray) -> np.ndarray:
    """(K,) bool: finite, the bonds of ``mol`` and no others, and its stereo."""
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(a.GetAtomicNum()) for a in mol.GetAtoms()])
    reach = radii[:, None] + radii[None, :]
    graph = Chem.GetDistanceMatrix(mol)
    distance = np.linalg.norm(xyz[:, :, None] - xyz[:, None, :], axis=-1)
    torn = (distance > _BONDED * reach) & (graph == 1)
    fused = (distance < _APART * reach) & (graph > 2)
    finite = np.isfinite(xyz).all(axis=(1, 2))
    return finite & ~(torn | fused).any(axis=(1, 2)) & ~stereo_errors(mol, xyz)
