"""The forward process q: from data to noise, and conversions between what networks predict.

Closed-form marginal (Ho et al. 2020, arXiv 2006.11239, eq. 4)::

    x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps

Drawing fresh noise in that formula at every t gives the right distribution at each t but is not a
path of the Markov chain; ``markov_path`` walks q(x_t | x_{t-1}) and is one.

Four quantities say the same about x_t (Salimans and Ho 2022, arXiv 2202.00512, section 4): the
clean data x_0, the noise eps, the velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0, and
the score = -eps / sqrt(1 - alpha_bar). In all functions ``alpha_bar`` is a number or a tensor that
broadcasts against x; the conversions are linear, so they hold for estimates too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import torch
from torch import Tensor

from engine.noise import Schedule
from engine.process.predictions import Level, _signal_and_noise
from engine.process.trajectory import State


def diffuse(x_0: Tensor, alpha_bar: Level, eps: Tensor) -> Tensor:
    """x_t (B, ...) from clean data and standard normal noise of the same shape."""
    signal, noise = _signal_and_noise(alpha_bar)
    return signal * x_0 + noise * eps


def draw_noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal noise with the shape, type and device of ``like``."""
    return torch.randn(like.shape, generator=generator, dtype=like.dtype, device=like.device)


def _times(schedule: Schedule, ts: Iterable[int] | None) -> list[int]:
    """The times to visit: 0 first, then ``ts`` (default 1..T) in ascending order."""
    times = [0, *(t for t in (range(1, schedule.T + 1) if ts is None else ts) if t != 0)]
    if any(late <= early for early, late in pairwise(times)) or times[-1] > schedule.T:
        raise ValueError(f"Times must ascend from 0 and stay within T = {schedule.T}.")
    return times


def markov_path(
    schedule: Schedule, x_0: Tensor, generator: torch.Generator, ts: Iterable[int] | None = None
) -> Iterator[State]:
    """A true path of the Markov chain, visiting 0 and then ``ts`` (default 1..T).

    Between visited times s < t it draws from q(x_t | x_s), whose variance is 1 - alpha_bar_t /
    alpha_bar_s, so a coarse path has the same joint distribution as a fine one seen at these times.

    Yields states of shape (B, ...).

    Raises:
        ValueError: if the times do not ascend within 0..T.
    """
    x_t, before = x_0, 0
    for t in _times(schedule, ts):
        if t > 0:
            ratio = float(schedule.alpha_bar(t) / schedule.alpha_bar(before))
            x_t = diffuse(x_t, ratio, draw_noise(x_t, generator))
        yield State(float(t), x_t)
        before = t


def marginal_path(
    schedule: Schedule, x_0: Tensor, generator: torch.Generator, ts: Iterable[int] | None = None
) -> Iterator[State]:
    """Independent draws from q(x_t | x_0), fresh noise at each t: right at each t, but no path.

    Yields states of shape (B, ...) at 0 and then at ``ts`` (default 1..T).

    Raises:
        ValueError: if the times do not ascend within 0..T.
    """
    for t in _times(schedule, ts):
        eps = draw_noise(x_0, generator)
        yield State(float(t), diffuse(x_0, float(schedule.alpha_bar(t)), eps))


def fixed_noise_path(
    schedule: Schedule, x_0: Tensor, eps: Tensor, ts: Iterable[int] | None = None
) -> Iterator[State]:
    """The same noise ``eps`` (B, ...) at every t: a smooth curve from x_0 towards eps.

    Right at each t, but no path of the chain either. Schedules fed the same eps can be compared.

    Raises:
        ValueError: if the times do not ascend within 0..T.
    """
    for t in _times(schedule, ts):
        yield State(float(t), diffuse(x_0, float(schedule.alpha_bar(t)), eps))
