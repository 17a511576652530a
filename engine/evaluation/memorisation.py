"""Memorisation: has a network learned a distribution, or the points it was trained on?

A network with enough weights can fit the empirical distribution of its n training points. The
optimal denoiser of those is known in closed form (``engine.denoisers.exact``), and it samples the
training points themselves. Memorisation shows in the distance to the nearest training point, of
samples and, for comparison, of fresh data (as in Meehan et al. 2020, arXiv 2004.05675)::

    ratio = median distance of samples / median distance of fresh data

Fresh data has ratio 1 by construction; copies have ratio 0. A sample counts as a copy if it lies
nearer than ``COPY`` of fresh data's median distance. Samples that are no copies need not be like
the data: noise is no copy either. So the energy distance of the samples to fresh data, over that of
fresh data to fresh data, decides between the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from engine.evaluation.distances import energy_distance, energy_floor, nearest_distances

COPY = 0.2  #: of the median distance of fresh data: nearer is a copy
MEMORISES, LEARNED = 0.5, 0.8  #: ratios at which the verdict changes
LIKE_DATA = 5.0  #: energy distance over its floor, up to which samples count as data

VERDICTS = {
    "memorises": f"ratio below {MEMORISES:g}",
    "in between": f"ratio from {MEMORISES:g} to {LEARNED:g}",
    "generalises": f"ratio {LEARNED:g} or more, and an energy distance to fresh data of at most "
    f"{LIKE_DATA:g} times that between two fresh draws",
    "neither": f"ratio {LEARNED:g} or more, but a larger energy distance: neither copies "
    "nor the data",
}


@dataclass(frozen=True)
class Memory:
    """How samples lie about the training points, beside fresh data.

    Attributes:
        distance, fresh: median distance to the nearest training point.
        copies, fresh_copies: share that lies nearer than ``threshold``.
        energy: energy distance of the samples to fresh data, over that of as many fresh draws.
    """

    distance: float
    fresh: float
    copies: float
    fresh_copies: float
    energy: float

    @property
    def threshold(self) -> float:
        """The distance below which a sample counts as a copy."""
        return COPY * self.fresh

    @property
    def ratio(self) -> float:
        """1 for fresh data, 0 for copies."""
        return self.distance / self.fresh

    @property
    def verdict(self) -> str:
        """A key of ``VERDICTS``."""
        if self.ratio < MEMORISES:
            return "memorises"
        if self.ratio < LEARNED:
            return "in between"
        return "generalises" if self.energy <= LIKE_DATA else "neither"


def measure(samples: Tensor, training: Tensor, fresh: Tensor) -> Memory:
    """The memory of samples (n, D), trained on training (N, D), beside fresh data (m, D), m > n.

    The first m - n fresh draws are the reference of the energy distance, the last n its floor.

    Raises:
        ValueError: if fresh draws are too few, or lie on the training points.
    """
    if len(fresh) <= len(samples):
        raise ValueError(f"More than {len(samples)} fresh draws are needed, not {len(fresh)}.")
    near, usual = nearest_distances(samples, training), nearest_distances(fresh, training)
    middle = float(usual.median())
    if middle <= 0:
        raise ValueError("Fresh data repeats the training points: nothing tells copies from draws.")
    edge = COPY * middle
    copies, usually = (float((d < edge).double().mean()) for d in (near, usual))
    reference, second = fresh[: -len(samples)], fresh[-len(samples) :]
    energy = energy_distance(samples, reference) / energy_floor(second, reference)
    return Memory(float(near.median()), middle, copies, usually, energy)
