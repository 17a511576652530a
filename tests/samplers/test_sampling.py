"""Samplers against closed forms: Bayes' rule, each other, the oracle and exact denoisers."""

import math
from dataclasses import fields
from itertools import pairwise

import pytest
import torch

from engine.data import DATASETS
from engine.denoisers import Oracle, exact
from engine.evaluation import wasserstein_1d
from engine.noise import SCHEDULES, Cosine, Linear, Schedule
from engine.process import Trajectory
from engine.samplers import DDIM, DDPM, SAMPLERS, Sampler, Step, sample
from tests.options import assert_offered

DOUBLE = torch.float64


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def run(denoiser, schedule: Schedule, x_T: torch.Tensor, sampler: Sampler, seed: int = 0):
    return Trajectory.record(sample(denoiser, schedule, x_T, sampler, generator(seed)))


def levels(schedule: Schedule, sampler: Sampler) -> list[tuple[float, float]]:
    return list(pairwise(alpha_bar for _, alpha_bar in sampler.levels(schedule)))


def transition(
    sampler: Sampler, x_t: torch.Tensor, x_0: torch.Tensor, now: float, before: float
) -> tuple[torch.Tensor, float]:
    """A step of ``sampler`` with a denoiser that always says x_0."""
    return sampler.transition(Step(x_t, x_0, now, before, Oracle(x_0)))


