"""The schedule drawn by hand: through its points, never rising, whatever they are."""

from __future__ import annotations

import math
import random

import pytest
import torch

from engine.noise import Drawn, zero_terminal
from engine.noise.hand_drawn import APART, LOWEST, MAX_POINTS, Point


def random_points(seed: int) -> tuple[Point, ...]:
    """Falling points, some of them nearly level, some steep, with and without signal left."""
    dice = random.Random(seed)
    n = dice.randint(1, 7)
    times = sorted(dice.uniform(0.01, 0.99) for _ in range(n - 1))
    levels = sorted((dice.random() ** dice.choice([0.2, 1, 5]) for _ in range(n)), reverse=True)
    levels[-1] *= dice.choice([0, 1])
    return tuple(zip([*times, 1.0], levels, strict=True))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("T", [10, 100, 1000])
def test_any_falling_points_make_a_schedule(seed: int, T: int) -> None:
    points = random_points(seed)
    schedule = Drawn(T, points)
    assert (schedule.betas > 0).all() and (schedule.betas[:-1] < 1).all()
    assert (schedule.alpha_bars.diff() < 0).all()
    assert schedule.signal_left == pytest.approx(points[-1][1], rel=1e-9, abs=0)


def test_the_curve_goes_through_its_points() -> None:
    points = ((0.1, 0.9), (0.3, 0.35), (0.8, 0.3), (1.0, 0.01))
    schedule = Drawn(1000, points)
    for time, level in points:
        assert float(schedule.alpha_bar(round(1000 * time))) == pytest.approx(level, abs=1e-12)


def test_it_does_not_overshoot() -> None:
    """Between two points it stays between their levels, where a plain cubic would swing out."""
    schedule = Drawn(1000, ((0.4, 0.98), (0.5, 0.1), (1.0, 0.05)))
    assert float(schedule.alpha_bar(torch.arange(1, 400)).min()) > 0.98
    assert float(schedule.alpha_bar(torch.arange(500, 1001)).max()) <= 0.1 + 1e-12


def test_one_point_is_a_straight_line() -> None:
    schedule = Drawn(100, ((1.0, 0.2),))
    expected = 1 - 0.8 * torch.arange(1, 101, dtype=torch.float64) / 100
    torch.testing.assert_close(schedule.alpha_bars, expected)


def test_many_points_of_a_known_curve_give_it_back() -> None:
    """Third order in the distance of the points, at least: the error falls eightfold."""
    errors = []
    for n in (3, 6, 12):
        times = [k / n for k in range(1, n + 1)]
        points = tuple((t, 0.5 + 0.5 * math.cos(0.9 * math.pi * t)) for t in times)
        found = Drawn(1000, points).alpha_bars[200:800]
        t = torch.arange(201, 801, dtype=torch.float64) / 1000
        errors.append(float((found - 0.5 - 0.5 * torch.cos(0.9 * math.pi * t)).abs().max()))
    assert errors[0] / errors[1] > 6 and errors[1] / errors[2] > 6


def test_a_curve_down_to_zero_needs_no_rescaling() -> None:
    schedule = Drawn(100, ((0.5, 0.5), (1.0, 0.0)))
    assert schedule.signal_left == 0 and schedule.betas[-1] == 1
    torch.testing.assert_close(zero_terminal(schedule).betas, schedule.betas)


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ((), "1 to 12"),
        (((0.5, 0.5),), "last point"),
        (((0.5, 0.5), (0.4, 0.4), (1.0, 0.1)), "Times rise"),
        (((0.0, 0.5), (1.0, 0.1)), "Times rise"),
        (((0.5, 0.5), (1.0, 0.5)), "signal falls"),
        (((0.5, 1.0), (1.0, 0.5)), "signal falls"),
        (((1.0, -0.1),), "signal falls"),
        (((1.0, math.nan),), "signal falls"),
        (((math.nan, 0.5), (1.0, 0.0)), "Times rise"),
        (((math.inf, 0.5), (1.0, 0.0)), "Times rise"),
        (((5e-324, 0.5), (1.0, 0.0)), "Times lie at least 0.0001 apart"),
        (((0.5, 5e-324), (1.0, 0.0)), "least level above 0"),
        (((1.0, 0.9999999999999999),), "adds no noise"),
        (((0.5, 0.5), (1.0, math.nextafter(0.5, 0))), "adds no noise"),
    ],
)
def test_points_that_make_no_schedule_get_a_sentence(points, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Drawn(100, points)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_accepted_has_noise_in_every_step_and_signal_before_the_last(seed: int) -> None:
    """Points as near, as flat and as low as they may be, and a little beyond."""
    rng = random.Random(seed)
    made = 0
    for _ in range(300):
        points, time, level = [], 0.0, 1.0
        for left in range(rng.randint(1, MAX_POINTS), 0, -1):
            step = rng.choice([1.001 * APART, 0.02, rng.random() * (1 - time)])
            time = min(time + step, 1 - 1.01 * APART * left)
            flat = level * (1 - 10.0 ** -rng.randint(2, 16))
            level = rng.choice([flat, level * rng.random(), max(LOWEST, 1e-3 * level)])
            points.append((time, level))
        points[-1] = (1.0, rng.choice([level, 0.0]))
        try:
            betas = Drawn(rng.choice([1, 10, 100, 1000, 10_000]), tuple(points)).betas
        except ValueError:
            continue
        made += 1
        assert (betas > 0).all() and (betas <= 1).all() and (betas[:-1] < 1).all()
    assert made > 50
