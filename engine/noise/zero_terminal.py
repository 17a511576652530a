"""Zero terminal SNR: a schedule stretched until no signal is left at T.

Lin et al. 2024 (WACV, arXiv 2305.08891), algorithm 1. With s_t = sqrt(alpha_bar_t)::

    s'_t = (s_t - s_T) s_1 / (s_1 - s_T)

so that s'_T = 0 and s'_1 = s_1. Then x_T is pure noise and says nothing of x_0: a network that
predicts eps leaves x_0 = (x_T - eps) / 0 undefined there (their section 3.2), one that predicts v
or x_0 does not. Denoisers here predict x_0 (``engine.denoisers.learned``), and no sampler divides
by s_T.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from engine.noise.schedules import Linear, Schedule, betas_from


@dataclass(frozen=True)
class ZeroTerminal(Schedule):
    """``base``, a schedule of the same T, rescaled to alpha_bar_T = 0 exactly.

    Raises:
        ValueError: if T is not that of ``base``, or below 2.
    """

    base: Schedule = field(default_factory=Linear)

    key: ClassVar[str] = "zero_terminal"
    label: ClassVar[str] = "Zero terminal SNR"
    help: ClassVar[str] = "Another schedule, stretched until no signal is left at T."

    def _validate(self) -> None:
        if self.T != self.base.T:
            raise ValueError(f"T = {self.T} is not that of the base, {self.base.T}.")
        if self.T < 2:
            raise ValueError("A schedule of one step cannot be rescaled: it has nothing to keep.")

    def _betas(self) -> Tensor:
        signal = self.base.alpha_bars.sqrt()
        first, last = signal[0], signal[-1]
        betas = betas_from(((signal - last) * first / (first - last)).square())
        # Step 1 is kept by definition; said so, it is kept to the last digit.
        return torch.cat([self.base.betas[:1], betas[1:]])


def zero_terminal(schedule: Schedule) -> ZeroTerminal:
    """``schedule`` with its T, rescaled."""
    return ZeroTerminal(schedule.T, schedule)
