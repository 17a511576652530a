"""Schedules: what follows from the betas, walked over the registry."""

import math
from dataclasses import fields

import pytest
import torch

from engine.noise import (
    SCHEDULES,
    Cosine,
    Laplace,
    Linear,
    LogLinear,
    Quadratic,
    Schedule,
    Sigmoid,
    SigmoidSignal,
)
from tests.options import assert_offered

ALL = [schedule(T=T) for schedule in SCHEDULES.values() for T in (10, 100, 1000)]
every_schedule = pytest.mark.parametrize("schedule", ALL, ids=lambda s: f"{s.key}-{s.T}")


@every_schedule
def test_betas_are_variances_in_float64(schedule: Schedule) -> None:
    assert schedule.betas.shape == (schedule.T,) and schedule.betas.dtype == torch.float64
    assert (schedule.betas > 0).all() and (schedule.betas < 1).all()


@every_schedule
def test_alpha_bars_fall_from_one(schedule: Schedule) -> None:
    levels = schedule.alpha_bar(torch.arange(schedule.T + 1))
    assert levels[0] == 1
    assert (levels.diff() < 0).all() and levels[-1] > 0
    torch.testing.assert_close(levels[1:], torch.cumprod(1 - schedule.betas, 0))
    assert schedule.signal_left == float(levels[-1])


@every_schedule
def test_snr_and_its_logarithm_fall_together(schedule: Schedule) -> None:
    torch.testing.assert_close(schedule.snr.log(), schedule.log_snr)
    assert (schedule.log_snr.diff() < 0).all()


@every_schedule
def test_posterior_variance_by_bayes_rule(schedule: Schedule) -> None:
    """Precisions add: of x_{t-1} given x_0, and of x_{t-1} given x_t."""
    assert schedule.posterior_variance[0] == 0
    prior = 1 / (1 - schedule.alpha_bars[:-1])
    likelihood = schedule.alphas[1:] / schedule.betas[1:]
    torch.testing.assert_close(schedule.posterior_variance[1:], 1 / (prior + likelihood))
    assert (schedule.posterior_variance <= schedule.betas).all()


@pytest.mark.parametrize(
    ("schedule", "left"),
    [
        (Linear(T=50), 0.60),
        (Linear(T=100), 0.36),
        (Linear(T=200), 0.13),
        (Linear(T=250), 0.08),
        (Linear(T=1000), 4.0e-5),
        (Quadratic(T=100), 0.48),
        (Cosine(T=100), 2.4e-7),
    ],
)
def test_not_yet_noise(schedule: Schedule, left: float) -> None:
    """The signal left at the end, which the usual lessons overlook."""
    assert schedule.signal_left == pytest.approx(left, rel=0.02)


def test_ends_are_met() -> None:
    for schedule in (Linear(), Quadratic(), Sigmoid()):
        assert schedule.betas[0] == pytest.approx(1e-4)
        assert schedule.betas[-1] == pytest.approx(0.02)
        assert (schedule.betas.diff() > 0).all()


def test_cosine_is_nichol_and_dhariwal() -> None:
    schedule = Cosine(T=200)
    time = torch.arange(1, 200, dtype=torch.float64) / 200
    f = torch.cos((time + 0.008) / 1.008 * torch.pi / 2) ** 2
    expected = f / torch.cos(torch.tensor(0.008 / 1.008 * torch.pi / 2)).double() ** 2
    torch.testing.assert_close(schedule.alpha_bars[:-1], expected, rtol=1e-6, atol=0)
    assert schedule.betas[-1] == 0.999


def test_a_flat_sigmoid_is_linear() -> None:
    flat, linear = Sigmoid(T=100, steepness=1e-3), Linear(T=100)
    torch.testing.assert_close(flat.betas, linear.betas, rtol=1e-5, atol=0)


