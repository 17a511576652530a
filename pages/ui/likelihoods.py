"""Likelihood by the probability-flow ODE: what the page shows of it, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoise import Denoiser
from engine.likelihood import (
    Carried,
    Divergence,
    FlowOptions,
    bits_per_dimension,
    carried,
    kl_divergence,
    stops,
)
from engine.noise import Schedule
from engine.score_error import coverage
from engine.streamlines import grid
from pages.ui.jobs import Report
from pages.ui.score_fields import WINDOW, truth

LINE = 3.2  #: half the length of the line that is carried
PLACES = 401  #: places on it
CELLS = 42  #: places along each side of the maps
DRAWS = {1: 2000, 2: 500}  #: data points whose likelihood is measured, by dimension
CHECKED = 150  #: of them, in two dimensions, also by the ODE with the exact score


@dataclass(frozen=True, eq=False)
class Numbers:
    """Means over draws from the data, in nats.

    Attributes
    ----------
    n: draws. exact, learned: (n,) log densities; exact is None where it is not known.
    kl: KL(q || p) of the network's flow. solver: mean |log q - log p| of the flow of the exact
        score, which is all the solver's, and the schedule's.
    """

    n: int
    learned: np.ndarray
    exact: np.ndarray | None
    kl: Divergence | None
    solver: float | None
    dim: int

    @property
    def nll(self) -> float:
        """Of the network."""
        return -float(self.learned.mean())

    @property
    def entropy(self) -> float | None:
        """Of the data: the least that any model can reach."""
        return None if self.exact is None else -float(self.exact.mean())

    def bits(self, nats: float) -> float:
        """The same per coordinate, in bits."""
        return bits_per_dimension(nats, self.dim)


@dataclass(frozen=True, eq=False)
class OnTheLine:
    """Densities in one dimension, S moments from noise to data.

    Attributes
    ----------
    t: (S,) times, T first. x: (P,) places at t = 0.
    truth: (S, P) exact density of x_t at x. exact, learned: (places, densities), each (S, P), of
        the flow with the exact and with the network's score.
    log_learned: (P,) the network's log density at t = 0. drawn: (n, 1) fresh draws of the data.
    mass: of the network's density on the line.
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


@dataclass(frozen=True, eq=False)
class InThePlane:
    """Densities in two dimensions.

    Attributes
    ----------
    t: (S,) times, T first. flow: (S, n, 2) draws from the data, carried to noise and back.
    learned, exact: (H, W) log densities on a grid over the window; exact is None where it is not
        known. cover: (H, W) how much of the data's mass a place stands for.
    mass: of the network's density in the window.
    """

    t: np.ndarray
    flow: np.ndarray
    learned: np.ndarray
    exact: np.ndarray | None
    cover: np.ndarray
    mass: float
    numbers: Numbers


def likelihood(
    report: Report,
    key: str,
    network: Denoiser,
    schedule: Schedule,
    options: FlowOptions,
    seed: int,
) -> OnTheLine | InThePlane:
    """The job: data and places carried to noise, by the network and by the exact score."""
    measure = on_the_line if DATASETS[key].dim == 1 else in_the_plane
    return measure(report, key, network, schedule, options, seed)


