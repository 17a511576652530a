"""Sampling: one loop, and a transition p(x_s | x_t) per method (``engine.samplers.contract``).

At every level the denoiser is asked for x_0, then x_s for an earlier time s < t is drawn from the
Gaussian of the sampler's transition. At s = 0 no noise is added. Here stand the ancestral methods;
solvers of the probability-flow ODE in ``engine.samplers.ode``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from engine.denoisers import Denoiser
from engine.noise import Schedule
from engine.process import State, draw_noise
from engine.samplers.ancestral import DDIM, DDPM
from engine.samplers.contract import Prediction, Sampler, Step
from engine.samplers.ode import DPMSolver, Euler, Heun

SAMPLERS: dict[str, type[Sampler]] = {
    sampler.key: sampler for sampler in (DDPM, DDIM, Euler, Heun, DPMSolver)
}


@torch.no_grad()
def sample(
    denoiser: Denoiser,
    schedule: Schedule,
    x_T: Tensor,
    sampler: Sampler,
    generator: torch.Generator,
) -> Iterator[State]:
    """The reverse process from ``x_T`` (B, ...): yields (T, x_T) first and t = 0 last.

    Every state but the first carries the prediction x_0 that led to it. Nothing is
    computed ahead: a state costs its denoiser call when it is asked for. No gradients are kept.
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
