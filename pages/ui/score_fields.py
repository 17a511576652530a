"""Exact and learned score beside each other: what the page draws of them, computed once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoise import Denoiser
from engine.exact import Exact, exact
from engine.forward import fixed_noise_path
from engine.noise import Schedule
from engine.score_error import (
    Comparison,
    Level,
    compare,
    coverage,
    end_gap,
    kl_bound,
    over_time,
)
from engine.streamlines import GridField, grid, spread_seeds, trace
from pages.ui.jobs import Report

WINDOW = 2.7
FRAMES = 40  #: intervals of the clock
CELLS = 43  #: places along each side of the grid
ARROWS = 3  #: of so many places along a side, one carries an arrow
LINES, LENGTH, STEPS = 150, 0.42, 7  #: streamlines; how far each runs either way, in so many steps
PLACES = 241  #: on the line
CLOUD = 500  #: noised points behind the fields
DRAWS = 1000  #: noised points that the means are taken over


@dataclass(frozen=True, eq=False)
class Fields:
    """Both scores on one grid, F moments from noise to data.

    Displacements are the score times 1 - alpha_bar: the way from a place to where its clean point
    is believed to be, less the shrinking by sqrt(alpha_bar). In one dimension H = 1.

    Attributes
    ----------
    t: (F,) times, T first and 1 last. levels: the means over q(x_t) at each.
    places: (H W, D) the grid. exact, learned: (F, H W, D) displacements there.
    lines: streamlines (F, S, P, 2) of both; none in one dimension.
    error: (F, H, W) |eps_learned - eps_exact|. density: (F, H, W) q(x_t). cover: how much of the
        mass of q(x_t) a place stands for, 0 to 1.
    cloud: (F, N, D) data at the same noise.
    bound: half the integral of the Fisher divergence, in nats. early: KL(q_T || N(0, I)), what a
        schedule costs that stops before noise.
    """

    t: np.ndarray
    levels: list[Level]
    places: np.ndarray
    exact: np.ndarray
    learned: np.ndarray
    lines: tuple[np.ndarray, np.ndarray] | None
    error: np.ndarray
    density: np.ndarray
    cover: np.ndarray
    cloud: np.ndarray
    bound: float
    early: float

    @property
    def scale(self) -> float:
        """An error that nearly all places with mass stay below."""
        seen = self.error[self.cover > 0.5]
        return max(0.05, float(np.quantile(seen, 0.98)))


@lru_cache(maxsize=32)
def truth(key: str) -> Exact:
    """What is known exactly about the data set ``key``; always the same object."""
    return exact(DATASETS[key])


def clock(schedule: Schedule) -> list[int]:
    """Whole times from T down to 1; at t = 0 there is no noise to be told."""
    count = min(schedule.T, FRAMES + 1)
    times = torch.linspace(schedule.T, 1, count, dtype=torch.float64)
    return [int(t) for t in times.round()]


def fields(report: Report, key: str, network: Denoiser, schedule: Schedule, seed: int) -> Fields:
    """The job: both fields at every moment of the clock, and their difference."""
    data, known, times = DATASETS[key], truth(key), clock(schedule)
    shape = (CELLS, CELLS) if data.dim == 2 else (1, PLACES)
    places = grid(-WINDOW, WINDOW, CELLS).reshape(-1, 2)
    if data.dim == 1:
        places = torch.linspace(-WINDOW, WINDOW, PLACES)[:, None]
    alpha_bars = [float(schedule.alpha_bar(t)) for t in times]
    found: list[Comparison] = []
    for k, alpha_bar in enumerate(alpha_bars):
        found.append(compare(known, network, places, alpha_bar))
        report(k + 1, 2 * len(times), message="Scores")
    levels: list[Level] = []
    generator = Generator().manual_seed(seed)
    x_0 = data.sample(DRAWS, generator)
    for level in over_time(known, network, x_0, alpha_bars, generator):
        levels.append(level)
        report(len(times) + len(levels), 2 * len(times), message="Errors")
    noise = torch.tensor([math.sqrt(1 - a) for a in alpha_bars])[:, None, None]
    ways = [-noise * torch.stack([getattr(c, who) for c in found]) for who in ("exact", "learned")]
    log_q = torch.stack([c.log_q for c in found])
    return Fields(
        t=np.array(times, dtype=float),
        levels=levels,
        places=places.numpy(),
        exact=ways[0].numpy(),
        learned=ways[1].numpy(),
        lines=(_lines(ways[0]), _lines(ways[1])) if data.dim == 2 else None,
        error=torch.stack([c.error for c in found]).reshape(-1, *shape).numpy(),
        density=log_q.exp().reshape(-1, *shape).numpy(),
        cover=torch.stack([coverage(row) for row in log_q]).reshape(-1, *shape).numpy(),
        cloud=_cloud(x_0[:CLOUD], schedule, times, generator),
        bound=kl_bound(levels),
        early=end_gap(known, x_0, alpha_bars[0], Generator().manual_seed(seed + 1)),
    )


def _lines(ways: Tensor) -> np.ndarray:
    """(F, S, P, 2) streamlines of displacements (F, H W, 2), from the same seeds at all times."""
    field = GridField(ways.reshape(-1, CELLS, CELLS, 2), -WINDOW, WINDOW)
    seeds = spread_seeds(LINES, -0.97 * WINDOW, 0.97 * WINDOW)
    return trace(field, seeds.expand(len(ways), -1, -1), LENGTH, STEPS).numpy()


def _cloud(x_0: Tensor, schedule: Schedule, times: list[int], generator: Generator) -> np.ndarray:
    """(F, N, D) the points x_0 (N, D) at each of ``times``, with one noise for all."""
    eps = torch.randn(x_0.shape, generator=generator)
    path = fixed_noise_path(schedule, x_0, eps, sorted(times))
    return torch.stack([state.x for state in path if state.t > 0]).flip(0).numpy()


def arrow_places() -> np.ndarray:
    """Indices into the grid of the places that carry an arrow."""
    index = np.arange(CELLS * CELLS).reshape(CELLS, CELLS)
    return index[ARROWS // 2 :: ARROWS, ARROWS // 2 :: ARROWS].ravel()
