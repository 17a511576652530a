"""Streamlines against fields whose lines are known, and the order of the steps."""

import math

import pytest
import torch
from torch import Tensor

from engine.experiments.exact_learned.streamlines import (
    GridField,
    grid,
    runge_kutta,
    spread_seeds,
    trace,
)


def rotation(x: Tensor) -> Tensor:
    return torch.stack([-x[..., 1], x[..., 0]], dim=-1)


def seeds(n: int = 40) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_a_rotation_gives_circles() -> None:
    x = seeds()
    lines = trace(rotation, x, length=2.0, steps=60)
    radius = x.norm(dim=-1, keepdim=True)
    torch.testing.assert_close(lines.norm(dim=-1), radius.expand(-1, 121), rtol=1e-5, atol=1e-5)


def test_a_constant_field_gives_straight_lines_of_the_length_asked_for() -> None:
    along = torch.tensor([3.0, 4.0], dtype=torch.float64)
    lines = trace(along.expand_as, seeds(), length=1.5, steps=7, rest=0.0)
    gone = lines - seeds()[:, None]
    torch.testing.assert_close(gone[:, -1], (1.5 * along / 5).expand(40, 2))
    torch.testing.assert_close(gone[:, 0], (-1.5 * along / 5).expand(40, 2))
    assert float(gone[:, 7].abs().max()) == 0


def test_a_linear_field_gives_rays_and_a_saddle_hyperbolas() -> None:
    x = seeds()
    rays = trace(lambda x: -x, x, length=0.5, steps=20)
    cross = rays[..., 0] * x[:, None, 1] - rays[..., 1] * x[:, None, 0]
    assert float(cross.abs().max()) < 1e-12
    saddle = trace(lambda x: x * x.new_tensor([1.0, -1.0]), x, length=0.8, steps=40)
    product = x.prod(dim=-1, keepdim=True).expand(-1, 81)
    torch.testing.assert_close(saddle.prod(dim=-1), product, rtol=0, atol=1e-4)


def test_a_line_comes_to_rest_at_a_peak() -> None:
    lines = trace(lambda x: -x, 0.2 * seeds(), length=5.0, steps=200)
    assert float(lines[:, -1].norm(dim=-1).max()) < 1e-3


def test_the_steps_are_of_order_four() -> None:
    start = torch.tensor([[1.0, 0.0]], dtype=torch.float64)

    def error(steps: int) -> float:
        x = start
        for _ in range(steps):
            x = runge_kutta(rotation, x, 2.0 / steps)
        return float((x - torch.tensor([[math.cos(2.0), math.sin(2.0)]])).norm())

    order = math.log2(error(20) / error(40))
    assert order == pytest.approx(4, abs=0.2)


def test_a_field_on_a_grid_is_exact_where_it_is_linear() -> None:
    places = grid(-2.0, 2.0, 9).double()
    matrix = torch.tensor([[1.0, 2.0], [-0.5, 0.3]], dtype=torch.float64)
    fields = torch.stack([places @ matrix.T, -places])
    found = GridField(fields, -2.0, 2.0)
    x = 1.9 * torch.rand(2, 30, 2, generator=torch.Generator().manual_seed(1)).double()
    torch.testing.assert_close(found(x)[0], x[0] @ matrix.T)
    torch.testing.assert_close(found(x)[1], -x[1])


def test_all_times_are_traced_at_once() -> None:
    places = grid(-2.0, 2.0, 33).double()
    fields = torch.stack([rotation(places), -places])
    start = 0.8 * spread_seeds(25, -1.0, 1.0).double().expand(2, -1, -1)
    both = trace(GridField(fields, -2.0, 2.0), start, length=0.5, steps=20)
    alone = trace(rotation, start[0], length=0.5, steps=20)
    torch.testing.assert_close(both[0], alone, rtol=0, atol=1e-9)


def test_seeds_fill_the_square_evenly() -> None:
    x = spread_seeds(160, -2.0, 2.0)
    assert x.abs().max() <= 2.0
    cells = torch.histogramdd(x, bins=[4, 4], range=[-2.0, 2.0, -2.0, 2.0]).hist
    assert cells.min() >= 8 and cells.max() <= 12


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 step"):
        trace(rotation, seeds(), 1.0, 0)
