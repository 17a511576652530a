"""What the page about points in the plane adds to a film: quality of samples, and score fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoisers import score
from engine.evaluation import EnergyRatio, energy_ratio
from engine.evaluation.distances import nearest_distances
from engine.experiments.film import (
    Film,
    Process,
    denoiser_of,
    exact_denoiser,
    frame_times,
    memory_denoiser,
    stored_points,
)
from engine.experiments.networks import Network
from engine.noise import Schedule
from engine.progress import Step, Steps, watched
from engine.streams import seeds, stream

REPEATS = 5  #: draws of fresh data that samples are compared with
CELLS = 15  #: places along each side of a score field


@dataclass(frozen=True)
class Nearest:
    """Median distances to the nearest of the points that a data set has stored.

    Attributes:
        samples: of the samples.
        fresh: of as many fresh points of the data.
        stored: how many are stored.
    """

    samples: float
    fresh: float
    stored: int


@dataclass(frozen=True)
class Quality:
    """How good the samples of a film are.

    Attributes:
        ratio: how far they are from fresh data, against fresh data from each other.
        nearest: whether they are copies; None where the density is known and no memory denoised.
    """

    ratio: EnergyRatio
    nearest: Nearest | None


def quality(dataset: str, made: Film, repeats: int = REPEATS) -> Steps[Quality]:
    """Compare a film's samples with fresh data, and with stored points where there are any."""
    samples = made.reverse[-1]

    def given(n: int, generator: Generator) -> Tensor:  # noqa: ARG001  # a Draw
        return samples

    yield Step(0, 1, "Comparing with fresh data")
    draw = DATASETS[dataset].sample
    ratio = energy_ratio(given, draw, len(samples), seeds(0, "fresh", repeats))
    process = made.settings
    denoiser = process.denoiser if isinstance(process, Process) else ""
    stored = stored_points(dataset, denoiser)
    if stored is None:
        return Quality(ratio, None)
    fresh = draw(len(samples), stream(0, "fresh"))
    ours, theirs = (float(nearest_distances(x, stored).median()) for x in (samples, fresh))
    return Quality(ratio, Nearest(ours, theirs, len(stored)))


@dataclass(frozen=True)
class Scores:
    """Which score is drawn on a grid over [-window, window]^2.

    Attributes:
        dataset: a key of ``DATASETS``.
        schedule: its noise levels.
        network: whose score; None: the best that is known, or that of stored points.
        memory: whether it is that of stored points, where no network is given.
        window: half the side of the grid.
        cells: places along each side.
    """

    dataset: str
    schedule: Schedule
    network: Network | None = None
    window: float = 2.5
    cells: int = CELLS
    memory: bool = False


@dataclass(frozen=True, eq=False)
class ScoreField:
    """Displacements on a grid, moment by moment.

    Attributes:
        places: (G, 2) the grid.
        steps: (F, G, 2) the score times 1 - alpha_bar, t = T first and t = 0 last. At t = 0,
            where that is 0, what it was at t = 1.
        kind: how an exact score is known (``engine.denoisers.exact``); "network" for a network's.
    """

    places: np.ndarray
    steps: np.ndarray
    kind: str


def score_field(scores: Scores) -> Steps[ScoreField]:
    """The score times 1 - alpha_bar, which stays finite, at every frame of a film.

    What is drawn is sqrt(alpha_bar) E[x_0 | x_t] - x_t, the way from a place to where the denoiser
    predicts that it came from. At t = 0, where this way has no length, it is that of t = 1.
    """
    kind, who = "network", "learned"
    if scores.network is None:
        who = "memory" if scores.memory else "exact"
        known = memory_denoiser if scores.memory else exact_denoiser
        kind = known(scores.dataset).kind
    denoiser = yield from denoiser_of(scores.dataset, who, scores.network)
    axis = torch.linspace(-scores.window, scores.window, scores.cells)
    grid = torch.cartesian_prod(axis, axis)
    times = scores.schedule.T - frame_times(scores.schedule.T)
    levels = [float(scores.schedule.alpha_bar(max(1, t))) for t in times.long().tolist()]
    steps = yield from watched(
        ((1 - level) * score(denoiser, grid, level) for level in levels), len(levels), "Score"
    )
    return ScoreField(grid.numpy(), torch.stack(steps).numpy(), kind)
