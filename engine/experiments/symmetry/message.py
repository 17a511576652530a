"""One message-passing step of the EGNN with its numbers, bead by bead."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from engine.cartesian.plain import Equivariant
from engine.experiments.symmetry.turning import Turning


@dataclass(frozen=True)
class Neighbour:
    """What one bead j sends to bead i.

    Attributes:
        bead: j, from 1.
        distance: |x_i - x_j|.
        gate: e_ij.
        weight: phi_x(m_ij).
        shift: (x_i - x_j) / (|x_i - x_j| + 1) e_ij phi_x(m_ij) C.
    """

    bead: int
    distance: float
    gate: float
    weight: float
    shift: tuple[float, float, float]


@dataclass(frozen=True)
class Message:
    """One layer for one bead.

    Attributes:
        neighbours: all other beads, by number.
        place: x_i before the layer, about the centre of mass.
        total: the sum of the shifts.
        after: x_i after the layer.
        factor: C, one over the number of neighbours.
    """

    neighbours: tuple[Neighbour, ...]
    place: tuple[float, float, float]
    total: tuple[float, float, float]
    after: tuple[float, float, float]
    factor: float


def layers(made: Turning) -> int:
    """How often messages are passed in the EGNN of ``made``."""
    return _egnn(made).egnn.options.layers


@torch.no_grad()
def message(made: Turning, bead: int, layer: int) -> Message:
    """The step of ``layer`` (from 0) for ``bead`` (from 0) of the shape in ``made``.

    Raises:
        TypeError: if the EGNN of ``made`` is no ``Equivariant``.
    """
    net = _egnn(made)
    x = made.x_t[None]
    steps = net.steps(x, torch.tensor(made.settings.noise))
    step = steps[layer]
    before = net.place(x) if layer == 0 else steps[layer - 1].x
    others = [j for j in range(x.shape[1]) if j != bead]
    neighbours = tuple(
        Neighbour(
            j + 1,
            float(step.squared[0, bead, j].sqrt()),
            float(step.gates[0, bead, j]),
            float(step.weights[0, bead, j]),
            _three(step.shifts[0, bead, j]),
        )
        for j in others
    )
    total = step.shifts[0, bead].sum(0)
    return Message(
        neighbours, _three(before[0, bead]), _three(total), _three(step.x[0, bead]), 1 / len(others)
    )


def _egnn(made: Turning) -> Equivariant:
    net = made.nets["egnn"]
    if not isinstance(net, Equivariant):
        raise TypeError(f"A {type(net).__name__} passes no messages.")
    return net


def _three(values: torch.Tensor) -> tuple[float, float, float]:
    x, y, z = values.tolist()
    return x, y, z
