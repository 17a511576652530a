"""Score errors against closed forms: Gaussians, whose Fisher and KL divergences are known."""

import math

import pytest
import torch

from engine.data import DATASETS, GaussianMixture
from engine.denoisers import Exact, exact
from engine.denoisers.exact import CLOSED
from engine.evaluation import compare, kl_bound, over_time
from engine.evaluation.score_error import coverage, end_gap
from engine.experiments.exact_learned.streamlines import grid

ANGLES = torch.linspace(1e-3, math.pi / 2 - 1e-3, 150, dtype=torch.float64)
LEVELS = ANGLES.cos().square().tolist()


def gaussian(mean: float, std: float) -> Exact:
    return Exact(GaussianMixture.of([1], [[mean]], [std]), CLOSED)


def draws(truth: Exact, n: int = 4000) -> torch.Tensor:
    return truth.mixture.sample(n, torch.Generator().manual_seed(0)).double()


def test_the_truth_has_no_error() -> None:
    truth = exact(DATASETS["eight_gaussians"])
    for level in over_time(truth, truth, draws(truth, 200), [0.99, 0.3], torch.Generator()):
        assert level.squared == level.fisher == level.relative == 0
        assert level.power > 0


def test_the_fisher_divergence_of_two_gaussians() -> None:
    """Equal spread, means 0.4 apart: the scores differ by sqrt(ab) 0.4 / v everywhere."""
    truth, wrong = gaussian(0.0, 0.7), gaussian(0.4, 0.7)
    levels = over_time(truth, wrong, draws(truth, 10), [0.9, 0.5], torch.Generator())
    for level in levels:
        variance = level.alpha_bar * 0.49 + 1 - level.alpha_bar
        assert level.fisher == pytest.approx(level.alpha_bar * 0.16 / variance**2)


@pytest.mark.parametrize("wrong", [gaussian(0.5, 0.8), gaussian(0.0, 0.5)])
def test_the_bound_is_the_divergence_where_the_learned_score_is_a_diffusions(wrong: Exact) -> None:
    """KL(q_0 || p_0) between Gaussians; at the end both are N(0, 1)."""
    truth, other = gaussian(0.0, 0.8), wrong.mixture
    mean, std = float(other.means[0, 0]), float(other.stds[0])
    wanted = math.log(std / 0.8) + (0.64 + mean**2) / (2 * std**2) - 0.5
    x_0, generator = draws(truth, 4000), torch.Generator().manual_seed(1)
    levels = list(over_time(truth, wrong, x_0, LEVELS, generator))
    assert kl_bound(levels) == pytest.approx(wanted, rel=0.03)
    assert kl_bound(levels[::-1]) == pytest.approx(kl_bound(levels))


def test_an_end_that_is_not_noise_costs_what_gaussians_do() -> None:
    truth = gaussian(1.0, 0.3)
    variance = 0.36 * 0.09 + 0.64
    wanted = 0.5 * (variance + 0.36 - 1 - math.log(variance))
    generator = torch.Generator().manual_seed(0)
    assert end_gap(truth, draws(truth, 40_000), 0.36, generator) == pytest.approx(wanted, rel=0.04)
    assert end_gap(truth, draws(truth), 1e-9, generator) == pytest.approx(0, abs=1e-4)


def test_both_denoisers_are_read_as_the_noise_they_imply() -> None:
    truth = exact(DATASETS["two_gaussians"])
    x, alpha_bar = torch.linspace(-2, 2, 9, dtype=torch.float64)[:, None], 0.6
    found = compare(truth, lambda x_t, level: torch.zeros_like(x_t), x, alpha_bar)
    torch.testing.assert_close(found.learned, x / math.sqrt(1 - alpha_bar))
    slope = truth.mixture.diffused(alpha_bar).score(x)
    torch.testing.assert_close(found.exact, -math.sqrt(1 - alpha_bar) * slope)
    torch.testing.assert_close(found.error, (found.learned - found.exact).abs()[:, 0])


def test_what_counts_is_where_the_mass_is() -> None:
    """Of a standard normal in the plane, 99 % lies within r^2 = -2 ln 0.01."""
    places = grid(-5, 5, 201).reshape(-1, 2).double()
    square = places.square().sum(dim=-1)
    weight = coverage(-0.5 * square - math.log(2 * math.pi), inside=0.99, margin=2.0)
    edge = -2 * math.log(0.01)
    assert float(weight[square < edge - 0.3].min()) == 1
    assert float(weight[square > edge + 0.3].max()) < 1
    assert float(weight[square > edge + 4.3].max()) == 0
