"""Sampling: one loop, and a transition p(x_s | x_t) per method (``engine.sampler``).

At every level the denoiser is asked for x_0, then x_s for an earlier time s < t is drawn from the
Gaussian of the sampler's transition. At s = 0 no noise is added. Here stand the ancestral methods;
solvers of the probability-flow ODE in ``engine.solvers``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor

from engine.denoise import Denoiser
from engine.forward import draw_noise, eps_from_x0
from engine.noise import Schedule
from engine.sampler import Prediction, Sampler, Step
from engine.solvers import DPMSolver, Euler, Heun
from engine.trajectory import State


@dataclass(frozen=True)
class DDPM(Sampler):
    """Ancestral sampling (Ho et al. 2020, arXiv 2006.11239, eq. 6 and 7, algorithm 2).

    Between t and s, with alpha = alpha_bar_t / alpha_bar_s and beta = 1 - alpha::

        mean = (sqrt(alpha_bar_s) beta x_0 + sqrt(alpha) (1 - alpha_bar_s) x_t) / (1 - alpha_bar_t)
        variance = (1 - alpha_bar_s) / (1 - alpha_bar_t) beta   ("posterior")   or   beta   ("beta")

    Fewer steps than T visit a subsequence of times, with the same formulas.
    """

    variance: str = field(
        default="posterior",
        metadata=dict(
            label="Variance",
            help="posterior: as if the predicted x_0 were certain; beta: as in the forward step. "
            "They are the lower and upper bound for the true one.",
            choices=("posterior", "beta"),
            unit="",
        ),
    )

    key: ClassVar[str] = "ddpm"
    label: ClassVar[str] = "DDPM"
    help: ClassVar[str] = "Adds fresh noise at every step but the last. Order 1."
    order: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.variance not in ("posterior", "beta"):
            raise ValueError(f"The variance is 'posterior' or 'beta', not {self.variance!r}.")

    @property
    def random(self) -> bool:
        return True

    def transition(self, step: Step) -> tuple[Tensor, float]:
        alpha = step.alpha_bar_t / step.alpha_bar_s
        beta, noise_t, noise_s = 1 - alpha, 1 - step.alpha_bar_t, 1 - step.alpha_bar_s
        from_x_0 = math.sqrt(step.alpha_bar_s) * beta / noise_t
        from_x_t = math.sqrt(alpha) * noise_s / noise_t
        variance = beta if self.variance == "beta" else noise_s / noise_t * beta
        return from_x_0 * step.x_0 + from_x_t * step.x_t, math.sqrt(variance)


@dataclass(frozen=True)
class DDIM(Sampler):
    """Song et al. 2021 (arXiv 2010.02502), eq. 12 and 16, over any subsequence of times::

        sigma = eta sqrt((1 - alpha_bar_s) / (1 - alpha_bar_t)) sqrt(1 - alpha_bar_t / alpha_bar_s)
        mean  = sqrt(alpha_bar_s) x_0 + sqrt(1 - alpha_bar_s - sigma^2) eps

    eta = 0 is deterministic; eta = 1 is DDPM with the posterior variance. DDIM is *not* DDPM
    without its noise: the mean depends on eta too.
    """

    eta: float = field(
        default=0.0,
        metadata=dict(
            label="Eta",
            help="0: no noise at all, the start decides everything. 1: the same as DDPM.",
            min=0.0,
            max=1.0,
            step=0.05,
            unit="",
            format="%.2f",
        ),
    )

    key: ClassVar[str] = "ddim"
    label: ClassVar[str] = "DDIM"
    help: ClassVar[str] = "Deterministic at eta = 0, and good with few steps. Order 1."
    order: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.eta <= 1:
            raise ValueError(f"Eta must lie between 0 and 1; {self.eta:g} does not.")

    @property
    def random(self) -> bool:
        return self.eta > 0

    def transition(self, step: Step) -> tuple[Tensor, float]:
        noise_t, noise_s = 1 - step.alpha_bar_t, 1 - step.alpha_bar_s
        variance = self.eta**2 * noise_s / noise_t * (1 - step.alpha_bar_t / step.alpha_bar_s)
        eps = eps_from_x0(step.x_t, step.x_0, step.alpha_bar_t)
        from_eps = math.sqrt(max(noise_s - variance, 0.0))
        return math.sqrt(step.alpha_bar_s) * step.x_0 + from_eps * eps, math.sqrt(variance)


SAMPLERS: dict[str, type[Sampler]] = {
    sampler.key: sampler for sampler in (DDPM, DDIM, Euler, Heun, DPMSolver)
}


def sample(
    denoiser: Denoiser,
    schedule: Schedule,
    x_T: Tensor,
    sampler: Sampler,
    generator: torch.Generator,
) -> Iterator[State]:
    """The reverse process from ``x_T`` (B, ...): yields (T, x_T) first and t = 0 last.

    Every state but the first carries the prediction x_0 that led to it. Nothing is
    computed ahead: a state costs its denoiser call when it is asked for.
    """
    levels = sampler.levels(schedule)
    yield State(levels[0][0], x_T)
    x_t, before = x_T, None
    for (_, alpha_bar_t), (s, alpha_bar_s) in pairwise(levels):
        x_0 = denoiser(x_t, alpha_bar_t)
        step = Step(x_t, x_0, alpha_bar_t, alpha_bar_s, denoiser, before)
        mean, std = sampler.transition(step)
        x_t = mean + std * draw_noise(x_t, generator) if std > 0 and s > 0 else mean
        before = Prediction(alpha_bar_t, x_0)
        yield State(s, x_t, x_0)