@pytest.mark.parametrize("key", SCHEDULES)
def test_ddpm_with_all_steps_is_the_posterior(key: str) -> None:
    """Mean and variance of q(x_{t-1} | x_t, x_0), Ho et al. 2020 eq. 7, from the betas."""
    schedule = SCHEDULES[key](T=50)
    x_t, x_0 = torch.randn(2, 6, 3, generator=generator(), dtype=DOUBLE)
    for t in range(schedule.T, 0, -1):
        now, before = float(schedule.alpha_bar(t)), float(schedule.alpha_bar(t - 1))
        beta, alpha = float(schedule.betas[t - 1]), float(schedule.alphas[t - 1])
        expected = (
            before**0.5 * beta / (1 - now) * x_0 + alpha**0.5 * (1 - before) / (1 - now) * x_t
        )
        mean, std = transition(DDPM(), x_t, x_0, now, before)
        torch.testing.assert_close(mean, expected, rtol=1e-9, atol=1e-9)
        variance = float(schedule.posterior_variance[t - 1])
        assert std**2 == pytest.approx(variance, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("steps", [1000, 7])
def test_ddim_with_eta_one_is_ddpm(key: str, steps: int) -> None:
    """Song et al. 2021: the same mean and variance, with all steps and with few."""
    schedule = SCHEDULES[key](T=50)
    x_t, x_0 = torch.randn(2, 6, 3, generator=generator(), dtype=DOUBLE)
    for now, before in levels(schedule, DDIM(steps=steps)):
        mean, std = transition(DDIM(eta=1.0), x_t, x_0, now, before)
        expected_mean, expected_std = transition(DDPM(), x_t, x_0, now, before)
        torch.testing.assert_close(mean, expected_mean, rtol=1e-9, atol=1e-9)
        assert std == pytest.approx(expected_std, rel=1e-9, abs=1e-12)


def test_ddim_is_not_ddpm_without_noise() -> None:
    """The mean depends on eta too."""
    x_t, x_0 = torch.randn(2, 6, 3, generator=generator(), dtype=DOUBLE)
    quiet, std = transition(DDIM(eta=0.0), x_t, x_0, 0.5, 0.6)
    assert std == 0
    assert (quiet - transition(DDPM(), x_t, x_0, 0.5, 0.6)[0]).abs().max() > 0.01


@pytest.mark.parametrize(
    "sampler",
    [DDIM(eta=0.5), DDIM(eta=1.0), *(cls() for cls in SAMPLERS.values())],
    ids=lambda sampler: sampler.key,
)
@pytest.mark.parametrize(("now", "before"), [(0.1, 0.3), (0.5, 0.51), (1e-6, 0.9)])
def test_every_transition_keeps_the_marginal(sampler: Sampler, now: float, before: float) -> None:
    """If x_t has the marginal of q given x_0, so has x_s: mean and variance, in closed form."""
    one, zero = torch.ones(1, dtype=DOUBLE), torch.zeros(1, dtype=DOUBLE)
    per_x_t, std = transition(sampler, one, zero, now, before)
    per_x_0, _ = transition(sampler, zero, one, now, before)
    mean = float(per_x_t) * now**0.5 + float(per_x_0)
    variance = float(per_x_t) ** 2 * (1 - now) + std**2
    assert mean == pytest.approx(before**0.5, rel=1e-9)
    assert variance == pytest.approx(1 - before, rel=1e-9)


@pytest.mark.parametrize("key", SAMPLERS)
@pytest.mark.parametrize("steps", [1, 3, 10, 1000])
def test_the_oracle_is_followed_home(key: str, steps: int) -> None:
    """With x_0 known, every sampler ends exactly there: no noise on the last step."""
    x_0, x_T = torch.randn(2, 8, 2, generator=generator(), dtype=DOUBLE)
    trajectory = run(Oracle(x_0), Linear(T=30), x_T, SAMPLERS[key](steps=steps))
    torch.testing.assert_close(trajectory.x[-1], x_0)
    assert len(trajectory) == min(steps, 30) + 1


def test_no_noise_on_the_last_step_with_the_forward_variance() -> None:
    x_0, x_T = torch.randn(2, 8, 2, generator=generator(), dtype=DOUBLE)
    trajectory = run(Oracle(x_0), Linear(T=30), x_T, DDPM(variance="beta"))
    torch.testing.assert_close(trajectory.x[-1], x_0)


@pytest.mark.parametrize(
    "sampler", [DDIM(eta=1.0), *(cls() for cls in SAMPLERS.values())], ids=lambda s: s.key
)
def test_exact_denoiser_returns_the_data(sampler: Sampler) -> None:
    """With the exact score and enough steps the samples have the data's moments and shape."""
    mixture = DATASETS["three_gaussians"].mixture()
    assert mixture is not None
    x_T = torch.randn(8000, 1, generator=generator(1))
    x = run(exact(mixture), Cosine(T=200), x_T, sampler).x[-1]
    assert float(x.mean()) == pytest.approx(float(mixture.mean), abs=0.04)
    assert float(x.var()) == pytest.approx(float(mixture.variance), rel=0.04)
    assert wasserstein_1d(x, mixture.sample(8000, generator(2))) < 0.06


@pytest.mark.parametrize("std", [0.0, 0.3])
def test_ddim_on_one_gaussian_follows_its_flow(std: float) -> None:
    """For N(m, s^2) the flow keeps the number of standard deviations from the mean."""
    mixture = DATASETS["gaussian" if std else "point"].mixture()
    assert mixture is not None
    schedule = Cosine(T=1000)
    x_T = torch.linspace(-2, 2, 9, dtype=DOUBLE)[:, None]
    start = mixture.diffused(schedule.signal_left)
    x = run(exact(mixture), schedule, x_T, DDIM(eta=0.0)).x[-1]
    expected = mixture.means[0] + std * (x_T - start.means[0]) / start.stds[0]
    torch.testing.assert_close(x, expected, atol=2e-2 * std + 1e-9, rtol=0)


def spread_error(sampler: Sampler) -> float:
    """Error of the standard deviation of the samples of N(1, 0.3^2), with nothing drawn.

    The exact denoiser of a Gaussian is linear, so every step maps variances to variances.
    """
    mixture, schedule = DATASETS["gaussian"].mixture(), Linear(T=1000)
    assert mixture is not None
    denoiser, variance = (
        exact(mixture),
        float(mixture.diffused(schedule.signal_left).stds) ** 2,
    )
    for now, before in levels(schedule, sampler):
        x_t = torch.tensor([[0.0], [1.0]], dtype=DOUBLE)
        mean, std = sampler.transition(Step(x_t, denoiser(x_t, now), now, before, denoiser))
        gain = float(mean[1] - mean[0])
        variance = gain**2 * variance + (std**2 if before < 1 else 0.0)
    return abs(variance**0.5 - 0.3)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: DDPM(steps=n),
        lambda n: DDPM(steps=n, variance="beta"),
        lambda n: DDIM(steps=n),
        lambda n: DDIM(steps=n, eta=0.5),
    ],
)
def test_the_distribution_converges_with_the_declared_order(make) -> None:
    """Twice the steps, half the error (order 1) of what comes out of the exact denoiser."""
    errors = [spread_error(make(n)) for n in (125, 250, 500, 1000)]
    slopes = [math.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert slopes == pytest.approx([make(1).order] * 3, abs=0.35), slopes


def test_ddim_draws_nothing_and_ddpm_does() -> None:
    mixture = DATASETS["two_gaussians"].mixture()
    assert mixture is not None
    x_T, schedule = torch.randn(20, 1, generator=generator()), Linear(T=50)
    quiet = [run(exact(mixture), schedule, x_T, DDIM(), seed).x for seed in (1, 2)]
    noisy = [run(exact(mixture), schedule, x_T, DDPM(), seed).x for seed in (1, 1, 2)]
    assert torch.equal(*quiet)
    assert torch.equal(noisy[0], noisy[1]) and not torch.equal(noisy[0], noisy[2])


def test_states_run_from_noise_to_data_and_carry_predictions() -> None:
    x_0, x_T = torch.zeros(4, 2), torch.randn(4, 2, generator=generator())
    states = list(sample(Oracle(x_0), Linear(T=10), x_T, DDPM(steps=5), generator()))
    assert [state.t for state in states] == [10, 8, 6, 4, 2, 0]
    assert states[0].x is x_T and states[0].x_0 is None
    assert all(state.x_0 is not None for state in states[1:])


@pytest.mark.parametrize("steps", [1, 2, 7, 333, 999, 1000, 5000])
@pytest.mark.parametrize("T", [10, 1000])
def test_times_descend_from_T_to_zero(steps: int, T: int) -> None:
    times, levels = zip(*DDPM(steps=steps).levels(Linear(T=T)), strict=True)
    assert times[0] == T and times[-1] == 0 and len(times) == min(steps, T) + 1
    assert all(s < t for t, s in pairwise(times))
    assert levels == tuple(float(Linear(T=T).alpha_bar(int(t))) for t in times)


def test_starting_from_noise_before_it_is_noise_shows() -> None:
    """At T = 100 the linear schedule keeps 36 % of the signal: samples lose the data's mean."""
    mixture = DATASETS["gaussian"].mixture()
    assert mixture is not None
    x_T = torch.randn(4000, 1, generator=generator())
    means = {
        schedule.key: float(run(exact(mixture), schedule, x_T, DDPM()).x[-1].mean())
        for schedule in (Linear(T=100), Cosine(T=100))
    }
    assert means["cosine"] == pytest.approx(1, abs=0.02)
    assert means["linear"] < 0.95


def test_chains_of_any_shape_are_sampled() -> None:
    x_0 = torch.randn(3, 5, 2, generator=generator())
    x = run(Oracle(x_0), Linear(T=10), torch.zeros(3, 5, 2), DDPM()).x
    assert x.shape == (11, 3, 5, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DDPM(steps=0),
        lambda: DDPM(variance="none"),
        lambda: DDIM(eta=1.5),
        lambda: DDIM(eta=float("nan")),
    ],
)
def test_bad_options_are_refused(make) -> None:
    with pytest.raises(ValueError):
        make()


