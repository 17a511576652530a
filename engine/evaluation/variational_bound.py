"""The variational bound of a diffusion model, one term for each step.

Ho et al. 2020 (arXiv 2006.11239), eq. 5: minus the log density of the data is at most

    L_T + sum over t > 1 of L_{t-1} + L_0,    in nats,

    L_T     = KL(q(x_T | x_0) || N(0, I))                           the end that is not quite noise
    L_{t-1} = KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t))         one step back, eq. 7 and 8
    L_0     = -log N(x_0; the predicted x_0, beta_1 I)              the last step

With the variance of the posterior on both sides, L_{t-1} weighs the squared error of x_0 by
(snr_{t-1} - snr_t) / 2 (Kingma et al. 2021, arXiv 2107.00630, eq. 13). L_T has no network in it:
it is what a schedule that stops before noise costs.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.denoisers import Denoiser
from engine.noise import Schedule
from engine.process import diffuse, draw_noise


@dataclass(frozen=True, eq=False)
class Bound:
    """The terms of the bound, in nats per data point.

    Attributes:
        end: L_T.
        steps: (T,) L_{t-1} for t = 1..T; the first entry is L_0.
        eps_error: (T,) mean squared error of eps at t = 1..T, per coordinate.
    """

    end: float
    steps: Tensor
    eps_error: Tensor

    @property
    def total(self) -> float:
        """The bound on minus the log density."""
        return self.end + float(self.steps.sum())

    def parts(self, pieces: int = 4) -> dict[str, float]:
        """The bound as a sum, from the prior to the data: L_T, runs of steps, and L_0.

        pieces: runs of about equally many steps that the terms L_{t-1}, t = T to 2, are added in.
        """
        found = {"L_T": self.end}
        last = len(self.steps)
        edges = [round(1 + (last - 1) * k / pieces) for k in range(pieces, -1, -1)]
        for high, low in itertools.pairwise(edges):
            found[f"t = {high} to {low + 1}"] = float(self.steps[low:high].sum())
        return {**found, "L_0": float(self.steps[0])}


def prior_term(schedule: Schedule, x_0: Tensor) -> float:
    """L_T in nats, the mean over x_0 (B, D)."""
    left = schedule.signal_left
    spread = (1 - left) - 1 - math.log1p(-left)
    return 0.5 * (left * float(x_0.square().sum(dim=-1).mean()) + spread * x_0.shape[-1])


@torch.no_grad()
def bound(denoiser: Denoiser, schedule: Schedule, x_0: Tensor, generator: Generator) -> Bound:
    """The terms for data x_0 (B, D), with one draw of noise for each point and step."""
    snr = schedule.snr.tolist()
    steps, errors = [], []
    for t in range(1, schedule.T + 1):
        alpha_bar = float(schedule.alpha_bar(t))
        x_t = diffuse(x_0, alpha_bar, draw_noise(x_0, generator))
        error = (x_0 - denoiser(x_t, alpha_bar)).square().sum(dim=-1).mean()
        weight = 0.5 * (snr[t - 2] - snr[t - 1]) if t > 1 else 0.5 / float(schedule.betas[0])
        constant = 0.5 * x_0.shape[-1] * math.log(2 * math.pi * float(schedule.betas[0]))
        steps.append(weight * float(error) + (constant if t == 1 else 0.0))
        errors.append(float(error) * snr[t - 1] / x_0.shape[-1])
    return Bound(prior_term(schedule, x_0), torch.tensor(steps), torch.tensor(errors))
