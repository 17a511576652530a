"""One step of one sampler for one point, as the sum that it is.

A network may be asked for the clean point, the noise or the velocity. The step is the same: only
the weights of its terms change, and by how much an error of the network is multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.noise import Schedule
from engine.process import PREDICTIONS, Trajectory, as_prediction
from engine.process.predictions import x0_shares
from engine.samplers import Sampler, Weights, weights


@dataclass(frozen=True, eq=False)
class Term:
    """One term of a step.

    Attributes:
        name: "x_t", "answer" (the network's), "second" (another prediction of x_0) or "noise".
        weight: of its vector.
        vector: (2,) what it weighs.
    """

    name: str
    weight: float
    vector: np.ndarray


@dataclass(frozen=True, eq=False)
class Form:
    """A step with the network's answer as one of ``PREDICTIONS``.

    Attributes:
        terms: they add up to x_s; x_t first, the answer second.
        error: how many times an error of the answer reappears in the x_0 that it implies.
    """

    terms: tuple[Term, ...]
    error: float

    @property
    def total(self) -> np.ndarray:
        """(2,) x_s, the sum of the terms."""
        total: np.ndarray = np.sum([term.weight * term.vector for term in self.terms], axis=0)
        return total


@dataclass(frozen=True, eq=False)
class StepTaken:
    """A step from t to s.

    Attributes:
        t, s: the times of both ends.
        alpha_bar_t, alpha_bar_s: their levels.
        x_s: (2,) where it leads.
        forms: by kind of prediction; None where that does not determine x_0.
        second: whether a second prediction takes part.
        noise: whether fresh noise is added.
    """

    t: float
    s: float
    alpha_bar_t: float
    alpha_bar_s: float
    x_s: np.ndarray
    forms: dict[str, Form | None]
    second: bool
    noise: bool


def step_taken(
    sampler: Sampler, schedule: Schedule, walk: Trajectory, point: int, step: int
) -> StepTaken:
    """Step ``step`` (from 1) of the walk (S, M, 2) for its point ``point``.

    Raises:
        ValueError: if the walk carries no predictions.
    """
    if walk.x_0 is None:
        raise ValueError("The walk carries no predictions of x_0.")
    levels = sampler.levels(schedule)
    (t, now), (s, then) = levels[step - 1], levels[step]
    parts = weights(sampler, now, then, levels[step - 2][1] if step > 1 else None)
    x_t, x_s, x_0 = (
        x.double() for x in (walk.x[step - 1, point], walk.x[step, point], walk.x_0[step, point])
    )
    forms = {kind: form(kind, parts, now, (x_t, x_0, x_s)) for kind in PREDICTIONS}
    return StepTaken(t, s, now, then, x_s.numpy(), forms, bool(parts.other), bool(parts.noise))


def form(
    kind: str, parts: Weights, alpha_bar: float, points: tuple[Tensor, Tensor, Tensor]
) -> Form | None:
    """The step with the answer as ``kind``; None where that does not determine x_0.

    Args:
        kind: of ``PREDICTIONS``.
        parts: the weights of the step.
        alpha_bar: the level at t.
        points: x_t, x_0 and x_s, (2,) each. What is not recorded, the last of the terms, is what is
            left of x_s.
    """
    try:
        of_x_t, of_answer = x0_shares(kind, alpha_bar)
    except ValueError:
        return None
    x_t, x_0, x_s = points
    left = x_s - parts.x_t * x_t - parts.x_0 * x_0
    answer = as_prediction(kind, x_t, x_0, alpha_bar)
    terms = [
        Term("x_t", parts.x_t + parts.x_0 * of_x_t, x_t.numpy()),
        Term("answer", parts.x_0 * of_answer, torch.as_tensor(answer).numpy()),
    ]
    if parts.other:
        terms.append(Term("second", parts.other, (left / parts.other).numpy()))
    if parts.noise:
        terms.append(Term("noise", parts.noise, (left / parts.noise).numpy()))
    return Form(tuple(terms), abs(of_answer))