def test_sampling_keeps_no_graph_and_leaves_the_mode_of_the_caller_alone() -> None:
    weight = torch.ones(1, requires_grad=True)
    states = sample(
        lambda x_t, _: weight * x_t, Linear(T=5), torch.zeros(3, 1), DDPM(), generator()
    )
    for state in states:
        assert torch.is_grad_enabled() and not state.x.requires_grad


@pytest.mark.parametrize("cls", SAMPLERS.values())
def test_widgets_are_described(cls: type[Sampler]) -> None:
    assert SAMPLERS[cls.key] is cls and cls.label and cls.help and cls.order >= 1
    for option in fields(cls):
        if option.name != "steps":  # pages offer their own numbers of steps
            assert_offered(option)


@pytest.mark.parametrize("cls", SAMPLERS.values())
@pytest.mark.parametrize("steps", [1, 2, 9, 1000])
def test_evaluations_are_those_made(cls: type[Sampler], steps: int) -> None:
    calls = []

    def counting(x_t: torch.Tensor, alpha_bar: float) -> torch.Tensor:
        calls.append(alpha_bar)
        return torch.zeros_like(x_t)

    sampler, schedule = cls(steps=steps), Cosine(T=30)
    run(counting, schedule, torch.ones(1, 1), sampler)
    assert len(calls) == sampler.evaluations(schedule)


@pytest.mark.parametrize("cls", SAMPLERS.values())
def test_a_sampler_says_whether_it_is_random(cls: type[Sampler]) -> None:
    x_T = torch.ones(5, 1)
    mixture = DATASETS["two_gaussians"].mixture()
    ends = [run(exact(mixture), Linear(T=20), x_T, cls(), seed).x[-1] for seed in (1, 2)]
    assert cls().random != torch.equal(*ends)
    assert DDIM(eta=0.1).random
