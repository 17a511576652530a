"""Distances between distributions, and the sizes of chains. Numbers only; no figures.

The squared energy distance (Szekely and Rizzo 2013, J. Stat. Plan. Inference 143, eq. 2.1)::

    E(X, Y) = 2 E|x - y| - E|x - x'| - E|y - y'|

is estimated as a V-statistic (all pairs, the zero ones included), so it is never negative and two
draws of n points from one distribution score (2/n) E|x - x'| on average rather than 0. That floor
is what ``energy_ratio`` divides by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

Draw = Callable[[int, torch.Generator], Tensor]
Distance = Callable[[Tensor, Tensor], float]


def _mean_distance(x: Tensor, y: Tensor, chunk: int = 1024) -> float:
    """Mean Euclidean distance over all pairs of rows of x (N, D) and y (M, D)."""
    exact = "donot_use_mm_for_euclid_dist"
    total = sum(float(torch.cdist(part, y, compute_mode=exact).sum()) for part in x.split(chunk))
    return total / (len(x) * len(y))


def energy_distance(x: Tensor, y: Tensor) -> float:
    """Squared energy distance (V-statistic) between samples x (N, D) and y (M, D); >= 0.

    Raises:
        ValueError: if a sample is empty or the dimensions differ.
    """
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(
            f"Samples must be (N, D) and (M, D), not {tuple(x.shape)}, {tuple(y.shape)}."
        )
    x, y = x.double(), y.double()
    distance = 2 * _mean_distance(x, y) - _mean_distance(x, x) - _mean_distance(y, y)
    return max(distance, 0.0)


def energy_floor(x: Tensor, y: Tensor) -> float:
    """Mean energy distance between two draws of one distribution, of N and of M points.

    (1 / N + 1 / M) E|x - x'|, taken from draws x (N, D) and y (M, D): far less left
    to luck than the energy distance between them.
    """
    return (1 / len(x) + 1 / len(y)) * _mean_distance(x.double(), y.double())


@dataclass(frozen=True)
class EnergyRatio:
    """How far samples are from data, in units of how far data is from data.

    Attributes:
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


def nearest_distances(x: Tensor, y: Tensor, chunk: int = 1024) -> Tensor:
    """(N,) Euclidean distance of each row of x (N, D) to the nearest row of y (M, D)."""
    exact = "donot_use_mm_for_euclid_dist"
    parts = [torch.cdist(part, y, compute_mode=exact).min(dim=1).values for part in x.split(chunk)]
    return torch.cat(parts)


def nearest_others(x: Tensor) -> Tensor:
    """(N,) Euclidean distance of each row of x (N, D) to the nearest other row; N is at least 2.

    What a fresh point's distance to these points would be, about, where there is no fresh point.
    """
    apart = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    return apart.fill_diagonal_(torch.inf).min(dim=1).values


def wasserstein_1d(x: Tensor, y: Tensor) -> float:
    """1-Wasserstein distance between two samples of numbers, x (N,) and y (M,), in their unit.

    The area between the two empirical distribution functions.

    Raises:
        ValueError: if a sample is empty.
    """
    if not x.numel() or not y.numel():
        raise ValueError("Samples must not be empty.")
    x, y = x.double().flatten().sort().values, y.double().flatten().sort().values
    both = torch.cat([x, y]).sort().values
    cdf_x = torch.searchsorted(x, both[:-1], right=True).double() / len(x)
    cdf_y = torch.searchsorted(y, both[:-1], right=True).double() / len(y)
    return float(((cdf_x - cdf_y).abs() * both.diff()).sum())


