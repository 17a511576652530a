"""How good sampled chains are, against chains of the simulation that no training has seen.

Wasserstein distances have a floor: that between as many chains as were trained on and those held
out, the mean over random divisions of the shipped ones. No model can be asked for less.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Generator, Tensor

from engine.data import DATASETS, Polymer
from engine.metrics import bond_lengths, end_to_end, radius_of_gyration, wasserstein_1d

CHAINS = {key: data for key, data in DATASETS.items() if isinstance(data, Polymer)}
POLYMER = CHAINS["polymer"]
DIVISIONS = 20  #: of the data, for the floor

MEASURES: dict[str, Callable[[Tensor], Tensor]] = {
    "Radius of gyration": radius_of_gyration,
    "End-to-end distance": end_to_end,
    "Bond length": bond_lengths,
}


@dataclass(frozen=True)
class Distance:
    """How far samples are from held-out chains in one measure, in sigma.

    distance: Wasserstein distance. floor: between as many chains as were trained on and those held
    out, the mean over divisions of the data; spread: the standard deviation over them. std, known:
    standard deviation of the measure in the samples and in the held-out chains.
    """

    distance: float
    floor: float
    spread: float
    std: float
    known: float


def distances(samples: Tensor) -> dict[str, Distance]:
    """Samples (n, 12, 2) in sigma against the held-out chains, by measure."""
    found = {}
    for name, measure in MEASURES.items():
        ours, known = measure(samples), measure(held_out())
        floor, spread = floors()[name]
        distance = wasserstein_1d(ours, known)
        found[name] = Distance(distance, floor, spread, float(ours.std()), float(known.std()))
    return found


@dataclass(frozen=True)
class Verdict:
    """A few samples against held-out chains, by measure; and how near both are to training chains.

    The floor of each distance is that of as many training chains. nearest_sampled,
    nearest_held_out: median distance to the nearest training chain, root mean square per bead in
    sigma.
    """

    distances: dict[str, Distance]
    nearest_sampled: float
    nearest_held_out: float


def verdict(samples: Tensor, data: Polymer, repeats: int = 10) -> Verdict:
    """Judge samples (n, L, d) in sigma of the data set ``data``."""
    few = held_out(data)[: len(samples)]
    return Verdict(
        few_distances(samples, data, repeats), _nearest(samples, data), _nearest(few, data)
    )


def few_distances(samples: Tensor, data: Polymer, repeats: int = 10) -> dict[str, Distance]:
    """Samples (n, L, d) in sigma against held-out chains; the floors are of n training chains."""
    generator = Generator().manual_seed(0)
    fresh = [data.to_chain(data.sample(len(samples), generator)) for _ in range(repeats)]
    found = {}
    for name, measure in MEASURES.items():
        ours, known = measure(samples), measure(held_out(data))
        floors_ = torch.tensor([wasserstein_1d(measure(x), known) for x in fresh])
        found[name] = Distance(
            wasserstein_1d(ours, known),
            float(floors_.mean()),
            float(floors_.std()),
            float(ours.std()),
            float(known.std()),
        )
    return found


def _nearest(x: Tensor, data: Polymer) -> float:
    """Median root mean square distance per bead of x (n, L, d) to the nearest training chain.

    Each training chain counts in all its readings.
    """
    gaps = [
        torch.cdist(x.flatten(1), reading.flatten(1)).min(dim=1).values
        for reading in data.readings(trained_on(data))
    ]
    return float(torch.stack(gaps).min(dim=0).values.median()) / x.shape[1] ** 0.5


@cache
def held_out(data: Polymer = POLYMER) -> Tensor:
    """(N, L, d) the chains kept from training, in sigma."""
    return data.to_chain(data.held_out())


@cache
def trained_on(data: Polymer = POLYMER) -> Tensor:
    """(N, L, d) the training chains, in sigma."""
    return data.to_chain(data.train())


@cache
def floors() -> dict[str, tuple[float, float]]:
    """Mean and standard deviation over ``DIVISIONS`` of the data, by measure, in sigma."""
    both, cut = torch.cat([trained_on(), held_out()]), len(trained_on())
    found = {}
    for name, measure in MEASURES.items():
        values, apart = measure(both), []
        for seed in range(DIVISIONS):
            order = torch.randperm(len(both), generator=Generator().manual_seed(seed))
            apart.append(wasserstein_1d(values[order[:cut]], values[order[cut:]]))
        each = torch.tensor(apart)
        found[name] = float(each.mean()), float(each.std())
    return found


@dataclass(frozen=True)
class Adherence:
    """How well guided samples follow.

    Attributes
    ----------
    error: median over samples of |R_g - asked| / asked.
    spread: standard deviation of R_g, in sigma.
    diversity: median distance of a sample to the nearest other one, root mean square per bead in
        sigma.
    bond_mean, bond_spread: of all bond lengths, in sigma.
    broken: share of bonds outside the range that 99.9 % of the simulated ones keep.
    """

    error: float
    spread: float
    diversity: float
    bond_mean: float
    bond_spread: float
    broken: float


def adherence(samples: Tensor, asked: float) -> Adherence:
    """What guidance to the radius ``asked`` made of samples (n, 12, 2), all in sigma."""
    radii, bonds = radius_of_gyration(samples), bond_lengths(samples)
    low, high = bond_range()
    outside = ((bonds < low) | (bonds > high)).float().mean()
    return Adherence(
        float(((radii - asked).abs() / asked).median()),
        float(radii.std()),
        diversity(samples),
        float(bonds.mean()),
        float(bonds.std()),
        float(outside),
    )


def diversity(samples: Tensor) -> float:
    """Median distance to the nearest other sample (n, L, d): root mean square per bead, sigma."""
    flat = samples.flatten(1)
    apart = torch.cdist(flat, flat).fill_diagonal_(math.inf)
    return float(apart.min(dim=1).values.median()) / samples.shape[1] ** 0.5


@cache
def bond_range() -> tuple[float, float]:
    """The bond lengths in sigma between which 99.9 % of the simulated ones lie."""
    low, high = bond_lengths(held_out()).flatten().quantile(torch.tensor([0.0005, 0.9995])).tolist()
    return low, high
