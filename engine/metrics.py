"""Distances between distributions, and the sizes of chains. Numbers only; no figures.

The squared energy distance (Szekely and Rizzo 2013, J. Stat. Plan. Inference 143, eq. 2.1)::

    E(X, Y) = 2 E|x - y| - E|x - x'| - E|y - y'|

is estimated as a V-statistic (all pairs, the zero ones included), so it is never negative and two
draws of n points from one distribution score (2/n) E|x - x'| on average rather than 0. That floor
is what ``energy_ratio`` divides by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Draw = Callable[[int, torch.Generator], Tensor]


def _mean_distance(x: Tensor, y: Tensor, chunk: int = 1024) -> float:
    """Mean Euclidean distance over all pairs of rows of x (N, D) and y (M, D)."""
    exact = "donot_use_mm_for_euclid_dist"
    total = sum(float(torch.cdist(part, y, compute_mode=exact).sum()) for part in x.split(chunk))
    return total / (len(x) * len(y))


def energy_distance(x: Tensor, y: Tensor) -> float:
    """Squared energy distance (V-statistic) between samples x (N, D) and y (M, D); >= 0.

    Raises
    ------
    ValueError: if a sample is empty or the dimensions differ.
    """
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(
            f"Samples must be (N, D) and (M, D), not {tuple(x.shape)}, {tuple(y.shape)}."
        )
    x, y = x.double(), y.double()
    distance = 2 * _mean_distance(x, y) - _mean_distance(x, x) - _mean_distance(y, y)
    return max(distance, 0.0)


@dataclass(frozen=True)
class EnergyRatio:
    """How far samples are from data, in units of how far data is from data.

    Attributes
    ----------
    mean: mean energy distance of samples to fresh data, over the mean between two fresh draws.
    spread: standard deviation of that ratio over the seeds.
    floor: mean energy distance between two fresh draws of the data.
    n: points in every draw.
    seeds: number of repetitions.
    """

    mean: float
    spread: float
    floor: float
    n: int
    seeds: int


def energy_ratio(
    sample: Draw,
    data: Draw,
    n: int = 2000,
    seeds: Iterable[int] = range(5),
    reference: Draw | None = None,
) -> EnergyRatio:
    """Energy distance of ``n`` samples to ``n`` fresh data points, over that of two fresh draws.

    ``sample(n, generator)`` and ``data(n, generator)`` return (n, D). ``reference`` draws the data
    that both are compared with: ``data`` itself, or the held-out part of a finite data set. Each
    seed starts one generator from which reference, data and samples come in this order.

    Raises
    ------
    ValueError: if there is no seed.
    """
    model, floor = [], []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        first = (reference or data)(n, generator)
        second = data(n, generator)
        floor.append(energy_distance(first, second))
        model.append(energy_distance(sample(n, generator), first))
    if not model:
        raise ValueError("An energy ratio needs at least one seed.")
    unit = sum(floor) / len(floor)
    ratios = torch.tensor(model, dtype=torch.float64) / unit
    spread = float(ratios.std()) if len(model) > 1 else 0.0
    return EnergyRatio(float(ratios.mean()), spread, unit, n, len(model))


def wasserstein_1d(x: Tensor, y: Tensor) -> float:
    """1-Wasserstein distance between two samples of numbers, x (N,) and y (M,), in their unit.

    The area between the two empirical distribution functions.

    Raises
    ------
    ValueError: if a sample is empty.
    """
    if not x.numel() or not y.numel():
        raise ValueError("Samples must not be empty.")
    x, y = x.double().flatten().sort().values, y.double().flatten().sort().values
    both = torch.cat([x, y]).sort().values
    cdf_x = torch.searchsorted(x, both[:-1], right=True).double() / len(x)
    cdf_y = torch.searchsorted(y, both[:-1], right=True).double() / len(y)
    return float(((cdf_x - cdf_y).abs() * both.diff()).sum())


def radius_of_gyration(chains: Tensor) -> Tensor:
    """(n,) root mean squared distance of the beads of ``chains`` (n, L, d) from their centre."""
    centred = chains - chains.mean(dim=-2, keepdim=True)
    return centred.square().sum(dim=-1).mean(dim=-1).sqrt()


def end_to_end(chains: Tensor) -> Tensor:
    """(n,) distance between the first and the last bead of ``chains`` (n, L, d)."""
    return (chains[..., -1, :] - chains[..., 0, :]).norm(dim=-1)


def bond_lengths(chains: Tensor) -> Tensor:
    """(n, L - 1) distances between neighbouring beads of ``chains`` (n, L, d)."""
    return chains.diff(dim=-2).norm(dim=-1)


def distance_matrix(chains: Tensor) -> Tensor:
    """(n, L, L) distances between all beads of ``chains`` (n, L, d); zero diagonal."""
    return (chains.unsqueeze(-2) - chains.unsqueeze(-3)).norm(dim=-1)


def torsion_coverage(torsions: np.ndarray) -> float:
    """Share of the 18 bins of 20 degrees, over all bonds, that hold a conformer; (K, M) radians."""
    bins = np.round(np.degrees(torsions) / 20).astype(int) % 18
    filled = [len(np.unique(bins[:, m])) / 18 for m in range(bins.shape[1])]
    return float(np.mean(filled)) if filled else 0.0


def histograms(values: Tensor, edges: Tensor) -> Tensor:
    """Densities (F, B) of each row of ``values`` (F, N) over the bins between ``edges`` (B + 1,).

    Values outside belong to no bin but count for the total.
    """
    bins = len(edges) - 1
    index = torch.bucketize(values.double().contiguous(), edges.double(), right=True) - 1
    inside = ((index >= 0) & (index < bins)).double()
    counts = torch.zeros(len(values), bins, dtype=torch.float64)
    counts.scatter_add_(1, index.clamp(0, bins - 1), inside)
    return counts / (values.shape[1] * edges.diff())