def on_the_line(
    report: Report,
    key: str,
    network: Denoiser,
    schedule: Schedule,
    options: FlowOptions,
    seed: int,
) -> OnTheLine:
    """Places and draws carried together."""
    known = truth(key)
    places = torch.linspace(-LINE, LINE, PLACES)[:, None]
    drawn = _draws(key, seed)
    walk = _Walk(report, schedule, options, 2)
    both = torch.cat([places, drawn])
    learned, exact = walk(network, both), walk(known, both)
    levels = learned.alpha_bars.tolist()
    density = [known.posterior(places, level)[0].exp() for level in levels]
    paths = [
        (c.x[:, :PLACES, 0].flip(0).numpy(), c.log_prob[:, :PLACES].exp().flip(0).numpy())
        for c in (exact, learned)
    ]
    log_q = known.log_prob(drawn)
    log_p, log_p_exact = learned.log_prob[0, PLACES:], exact.log_prob[0, PLACES:]
    return OnTheLine(
        t=times(learned.phi, schedule).flip(0).numpy(),
        x=places[:, 0].numpy(),
        truth=torch.stack(density).flip(0).numpy(),
        exact=paths[0],
        learned=paths[1],
        log_learned=learned.log_prob[0, :PLACES].numpy(),
        drawn=drawn.numpy(),
        mass=float(torch.trapezoid(learned.log_prob[0, :PLACES].exp(), places[:, 0])),
        numbers=Numbers(
            len(drawn),
            log_p.numpy(),
            log_q.numpy(),
            kl_divergence(log_q, log_p),
            float((log_q - log_p_exact).abs().mean()),
            1,
        ),
    )


def in_the_plane(
    report: Report,
    key: str,
    network: Denoiser,
    schedule: Schedule,
    options: FlowOptions,
    seed: int,
) -> InThePlane:
    """Draws and a grid carried together by the network; some draws by the exact score."""
    known, drawn = truth(key), _draws(key, seed)
    places = grid(-WINDOW, WINDOW, CELLS).reshape(-1, 2)
    walk = _Walk(report, schedule, options, 2 if known.of_the_data else 1)
    learned = walk(network, torch.cat([drawn, places]))
    log_p, on_grid = learned.log_prob[0].split([len(drawn), len(places)])
    log_q, exact, solver = None, None, None
    if known.of_the_data:
        log_q, exact = known.log_prob(drawn), known.log_prob(places)
        checked = walk(known, drawn[:CHECKED]).log_prob[0]
        solver = float((checked - log_q[:CHECKED]).abs().mean())
    weight = coverage(on_grid if exact is None else exact, inside=0.99, margin=3.0)
    cell = (2 * WINDOW / (CELLS - 1)) ** 2
    return InThePlane(
        t=times(learned.phi, schedule).flip(0).numpy(),
        flow=learned.x[:, : len(drawn)].flip(0).numpy(),
        learned=on_grid.reshape(CELLS, CELLS).numpy(),
        exact=None if exact is None else exact.reshape(CELLS, CELLS).numpy(),
        cover=weight.reshape(CELLS, CELLS).numpy(),
        mass=float(on_grid.exp().sum()) * cell,
        numbers=Numbers(
            len(drawn),
            log_p.numpy(),
            None if log_q is None else log_q.numpy(),
            None if log_q is None else kl_divergence(log_q, log_p),
            solver,
            2,
        ),
    )


def times(phi: Tensor, schedule: Schedule) -> Tensor:
    """(S,) the times at which ``schedule`` passes the angles phi (S,), between its steps too."""
    known = np.arccos(np.sqrt(schedule.alpha_bar(torch.arange(schedule.T + 1)).numpy()))
    return torch.from_numpy(np.interp(phi.numpy(), known, np.arange(schedule.T + 1)))


def _draws(key: str, seed: int) -> Tensor:
    """Data that no network here has been trained on."""
    data = DATASETS[key]
    return data.fresh(DRAWS[data.dim], Generator().manual_seed(10_000 + seed))


class _Walk:
    """Carries points and reports, ``walks`` times in all."""

    def __init__(
        self, report: Report, schedule: Schedule, options: FlowOptions, walks: int
    ) -> None:
        self._report, self._options, self._walks = report, options, walks
        self._left, self._done = schedule.signal_left, 0

    def __call__(self, denoiser: Denoiser, x_0: Tensor) -> Carried:
        states = []
        for state in stops(denoiser, x_0, self._left, self._options):
            states.append(state)
            total = self._walks * (self._options.steps + 1)
            self._done += 1
            self._report(self._done, total, message="Carrying points to noise")
        return carried(states)
