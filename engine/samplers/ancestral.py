"""Ancestral sampling: DDPM and DDIM.

Ho et al. 2020 (arXiv 2006.11239); Song et al. 2021 (arXiv 2010.02502).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from engine.options import choice, number
from engine.process import eps_from_x0
from engine.samplers.contract import Sampler, Step


@dataclass(frozen=True)
class DDPM(Sampler):
    """Ancestral sampling (Ho et al. 2020, arXiv 2006.11239, eq. 6 and 7, algorithm 2).

    Between t and s, with alpha = alpha_bar_t / alpha_bar_s and beta = 1 - alpha::

        mean = (sqrt(alpha_bar_s) beta x_0 + sqrt(alpha) (1 - alpha_bar_s) x_t) / (1 - alpha_bar_t)
        variance = (1 - alpha_bar_s) / (1 - alpha_bar_t) beta   ("posterior")   or   beta   ("beta")

    Fewer steps than T visit a subsequence of times, with the same formulas.
    """

    variance: str = choice(
        "posterior",
        "Variance",
        "**posterior**: as if the predicted x_0 were certain. **beta**: as in the forward step. "
        "They are the lower and upper bound for the true one.",
        ("posterior", "beta"),
    )

    key: ClassVar[str] = "ddpm"
    label: ClassVar[str] = "DDPM"
    help: ClassVar[str] = (
        "Denoising diffusion probabilistic model: adds fresh noise at every step but the last. "
        "Order 1."
    )
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
    """Song et al. 2021 (arXiv 2010.02502), eq. 12 and 16, over any subsequence of times.

    In full::

        sigma = eta sqrt((1 - alpha_bar_s) / (1 - alpha_bar_t)) sqrt(1 - alpha_bar_t / alpha_bar_s)
        mean  = sqrt(alpha_bar_s) x_0 + sqrt(1 - alpha_bar_s - sigma^2) eps

    eta = 0 is deterministic; eta = 1 is DDPM with the posterior variance. DDIM is *not* DDPM
    without its noise: the mean depends on eta too.
    """

    eta: float = number(
        0.0,
        "η (eta)",
        "0: no noise at all, the start decides everything. 1: the same as DDPM.",
        (0.0, 1.0, 0.05),
    )

    key: ClassVar[str] = "ddim"
    label: ClassVar[str] = "DDIM"
    help: ClassVar[str] = (
        "Denoising diffusion implicit model: deterministic at η = 0, and good with few steps. "
        "Order 1."
    )
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
