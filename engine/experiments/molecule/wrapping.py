"""What it costs to wrap angles without a wrapped density, as the tutorial's own model does.

1. At t = T its training states are a wrapped N(0, 1), a heap around an arbitrary zero with mean
   resultant length e^(-1/2) = 0.61; its sampler starts from a wrapped N(0, pi^2), 0.007, all but
   uniform, as the end of a wrapped-normal process is.
2. The score that its loss teaches is that of the Gaussian before wrapping, -tau / sigma^2. It jumps
   where angles wrap; the score of the wrapped normal is zero there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from engine.progress import Step, Steps
from engine.streams import stream
from engine.torsional.scratch import resultant_length as length_of
from engine.torsional.scratch.process import COSINE, START, T, alpha_bars, perturb
from engine.torsional.torus import sample_uniform, wrapped_normal_score

DRAWS = 40_000
BINS = 36  #: of 10 degrees
LEVELS: tuple[int, ...] = (100, 250, 500, 750, 1000)  #: t at which scores may be compared
LEVEL = 1000


@dataclass(frozen=True)
class Wrapping:
    """The two comparisons.

    Attributes:
        centres: (BINS,) degrees, the middle of each bin.
        training, start, uniform: (BINS,) percent of the draws in each bin: training states at
            t = T, the sampler's start, and the uniform distribution.
        training_length, start_length: mean resultant length of the draws, 0 to 1.
        t: of the scores; sigma = sqrt(1 - alpha_bar_t) radians.
        angles: (P,) degrees from where the clean angle has gone to.
        wrapped, used: (P,) per radian: the score of the wrapped normal, and the one that is used.
    """

    centres: np.ndarray
    training: np.ndarray
    start: np.ndarray
    uniform: np.ndarray
    training_length: float
    start_length: float
    t: int
    sigma: float
    angles: np.ndarray
    wrapped: np.ndarray
    used: np.ndarray


def wrapping(t: int, seed: int) -> Steps[Wrapping]:
    """Draw the states at both ends, and both scores at t.

    Raises:
        ValueError: if t is not in 1..T.
    """
    if not 1 <= t <= T:
        raise ValueError(f"t is a whole number from 1 to {T}, not {t}.")
    yield Step(0, 1, "Drawing states at t = T")
    training = end_states(seed)
    start = COSINE.start((DRAWS,), stream(seed, "start"))
    sigma = math.sqrt(1 - float(alpha_bars()[t]))
    angles = torch.linspace(-180, 180, 361, dtype=torch.float64)
    tau = angles.deg2rad()
    return Wrapping(
        centres=np.arange(BINS) * 10.0 - 175.0,
        training=_percent(training),
        start=_percent(start),
        uniform=np.full(BINS, 100 / BINS),
        training_length=float(length_of(training)),
        start_length=float(length_of(start)),
        t=t,
        sigma=sigma,
        angles=angles.numpy(),
        wrapped=wrapped_normal_score(tau, torch.tensor(sigma, dtype=tau.dtype)).numpy(),
        used=(-tau / sigma**2).numpy(),
    )


def end_states(seed: int) -> torch.Tensor:
    """(DRAWS,) training states at t = T, of clean angles from all round the circle."""
    clean = sample_uniform((DRAWS,), stream(seed, "data"))
    return perturb(clean, alpha_bars()[T].float(), stream(seed, "forward"))[0]


def resultant_length(seed: int = 0) -> float:
    """Mean resultant length of the training states at t = T; e^(-1/2) = 0.6065 but for chance."""
    return float(length_of(end_states(seed)))


def exact_lengths() -> tuple[float, float]:
    """The same in closed form: of the training states at t = T, and of the sampler's start."""
    variance = 1 - float(alpha_bars()[T])
    return math.exp(-variance / 2), math.exp(-(START**2) / 2)


def _percent(angles: torch.Tensor) -> np.ndarray:
    """(BINS,) percent of the angles (n,) in each bin."""
    counts, _ = np.histogram(np.degrees(angles.numpy()), BINS, (-180.0, 180.0))
    return 100 * counts / len(angles)
