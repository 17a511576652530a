"""The forward process, and what a network may predict of it.

x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps. From x_t and one of x_0, eps, v and the
score the others follow; the conversions are pure functions and one another's inverse. A trajectory
records a process either way.
"""

from engine.process.forward import diffuse, draw_noise, fixed_noise_path, marginal_path, markov_path
from engine.process.predictions import (
    PREDICTIONS,
    as_prediction,
    eps_from_score,
    eps_from_v,
    eps_from_x0,
    score_from_eps,
    score_from_x0,
    v_from_x0_eps,
    x0_from_eps,
    x0_from_score,
    x0_from_v,
)
from engine.process.trajectory import State, Trajectory

__all__ = [
    "PREDICTIONS", "State", "Trajectory", "as_prediction", "diffuse", "draw_noise",
    "eps_from_score", "eps_from_v", "eps_from_x0", "fixed_noise_path", "marginal_path",
    "markov_path", "score_from_eps", "score_from_x0", "v_from_x0_eps", "x0_from_eps",
    "x0_from_score", "x0_from_v",
]  # fmt: skip
