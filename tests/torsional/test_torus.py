"""The wrapped normal against its definition, autograd and quadrature."""

import math

import pytest
import torch

from engine.torsional.torus import (
    mean_square_score,
    sample_uniform,
    sample_wrapped_normal,
    wrap,
    wrapped_normal_log_density,
    wrapped_normal_score,
)

SIGMAS = [0.01 * math.pi, 0.1, 0.5, 1.0, 2.0, math.pi]


def test_wrap_lands_in_the_half_open_interval():
    angles = torch.tensor([-math.pi, math.pi, 3 * math.pi, 0.0, 7.0, -7.0], dtype=torch.float64)
    wrapped = wrap(angles)
    assert (wrapped > -math.pi).all() and (wrapped <= math.pi).all()
    assert torch.allclose(torch.sin(wrapped), torch.sin(angles))
    assert torch.allclose(torch.cos(wrapped), torch.cos(angles))
    assert wrapped[0] == math.pi, "-pi is written as pi"


@pytest.mark.parametrize("sigma", SIGMAS)
def test_density_integrates_to_one(sigma):
    points = 4096
    grid = torch.linspace(-math.pi, math.pi, points + 1, dtype=torch.float64)[:-1]
    density = wrapped_normal_log_density(grid, torch.tensor(sigma, dtype=torch.float64)).exp()
    assert float(density.mean() * 2 * math.pi) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_score_is_the_gradient_of_the_log_density(sigma):
    tau = torch.linspace(-9.0, 9.0, 101, dtype=torch.float64, requires_grad=True)
    width = torch.tensor(sigma, dtype=torch.float64)
    wrapped_normal_log_density(tau, width).sum().backward()
    expected = tau.grad
    assert torch.allclose(wrapped_normal_score(tau.detach(), width), expected, atol=1e-9)


def test_score_is_odd_and_periodic():
    tau = torch.linspace(0.1, 3.0, 20, dtype=torch.float64)
    width = torch.tensor(0.8, dtype=torch.float64)
    score = wrapped_normal_score(tau, width)
    assert torch.allclose(wrapped_normal_score(-tau, width), -score)
    assert torch.allclose(wrapped_normal_score(tau + 2 * math.pi, width), score)


def test_mean_square_score_limits():
    narrow = torch.tensor([0.02, 0.05], dtype=torch.float64)
    assert torch.allclose(mean_square_score(narrow, 4096), 1 / narrow**2, rtol=1e-9)
    # Wide: p = (1 + 2 rho cos tau) / 2 pi with rho = exp(-sigma^2 / 2), so E[s^2] -> 2 rho^2.
    wide = torch.tensor([math.pi], dtype=torch.float64)
    assert float(mean_square_score(wide)) == pytest.approx(2 * math.exp(-(math.pi**2)), rel=1e-3)


def test_mean_square_score_agrees_with_draws():
    generator = torch.Generator().manual_seed(0)
    sigma = torch.full((200_000,), 1.2, dtype=torch.float64)
    draws = sample_wrapped_normal((200_000,), sigma, generator)
    measured = wrapped_normal_score(draws, sigma).square().mean()
    assert float(measured) == pytest.approx(float(mean_square_score(sigma[:1])), rel=0.02)


def test_sigma_max_is_nearly_uniform():
    grid = torch.linspace(-math.pi, math.pi, 100, dtype=torch.float64)
    density = wrapped_normal_log_density(grid, torch.tensor(math.pi, dtype=torch.float64)).exp()
    assert float((density * 2 * math.pi - 1).abs().max()) < 0.02


def test_uniform_covers_the_circle_evenly():
    draws = sample_uniform((100_000,), torch.Generator().manual_seed(1))
    assert float(draws.cos().mean().abs()) < 0.01 and float(draws.sin().mean().abs()) < 0.01
    assert float(draws.max()) <= math.pi and float(draws.min()) > -math.pi
