"""How good sampled chains are, compared with chains of the simulation that were kept from training.

Lengths are compared by Wasserstein distance, which never reaches 0 on finite sets: the floor is the
distance between training chains and held-out ones. No model can be expected to come below it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import torch
from torch import Generator, Tensor

from engine.data import Polymer
from engine.evaluation import wasserstein_1d
from engine.evaluation.chains import bond_lengths, end_to_end, radius_of_gyration
from engine.polymer.data import POLYMER, held_out, training_chains

DIVISIONS = 20  #: of the data, for the floor


TORN = 1.5  #: sigma; longer bonds than any simulated one


@dataclass(frozen=True)
class Measure:
    """A length of chains.

    Attributes:
        key: name in ``MEASURES`` and in addresses.
        label: its name on a page.
        of: chains (n, L, d) to values (n, ...), both in sigma.
    """

    key: str
    label: str
    of: Callable[[Tensor], Tensor]


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("gyration", "Radius of gyration", radius_of_gyration),
        Measure("ends", "End-to-end distance", end_to_end),
        Measure("bonds", "Bond length", bond_lengths),
    )
}


# ------------------------------------------------------------------------- distances to the data


@dataclass(frozen=True)
class Floor:
    """The distance of training chains to held-out ones: mean and standard deviation, in sigma."""

    mean: float
    spread: float


@dataclass(frozen=True)
class Distance:
    """How far samples are from held-out chains in one measure, in sigma.

    Attributes:
        distance: Wasserstein distance.
        floor: of training chains to held-out ones, the mean over several draws.
        spread: standard deviation of the floor.
        std: standard deviation of the measure in the samples.
        data_std: the same in the held-out chains.
    """

    distance: float
    floor: float
    spread: float
    std: float
    data_std: float


def distances(
    samples: Tensor, data: Polymer = POLYMER, floor: Mapping[str, Floor] | None = None
) -> dict[str, Distance]:
    """Samples (n, L, d) in sigma against the held-out chains, by key of ``MEASURES``.

    Args:
        samples: chains of the same kind as ``data``.
        data: the data set.
        floor: by measure; None: the floor of ``POLYMER`` as a whole.
    """
    floor = floors() if floor is None else floor
    found = {}
    for key, measure in MEASURES.items():
        sampled, known = measure.of(samples), measure.of(held_out(data))
        found[key] = Distance(
            wasserstein_1d(sampled, known),
            floor[key].mean,
            floor[key].spread,
            float(sampled.std()),
            float(known.std()),
        )
    return found


@cache
def floors() -> dict[str, Floor]:
    """By measure: the floor over ``DIVISIONS`` random divisions of the chains of ``POLYMER``.

    Each division is as large as that into training and held-out chains.
    """
    both, cut = torch.cat([training_chains(), held_out()]), len(training_chains())
    orders = [
        torch.randperm(len(both), generator=Generator().manual_seed(seed))
        for seed in range(DIVISIONS)
    ]
    found = {}
    for key, measure in MEASURES.items():
        values = measure.of(both)
        found[key] = _floor(
            wasserstein_1d(values[order[:cut]], values[order[cut:]]) for order in orders
        )
    return found


def floors_of(data: Polymer, n: int, repeats: int = 10) -> dict[str, Floor]:
    """By measure: the floor of only n training chains, drawn ``repeats`` times."""
    generator = Generator().manual_seed(0)
    draws = [data.to_chain(data.sample(n, generator)) for _ in range(repeats)]
    found = {}
    for key, measure in MEASURES.items():
        known = measure.of(held_out(data))
        found[key] = _floor(wasserstein_1d(measure.of(x), known) for x in draws)
    return found


def _floor(distances_: Iterable[float]) -> Floor:
    each = torch.tensor(list(distances_))
    return Floor(float(each.mean()), float(each.std()))


# ------------------------------------------------------------------------------------ copies


@dataclass(frozen=True)
class Assessment:
    """Samples against held-out chains, and how close both are to training chains.

    Attributes:
        distances: by measure; their floors are those of as many training chains.
        nearest_sampled: median distance of a sample to its nearest training chain, root mean square
            per bead in sigma.
        nearest_held_out: the same of held-out chains.
    """

    distances: dict[str, Distance]
    nearest_sampled: float
    nearest_held_out: float

    @property
    def copied(self) -> bool:
        """Whether samples are so close to training chains that they must be copies."""
        return self.nearest_sampled < 0.5 * self.nearest_held_out


def assess(samples: Tensor, data: Polymer, repeats: int = 10) -> Assessment:
    """Samples (n, L, d) in sigma against the data set ``data``; ``repeats`` draws for the floor."""
    n = len(samples)
    return Assessment(
        distances(samples, data, floors_of(data, n, repeats)),
        _nearest(samples, data),
        _nearest(held_out(data)[:n], data),
    )


def _nearest(x: Tensor, data: Polymer) -> float:
    """Median root mean square distance per bead of x (n, L, d) to the nearest training chain.

    Each training chain counts in all its readings: from either end, and mirrored.
    """
    gaps = [
        torch.cdist(x.flatten(1), reading.flatten(1)).min(dim=1).values
        for reading in data.readings(training_chains(data))
    ]
    return float(torch.stack(gaps).min(dim=0).values.median()) / x.shape[1] ** 0.5


# ---------------------------------------------------------------------------------- guidance


@dataclass(frozen=True)
class Adherence:
    """How closely guided samples follow their target, and what it costs.

    Attributes:
        error: median over samples of |R_g - target| / target.
        spread: standard deviation of R_g, in sigma.
        diversity: median distance of a sample to the most similar other one, root mean square per
            bead in sigma.
        bond_mean: of all bond lengths, in sigma.
        bond_spread: their standard deviation.
        broken: share of bonds outside the range that holds 99.9 % of the simulated ones.
        torn: share of samples with a bond longer than ``TORN``; a single one lifts ``bond_spread``.
    """

    error: float
    spread: float
    diversity: float
    bond_mean: float
    bond_spread: float
    broken: float
    torn: float


def adherence(samples: Tensor, target: float) -> Adherence:
    """Samples (n, 12, 2) that were guided to the radius of gyration ``target``, all in sigma."""
    radii, bonds = radius_of_gyration(samples), bond_lengths(samples)
    low, high = bond_range()
    outside = ((bonds < low) | (bonds > high)).float().mean()
    return Adherence(
        float(((radii - target).abs() / target).median()),
        float(radii.std()),
        diversity(samples),
        float(bonds.mean()),
        float(bonds.std()),
        float(outside),
        float((bonds > TORN).any(dim=-1).float().mean()),
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


@cache
def bond_spread() -> float:
    """Standard deviation of the simulated bond lengths, in sigma."""
    return float(bond_lengths(held_out()).std())
