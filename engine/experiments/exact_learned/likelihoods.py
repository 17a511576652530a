"""Likelihood by the probability-flow ODE, of a network and of the exact score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser
from engine.evaluation import FlowOptions, kl_divergence
from engine.evaluation.likelihood import (
    Carried,
    Divergence,
    Stop,
    bits_per_dimension,
    carried,
    stops,
)
from engine.evaluation.score_error import coverage
from engine.experiments.arrays import Array, Exported
from engine.experiments.exact_learned.score_fields import WINDOW
from engine.experiments.exact_learned.streamlines import grid
from engine.experiments.film import exact_denoiser
from engine.experiments.networks import Network, denoising
from engine.noise import Schedule
from engine.progress import Step, Steps
from engine.streams import stream

LINE = 3.2  #: half the length of the line that is shown
PLACES = 401  #: on it
CELLS = 42  #: places along each side of the maps
DRAWS = {1: 2000, 2: 500}  #: data points whose likelihood is measured, by dimension
CHECKED = 150  #: of them, in two dimensions, also by the ODE with the exact score

FRESH = "(n, D) fresh draws from the data"
LOG_P = "(n,) log-likelihood by the network's ODE, nats"
LOG_Q = "(n,) exact log density, nats"
GRID = "(G, D) places of the density"
LOG_DENSITY = "(G,) the network's log density there"


@dataclass(frozen=True)
class LikelihoodSettings:
    """Everything that decides a comparison of likelihoods.

    Attributes:
        network: to compare with the exact density of its data set.
        schedule: of the noise; only where it ends matters.
        solver: of the ODE.
        seed: of the fresh draws.
    """

    network: Network
    schedule: Schedule
    solver: FlowOptions
    seed: int

    @property
    def dataset(self) -> str:
        """The key of the data set."""
        return self.network.dataset


@dataclass(frozen=True, eq=False)
class Numbers:
    """Means over draws from the data, in nats.

    Attributes:
        n: draws.
        learned: (n,) log densities by the network's ODE.
        exact: (n,) exact log densities; None where they are not known.
        kl: KL(q || p) of the network's flow.
        solver: mean |log q - log p| of the flow of the exact score: the error of the solver and of
            the schedule.
        dim: D, coordinates of a point.
    """

    n: int
    learned: np.ndarray
    exact: np.ndarray | None
    kl: Divergence | None
    solver: float | None
    dim: int

    @property
    def nll(self) -> float:
        """Mean negative log-likelihood of the network."""
        return -float(self.learned.mean())

    @property
    def entropy(self) -> float | None:
        """Of the data: the least that any model can reach."""
        return None if self.exact is None else -float(self.exact.mean())

    def bits(self, nats: float) -> float:
        """The same per coordinate, in bits."""
        return bits_per_dimension(nats, self.dim)


@dataclass(frozen=True, eq=False)
class OnTheLine(Exported):
    """Densities in one dimension, at S times from noise to data.

    Attributes:
        t: (S,) times, T first.
        x: (P,) places at t = 0.
        truth: (S, P) exact density of x_t at x.
        exact: (places, densities), each (S, P), of the flow with the exact score.
        learned: the same with the network's score.
        log_learned: (P,) the network's log density at t = 0.
        drawn: (n, 1) fresh draws of the data.
        mass: of the network's density on the line.
        numbers: means over the draws.
    """

    t: np.ndarray
    x: np.ndarray
    truth: np.ndarray
    exact: tuple[np.ndarray, np.ndarray]
    learned: tuple[np.ndarray, np.ndarray]
    log_learned: np.ndarray
    drawn: np.ndarray
    mass: float
    numbers: Numbers

    def described(self) -> dict[str, Array]:
        """Fresh draws with their log-likelihoods, and the network's density."""
        assert self.numbers.exact is not None, "all data in one dimension have an exact density"
        return {
            "x": Array(self.drawn, FRESH),
            "log_p": Array(self.numbers.learned, LOG_P),
            "places": Array(self.x[:, None], GRID),
            "log_density": Array(self.log_learned, LOG_DENSITY),
            "log_q": Array(self.numbers.exact, LOG_Q),
        }


@dataclass(frozen=True, eq=False)
class InThePlane(Exported):
    """Densities in two dimensions.

    Attributes:
        t: (S,) times, T first.
        flow: (S, n, 2) draws from the data, moved to noise and back.
        places: (H W, 2) the grid over the window.
        learned: (H, W) log densities there by the network's ODE.
        exact: (H, W) exact log densities; None where they are not known.
        cover: (H, W) how much of the data's mass a place represents, 0 to 1.
        mass: of the network's density in the window.
        numbers: means over the draws.
    """

    t: np.ndarray
    flow: np.ndarray
    places: np.ndarray
    learned: np.ndarray
    exact: np.ndarray | None
    cover: np.ndarray
    mass: float
    numbers: Numbers

    def described(self) -> dict[str, Array]:
        """Fresh draws with their log-likelihoods, and the network's density."""
        arrays = {
            "x": Array(self.flow[-1], FRESH, result=True),
            "log_p": Array(self.numbers.learned, LOG_P),
            "places": Array(self.places, GRID),
            "log_density": Array(self.learned.reshape(-1), LOG_DENSITY),
        }
        if self.numbers.exact is not None:
            arrays["log_q"] = Array(self.numbers.exact, LOG_Q)
        return arrays


