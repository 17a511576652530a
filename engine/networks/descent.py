"""Gradient descent on the weights of a small network: the loop that all trainings here share.

Adam, a learning rate that the caller paces, and an exponential moving average of the weights,
which follows faster at the start: after step k it keeps at most k / (k + 10) of itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn


def check_options(counts: dict[str, int], learning_rate: float, ema: float) -> None:
    """What every training asks of its options.

    Raises:
        ValueError: if a count is below 1, or the learning rate or the averaging out of range.
    """
    for name, value in counts.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}.")
    if not 0 < learning_rate < 1:
        raise ValueError(f"The learning rate must lie in (0, 1), not {learning_rate:g}.")
    if not 0 <= ema < 1:
        raise ValueError(f"The averaging must lie in [0, 1), not {ema:g}.")


def half_cosine(step: int, steps: int) -> float:
    """The learning rate of ``step`` over the largest: it falls from 1 to 0.001."""
    return 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-3


def warmed_up(step: int, steps: int) -> float:
    """The same after a short climb."""
    return min(step / min(100, steps // 10 + 1), half_cosine(step, steps))


def constant(step: int, steps: int) -> float:  # noqa: ARG001  # as the other paces
    """The largest throughout."""
    return 1.0


def descend(  # noqa: PLR0913, PLR0917  # the one loop behind all trainings
    net: nn.Module,
    averaged: nn.Module,
    loss: Callable[[], Tensor],
    steps: int,
    learning_rate: float,
    ema: float,
    pace: Callable[[int, int], float],
    clip: float = math.inf,
) -> Iterator[tuple[int, float]]:
    """Update ``net`` and its average, yielding (step, loss) after every update.

    loss: of a fresh batch, a scalar with its graph. pace(step, steps): the learning rate over the
    largest. clip: the longest gradient; a longer one is shortened to it.
    """
    weights: list[Tensor] = [*net.parameters()]
    averages: list[Tensor] = [*averaged.parameters()]
    optimizer = torch.optim.Adam(weights, lr=learning_rate, fused=True)
    for step in range(1, steps + 1):
        optimizer.param_groups[0]["lr"] = learning_rate * pace(step, steps)
        found = loss()
        optimizer.zero_grad()
        found.backward()
        if clip < math.inf:
            nn.utils.clip_grad_norm_(weights, clip)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, weights, 1 - min(ema, step / (step + 10)))
        yield step, float(found.detach())
