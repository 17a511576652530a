"""True and learned score on one grid: both fields, where they differ, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser
from engine.evaluation import compare, kl_bound, over_time
from engine.evaluation.score_error import Comparison, Level, coverage, end_gap
from engine.experiments.arrays import Array, Exported
from engine.experiments.exact_learned.streamlines import GridField, grid, spread_seeds, trace
from engine.experiments.film import exact_denoiser
from engine.experiments.networks import Network, denoising
from engine.noise import Schedule
from engine.process import fixed_noise_path
from engine.progress import Step, Steps
from engine.streams import stream

WINDOW = 2.7  #: the grid reaches from -WINDOW to WINDOW
FRAMES = 40  #: intervals of the clock
CELLS = 43  #: places along each side of the grid
ARROWS = 3  #: of so many places along a side, one carries an arrow
LINES, LENGTH, STEPS = 150, 0.42, 7  #: streamlines; how far each runs either way, in so many steps
PLACES = 241  #: of the grid in one dimension
CLOUD = 500  #: noised points behind the fields
DRAWS = 1000  #: noised points that the means are taken over


@dataclass(frozen=True)
class ScoreSettings:
    """Everything that decides a comparison of scores.

    Attributes:
        network: to compare with the exact score of its data set.
        schedule: of the noise.
        seed: of the points and noise that means are taken over.
    """

    network: Network
    schedule: Schedule
    seed: int


@dataclass(frozen=True, eq=False)
class Fields(Exported):
    """Both scores on one grid, F times from noise to data.

    Displacements are the score times 1 - alpha_bar: the way from a place to the expected clean
    point, less the shrinking by sqrt(alpha_bar). In one dimension H = 1.

    Attributes:
        t: (F,) times, T first and 1 last.
        levels: the means over q(x_t) at each time.
        places: (H W, D) the grid.
        exact: (F, H W, D) displacements by the exact score.
        learned: (F, H W, D) displacements by the network.
        lines: streamlines (F, S, P, 2) of both; none in one dimension.
        error: (F, H, W) |eps_learned - eps_exact|.
        density: (F, H, W) q(x_t).
        cover: (F, H, W) how much of the mass of q(x_t) a place represents, 0 to 1.
        cloud: (F, N, D) data at the same noise.
        bound: half the integral of the Fisher divergence, in nats.
        early: KL(q_T || N(0, I)) in nats, the cost of a schedule that stops before noise.
    """

    t: np.ndarray
    levels: tuple[Level, ...]
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

    def described(self) -> dict[str, Array]:
        """Both scores on the grid, and the errors over time."""
        error = self.error.reshape(len(self.t), -1)
        squared = np.array([level.squared for level in self.levels])
        fisher = np.array([level.fisher for level in self.levels])
        bound = "half the Fisher divergence times beta, summed, in nats"
        return {
            "t": Array(self.t, "(F,) times, T first and 1 last"),
            "places": Array(self.places, "(G, D) the grid"),
            "exact": Array(self.exact, "(F, G, D) exact score times 1 - alpha_bar"),
            "learned": Array(self.learned, "(F, G, D) the network's score times 1 - alpha_bar"),
            "error": Array(error, "(F, G) |eps_learned - eps_exact|"),
            "squared": Array(squared, "(F,) mean squared error of eps over q(x_t), per coordinate"),
            "fisher": Array(fisher, "(F,) Fisher divergence"),
            "bound": Array(self.bound, bound),
            "early": Array(self.early, "KL(q_T || N(0, I)) in nats"),
        }


def clock(schedule: Schedule) -> list[int]:
    """Whole times from T down to 1; at t = 0 there is no noise to predict."""
    count = min(schedule.T, FRAMES + 1)
    times = torch.linspace(schedule.T, 1, count, dtype=torch.float64)
    return [int(t) for t in times.round()]


def score_fields(settings: ScoreSettings) -> Steps[Fields]:
    """The score of a network beside the exact score, at every time of the clock."""
    denoiser = yield from denoising(settings.network)
    return (yield from fields_of(denoiser, settings))


def fields_of(denoiser: Denoiser, settings: ScoreSettings) -> Steps[Fields]:
    """The same for any denoiser of the data set, in place of the network."""
    data, known = DATASETS[settings.network.dataset], exact_denoiser(settings.network.dataset)
    schedule, seed = settings.schedule, settings.seed
    times = clock(schedule)
    alpha_bars = [float(schedule.alpha_bar(t)) for t in times]
    plane = data.dim == 2
    shape, places = ((CELLS, CELLS) if plane else (1, PLACES)), _places(data.dim)
    found: list[Comparison] = []
    for alpha_bar in alpha_bars:
        found.append(compare(known, denoiser, places, alpha_bar))
        yield Step(len(found), 2 * len(times), "Comparing scores")
    x_0, noise = data.sample(DRAWS, stream(seed, "data")), stream(seed, "forward")
    levels: list[Level] = []
    for level in over_time(known, denoiser, x_0, alpha_bars, noise):
        levels.append(level)
        yield Step(len(times) + len(levels), 2 * len(times), "Averaging errors")
    exact_field = _displacements([c.exact for c in found], alpha_bars)
    learned_field = _displacements([c.learned for c in found], alpha_bars)
    log_q = torch.stack([c.log_q for c in found])
    return Fields(
        t=np.array(times, dtype=float),
        levels=tuple(levels),
        places=places.numpy(),
        exact=exact_field.numpy(),
        learned=learned_field.numpy(),
        lines=(_lines(exact_field), _lines(learned_field)) if plane else None,
        error=torch.stack([c.error for c in found]).reshape(-1, *shape).numpy(),
        density=log_q.exp().reshape(-1, *shape).numpy(),
        cover=torch.stack([coverage(row) for row in log_q]).reshape(-1, *shape).numpy(),
        cloud=_cloud(x_0[:CLOUD], schedule, times, noise),
        bound=kl_bound(levels),
        early=end_gap(known, x_0, alpha_bars[0], stream(seed, "start")),
    )


def _places(dim: int) -> Tensor:
    """(H W, D) the grid."""
    if dim == 1:
        return torch.linspace(-WINDOW, WINDOW, PLACES)[:, None]
    return grid(-WINDOW, WINDOW, CELLS).reshape(-1, 2)


def _displacements(eps: Sequence[Tensor], alpha_bars: Sequence[float]) -> Tensor:
    """(F, G, D) the score times 1 - alpha_bar: -sqrt(1 - alpha_bar) eps, from F eps (G, D)."""
    noise = torch.tensor([(1 - alpha_bar) ** 0.5 for alpha_bar in alpha_bars])
    return -noise[:, None, None] * torch.stack(list(eps))


def _lines(displacements: Tensor) -> np.ndarray:
    """(F, S, P, 2) streamlines of displacements (F, H W, 2), from the same seeds at all times."""
    field = GridField(displacements.reshape(-1, CELLS, CELLS, 2), -WINDOW, WINDOW)
    seeds = spread_seeds(LINES, -0.97 * WINDOW, 0.97 * WINDOW)
    return trace(field, seeds.expand(len(displacements), -1, -1), LENGTH, STEPS).numpy()


def _cloud(x_0: Tensor, schedule: Schedule, times: list[int], generator: Generator) -> np.ndarray:
    """(F, N, D) the points x_0 (N, D) at each of ``times``, with one noise for all."""
    eps = torch.randn(x_0.shape, generator=generator)
    path = fixed_noise_path(schedule, x_0, eps, sorted(times))
    return torch.stack([state.x for state in path if state.t > 0]).flip(0).numpy()


def arrow_places() -> np.ndarray:
    """Indices into the grid of the places that carry an arrow."""
    index = np.arange(CELLS * CELLS).reshape(CELLS, CELLS)
    return index[ARROWS // 2 :: ARROWS, ARROWS // 2 :: ARROWS].ravel()
