"""Streamlines: curves that follow a field of directions, all of them traced at once.

    dx / ds = v(x) / (|v(x)| + rest)

so s is arc length where |v| is large against ``rest``, and a line comes to rest where the field
vanishes, at a peak of a density, instead of trembling about it. Classical Runge-Kutta steps of
order 4 (Hairer, Norsett and Wanner 1993, table 1.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

Velocity = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class GridField:
    """Fields known on a square grid, bilinear in between and constant beyond its edge.

    Attributes:
        values: (F, H, W, 2) vectors; row i lies at y_i and column j at x_j.
        low, high: first and last place of the grid, along both axes.
    """

    values: Tensor
    low: float
    high: float

    def __call__(self, x: Tensor) -> Tensor:
        """(F, S, 2) each field at its own places x (F, S, 2)."""
        place = (x - self.low) * (2 / (self.high - self.low)) - 1
        found = grid_sample(
            self.values.permute(0, 3, 1, 2),
            place[:, :, None],
            mode="bilinear",
            padding_mode="border",
            align_corners=True,
        )
        return found[..., 0].transpose(1, 2)


def grid(low: float, high: float, cells: int) -> Tensor:
    """(cells, cells, 2) places (x, y); row i has y_i, column j has x_j."""
    axis = torch.linspace(low, high, cells)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y], dim=-1)


def spread_seeds(count: int, low: float, high: float) -> Tensor:
    """(count, 2) places that fill the square evenly without lying in rows.

    The sequence of multiples of 1 / g and 1 / g^2, g the plastic number, g^3 = g + 1.
    """
    plastic = 1.324717957244746
    index = torch.arange(count, dtype=torch.float64) + 0.5
    share = torch.stack([index / plastic, index / plastic**2], dim=-1) % 1
    return (low + (high - low) * share).to(torch.get_default_dtype())


def runge_kutta(velocity: Velocity, x: Tensor, step: float) -> Tensor:
    """One step of dx / ds = velocity(x) (..., 2) from x (..., 2)."""
    k1 = velocity(x)
    k2 = velocity(x + 0.5 * step * k1)
    k3 = velocity(x + 0.5 * step * k2)
    k4 = velocity(x + step * k3)
    return x + (step / 6) * (k1 + 2 * k2 + 2 * k3 + k4)


def trace(
    velocity: Velocity, seeds: Tensor, length: float, steps: int, rest: float = 0.02
) -> Tensor:
    """(..., 2 steps + 1, 2) lines through ``seeds`` (..., 2), ``length`` along and against v.

    The seed stands in the middle of its line; the line runs with the field from first to last.

    Raises:
        ValueError: if there is no step to take.
    """
    if steps < 1:
        raise ValueError(f"A streamline needs at least 1 step, not {steps}.")

    def direction(x: Tensor) -> Tensor:
        v = velocity(x)
        return v / (v.norm(dim=-1, keepdim=True) + rest)

    halves = []
    for step in (-length / steps, length / steps):
        x, half = seeds, []
        for _ in range(steps):
            x = runge_kutta(direction, x, step)
            half.append(x)
        halves.append(half)
    back, on = halves
    return torch.stack([*back[::-1], seeds, *on], dim=-2)