def likelihood(settings: LikelihoodSettings) -> Steps[OnTheLine | InThePlane]:
    """Data and a grid moved to noise by the ODE of the network and of the exact score."""
    denoiser = yield from denoising(settings.network)
    return (yield from likelihood_of(denoiser, settings))


def likelihood_of(
    denoiser: Denoiser, settings: LikelihoodSettings
) -> Steps[OnTheLine | InThePlane]:
    """The same for any denoiser of the data set, in place of the network."""
    if DATASETS[settings.dataset].dim == 1:
        return (yield from on_the_line(denoiser, settings))
    return (yield from in_the_plane(denoiser, settings))


def on_the_line(denoiser: Denoiser, settings: LikelihoodSettings) -> Steps[OnTheLine]:
    """Places and draws moved together."""
    known, drawn = exact_denoiser(settings.dataset), _draws(settings)
    places = torch.linspace(-LINE, LINE, PLACES)[:, None]
    both = torch.cat([places, drawn])
    learned = yield from _moved(denoiser, both, settings, (0, 2))
    exact = yield from _moved(known, both, settings, (1, 2))
    density = [known.posterior(places, level)[0].exp() for level in learned.alpha_bars.tolist()]
    paths = [
        (c.x[:, :PLACES, 0].flip(0).numpy(), c.log_prob[:, :PLACES].exp().flip(0).numpy())
        for c in (exact, learned)
    ]
    log_q = known.log_prob(drawn)
    on_places, log_p = learned.log_prob[0].split([PLACES, len(drawn)])
    solver = (log_q - exact.log_prob[0, PLACES:]).abs().mean()
    return OnTheLine(
        t=times(learned.phi, settings.schedule).flip(0).numpy(),
        x=places[:, 0].numpy(),
        truth=torch.stack(density).flip(0).numpy(),
        exact=paths[0],
        learned=paths[1],
        log_learned=on_places.numpy(),
        drawn=drawn.numpy(),
        mass=float(torch.trapezoid(on_places.exp(), places[:, 0])),
        numbers=_numbers(log_p, log_q, float(solver), 1),
    )


def in_the_plane(denoiser: Denoiser, settings: LikelihoodSettings) -> Steps[InThePlane]:
    """Draws and a grid moved together by the network; some draws by the exact score."""
    known, drawn = exact_denoiser(settings.dataset), _draws(settings)
    places = grid(-WINDOW, WINDOW, CELLS).reshape(-1, 2)
    runs = 2 if known.of_the_data else 1
    both = torch.cat([drawn, places])
    learned = yield from _moved(denoiser, both, settings, (0, runs))
    log_p, on_grid = learned.log_prob[0].split([len(drawn), len(places)])
    log_q, exact, solver = None, None, None
    if known.of_the_data:
        log_q, exact = known.log_prob(drawn), known.log_prob(places)
        checked = yield from _moved(known, drawn[:CHECKED], settings, (1, runs))
        solver = float((checked.log_prob[0] - log_q[:CHECKED]).abs().mean())
    weight = coverage(on_grid if exact is None else exact, inside=0.99, margin=3.0)
    cell = (2 * WINDOW / (CELLS - 1)) ** 2
    return InThePlane(
        t=times(learned.phi, settings.schedule).flip(0).numpy(),
        flow=learned.x[:, : len(drawn)].flip(0).numpy(),
        places=places.numpy(),
        learned=on_grid.reshape(CELLS, CELLS).numpy(),
        exact=None if exact is None else exact.reshape(CELLS, CELLS).numpy(),
        cover=weight.reshape(CELLS, CELLS).numpy(),
        mass=float(on_grid.exp().sum()) * cell,
        numbers=_numbers(log_p, log_q, solver, 2),
    )


def _numbers(log_p: Tensor, log_q: Tensor | None, solver: float | None, dim: int) -> Numbers:
    """The means over draws with log densities log_p (n,) and log_q (n,)."""
    if log_q is None:
        return Numbers(len(log_p), log_p.numpy(), None, None, None, dim)
    divergence = kl_divergence(log_q, log_p)
    return Numbers(len(log_p), log_p.numpy(), log_q.numpy(), divergence, solver, dim)


def times(phi: Tensor, schedule: Schedule) -> Tensor:
    """(S,) the times at which ``schedule`` passes the angles phi (S,), between its steps too."""
    known = np.arccos(np.sqrt(schedule.alpha_bar(torch.arange(schedule.T + 1)).numpy()))
    return torch.from_numpy(np.interp(phi.numpy(), known, np.arange(schedule.T + 1)))


def _draws(settings: LikelihoodSettings) -> Tensor:
    """Data that no network here has been trained on."""
    data = DATASETS[settings.dataset]
    return data.fresh(DRAWS[data.dim], stream(settings.seed, "fresh"))


def _moved(
    denoiser: Denoiser, x_0: Tensor, settings: LikelihoodSettings, part: tuple[int, int]
) -> Steps[Carried]:
    """Points x_0 moved to noise; ``part``: runs of the solver made so far, and in all."""
    states: list[Stop] = []
    before, runs = part
    each = settings.solver.steps + 1
    for state in stops(denoiser, x_0, settings.schedule.signal_left, settings.solver):
        states.append(state)
        yield Step(before * each + len(states), runs * each, "Solving the ODE")
    return carried(states)
