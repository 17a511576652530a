"""The forward process against its closed forms, and conversions there and back."""

import pytest
import torch

from engine.noise import SCHEDULES, Cosine, Linear
from engine.process import (
    PREDICTIONS,
    Trajectory,
    as_prediction,
    eps_from_score,
    eps_from_v,
    eps_from_x0,
    forward,
    score_from_eps,
    score_from_x0,
    v_from_x0_eps,
    x0_from_eps,
    x0_from_score,
    x0_from_v,
)
from engine.process.predictions import x0_shares

LEVELS = [0.9999, 0.9, 0.5, 0.04, 1e-4]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def points() -> tuple[torch.Tensor, torch.Tensor]:
    """Clean data and noise, both (64, 3) float64."""
    g = generator(1)
    x_0 = 2 * torch.rand(64, 3, generator=g, dtype=torch.float64) - 1
    return x_0, torch.randn(64, 3, generator=g, dtype=torch.float64)


@pytest.mark.parametrize("alpha_bar", LEVELS)
def test_every_conversion_agrees_with_the_truth(points, alpha_bar: float) -> None:
    x_0, eps = points
    x_t = forward.diffuse(x_0, alpha_bar, eps)
    v = v_from_x0_eps(x_0, eps, alpha_bar)
    score = score_from_eps(eps, alpha_bar)
    close = dict(rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(eps_from_x0(x_t, x_0, alpha_bar), eps, **close)
    torch.testing.assert_close(x0_from_eps(x_t, eps, alpha_bar), x_0, **close)
    torch.testing.assert_close(x0_from_v(x_t, v, alpha_bar), x_0, **close)
    torch.testing.assert_close(eps_from_v(x_t, v, alpha_bar), eps, **close)
    torch.testing.assert_close(eps_from_score(score, alpha_bar), eps, **close)
    torch.testing.assert_close(score_from_x0(x_t, x_0, alpha_bar), score, **close)
    torch.testing.assert_close(x0_from_score(x_t, score, alpha_bar), x_0, **close)


def test_levels_may_be_a_tensor(points) -> None:
    x_0, eps = points
    levels = torch.linspace(0.1, 0.9, 64, dtype=torch.float64)
    x_t = forward.diffuse(x_0, levels[:, None], eps)
    one = forward.diffuse(x_0[5], float(levels[5]), eps[5])
    torch.testing.assert_close(x_t[5], one)


def test_velocity_is_defined_at_both_ends(points) -> None:
    x_0, eps = points
    assert torch.equal(x0_from_v(x_0, eps, 1.0), x_0)
    assert torch.equal(x0_from_v(eps, -x_0, 0.0), x_0)


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("ts", [None, [7, 20, 60]])
def test_the_chain_has_the_closed_form_marginal(key: str, ts: list[int] | None) -> None:
    """Mean sqrt(alpha_bar) x_0 and variance 1 - alpha_bar, step by step or in long strides."""
    n, schedule = 20_000, SCHEDULES[key](T=60)
    x_0 = torch.full((n, 1), 1.5, dtype=torch.float64)
    for state in forward.markov_path(schedule, x_0, generator(2), ts):
        alpha_bar = float(schedule.alpha_bar(int(state.t)))
        variance = 1 - alpha_bar
        error = 5 * (variance / n) ** 0.5 + 1e-12
        assert float(state.x.mean()) == pytest.approx(1.5 * alpha_bar**0.5, abs=error)
        assert float(state.x.var()) == pytest.approx(variance, rel=5 * (2 / n) ** 0.5, abs=1e-12)


def covariance(path, schedule) -> float:
    """Correlation of the noise at two neighbouring times, over many points."""
    a, b = Trajectory.record(path).x[1:, :, 0]
    return float(torch.corrcoef(torch.stack([a, b]))[0, 1])


def test_only_the_chain_is_a_path() -> None:
    """Neighbouring states of the chain correlate as theory says; marginal draws do not at all."""
    schedule, x_0 = Linear(T=100), torch.zeros(20_000, 1)
    s, t = 50, 60
    a, b = float(schedule.alpha_bar(s)), float(schedule.alpha_bar(t))
    expected = (b / a * (1 - a) / (1 - b)) ** 0.5
    chain = covariance(forward.markov_path(schedule, x_0, generator(), [s, t]), schedule)
    marginal = covariance(forward.marginal_path(schedule, x_0, generator(), [s, t]), schedule)
    assert chain == pytest.approx(expected, abs=0.02)
    assert marginal == pytest.approx(0, abs=0.03)


def test_marginal_path_has_the_right_spread() -> None:
    schedule, x_0 = Cosine(T=10), torch.ones(20_000, 1)
    for state in forward.marginal_path(schedule, x_0, generator()):
        alpha_bar = float(schedule.alpha_bar(int(state.t)))
        assert float(state.x.mean()) == pytest.approx(alpha_bar**0.5, abs=0.04)
        assert float(state.x.std()) == pytest.approx((1 - alpha_bar) ** 0.5, rel=0.03, abs=1e-6)


def test_fixed_noise_path_runs_straight_from_data_to_noise() -> None:
    schedule = Cosine(T=10)
    x_0, eps = torch.ones(4, 2), torch.randn(4, 2, generator=generator())
    path = list(forward.fixed_noise_path(schedule, x_0, eps))
    assert torch.equal(path[0].x, x_0) and len(path) == 11
    torch.testing.assert_close(path[-1].x, eps, atol=0.02, rtol=0)


def test_same_seed_same_path() -> None:
    schedule, x_0 = Linear(T=20), torch.ones(5, 2)
    one, two, other = (
        Trajectory.record(forward.markov_path(schedule, x_0, generator(seed))).x
        for seed in (3, 3, 4)
    )
    assert torch.equal(one, two) and not torch.equal(one, other)


@pytest.mark.parametrize("ts", [[3, 2], [5, 5], [11]])
def test_bad_times_are_refused(ts: list[int]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        list(forward.markov_path(Linear(T=10), torch.zeros(1, 1), generator(), ts))


def test_time_zero_may_be_named_or_not() -> None:
    path = forward.marginal_path(Linear(T=10), torch.zeros(1, 1), generator(), [0, 4, 10])
    assert [state.t for state in path] == [0, 4, 10]


@pytest.mark.parametrize("alpha_bar", LEVELS)
@pytest.mark.parametrize("kind", PREDICTIONS)
def test_every_prediction_gives_the_clean_data_back(points, kind: str, alpha_bar: float) -> None:
    """x_0 = a x_t + b prediction; and b is the slope of x_0 over the prediction."""
    x_0, eps = points
    x_t = forward.diffuse(x_0, alpha_bar, eps)
    answer = as_prediction(kind, x_t, x_0, alpha_bar)
    a, b = x0_shares(kind, alpha_bar)
    torch.testing.assert_close(a * x_t + b * answer, x_0, rtol=1e-9, atol=1e-9)
    wanted = {"x_0": x_0, "eps": eps, "v": v_from_x0_eps(x_0, eps, alpha_bar)}[kind]
    torch.testing.assert_close(answer, wanted, rtol=1e-9, atol=1e-9)


def test_an_error_in_v_never_grows_and_one_in_eps_does() -> None:
    shares = {kind: [abs(x0_shares(kind, a)[1]) for a in LEVELS] for kind in ("eps", "v")}
    assert max(shares["v"]) <= 1
    assert shares["eps"] == sorted(shares["eps"]) and shares["eps"][-1] > 99
    assert x0_shares("v", 0.0) == (0.0, -1.0)
    with pytest.raises(ValueError, match="alpha_bar = 0"):
        x0_shares("eps", 0.0)
