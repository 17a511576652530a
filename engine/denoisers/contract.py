"""What a denoiser is: E[x_0 | x_t], and the score that follows from it."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from engine.process import score_from_x0


class Denoiser(Protocol):
    """x_t (B, D) and the noise level alpha_bar in [0, 1] to an estimate of E[x_0 | x_t] (B, D).

    A denoiser does not decide about gradients: who samples switches them off, and who asks for the
    derivative of a denoiser finds it.
    """

    def __call__(self, x_t: Tensor, alpha_bar: float, /) -> Tensor: ...


def score(denoiser: Denoiser, x_t: Tensor, alpha_bar: float) -> Tensor:
    """The score of the noisy marginal (B, D) that ``denoiser`` implies; alpha_bar < 1."""
    return score_from_x0(x_t, denoiser(x_t, alpha_bar), alpha_bar)