def sliced_wasserstein(x: Tensor, y: Tensor, directions: int = 64) -> float:
    """Mean 1-Wasserstein distance of samples x (N, D), y (M, D) seen along ``directions`` lines.

    Bonneel et al. 2015 (J. Math. Imaging Vis. 51, definition 7, with exponent 1). The lines are
    the same at every call: evenly spread over the half circle in two dimensions, else drawn.

    Raises:
        ValueError: if a sample is empty or the dimensions differ.
    """
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(
            f"Samples must be (N, D) and (M, D), not {tuple(x.shape)}, {tuple(y.shape)}."
        )
    lines = _directions(x.shape[1], directions)
    x, y = x.double() @ lines, y.double() @ lines
    if len(x) == len(y):  # then the k-th of one belongs to the k-th of the other
        return float((x.sort(dim=0).values - y.sort(dim=0).values).abs().mean())
    seen = zip(x.unbind(1), y.unbind(1), strict=True)
    return sum(wasserstein_1d(a, b) for a, b in seen) / lines.shape[1]


def _directions(dim: int, n: int) -> Tensor:
    """(D, n) float64 unit vectors; a single one in one dimension."""
    if dim == 1:
        return torch.ones(1, 1, dtype=torch.float64)
    if dim == 2:
        angle = torch.arange(n, dtype=torch.float64) * (torch.pi / n)
        return torch.stack([angle.cos(), angle.sin()])
    drawn = torch.randn(dim, n, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return drawn / drawn.norm(dim=0)


DISTANCES: dict[str, Distance] = {
    "energy": energy_distance,
    "sliced": sliced_wasserstein,
}


class Judge:
    """Distances of samples to fresh data, in units of those between two fresh draws.

    For every seed a generator draws ``n`` points of reference, then as many of data; each distance
    between them, averaged over the seeds, is its unit. All samples meet the same references.

    Attributes:
        n: points in every draw.
        generators: one for each seed, as the draws of reference and data left them.
        floors: by distance, the unit.
        floor_spreads: by distance, the relative standard deviation of the unit over the seeds.
    """

    def __init__(
        self,
        data: Draw,
        n: int,
        seeds: Iterable[int],
        reference: Draw | None = None,
        distances: Mapping[str, Distance] | None = None,
    ) -> None:
        self.n, self._distances = n, DISTANCES if distances is None else distances
        self.generators: list[torch.Generator] = []
        self._references: list[Tensor] = []
        found: dict[str, list[float]] = {name: [] for name in self._distances}
        for seed in seeds:
            generator = torch.Generator().manual_seed(seed)
            self.generators.append(generator)
            self._references.append((reference or data)(n, generator))
            second = data(n, generator)
            for name, distance in self._distances.items():
                found[name].append(distance(second, self._references[-1]))
        if not self._references:
            raise ValueError("A comparison needs at least one seed.")
        self.floors = {name: sum(values) / len(values) for name, values in found.items()}
        self.floor_spreads = {
            name: _spread(values) / self.floors[name] for name, values in found.items()
        }

    def ratios(self, samples: Tensor, k: int) -> dict[str, float]:
        """By distance, samples (N, D) against the reference of the ``k``-th seed, in its unit."""
        against = self._references[k]
        return {
            name: distance(samples, against) / self.floors[name]
            for name, distance in self._distances.items()
        }


def energy_ratio(
    sample: Draw,
    data: Draw,
    n: int = 2000,
    seeds: Iterable[int] = range(5),
    reference: Draw | None = None,
) -> EnergyRatio:
    """Energy distance of ``n`` samples to ``n`` fresh data points, over that of two fresh draws.

    Args:
        sample: (n, generator) to samples (n, D), drawn after the data of the same seed.
        data: (n, generator) to data (n, D).
        n: points in every draw.
        seeds: of the generators, one for each repetition.
        reference: draws what both are compared with: ``data`` itself, or the held-out part of a
            finite data set.

    Raises:
        ValueError: if there is no seed.
    """
    judge = Judge(data, n, seeds, reference, {"energy": energy_distance})
    found = [
        judge.ratios(sample(n, generator), k)["energy"]
        for k, generator in enumerate(judge.generators)
    ]
    return EnergyRatio(
        sum(found) / len(found), _spread(found), judge.floors["energy"], n, len(found)
    )


def _spread(values: list[float]) -> float:
    """Standard deviation of a sample; 0 of a single value."""
    return float(torch.tensor(values, dtype=torch.float64).std()) if len(values) > 1 else 0.0


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
