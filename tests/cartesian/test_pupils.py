"""Shapes that lie one way, what is measured on them, and the two kinds of networks."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Generator, Tensor

from engine.cartesian.plain import Equivariant, Plain, Velocity
from engine.cartesian.pupils import PUPILS, LessonOptions, error, fit, noised, shipped
from engine.cartesian.shapes import (
    BEADS,
    cells,
    centred,
    directions,
    evenness,
    misfit,
    right_handed,
    rotations,
    spirals,
    turned,
)
from engine.networks.perceptron import alpha_bar_of_phase
from tests.invariance import random_rotation

EXACT = 1e-10


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


# ------------------------------------------------------------------------------------------ shapes


def test_shapes_lie_along_x_about_the_origin_and_wind_to_the_right() -> None:
    x = spirals(500, seeded())
    assert x.shape == (500, BEADS, 3) and x.mean(dim=1).abs().max() < 1e-6
    assert float(directions(x)[:, 0].min()) > 0.9
    assert bool(right_handed(x).all())
    assert not bool(right_handed(x * torch.tensor([1, 1, -1])).any())
    assert float(x.square().mean().sqrt()) == pytest.approx(1, abs=0.1)


def test_rotations_are_rotations_evenly_distributed() -> None:
    r = rotations(4000, seeded())
    assert torch.allclose(r @ r.transpose(1, 2), torch.eye(3).expand_as(r), atol=1e-5)
    assert torch.allclose(torch.linalg.det(r), torch.ones(len(r)), atol=1e-5)
    assert float(r.mean(dim=0).abs().max()) < 0.05
    assert float((r.square().mean(dim=0) - 1 / 3).abs().max()) < 0.03


def rods(ways: Tensor) -> Tensor:
    """Two beads each, pointing these ways (n, 3)."""
    return torch.stack([-ways, ways], dim=1)


def test_evenness_is_0_in_one_cell_1_over_the_sphere_and_between_on_half_of_it() -> None:
    ways = torch.nn.functional.normalize(torch.randn(40_000, 3, generator=seeded()), dim=-1)
    assert evenness(rods(torch.eye(3)[:1].expand(100, 3))) == 0
    assert evenness(rods(ways)) > 0.995
    half = ways[ways[:, 2] > 0]
    assert evenness(rods(half)) == pytest.approx(math.log(24) / math.log(48), abs=0.04)
    few = [evenness(rods(part)) for part in ways.split(400)]
    assert sum(few) / len(few) == pytest.approx(1, abs=0.01), "few shapes are no fewer directions"


def test_cells_are_of_nearly_equal_area_and_one_is_about_x() -> None:
    ways = torch.nn.functional.normalize(
        torch.randn(100_000, 3, generator=seeded(), dtype=torch.float64), dim=-1
    )
    share = torch.bincount((ways @ cells().T).argmax(dim=-1), minlength=48) / len(ways)
    assert float((48 * share - 1).abs().max()) < 0.15
    assert torch.allclose(cells()[0], torch.eye(3, dtype=torch.float64)[0])


def test_misfit_is_blind_to_how_a_shape_lies() -> None:
    known = spirals(50, seeded())
    x = turned(known[:9] * torch.tensor([1, 1, -1]), rotations(9, seeded(1))) + 4
    assert float(misfit(x, known).max()) < 1e-3
    assert float(misfit(1.5 * known[:9], known).min()) > 0.3


# ---------------------------------------------------------------------------------------- networks


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


def changes(mirror: bool) -> tuple[Tensor, Tensor, Tensor]:
    """A rotation or mirror, a shift and an order."""
    matrix = random_rotation(seeded(3), mirror)
    return (
        matrix,
        torch.tensor([3.0, -2.0, 1.0]).double(),
        torch.randperm(BEADS, generator=seeded()),
    )


def asked(net: Velocity, x: Tensor, order: Tensor | None = None) -> Tensor:
    return net.noise(x[None], torch.tensor(0.6, dtype=x.dtype), order)[0].detach()


@pytest.mark.parametrize("mirror", [False, True])
def test_the_equivariant_network_follows_every_change(mirror: bool) -> None:
    net = shipped("egnn").net.double()
    x = centred(torch.randn(BEADS, 3, generator=seeded(), dtype=torch.float64))
    matrix, shift, order = changes(mirror)
    changed = (x @ matrix.T + shift)[order]
    expected = (asked(net, x) @ matrix.T)[order]
    assert relative(asked(net, changed, order), expected) < EXACT
    net.float()


def test_the_plain_network_follows_none() -> None:
    net = shipped("plain").net.double()
    x = spirals(1, seeded())[0].double()
    matrix, shift, order = changes(False)
    f = asked(net, x)
    assert relative(asked(net, x @ matrix.T), f @ matrix.T) > 0.3
    assert relative(asked(net, x + shift), f) > 0.3
    assert relative(asked(net, x[order], order), f[order]) > 0.3
    net.float()


@pytest.mark.parametrize("kind", [Equivariant, Plain])
def test_noise_velocity_and_clean_shape_are_one_answer(kind: type[Velocity]) -> None:
    """x_t = sqrt(alpha_bar) x_0 + sqrt(1 - alpha_bar) eps, for what the network says as well."""
    net = kind(BEADS, 16, 2, seeded())  # type: ignore[call-arg]
    x, level = centred(torch.randn(4, BEADS, 3, generator=seeded())), torch.tensor(0.3)
    again = level.sqrt() * net.clean(x, level) + (1 - level).sqrt() * net.noise(x, level)
    assert torch.allclose(again, x, atol=1e-5)


def test_the_velocity_of_a_noised_shape_leads_back_to_it() -> None:
    x_0, u = spirals(8, seeded()), torch.linspace(0.1, 0.9, 8)
    x_t, v = noised(x_0, u, seeded(1))
    level = alpha_bar_of_phase(u)[:, None, None]
    assert torch.allclose(level.sqrt() * x_t - (1 - level).sqrt() * v, x_0, atol=1e-5)
    assert x_t.mean(dim=1).abs().max() < 1e-6


# ---------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("key", PUPILS)
def test_training_lowers_the_loss_and_a_seed_gives_the_same_network(key: str) -> None:
    options = LessonOptions(steps=60, shapes=16)
    first, second = (list(fit(PUPILS[key], options, seeded(5))) for _ in range(2))
    assert sum(p.loss for p in first[-10:]) < 0.9 * sum(p.loss for p in first[:10])
    assert [p.loss for p in first] == [p.loss for p in second]


def test_only_who_knows_all_directions_is_better_than_no_answer_in_all_of_them() -> None:
    found = {key: error(shipped(key).net) for key in PUPILS}
    assert found["egnn"] < found["augmented"] < 1 < found["plain"]


@pytest.mark.parametrize("wrong", [dict(steps=0), dict(learning_rate=0.0), dict(ema=1.0)])
def test_options_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        LessonOptions(**wrong)  # type: ignore[arg-type]
