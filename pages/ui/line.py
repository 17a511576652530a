"""What the page on one dimension shows of a film: densities, moments and histograms per frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data import DATASETS
from engine.metrics import histograms
from engine.mixture import GaussianMixture
from pages.ui.jobs import Report
from pages.ui.points import Film, Process, film

EDGES = torch.linspace(-3.4, 3.4, 137, dtype=torch.float64)  #: fine cells of the exact density
BINS = torch.linspace(-3.4, 3.4, 35, dtype=torch.float64)  #: coarse bins of the histograms


@dataclass(frozen=True, eq=False)
class Picture:
    """A film in one dimension and what is known exactly about it.

    Attributes
    ----------
    film: the paths.
    density: (F, H) exact mean density of x_t in each cell between ``EDGES``, t = 0 first.
    mean, variance: (F,) of x_t in closed form, t = 0 first.
    mean_error, variance_error: (F,) standard deviation of these over as many draws as paths.
    forward, reverse: (2, F) mean and variance of the paths, frame by frame.
    forward_bars, reverse_bars: (F, B) histograms over ``BINS``, as densities.
    """

    film: Film
    density: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    mean_error: np.ndarray
    variance_error: np.ndarray
    forward: np.ndarray
    reverse: np.ndarray
    forward_bars: np.ndarray
    reverse_bars: np.ndarray


def picture(report: Report, process: Process) -> Picture:
    """The job: the film and all that the page says about it.

    Raises
    ------
    ValueError: if the data set has no closed form.
    """
    mixture = DATASETS[process.dataset].mixture()
    if mixture is None:
        raise ValueError("This page needs a distribution with a closed form.")
    made = film(report, process)
    levels = process.schedule.alpha_bar(made.t.long()).tolist()
    noisy: list[GaussianMixture] = [mixture.diffused(alpha_bar) for alpha_bar in levels]
    return Picture(
        film=made,
        density=torch.stack([q.interval_density(EDGES) for q in noisy]).numpy(),
        mean=np.array([float(q.mean[0]) for q in noisy]),
        variance=np.array([float(q.variance[0]) for q in noisy]),
        mean_error=np.array([float((q.variance[0] / process.n).sqrt()) for q in noisy]),
        variance_error=np.array([float(q.variance_error(process.n)[0]) for q in noisy]),
        forward=_moments(made.forward),
        reverse=_moments(made.reverse),
        forward_bars=histograms(made.forward[..., 0], BINS).numpy(),
        reverse_bars=histograms(made.reverse[..., 0], BINS).numpy(),
    )


def _moments(x: Tensor) -> np.ndarray:
    """(2, F) mean and variance over the paths of x (F, B, 1)."""
    values = x[..., 0].double()
    return torch.stack([values.mean(dim=1), values.var(dim=1)]).numpy()
