"""As many conformers of one molecule by several methods, and what they compare by."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.chem import MoleculeError
from engine.chem.energy import ForceField, boltzmann_weights, each
from engine.chem.structure import mappings, rmsd_matrix
from engine.evaluation import Coverage, torsion_coverage
from engine.evaluation.coverage import BIN_CENTRES, THRESHOLD, coverage, torsion_shares
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble
from engine.progress import Step, Steps

__all__ = [
    "BIN_CENTRES",
    "PLAIN",
    "THRESHOLD",
    "Comparison",
    "Levels",
    "compare",
    "energy_levels",
    "plain",
    "torsion_shares",
]

#: What conformers without a force field are called.
PLAIN = "ETKDGv3"


@dataclass(frozen=True, eq=False)
class Comparison:
    """One method's row in the comparison.

    Attributes:
        ensemble: Its conformers.
        stages: What was done to make them, in order.
        seconds: From the bare molecule.
        lowest: The lowest energy, kcal/mol above the lowest of all methods; None if unknown.
        median: The median energy above the same zero.
        covered: The share of all torsions' bins that hold a conformer, 0 to 1.
        recall: How many conformers of the uploaded file it finds; None if there are not several.
    """

    ensemble: Ensemble
    stages: tuple[str, ...]
    seconds: float
    lowest: float | None
    median: float | None
    covered: float
    recall: Coverage | None


def plain(record: Record, count: int, seed: int) -> Steps[Ensemble]:
    """``count`` conformers by ETKDGv3 without a force field, the energies by the one that fits."""
    start = time.perf_counter()
    found: list[np.ndarray] = []
    for xyz in each(record.mol, count, seed, relax=False):
        found.append(xyz)
        yield Step(len(found), count, f"ETKDGv3, {len(found)} of {count}")
    xyz, seconds = np.stack(found), time.perf_counter() - start
    try:
        field = ForceField(record.mol)
    except MoleculeError:
        return Ensemble(record.molecule, xyz, PLAIN, seconds=seconds)
    return Ensemble(record.molecule, xyz, PLAIN, field.energies(xyz), field.name, seconds)


def compare(run: Run, alone: Ensemble | None, relaxed: Ensemble | None) -> tuple[Comparison, ...]:
    """The methods in the order of what they build on.

    Args:
        run: The model's samples and the local structures.
        alone: ETKDGv3 without a force field, once it has been made.
        relaxed: The model's samples after a force field, if asked for.
    """
    sampled = run.classical.seconds + run.samples.seconds
    stages = ("embedded", "relaxed", "denoised")
    rows = [
        (run.classical, stages[:2], run.classical.seconds),
        (run.samples, stages, sampled),
    ]
    if alone is not None:
        rows.insert(0, (alone, stages[:1], alone.seconds))
    if relaxed is not None:
        rows.append((relaxed, (*stages, "relaxed"), sampled + relaxed.seconds))
    known = [ensemble.energies.min() for ensemble, *_ in rows if len(ensemble.energies)]
    zero = float(min(known, default=0.0))
    return tuple(_compared(run.record, *row, zero) for row in rows)


def _compared(
    record: Record, ensemble: Ensemble, stages: tuple[str, ...], seconds: float, zero: float
) -> Comparison:
    energies = ensemble.energies - zero
    several = len(record.uploaded) > 1
    return Comparison(
        ensemble=ensemble,
        stages=stages,
        seconds=seconds,
        lowest=float(energies.min()) if len(energies) else None,
        median=float(np.median(energies)) if len(energies) else None,
        covered=torsion_coverage(ensemble.torsions),
        recall=recall(record, ensemble.xyz) if several else None,
    )


def recall(record: Record, xyz: np.ndarray) -> Coverage:
    """How well the conformers ``xyz`` ``(K, N, 3)`` find those of the uploaded file."""
    return coverage(rmsd_matrix(record.uploaded, xyz, mappings(record.mol)))


@dataclass(frozen=True, eq=False)
class Levels:
    """An ensemble's energies and Boltzmann weights.

    Attributes:
        ensemble: the conformers.
        energies: ``(K,)``, kcal/mol above the lowest of all ensembles compared.
        weights: ``(K,)`` at 298 K, which add up to 1.
    """

    ensemble: Ensemble
    energies: np.ndarray
    weights: np.ndarray


def energy_levels(ensembles: Sequence[Ensemble]) -> tuple[Levels, ...]:
    """The energies of several ensembles above one zero. All of them must have energies."""
    zero = min(float(ensemble.energies.min()) for ensemble in ensembles)
    return tuple(
        Levels(ensemble, ensemble.energies - zero, boltzmann_weights(ensemble.energies))
        for ensemble in ensembles
    )
