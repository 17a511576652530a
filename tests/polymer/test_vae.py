"""The VAE: its divergence against quadrature and its bound against the exact evidence."""

import math

import pytest
import torch
from torch import Generator

from engine.polymer.vae import VAE, gaussian_kl, gaussian_log_density


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_kl_of_gaussians_by_quadrature() -> None:
    z = torch.linspace(-12, 12, 20_001, dtype=torch.float64)
    for mean, log_variance in ((0.0, 0.0), (1.3, -1.0), (-0.4, 0.9)):
        q = -0.5 * ((z - mean) ** 2 / math.exp(log_variance) + log_variance)
        p = -0.5 * z**2
        weight = q.exp() / math.sqrt(2 * math.pi)
        expected = torch.trapezoid(weight * (q - p), z)
        found = gaussian_kl(torch.tensor([[mean]]), torch.tensor([[log_variance]]))
        assert float(found) == pytest.approx(float(expected), abs=1e-6)


def test_kl_adds_over_dimensions_and_vanishes_only_for_the_prior() -> None:
    mean = torch.randn(50, 3, generator=generator())
    log_variance = torch.randn(50, 3, generator=generator(1))
    kl = gaussian_kl(mean, log_variance)
    each = sum(gaussian_kl(mean[:, [k]], log_variance[:, [k]]) for k in range(3))
    torch.testing.assert_close(kl, each)
    assert (kl > 0).all()
    assert float(gaussian_kl(torch.zeros(1, 3), torch.zeros(1, 3))) == 0


def test_log_density_is_torchs() -> None:
    x, mean = torch.randn(2, 5, 4, generator=generator())
    std = torch.tensor(0.3)
    expected = torch.distributions.Normal(mean, std).log_prob(x).sum(-1)
    torch.testing.assert_close(gaussian_log_density(x, mean, std), expected)


def linear_vae(sigma: float, slope: float) -> VAE:
    """X = slope z + sigma noise, with the exact posterior as encoder (silu layers undone)."""
    vae = VAE(1, 1, 2, generator())
    # silu(x) - silu(-x) = x, so two units make a layer the identity.
    pair, back = torch.tensor([[1.0], [-1.0]]), torch.tensor([[1.0, -1.0]])
    for net, gain in ((vae.encoder, slope / (slope**2 + sigma**2)), (vae.decoder, slope)):
        for layer in net.layers:
            torch.nn.init.zeros_(layer.bias)
        net.layers[0].weight.data = pair.clone()
        net.layers[1].weight.data = pair @ back
        net.layers[2].weight.data[:1] = gain * back
    variance = sigma**2 / (slope**2 + sigma**2)
    vae.encoder.layers[2].weight.data[1:] = 0
    vae.encoder.layers[2].bias.data[1] = math.log(variance)
    vae.log_sigma.data = torch.tensor(math.log(sigma))
    return vae


def test_the_bound_is_tight_where_the_encoder_is_exact() -> None:
    """Probabilistic PCA: x is N(0, slope^2 + sigma^2), and the bound equals its log density."""
    sigma, slope = 0.5, 1.2
    vae = linear_vae(sigma, slope)
    x = torch.linspace(-2, 2, 9)[:, None]
    torch.testing.assert_close(vae.decode(torch.ones(1, 1)), torch.full((1, 1), slope))
    mean, _ = vae.encode(x)
    torch.testing.assert_close(mean, slope / (slope**2 + sigma**2) * x)
    fit, kl = vae.bound(x.repeat(4000, 1), generator())
    found = (fit - kl).reshape(4000, 9).mean(dim=0)
    total = math.hypot(slope, sigma)
    expected = torch.distributions.Normal(0.0, total).log_prob(x[:, 0])
    torch.testing.assert_close(found, expected, atol=0.04, rtol=0)


def test_sizes_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        VAE(4, 0, 8, generator())
