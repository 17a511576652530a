"""Three-dimensional conformers from a bond graph: ETKDGv3, then MMFF94s for local structure.

ETKDGv3: distance geometry with torsion preferences from crystals (Wang et al. 2020,
doi:10.1021/acs.jcim.0c00025). One conformer is embedded at a time, so that a caller can show
progress and stop; the same seed gives the same conformers whatever n is. Where ETKDGv3 fails
(strained rings, cages), its rules are loosened step by step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom
from rdkit.rdBase import BlockLogs

from engine.chem.energy import hypervalent
from engine.chem.energy.force_field import ForceField
from engine.chem.energy.plausibility import fault
from engine.chem.errors import MoleculeError
from engine.chem.structure import stereo_errors

#: What RDKit's rules are loosened to, one after the other: tried twice each. Start values from the
#: bounds fail in cages, flat rings and straight alkynes in bent rings.
_LADDER: tuple[dict[str, bool], ...] = (
    {},
    {"useRandomCoords": True},
    {"useRandomCoords": True, "useBasicKnowledge": False},
    {
        "useBasicKnowledge": False,
        "useExpTorsionAnglePrefs": False,
        "useSmallRingTorsions": False,
        "useMacrocycleTorsions": False,
        "ignoreSmoothingFailures": True,
    },
)
#: The rung on which a molecule with hypervalent atoms begins: their bounds confine start values.
_ANYWHERE = 1
#: The first rung below ETKDGv3's own knowledge. What needs it once is not tried above it again.
_LOOSE = 2
#: No further attempt at a conformer starts after as many seconds of processor time.
_SECONDS = 20.0
#: Iterations of an attempt: fewer where one costs more, so that no attempt takes much longer than
#: five seconds. Counted, since RDKit's own limit is in seconds by the clock on the wall.
_ITERATIONS, _LEAST = 20, 5
#: The number of atoms up to which all iterations are affordable, and how they grow dearer.
_AFFORDABLE, _GROWTH = 68, 2.2


def each(mol: Chem.Mol, n: int, seed: int, relax: bool = True) -> Iterator[np.ndarray]:
    """Conformers of ``mol`` (explicit hydrogens) one by one, each (N, 3) float32, Angstrom.

    Args:
        seed: any integer; conformer k is the same whatever n is.
        relax: whether MMFF94s (UFF without its parameters) relaxes bonds and angles; plain
            ETKDGv3 otherwise.

    Raises:
        MoleculeError: if no conformer with the right stereo and possible angles is found.
    """
    work = _Work(mol, _field_or_none(mol) if relax else None, hypervalent.centres(mol))
    rung = _ANYWHERE if work.centres else 0
    for k in range(n):
        xyz, found = _one(work, _rdkit_seeds(seed, k), rung)
        rung = found if found >= _LOOSE else rung
        yield xyz.astype(np.float32)


def embed(mol: Chem.Mol, n: int, seed: int, relax: bool = True) -> np.ndarray:
    """All conformers of ``each`` at once: (n, N, 3) float32, Angstrom."""
    return np.stack(list(each(mol, n, seed, relax)))


def _field_or_none(mol: Chem.Mol) -> ForceField | None:
    """The field to relax with, or None for a molecule that no field knows."""
    try:
        return ForceField(mol)
    except MoleculeError:
        return None


def _one(work: _Work, seeds: Sequence[int], rung: int) -> tuple[np.ndarray, int]:
    """The first of several attempts that is sound: (N, 3), and its rung of the ladder.

    Args:
        work: the molecule.
        seeds: one for each attempt.
        rung: of the ladder, where to begin.
    """
    start, wrong = time.thread_time(), None
    for attempt in range(rung, len(seeds)):
        if time.thread_time() - start > _SECONDS:
            break
        step = attempt % len(_LADDER)
        xyz = work.distance_geometry(seeds[attempt], _LADDER[step])
        if xyz is None:
            continue
        xyz = work.finished(xyz)
        if not np.isfinite(xyz).all() or stereo_errors(work.mol, xyz[None])[0]:
            continue
        wrong = work.fault(xyz)
        if wrong is None:
            return xyz, step
    raise MoleculeError(work.refusal(wrong))


@dataclass(frozen=True, eq=False)
class _Work:
    """A molecule to embed, the field to relax it with, and its hypervalent atoms."""

    mol: Chem.Mol
    field: ForceField | None
    centres: tuple[hypervalent.Centre, ...]

    @cached_property
    def bounds(self) -> np.ndarray | None:
        """Bounds that RDKit would not choose by itself, for the hypervalent atoms."""
        return hypervalent.bounds(self.mol, self.centres) if self.centres else None

    def distance_geometry(self, seed: int, loosened: dict[str, bool]) -> np.ndarray | None:
        """One ETKDGv3 embedding (N, 3), or None when it fails."""
        parameters = rdDistGeom.ETKDGv3()
        dearer = (max(self.mol.GetNumAtoms(), _AFFORDABLE) / _AFFORDABLE) ** _GROWTH
        settings = {
            "randomSeed": seed,
            "numThreads": 1,
            "maxIterations": max(_LEAST, round(_ITERATIONS / dearer)),
            **loosened,
        }
        for key, value in settings.items():
            setattr(parameters, key, value)
        if self.bounds is not None:
            parameters.SetBoundsMat(self.bounds)
        copy = Chem.Mol(self.mol)
        with BlockLogs():
            if rdDistGeom.EmbedMolecule(copy, parameters) < 0:
                return None
        return copy.GetConformer().GetPositions()

    def finished(self, xyz: np.ndarray) -> np.ndarray:
        """``xyz`` (N, 3) relaxed, as far as it can be."""
        if self.centres:
            return hypervalent.straightened(self.mol, self.centres, xyz)
        return xyz if self.field is None else self.field.relax(xyz)

    def fault(self, xyz: np.ndarray) -> int | None:
        """An atom of ``xyz`` (N, 3) that stands where it cannot."""
        for centre in self.centres:
            if not centre.fits(xyz):
                return centre.atom
        return fault(self.mol, xyz)

    def refusal(self, wrong: int | None) -> str:
        """The sentence for a molecule that could not be built."""
        if wrong is None:
            return (
                "No 3D shape could be built for this molecule, its rings or stereo centres may be "
                "impossible; check the structure or upload a file with 3D coordinates."
            )
        atom = self.mol.GetAtomWithIdx(wrong)
        return (
            f"No possible 3D shape was found around atom {wrong + 1} ({atom.GetSymbol()}); "
            "check the structure or upload a file with 3D coordinates."
        )


def _rdkit_seeds(seed: int, k: int) -> list[int]:
    """Seeds of the attempts at conformer k: the whole ladder, twice."""
    return [_rdkit_seed(seed, k, attempt) for attempt in range(2 * len(_LADDER))]


def _rdkit_seed(seed: int, k: int, attempt: int) -> int:
    """A seed in 1 .. 2^31 - 2: RDKit takes 0 for "the same coordinates" and -1 for "any"."""
    sequence = np.random.SeedSequence((abs(seed), int(seed < 0), k, attempt))
    return int(sequence.generate_state(1)[0]) % (2**31 - 2) + 1
