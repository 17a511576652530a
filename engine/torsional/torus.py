"""Angles on the torus: wrapping and the wrapped normal distribution.

A torsion lives on a circle, so Gaussian noise is wrapped: the density of ``tau`` after noise of
standard deviation ``sigma`` around 0 is

    p(tau | sigma)  proportional to  sum_{d in Z} exp(-(tau + 2 pi d)^2 / (2 sigma^2))

(Jing et al. 2022, arXiv 2206.01729, eq. 3). The sums run over ``IMAGES`` images on each side,
which is exact to float32 for sigma <= pi; no table is needed. Everything here is pure torch.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

#: Images summed on each side; at sigma = pi the first one left out weighs exp(-200).
IMAGES = 10


def wrap(angle: Tensor) -> Tensor:
    """Angles of any shape, radians, brought into (-pi, pi]."""
    return -(torch.remainder(math.pi - angle, 2 * math.pi) - math.pi)


def _exponents(tau: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
    """Shifted angles (..., I) and their Gaussian exponents (..., I)."""
    images = torch.arange(-IMAGES, IMAGES + 1, dtype=tau.dtype, device=tau.device)
    shifted = wrap(tau)[..., None] + 2 * math.pi * images
    return shifted, -0.5 * (shifted / sigma[..., None]) ** 2


def wrapped_normal_log_density(tau: Tensor, sigma: Tensor) -> Tensor:
    """Log p(tau | sigma) of the wrapped normal around 0; shapes broadcast, radians."""
    sigma = torch.as_tensor(sigma, dtype=tau.dtype, device=tau.device)
    _, exponent = _exponents(tau, sigma)
    return torch.logsumexp(exponent, -1) - torch.log(sigma * math.sqrt(2 * math.pi))


def wrapped_normal_score(tau: Tensor, sigma: Tensor) -> Tensor:
    """d/dtau log p(tau | sigma), per radian; shapes broadcast."""
    sigma = torch.as_tensor(sigma, dtype=tau.dtype, device=tau.device)
    shifted, exponent = _exponents(tau, sigma)
    weight = torch.softmax(exponent, -1)
    return -(weight * shifted).sum(-1) / sigma**2


def mean_square_score(sigma: Tensor, points: int = 512) -> Tensor:
    """E[score^2] over the wrapped normal of each ``sigma`` (any shape): the loss weight.

    The trapezoid rule on the circle, which converges geometrically for a smooth periodic
    function; 512 points are exact to float32 for sigma >= 0.01 pi.
    """
    grid = torch.arange(points, dtype=sigma.dtype, device=sigma.device)
    grid = (2 * grid + 1) * math.pi / points - math.pi
    width = sigma[..., None]
    density = wrapped_normal_log_density(grid, width).exp()
    score = wrapped_normal_score(grid, width)
    return (density * score**2).sum(-1) * (2 * math.pi / points)


def sample_wrapped_normal(
    shape: tuple[int, ...], sigma: Tensor, generator: torch.Generator
) -> Tensor:
    """Draws of the wrapped normal around 0, radians in (-pi, pi], ``sigma`` broadcast."""
    noise = torch.randn(shape, generator=generator, device=generator.device, dtype=sigma.dtype)
    return wrap(noise * sigma.to(noise.device))


def sample_uniform(
    shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Draws of the uniform distribution on the circle, radians in (-pi, pi]."""
    unit = torch.rand(shape, generator=generator, device=generator.device, dtype=dtype)
    return math.pi - 2 * math.pi * unit