@pytest.mark.parametrize("tau", [0.3, 1.0, 3.0])
def test_the_sigmoid_of_the_signal_is_that_of_the_paper(tau: float) -> None:
    """Chen 2023, algorithm 1, word for word."""
    schedule = SigmoidSignal(T=200, tau=tau)
    time = torch.arange(1, 201, dtype=torch.float64) / 200
    ends = torch.tensor([-3.0, 3.0]).double() / tau
    curve = ends.sigmoid()[1] - torch.sigmoid((6 * time - 3) / tau)
    expected = (curve / ends.sigmoid().diff()).clamp(1e-9, 1)
    torch.testing.assert_close(schedule.alpha_bars, expected, rtol=1e-9, atol=1e-13)
    assert schedule.signal_left == pytest.approx(1e-9)


def test_a_laplace_chain_has_a_laplace_distribution_of_log_snr() -> None:
    """The share of steps below a log-SNR is the distribution function of Laplace(mu, b)."""
    schedule = Laplace(T=400, mu=0.7, b=0.5)
    x = (schedule.log_snr[:-1] - 0.7) / 0.5
    below = torch.where(x < 0, 0.5 * x.exp(), 1 - 0.5 * (-x).exp())
    time = torch.arange(1, 400, dtype=torch.float64) / 400
    torch.testing.assert_close(1 - below, time, rtol=0, atol=1e-9)
    assert schedule.betas[-1] == 0.999


def test_a_log_linear_chain_divides_the_snr_by_one_factor() -> None:
    schedule = LogLinear(T=300, first=8.0, last=-9.0)
    expected = torch.full((299,), -17 / 299, dtype=torch.float64)
    torch.testing.assert_close(schedule.log_snr.diff(), expected, rtol=0, atol=1e-7)
    assert schedule.log_snr[[0, -1]].tolist() == pytest.approx([8, -9])


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Linear(T=0), "T must"),
        (lambda: Linear(T=10.5), "T must"),  # type: ignore[arg-type]
        (lambda: Cosine(T=10_001), "T must"),
        (lambda: Linear(beta_min=0.02, beta_max=0.01), "beta_min"),
        (lambda: Linear(beta_min=0.0), "beta_min"),
        (lambda: Quadratic(beta_max=1.0), "beta_max"),
        (lambda: Sigmoid(beta_min=float("nan")), "beta_min"),
        (lambda: Sigmoid(steepness=0.0), "steepness"),
        (lambda: Cosine(s=-0.1), "offset s"),
        (lambda: Cosine(max_beta=1.0), "largest beta"),
        (lambda: SigmoidSignal(tau=0.0), "Tau"),
        (lambda: Laplace(b=-1.0), "width b"),
        (lambda: Laplace(mu=math.inf), "centre mu"),
        (lambda: LogLinear(first=1.0, last=1.0), "must fall"),
    ],
)
def test_bad_parameters_get_a_sentence(make, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        make()


def test_steps_outside_the_schedule_are_refused() -> None:
    schedule = Linear(T=10)
    for t in (-1, 11, torch.tensor([0, 11])):
        with pytest.raises(ValueError, match="Steps run"):
            schedule.alpha_bar(t)
    with pytest.raises(ValueError, match="whole numbers"):
        schedule.alpha_bar(torch.tensor(0.5))
    assert schedule.alpha_bar(torch.zeros(2, 3, dtype=torch.long)).shape == (2, 3)


def test_schedules_compare_by_value() -> None:
    assert Linear(T=100) == Linear(T=100) != Linear(T=200)
    assert len({Linear(), Linear(), Cosine()}) == 2


@pytest.mark.parametrize("cls", SCHEDULES.values())
def test_widgets_are_described_and_their_extremes_work(cls: type[Schedule]) -> None:
    assert SCHEDULES[cls.key] is cls and cls.label and cls.help
    for option in fields(cls):
        assert_offered(option)
    for T in (10, 1000):
        assert cls(T=T).betas.isfinite().all()
