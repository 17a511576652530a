"""Noise schedules: how fast data turns into noise.

A schedule is its betas; alpha_bar_t, the share of the data's variance left after step t, and the
signal-to-noise ratio follow. ``SCHEDULES`` holds those with a formula, ``Drawn`` is one drawn by
hand (``engine.noise.hand_drawn``), and ``zero_terminal`` rescales any of them to end in pure
noise::

    from engine.noise import Cosine

    Cosine(T=100).alpha_bar(50)
"""

from engine.noise.hand_drawn import Drawn
from engine.noise.schedules import (
    SCHEDULES,
    Cosine,
    Laplace,
    Linear,
    LogLinear,
    Quadratic,
    Schedule,
    Sigmoid,
    SigmoidSignal,
)
from engine.noise.zero_terminal import ZeroTerminal, zero_terminal

__all__ = [
    "SCHEDULES", "Cosine", "Drawn", "Laplace", "Linear", "LogLinear", "Quadratic", "Schedule",
    "Sigmoid", "SigmoidSignal", "ZeroTerminal", "zero_terminal",
]  # fmt: skip
