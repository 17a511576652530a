"""As many conformers of one molecule by several methods, and what they compare by."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.chem.energy import ForceField, boltzmann_weights, each
from engine.chem.structure import mappings, rmsd_matrix
from engine.conformers import choose
from engine.evaluation import Coverage, torsion_coverage
from engine.evaluation.coverage import BIN_CENTRES, THRESHOLD, coverage, torsion_shares
from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble
from engine.progress import Step, Steps

__all__ = [
    "BIN_CENTRES",
    "THRESHOLD",
    "Comparison",
    "Levels",
    "Mutual",
    "chosen_alike",
    "compare",
    "energy_levels",
    "mutual",
    "torsion_shares",
]


@dataclass(frozen=True, eq=False)
class Comparison:
    """One method's row in the comparison.

    Attributes:
        ensemble: Its conformers.
        candidates: How many were made, from which these were chosen.
        stages: What was done to make them, in order.
        seconds: From the bare molecule.
        lowest: The lowest energy, kcal/mol above the lowest of all methods; None if unknown.
        median: The median energy above the same zero.
        covered: The share of all torsions' bins that hold a conformer, 0 to 1.
        recall: How many conformers of the uploaded file it finds; None if there are not several.
    """

    ensemble: Ensemble
    candidates: int
    stages: tuple[str, ...]
    seconds: float
    lowest: float | None
    median: float | None
    covered: float
    recall: Coverage | None


def chosen_alike(run: Run) -> Steps[Ensemble]:
    """The fair rival: as many local structures as the model had candidates, chosen as its are."""
    request, record = run.request, run.record
    many, start = request.conformers * request.options.candidates, time.perf_counter()
    found: list[np.ndarray] = []
    for xyz in each(record.mol, many, request.seed):
        found.append(xyz)
        yield Step(len(found), many, f"{run.classical.source}, {len(found)} of {many}")
    xyz = np.stack(found)
    kept = yield from choose(record.mol, record.molecule, xyz, request.conformers)
    energies = ForceField(record.mol).energies(xyz[kept]) if run.energy_name else np.empty(0)
    return replace(
        run.classical,
        xyz=xyz[kept],
        source=f"{run.classical.source}, chosen",
        energies=energies,
        seconds=time.perf_counter() - start,
    )


def compare(
    run: Run, plain: Ensemble | None, alike: Ensemble | None, relaxed: Ensemble | None
) -> tuple[Comparison, ...]:
    """The methods in the order of what they build on.

    Args:
        run: The model's samples and the local structures.
        plain: ETKDGv3 without a force field, once it has been made.
        alike: Local structures chosen as the samples are (``chosen_alike``), once there.
        relaxed: The model's samples after a force field, once there.
    """
    sampled = run.classical.seconds + run.samples.seconds
    count = run.request.conformers
    many = count * run.request.options.candidates
    stages = ("embedded", "minimised", "denoised")
    rows: list[tuple[Ensemble | None, int, tuple[str, ...], float]] = [
        (plain, count, stages[:1], 0.0),
        (run.classical, count, stages[:2], 0.0),
        (alike, many, stages[:2], 0.0),
        (run.samples, many, stages, run.classical.seconds),
        (relaxed, many, (*stages, "minimised"), sampled),
    ]
    there = [_Row(made, n, done, t) for made, n, done, t in rows if made is not None]
    known = [row.ensemble.energies.min() for row in there if len(row.ensemble.energies)]
    zero = float(min(known, default=0.0))
    return tuple(_compared(run.record, row, zero) for row in there)


@dataclass(frozen=True, eq=False)
class _Row:
    """What is known of a method before it is measured; before: seconds of what it builds on."""

    ensemble: Ensemble
    candidates: int
    stages: tuple[str, ...]
    before: float


def _compared(record: Record, row: _Row, zero: float) -> Comparison:
    energies = row.ensemble.energies - zero
    several = len(record.uploaded) > 1
    return Comparison(
        ensemble=row.ensemble,
        candidates=row.candidates,
        stages=row.stages,
        seconds=row.before + row.ensemble.seconds,
        lowest=float(energies.min()) if len(energies) else None,
        median=float(np.median(energies)) if len(energies) else None,
        covered=torsion_coverage(row.ensemble.torsions),
        recall=recall(record, row.ensemble.xyz) if several else None,
    )


def recall(record: Record, xyz: np.ndarray) -> Coverage:
    """How well the conformers ``xyz`` ``(K, N, 3)`` find those of the uploaded file."""
    return coverage(rmsd_matrix(record.uploaded, xyz, mappings(record.mol)))


@dataclass(frozen=True, eq=False)
class Mutual:
    """How well two ensembles cover each other.

    Attributes:
        model: Conformers by the model, minimised or not.
        classical: Conformers by a classical method.
        coverage: Of the classical ones by the model's (recall: cov_r, amr_r), and of the model's by
            the classical ones (precision: cov_p, amr_p), at ``THRESHOLD``.
    """

    model: Ensemble
    classical: Ensemble
    coverage: Coverage


def mutual(record: Record, rows: Sequence[Comparison]) -> tuple[Mutual, ...]:
    """Every ensemble of the model against every classical one, from ``compare``."""
    mapping = mappings(record.mol)
    ours = [row.ensemble for row in rows if "denoised" in row.stages]
    theirs = [row.ensemble for row in rows if "denoised" not in row.stages]
    return tuple(
        Mutual(mine, other, coverage(rmsd_matrix(other.xyz, mine.xyz, mapping)))
        for mine in ours
        for other in theirs
    )


@dataclass(frozen=True, eq=False)
class Levels:
    """An ensemble's energies.

    Attributes:
        ensemble: The conformers.
        energies: ``(K,)``, kcal/mol above the lowest of all ensembles compared.
        weights: ``(K,)`` Boltzmann weights at 298 K; None where the structures are not minimised.
    """

    ensemble: Ensemble
    energies: np.ndarray
    weights: np.ndarray | None


def energy_levels(ensembles: Sequence[Ensemble]) -> tuple[Levels, ...]:
    """The energies of several ensembles above one zero. All of them must have energies."""
    zero = min(float(ensemble.energies.min()) for ensemble in ensembles)
    return tuple(
        Levels(
            ensemble,
            ensemble.energies - zero,
            boltzmann_weights(ensemble.energies) if ensemble.minimised else None,
        )
        for ensemble in ensembles
    )
