"""The noising process on the torus and its reverse steps (Jing et al. 2022, arXiv 2206.01729).

``Process`` is what the sampler asks of a process; ``WRAPPED_NORMAL`` is the one of the paper.

Variance exploding: ``tau_t = tau_0 + sigma z`` (wrapped), sigma from ``SIGMA_MIN`` to
``SIGMA_MAX = pi``, where the wrapped normal is uniform to 1 %. Every torsion of a molecule gets
the same sigma.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Generator, Tensor

from engine.torsional.batch import Batch
from engine.torsional.geometry import rotate
from engine.torsional.torus import (
    mean_square_score,
    sample_uniform,
    sample_wrapped_normal,
    wrapped_normal_score,
)

SIGMA_MIN = 0.01 * math.pi
SIGMA_MAX = math.pi


class Process(ABC):
    """A noising process of torsions, run backwards from noise to data.

    Its level is the standard deviation of the noise on every torsion, radians, 0 for data.
    """

    @abstractmethod
    def levels(self, steps: int) -> list[float]:
        """The ``steps`` + 1 levels at which the reverse process stops, from noise to 0.

        Raises:
            ValueError: for fewer than one step.
        """

    @abstractmethod
    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        """Angles (K, M) to begin with, radians in (-pi, pi]."""

    @abstractmethod
    def origin(self, tau: Tensor) -> Tensor:
        """(K, M), where angles count from in conformers with torsions tau (K, M)."""

    @abstractmethod
    def step(
        self, angle: Tensor, score: Tensor, level: float, following: float, eta: float, z: Tensor
    ) -> Tensor:
        """Angles (K, M) at the level that follows, from those at ``level`` and the score there.

        eta: 1 is the stochastic process, 0 the deterministic one. z: (K, M) fresh N(0, 1) noise.
        """

    @abstractmethod
    def noise(self, angle: Tensor, level: float, following: float, generator: Generator) -> Tensor:
        """The forward process: angles (K, M) at the higher level that follows ``level``."""

    @abstractmethod
    def noise_over_signal(self, level: float) -> float:
        """Standard deviation of the noise over the factor on the data, for tempering."""


class WrappedNormal(Process):
    """Variance exploding, wrapped: what it does is the same wherever angles count from."""

    def levels(self, steps: int) -> list[float]:
        found: list[float] = sigma_schedule(steps).tolist()
        return found

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        return sample_uniform(shape, generator)

    def origin(self, tau: Tensor) -> Tensor:
        return torch.zeros_like(tau)

    def step(
        self, angle: Tensor, score: Tensor, level: float, following: float, eta: float, z: Tensor
    ) -> Tensor:
        return reverse_step(angle, score, level, following, eta, z)

    def noise(self, angle: Tensor, level: float, following: float, generator: Generator) -> Tensor:
        width = torch.full_like(angle, math.sqrt(following**2 - level**2))
        return angle + sample_wrapped_normal(tuple(angle.shape), width, generator)

    def noise_over_signal(self, level: float) -> float:
        return level


WRAPPED_NORMAL = WrappedNormal()


def random_sigmas(count: int, generator: torch.Generator) -> Tensor:
    """(count,) log-uniform in [SIGMA_MIN, SIGMA_MAX], radians."""
    unit = torch.rand(count, generator=generator, device=generator.device)
    return SIGMA_MIN * (SIGMA_MAX / SIGMA_MIN) ** unit


def sigma_schedule(steps: int) -> Tensor:
    """(steps + 1,) geometric from SIGMA_MAX to SIGMA_MIN, then 0.

    Raises:
        ValueError: for fewer than one step.
    """
    if steps < 1:
        raise ValueError(f"Sampling needs at least 1 step, not {steps}.")
    ratio = torch.linspace(0, 1, steps, dtype=torch.float64) if steps > 1 else torch.zeros(1)
    return torch.cat([SIGMA_MAX * (SIGMA_MIN / SIGMA_MAX) ** ratio, torch.zeros(1)]).float()


def perturb(batch: Batch, sigma: Tensor, generator: torch.Generator) -> tuple[Batch, Tensor]:
    """Forward process: every torsion turned by wrapped-normal noise; sigma (B,) radians.

    Returns the noised batch and the score of the noise, (B, M).
    """
    width = sigma[:, None].expand_as(batch.rotor_mask)
    delta = sample_wrapped_normal(tuple(width.shape), width, generator).to(width.device)
    noised = batch.with_xyz(rotate(batch.xyz, batch.rotors, batch.moving, delta))
    return noised, wrapped_normal_score(delta, width)


def score_loss(prediction: Tensor, score: Tensor, sigma: Tensor, mask: Tensor) -> Tensor:
    """Squared error per conformer (B,), in units of predicting zero.

    prediction (B, M) is the network's output, in units of the root mean square score;
    score (B, M) per radian; sigma (B,); mask (B, M) bool.
    """
    target = score / mean_square_score(sigma).sqrt()[:, None]
    error = ((prediction - target) ** 2 * mask).sum(1)
    return error / mask.sum(1).clamp_min(1)


def reverse_step(
    delta: Tensor, score: Tensor, sigma: float, sigma_next: float, eta: float, noise: Tensor
) -> Tensor:
    """One step of accumulated turns ``delta`` (K, M) from sigma to sigma_next.

    ``eta = 1`` is the ancestral sampler of the reverse SDE (Song et al. 2021, arXiv 2011.13456,
    eq. 47: mean ``+ (sigma^2 - sigma_next^2) score``); ``eta = 0`` is the probability-flow ODE by
    Euler steps in sigma. The step to ``sigma_next = 0`` adds no noise.
    """
    fresh = eta * sigma_next * math.sqrt(max(1 - (sigma_next / sigma) ** 2, 0.0))
    down = math.sqrt(max(sigma_next**2 - fresh**2, 0.0))
    return delta + sigma * (sigma - down) * score + fresh * noise


def tempered(score: Tensor, sigma: float, temperature: float, width: float = 1.0) -> Tensor:
    """The score at ``sigma`` of data whose density was raised to the power 1 / ``temperature``.

    Exact for one Gaussian mode of standard deviation ``width`` radians, which tempering makes
    narrower by sqrt(temperature): both scores point to the mode, in the ratio of the noised
    variances (Ingraham et al. 2023, doi:10.1038/s41586-023-06728-8, supplement, low-temperature
    sampling).
    """
    return score * (width**2 + sigma**2) / (temperature * width**2 + sigma**2)
