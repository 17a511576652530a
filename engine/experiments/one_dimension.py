"""What the page on one dimension shows of a film: densities, moments and histograms per frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data import DATASETS, GaussianMixture
from engine.evaluation.distances import histograms
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import Film, Process, film
from engine.progress import Steps

EDGES = torch.linspace(-3.4, 3.4, 137, dtype=torch.float64)  #: fine cells of the exact density
BINS = torch.linspace(-3.4, 3.4, 35, dtype=torch.float64)  #: coarse bins of the histograms


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and variance, frame by frame.

    Attributes:
        mean, variance: (F,) each.
    """

    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True)
class PathNumbers:
    """What the paths of a film do, which no density tells.

    Attributes:
        move: mean |x_t - x_s| of a forward path between neighbouring frames.
        apart: mean distance from x_0 of a forward path to the end of the reverse path of the same
            number.
        ordered: share of all pairs of reverse paths of which the same one is larger at the start
            and at the end; 0.5 is chance.
    """

    move: float
    apart: float
    ordered: float


@dataclass(frozen=True, eq=False)
class Picture(Exported):
    """A film in one dimension and what is known exactly about it.

    Attributes:
        film: the paths.
        density: (F, H) exact mean density of x_t in each cell between ``EDGES``, t = 0 first.
        exact: moments of x_t in closed form, t = 0 first.
        errors: standard deviations of these moments over as many draws as there are paths.
        forward, reverse: moments of the paths, frame by frame.
        forward_bars, reverse_bars: (F, B) histograms over ``BINS``, as densities.
        paths: what the paths do, beyond their density.
    """

    film: Film
    density: np.ndarray
    exact: Moments
    errors: Moments
    forward: Moments
    reverse: Moments
    forward_bars: np.ndarray
    reverse_bars: np.ndarray
    paths: PathNumbers

    def described(self) -> dict[str, Array]:
        """Those of the film, and what is known exactly."""
        return {
            **self.film.described(),
            "edges": Array(EDGES, "(H + 1,) edges of the cells of density"),
            "density": Array(self.density, "(F, H) exact mean density of x_t in each cell"),
            "mean": Array(self.exact.mean, "(F,) exact mean of x_t"),
            "variance": Array(self.exact.variance, "(F,) exact variance of x_t"),
        }


def picture(process: Process) -> Steps[Picture]:
    """The film of a process in one dimension, and all that is known exactly about it.

    Raises:
        ValueError: if the data set has no closed form.
    """
    mixture = DATASETS[process.dataset].mixture()
    if mixture is None:
        raise ValueError("This page needs a distribution with a closed form.")
    made = yield from film(process)
    levels = process.schedule.alpha_bar(made.t.long()).tolist()
    noisy: list[GaussianMixture] = [mixture.diffused(alpha_bar) for alpha_bar in levels]
    return Picture(
        film=made,
        density=torch.stack([q.interval_density(EDGES) for q in noisy]).numpy(),
        exact=Moments(
            np.array([float(q.mean[0]) for q in noisy]),
            np.array([float(q.variance[0]) for q in noisy]),
        ),
        errors=Moments(
            np.array([float((q.variance[0] / process.n).sqrt()) for q in noisy]),
            np.array([float(q.variance_error(process.n)[0]) for q in noisy]),
        ),
        forward=_moments(made.forward),
        reverse=_moments(made.reverse),
        forward_bars=histograms(made.forward[..., 0], BINS).numpy(),
        reverse_bars=histograms(made.reverse[..., 0], BINS).numpy(),
        paths=_path_numbers(made),
    )


def _path_numbers(made: Film) -> PathNumbers:
    """Those of a film in one dimension."""
    forward, reverse = made.forward[..., 0], made.reverse[..., 0]
    start, end = reverse[0], reverse[-1]
    i, j = torch.triu_indices(len(start), len(start), 1)
    return PathNumbers(
        move=float(forward.diff(dim=0).abs().mean()),
        apart=float((forward[0] - end).abs().mean()),
        ordered=float(((start[i] < start[j]) == (end[i] < end[j])).float().mean()),
    )


def _moments(x: Tensor) -> Moments:
    """Mean and variance over the paths of x (F, B, 1)."""
    values = x[..., 0].double()
    return Moments(values.mean(dim=1).numpy(), values.var(dim=1).numpy())
