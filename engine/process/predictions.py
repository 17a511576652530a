"""What a network may predict, and how one follows from another: eps, x_0, v and the score.

With a = sqrt(alpha_bar_t) and b = sqrt(1 - alpha_bar_t): x_t = a x_0 + b eps, v = a eps - b x_0
(Salimans and Ho 2022, arXiv 2202.00512), and the score is -eps / b.
"""

from __future__ import annotations

import math

from torch import Tensor

Level = float | Tensor


def _signal_and_noise(alpha_bar: Level) -> tuple[Level, Level]:
    """sqrt(alpha_bar) and sqrt(1 - alpha_bar)."""
    if isinstance(alpha_bar, Tensor):
        return alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
    return math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)


def eps_from_x0(x_t: Tensor, x_0: Tensor, alpha_bar: Level) -> Tensor:
    """The noise in x_t (B, ...), given the clean data; undefined at alpha_bar = 1."""
    signal, noise = _signal_and_noise(alpha_bar)
    return (x_t - signal * x_0) / noise


def x0_from_eps(x_t: Tensor, eps: Tensor, alpha_bar: Level) -> Tensor:
    """The clean data (B, ...), given the noise in x_t; undefined at alpha_bar = 0."""
    signal, noise = _signal_and_noise(alpha_bar)
    return (x_t - noise * eps) / signal


def v_from_x0_eps(x_0: Tensor, eps: Tensor, alpha_bar: Level) -> Tensor:
    """The velocity (B, ...), sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0."""
    signal, noise = _signal_and_noise(alpha_bar)
    return signal * eps - noise * x_0


def x0_from_v(x_t: Tensor, v: Tensor, alpha_bar: Level) -> Tensor:
    """The clean data (B, ...), given the velocity; defined at every alpha_bar."""
    signal, noise = _signal_and_noise(alpha_bar)
    return signal * x_t - noise * v


def eps_from_v(x_t: Tensor, v: Tensor, alpha_bar: Level) -> Tensor:
    """The noise (B, ...), given the velocity; defined at every alpha_bar."""
    signal, noise = _signal_and_noise(alpha_bar)
    return noise * x_t + signal * v


def score_from_eps(eps: Tensor, alpha_bar: Level) -> Tensor:
    """The score grad log q(x_t) (B, ...), given the expected noise; undefined at alpha_bar = 1."""
    return -eps / _signal_and_noise(alpha_bar)[1]


def eps_from_score(score: Tensor, alpha_bar: Level) -> Tensor:
    """The expected noise (B, ...), given the score."""
    return -score * _signal_and_noise(alpha_bar)[1]


def score_from_x0(x_t: Tensor, x_0: Tensor, alpha_bar: Level) -> Tensor:
    """Tweedie's formula (B, ...): the score, given E[x_0 | x_t]; undefined at alpha_bar = 1."""
    return score_from_eps(eps_from_x0(x_t, x_0, alpha_bar), alpha_bar)


def x0_from_score(x_t: Tensor, score: Tensor, alpha_bar: Level) -> Tensor:
    """Tweedie's formula read the other way: E[x_0 | x_t] (B, ...), given the score."""
    return x0_from_eps(x_t, eps_from_score(score, alpha_bar), alpha_bar)


#: What a network may be asked for; all say the same about x_t.
PREDICTIONS: dict[str, str] = {"x_0": "clean data", "eps": "noise", "v": "velocity"}


def as_prediction(kind: str, x_t: Tensor, x_0: Tensor, alpha_bar: float) -> Tensor:
    """The answer x_0 (B, ...) of a network at x_t, said as ``kind`` of ``PREDICTIONS``.

    Raises:
        KeyError: if the kind is unknown.
    """
    eps = eps_from_x0(x_t, x_0, alpha_bar)
    return {"x_0": x_0, "eps": eps, "v": v_from_x0_eps(x_0, eps, alpha_bar)}[kind]


def x0_shares(kind: str, alpha_bar: float) -> tuple[float, float]:
    """(a, b) of x_0 = a x_t + b prediction, for ``kind`` of ``PREDICTIONS``.

    |b| is what an error of the network is multiplied by on its way into x_0.

    Raises:
        KeyError: if the kind is unknown.
        ValueError: for eps at alpha_bar = 0, where x_t says nothing about x_0.
    """
    signal, noise = math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)
    if kind == "eps" and not signal:
        raise ValueError("At alpha_bar = 0 the noise does not tell the clean data.")
    return {
        "x_0": lambda: (0.0, 1.0),
        "eps": lambda: (1 / signal, -noise / signal),
        "v": lambda: (signal, -noise),
    }[kind]()
