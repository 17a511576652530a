"""How far sampled polymer chains are from simulated ones that no training has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.metrics import bond_lengths, end_to_end, radius_of_gyration, wasserstein_1d
from pages.ui.jobs import Report

POLYMER = DATASETS["polymer"]
BEADS = 12
MEASURES = {
    "Radius of gyration": radius_of_gyration,
    "End-to-end distance": end_to_end,
    "Bond length": bond_lengths,
}


class Sampled(Protocol):
    """Anything that holds sampled chains (n, 12, 2) in sigma."""

    @property
    def samples(self) -> Tensor: ...


@dataclass(frozen=True)
class Distance:
    """How far samples are from held-out data in one measure, in sigma.

    distance: Wasserstein distance; floor: the mean one between as many training chains and the
    held-out ones, which no model can be asked to beat.
    """

    distance: float
    floor: float


@dataclass(frozen=True, eq=False)
class Verdict:
    """Samples against held-out chains, by measure; and how near both are to training chains."""

    distances: dict[str, Distance]
    nearest_sampled: float
    nearest_held_out: float


def verdict(report: Report, made: Sampled) -> Verdict:
    """The job: compare the samples with the chains that no training has seen."""
    samples = made.samples
    found = distances(samples)
    report(1, 2, message="Looking for copies")
    few = held_out_chains()[: len(samples)]
    return Verdict(found, _nearest(samples), _nearest(few))


def distances(samples: Tensor, repeats: int = 10) -> dict[str, Distance]:
    """Samples (n, 12, 2) against held-out chains, by measure."""
    held_out, generator = held_out_chains(), Generator().manual_seed(0)
    fresh = [POLYMER.to_chain(POLYMER.sample(len(samples), generator)) for _ in range(repeats)]
    found = {}
    for name, measure in MEASURES.items():
        known = measure(held_out)
        floor = sum(wasserstein_1d(measure(x), known) for x in fresh) / repeats
        found[name] = Distance(wasserstein_1d(measure(samples), known), floor)
    return found


def held_out_chains() -> Tensor:
    """(N, 12, 2) the chains kept from training, in sigma."""
    held_out = POLYMER.held_out()
    if held_out is None:
        raise ValueError("The polymer data set has no held-out chains.")
    return POLYMER.to_chain(held_out)


def _nearest(x: Tensor) -> float:
    """Median root mean square distance per bead, in sigma, to the nearest training chain.

    Each training chain counts in all four readings: turned round, mirrored, both or neither.
    """
    points_ = POLYMER.train()
    if points_ is None:
        raise ValueError("The polymer data set has no training chains.")
    known = POLYMER.to_chain(points_)
    mirror = torch.tensor([1.0, -1.0])
    readings = [known, known * mirror, -known.flip(1), -known.flip(1) * mirror]
    gaps = [torch.cdist(x.flatten(1), r.flatten(1)).min(dim=1).values for r in readings]
    return float(torch.stack(gaps).min(dim=0).values.median()) / BEADS**0.5
