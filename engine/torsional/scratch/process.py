"""Variance-preserving noise on angles, wrapped: a DDPM that does not know that it is on a circle.

    tau_t = wrap(sqrt(alpha_bar_t) tau_0 + sqrt(1 - alpha_bar_t) eps)
    wrap(a) = atan2(sin a, cos a)

with the cosine schedule at T = 1000 (Nichol and Dhariwal 2021, arXiv 2102.09672) and eps wrapped,
too. At t = T this is a wrapped N(0, 1): its mean resultant length is e^(-1/2) = 0.61, a heap around
whatever angle is called zero, where that of a uniform distribution is 0. The sampler starts from a
wrapped N(0, pi^2), all but uniform (e^(-pi^2 / 2) = 0.007): a start that the network never saw.
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Generator, Tensor

from engine.noise import Cosine
from engine.torsional.process import Process
from engine.torsional.torus import sample_wrapped_normal

T = 1000  #: steps of the forward process
START = math.pi  #: standard deviation of the normal that the sampler's start is wrapped from


def wrapped(angle: Tensor) -> Tensor:
    """Angles of any shape, radians, brought into (-pi, pi] as the tutorial does it."""
    return torch.atan2(angle.sin(), angle.cos())


@cache
def alpha_bars() -> Tensor:
    """(T + 1,) float64, alpha_bar of t = 0..T; 1 at t = 0."""
    return Cosine(T=T).alpha_bar(torch.arange(T + 1))


def resultant_length(angles: Tensor) -> Tensor:
    """|mean exp(i tau)| over the first axis of angles (n, ...): 0 if uniform, 1 if all are one.

    Of a wrapped N(mu, sigma^2) it is exp(-sigma^2 / 2).
    """
    return torch.hypot(angles.cos().mean(0), angles.sin().mean(0))


def draw_times(count: int, generator: Generator) -> Tensor:
    """(count,) in 1..T, one in each of ``count`` equal parts: each uniform over all times.

    Spread out, few of them tell as much as many that are independent.
    """
    place = (torch.rand(count, generator=generator) + torch.arange(count)) / count
    return (place * T).long().clamp(max=T - 1) + 1


def perturb(tau: Tensor, alpha_bar: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """The forward process: noised angles of tau (B, ...), and the noise eps, wrapped, alike.

    alpha_bar: in [0, 1], of a shape that broadcasts to that of tau.
    """
    eps = wrapped(torch.randn(tau.shape, generator=generator, dtype=tau.dtype))
    return wrapped(alpha_bar.sqrt() * tau + (1 - alpha_bar).sqrt() * eps), eps


class CosineAngles(Process):
    """The reverse process, on some of the T steps: DDPM (eta = 1) or DDIM (eta = 0).

    A level is sqrt(1 - alpha_bar_t), 1 radian (57 degrees) at t = T.
    """

    def levels(self, steps: int) -> list[float]:
        if not 1 <= steps <= T:
            raise ValueError(f"This process has 1 to {T} steps, not {steps}.")
        times = torch.linspace(T, 0, steps + 1).round().long()
        found: list[float] = (1 - alpha_bars()[times]).sqrt().tolist()
        return found

    def start(self, shape: tuple[int, ...], generator: Generator) -> Tensor:
        return sample_wrapped_normal(shape, torch.tensor(START), generator)

    def origin(self, tau: Tensor) -> Tensor:
        return tau

    def step(
        self, angle: Tensor, score: Tensor, level: float, following: float, eta: float, z: Tensor
    ) -> Tensor:
        """Song et al. 2021 (arXiv 2010.02502), eq. 12, with the prediction of tau_0 wrapped.

        Unwrapped, the first of few steps would multiply an error of the noise by some hundreds.
        """
        noise, noise_next = level**2, following**2
        signal, signal_next = 1 - noise, 1 - noise_next
        eps = -level * score
        tau_0 = wrapped((angle - level * eps) / math.sqrt(signal))
        fresh = eta**2 * noise_next / noise * (1 - signal / signal_next)
        along = math.sqrt(max(noise_next - fresh, 0.0))
        return wrapped(math.sqrt(signal_next) * tau_0 + along * eps + math.sqrt(fresh) * z)

    def noise(self, angle: Tensor, level: float, following: float, generator: Generator) -> Tensor:
        share = (1 - following**2) / (1 - level**2)
        z = torch.randn(angle.shape, generator=generator, dtype=angle.dtype)
        return wrapped(math.sqrt(share) * angle + math.sqrt(1 - share) * z)

    def noise_over_signal(self, level: float) -> float:
        return level / math.sqrt(1 - level**2)


COSINE = CosineAngles()
