"""The variational bound, against a Gaussian whose evidence is known."""

import math
from dataclasses import dataclass

import pytest
import torch
from torch import Generator

from engine.data import GaussianMixture
from engine.denoisers import Oracle, exact
from engine.evaluation import bound
from engine.evaluation.variational_bound import prior_term
from engine.noise import Cosine, Linear, Schedule

WIDE = Linear(T=200, beta_min=5e-4, beta_max=0.1)
SIGMA = 0.8
EXACT = exact(GaussianMixture.of([1], [[0.0]], [SIGMA]))


def data(n: int) -> torch.Tensor:
    return SIGMA * torch.randn(n, 1, generator=Generator().manual_seed(0), dtype=torch.float64)


@dataclass(frozen=True)
class Even(Schedule):
    """Steps of equal size in the logarithm of the signal-to-noise ratio, from 10 to -10."""

    def _validate(self) -> None:
        pass

    def _betas(self) -> torch.Tensor:
        alpha_bar = torch.linspace(10, -10, self.T, dtype=torch.float64).sigmoid()
        before = torch.cat([torch.ones(1, dtype=torch.float64), alpha_bar[:-1]])
        return 1 - alpha_bar / before


def test_the_exact_denoiser_reaches_the_entropy_at_first_order() -> None:
    """What the bound loses with exact denoisers is the size of its steps."""
    x_0 = data(40_000)
    density = torch.distributions.Normal(0.0, SIGMA).log_prob(x_0)
    entropy = -float(density.mean())
    gaps = [
        bound(EXACT, Even(T=T), x_0, Generator().manual_seed(1)).total - entropy for T in (125, 500)
    ]
    assert gaps[0] > gaps[1] > 0
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.1)
    assert gaps[1] < 0.1


def test_an_oracle_pays_only_for_the_ends() -> None:
    x_0 = data(100)
    found = bound(Oracle(x_0), WIDE, x_0, Generator().manual_seed(1))
    assert found.steps[1:].abs().max() == 0
    beta = float(WIDE.betas[0])
    assert float(found.steps[0]) == pytest.approx(0.5 * math.log(2 * math.pi * beta), rel=1e-5)


def test_the_end_costs_what_the_schedule_leaves() -> None:
    """L_T is the divergence of N(sqrt(alpha_bar) x_0, 1 - alpha_bar) from N(0, 1)."""
    x_0 = data(50)
    for schedule in (Linear(T=200), WIDE, Cosine(T=50)):
        left = schedule.signal_left
        q = torch.distributions.Normal(math.sqrt(left) * x_0, math.sqrt(1 - left))
        kl = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0))
        assert prior_term(schedule, x_0) == pytest.approx(float(kl.mean()), abs=1e-9)
    assert prior_term(Linear(T=200), x_0) > 100 * prior_term(WIDE, x_0)


def test_steps_are_the_divergence_of_two_gaussians() -> None:
    """One term by hand: both sides have the posterior's variance, means differ by the guess."""
    x_0, off = data(30), 0.3

    class Off:
        def __call__(self, x_t: torch.Tensor, alpha_bar: float, /) -> torch.Tensor:
            return x_0 + off

    found = bound(Off(), WIDE, x_0, Generator().manual_seed(1))
    for t in (2, 50, 200):
        a_t, a_s = float(WIDE.alpha_bar(t)), float(WIDE.alpha_bar(t - 1))
        beta = float(WIDE.betas[t - 1])
        shift = math.sqrt(a_s) * beta / (1 - a_t) * off
        kl = shift**2 / (2 * float(WIDE.posterior_variance[t - 1]))
        assert float(found.steps[t - 1]) == pytest.approx(kl, rel=1e-4)
        assert float(found.eps_error[t - 1]) == pytest.approx(off**2 * a_t / (1 - a_t), rel=1e-4)


def test_the_parts_add_up_to_the_bound() -> None:
    x_0 = data(30)
    found = bound(lambda x_t, alpha_bar: 0 * x_t, WIDE, x_0, Generator().manual_seed(1))
    parts = found.parts()
    assert list(parts) == [
        "L_T", "t = 200 to 151", "t = 150 to 101", "t = 100 to 52", "t = 51 to 2", "L_0",
    ]  # fmt: skip
    assert sum(parts.values()) == pytest.approx(found.total)
    assert parts["t = 51 to 2"] == pytest.approx(float(found.steps[1:51].sum()))
