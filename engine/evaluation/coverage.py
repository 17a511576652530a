"""Coverage and matching of a reference ensemble by samples. Numbers only.

From the RMSD of every reference k to every sample s (Ganea et al. 2021, GeoMol, arXiv 2106.07802,
section 4.1), with a threshold delta::

    COV-R = share of references with min_s rmsd[k, s] < delta     AMR-R = mean_k min_s rmsd[k, s]
    COV-P = share of samples with min_k rmsd[k, s] < delta        AMR-P = mean_s min_k rmsd[k, s]

Recall asks whether all references are found, precision whether all samples are like a reference.
Recall grows with the number of samples, so methods are compared at equal numbers, by convention
twice as many samples as references.

A molecule for which a method gives nothing counts as 0 % coverage, and its AMR as the worst that
the same method has on any other molecule: it can neither vanish from a mean nor improve it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

#: Angstrom; the convention for drug-like molecules.
THRESHOLD = 0.75
MEASURES = ("cov_r", "amr_r", "cov_p", "amr_p")
_RESAMPLES = 2000
#: Bins of a torsion angle. They are centred on multiples of their width, so that 60 and 180
#: degrees, which torsions prefer, do not fall between two of them.
BIN_DEGREES = 20
BINS = 360 // BIN_DEGREES
#: ``(BINS,)`` degrees in (-180, 180].
BIN_CENTRES = BIN_DEGREES * (np.arange(BINS) - BINS // 2 + 1)


@dataclass(frozen=True)
class Coverage:
    """cov_r, cov_p in percent; amr_r, amr_p in Angstrom; see the module's docstring."""

    cov_r: float
    amr_r: float
    cov_p: float
    amr_p: float


def coverage(rmsd: np.ndarray, threshold: float = THRESHOLD) -> Coverage:
    """The four numbers of one molecule from ``rmsd`` (K references, S samples), Angstrom.

    Raises:
        ValueError: if there is no reference or no sample.
    """
    rmsd = np.asarray(rmsd, dtype=np.float64)
    if rmsd.ndim != 2 or not rmsd.size:
        raise ValueError(f"An RMSD matrix is (K, S) with K, S > 0, not {rmsd.shape}.")
    nearest_sample, nearest_reference = rmsd.min(axis=1), rmsd.min(axis=0)
    return Coverage(
        cov_r=100.0 * float((nearest_sample < threshold).mean()),
        amr_r=float(nearest_sample.mean()),
        cov_p=100.0 * float((nearest_reference < threshold).mean()),
        amr_p=float(nearest_reference.mean()),
    )


def with_failures(rows: Sequence[Coverage | None]) -> np.ndarray:
    """(n, 4) in the order of MEASURES; a failed molecule (None) has 0 coverage, the worst AMR.

    NaN stands for an AMR of which nothing is known, when every molecule failed.
    """
    good = np.array([list(asdict(row).values()) for row in rows if row is not None])
    failed = np.array([0.0, np.nan, 0.0, np.nan])
    if len(good):
        failed[[1, 3]] = good[:, [1, 3]].max(axis=0)
    table = [failed if row is None else np.array(list(asdict(row).values())) for row in rows]
    return np.array(table).reshape(-1, len(MEASURES))


def bootstrap(values: np.ndarray, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of the mean of ``values`` (n,), by resampling them 2,000 times."""
    values = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def torsion_coverage(torsions: np.ndarray) -> float:
    """The share of all torsions' bins that hold a conformer, 0 to 1.

    Args:
        torsions: ``(K, M)`` radians, M torsions of K conformers.
    """
    bins = _bins(torsions)
    filled = [len(np.unique(bins[:, m])) / BINS for m in range(bins.shape[1])]
    return float(np.mean(filled)) if filled else 0.0


def torsion_shares(torsions: np.ndarray) -> np.ndarray:
    """``(M, BINS)``: how many percent of the conformers each bin of each torsion holds.

    Args:
        torsions: ``(K, M)`` radians. The bins are those of ``BIN_CENTRES``.
    """
    bins = _bins(torsions).T
    counts = [np.bincount(row, minlength=BINS) for row in bins]
    places = (BIN_CENTRES // BIN_DEGREES) % BINS
    shares = 100 * np.array(counts, dtype=np.float64) / max(1, len(torsions))
    return shares.reshape(-1, BINS)[:, places]


def _bins(torsions: np.ndarray) -> np.ndarray:
    """``(K, M)``: the bin of every angle, 0 for the one around 0 degrees."""
    return np.round(np.degrees(torsions) / BIN_DEGREES).astype(int) % BINS
