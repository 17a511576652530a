"""Guidance: a denoiser that wraps a denoiser, so that samples have a property that was asked for.

By Bayes' rule the score of x_t given y is that of x_t plus the gradient of log p(y | x_t). A scale
s > 1 asks more loudly than the data does: it samples from p(x_t) p(y | x_t)^s at each noise level.

* ``ClassifierGuidance`` has p(y | x_t) from a network trained on noisy data (Dhariwal and Nichol
  2021, arXiv 2105.05233, eq. 14)::

      score = score_u + s grad log p(y | x_t)

* ``ClassifierFree`` has a denoiser that was told y and one that was not (Ho and Salimans 2022,
  arXiv 2207.12598, eq. 6, with s = w + 1)::

      eps = eps_u + s (eps_c - eps_u)

  The same holds for x_0, which is linear in eps with weights that sum to one. s = 0 asks for
  nothing, s = 1 is the conditional model itself.

With the exact p(y | x_t), or exact denoisers, s = 1 is the exact score of x_t given y.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engine.denoisers.contract import Denoiser


class LogLikelihood(Protocol):
    """log p(y | x_t) (B,) of what is asked for, from x_t (B, D) and alpha_bar; differentiable."""

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor: ...


def gradient(log_likelihood: LogLikelihood, x_t: Tensor, alpha_bar: float) -> Tensor:
    """Grad log p(y | x_t) (B, D) with respect to x_t (B, D): where the guide pulls each point.

    Where the caller follows gradients through ``x_t``, they go on through the result.
    """
    followed = torch.is_grad_enabled() and x_t.requires_grad
    with torch.enable_grad():
        place = x_t if followed else x_t.detach().requires_grad_()
        likelihood = log_likelihood(place, alpha_bar).sum()
        (pull,) = torch.autograd.grad(likelihood, place, create_graph=followed)
    return pull


@dataclass(frozen=True, eq=False)
class ClassifierGuidance:
    """A denoiser pulled by the gradient of a classifier of noisy data.

    In x_0, by Tweedie's formula, the gradient counts (1 - alpha_bar) / sqrt(alpha_bar).

    Attributes:
        denoiser: E[x_0 | x_t] without a wish.
        log_likelihood: log p(y | x_t).
        scale: s.
    """

    denoiser: Denoiser
    log_likelihood: LogLikelihood
    scale: float

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        x_0 = self.denoiser(x_t, alpha_bar)
        if alpha_bar >= 1 or self.scale == 0:
            return x_0
        pull = gradient(self.log_likelihood, x_t, alpha_bar)
        return x_0 + self.scale * (1 - alpha_bar) / math.sqrt(alpha_bar) * pull


@dataclass(frozen=True, eq=False)
class ClassifierFree:
    """A denoiser that goes beyond the conditional one, away from the unconditional one.

    Attributes:
        conditional: E[x_0 | x_t, y].
        unconditional: E[x_0 | x_t].
        scale: s; 0 and 1 are the unconditional and the conditional denoiser, at one call instead of
            two.
    """

    conditional: Denoiser
    unconditional: Denoiser
    scale: float

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor:
        if self.scale == 1:
            return self.conditional(x_t, alpha_bar)
        without = self.unconditional(x_t, alpha_bar)
        if self.scale == 0:
            return without
        return without + self.scale * (self.conditional(x_t, alpha_bar) - without)
