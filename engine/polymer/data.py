"""The simulated chains that the laboratory learns, and the units that they are held in.

A network sees points (B, 24): the coordinates of 12 beads in the plane, divided by ``scale``.
Measures and pictures take chains (B, L, d) in sigma, the diameter of a bead.
"""

from __future__ import annotations

from functools import cache

from torch import Tensor

from engine.data import DATASETS, Polymer
from engine.evaluation.chains import radius_of_gyration

CHAINS: dict[str, Polymer] = {
    key: data for key, data in DATASETS.items() if isinstance(data, Polymer)
}
POLYMER = CHAINS["polymer"]  #: the data set of the laboratory's own models
BEADS = POLYMER.chain_shape[0]
MEAN_SIZE, SPREAD_SIZE = 1.815, 0.277  #: sigma, of the radius of gyration in ``POLYMER``


def to_chains(x: Tensor) -> Tensor:
    """Chains (..., 12, 2) in sigma from points x (..., 24)."""
    return POLYMER.to_chain(x)


def to_points(chains: Tensor) -> Tensor:
    """Points (..., 24) from chains (..., 12, 2) in sigma."""
    return chains.flatten(-2) / POLYMER.scale


def size(x: Tensor) -> Tensor:
    """Radius of gyration (...) in sigma of points x (..., 24)."""
    return radius_of_gyration(to_chains(x))


@cache
def held_out(data: Polymer = POLYMER) -> Tensor:
    """(N, L, d) the chains kept from training, in sigma."""
    return data.to_chain(data.held_out())


@cache
def training_chains(data: Polymer = POLYMER) -> Tensor:
    """(N, L, d) the chains that networks are trained on, in sigma."""
    return data.to_chain(data.train())
