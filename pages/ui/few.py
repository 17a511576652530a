"""A network on too few points: trained, sampled and caught copying; beside two that are known."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoise import Denoiser
from engine.descent import count_option
from engine.exact import POINTS, Exact, point_masses
from engine.learn import FitOptions, fit
from engine.memory import Few, Memory, measure
from engine.metrics import histograms, nearest_distances
from engine.noise import Cosine
from engine.sample import sample
from engine.solvers import DPMSolver
from engine.trajectory import Trajectory
from pages.ui.jobs import Report

COUNTS = [8, 16, 32, 64, 128, 256, 512, 1000]  #: training points to choose from
SAMPLES = 400  #: points drawn from every network
FRESH = 2000  #: draws of the data that are the measure
BATCH, RATE = 64, 3e-3  #: points in an update, and the learning rate
#: Steps of DPM-Solver++(2M), which makes its last ones where little noise is left, as it takes to
#: tell a copy; intervals of the film.
STEPS, FRAMES = 40, 40
BINS = 36
PAUSE = 1.2  #: seconds of training between two looks


@dataclass(frozen=True)
class Pupil:
    """The network that is trained here.

    Raises
    ------
    ValueError: if a number is out of range.
    """

    width: int = count_option(96, "Width", "Units in each hidden layer.", 16, 256, 16)
    depth: int = count_option(3, "Depth", "Hidden layers.", 1, 6, 1)
    steps: int = count_option(3000, "Updates", "Updates of the weights.", 250, 8000, 250)

    def __post_init__(self) -> None:
        self.fit_options()

    def fit_options(self) -> FitOptions:
        """The same as the engine wants it."""
        return FitOptions(
            steps=self.steps,
            batch_size=BATCH,
            learning_rate=RATE,
            width=self.width,
            depth=self.depth,
        )


@dataclass(frozen=True, eq=False)
class Drawn:
    """What one denoiser draws: film (F, N, 2), noise first; bars (F, B) of the distances to the
    nearest training point; memory of the last frame."""

    film: np.ndarray
    bars: np.ndarray
    memory: Memory


@dataclass(frozen=True, eq=False)
class Known:
    """What needs no training here.

    Attributes
    ----------
    t: (F,) times of the films, T first. points: (n, 2) the training points.
    copyist: the exact denoiser of these points. widely: the network that ships, trained on endless
        draws; None if there is none.
    edges: (B + 1,) of the bars. fresh: (B,) those of fresh data.
    """

    t: np.ndarray
    points: np.ndarray
    copyist: Drawn
    widely: Drawn | None
    edges: np.ndarray
    fresh: np.ndarray


@dataclass(frozen=True, eq=False)
class Lesson:
    """The pupil as it stands: updates made, and (update, ratio) of every look so far."""

    step: int
    total: int
    parameters: int
    drawn: Drawn
    looks: tuple[tuple[int, float], ...]
    seconds: float


@dataclass(frozen=True, eq=False)
class _Bench:
    """The training points and the fresh data that all are measured by."""

    points: Tensor
    fresh: Tensor
    edges: Tensor

    def draw(self, denoiser: Denoiser) -> Drawn:
        schedule = Cosine(T=1000)
        start = torch.randn(SAMPLES, 2, generator=Generator().manual_seed(7))
        states = sample(denoiser, schedule, start, DPMSolver(steps=STEPS), Generator())
        film = Trajectory.record(states).at(schedule.T - _times(schedule.T)).x
        far = torch.stack([nearest_distances(x, self.points) for x in film])
        memory = measure(film[-1], self.points, self.fresh)
        return Drawn(film.numpy(), histograms(far, self.edges).numpy(), memory)


def _times(T: int) -> Tensor:
    return torch.linspace(0, T, FRAMES + 1, dtype=torch.float64)


@lru_cache(maxsize=16)
def _few(key: str, n: int, seed: int) -> Few:
    return Few(DATASETS[key], n, seed)


@lru_cache(maxsize=16)
def _bench(key: str, n: int, seed: int) -> _Bench:
    few = _few(key, n, seed)
    fresh = few.fresh(FRESH, Generator().manual_seed(20_000 + seed))
    far = 1.6 * float(nearest_distances(fresh, few.train()).quantile(0.98))
    return _Bench(few.train(), fresh, torch.linspace(0, far, BINS + 1, dtype=torch.float64))


def known(report: Report, key: str, n: int, seed: int, widely: Denoiser | None) -> Known:
    """The job: the two that are known, and the measure."""
    bench = _bench(key, n, seed)
    report(0, 2, message="Drawing from both")
    copyist = bench.draw(Exact(point_masses(bench.points), POINTS))
    report(1, 2)
    usual = histograms(nearest_distances(bench.fresh, bench.points)[None], bench.edges)[0]
    return Known(
        t=(1000 - _times(1000)).numpy(),
        points=bench.points.numpy(),
        copyist=copyist,
        widely=None if widely is None else bench.draw(widely),
        edges=bench.edges.numpy(),
        fresh=usual.numpy(),
    )


def learn(report: Report, key: str, n: int, seed: int, pupil: Pupil) -> Lesson:
    """The job: train on n points, and look every ``PAUSE`` seconds at what has been learned."""
    bench, began = _bench(key, n, seed), time.monotonic()
    due, looks = began + 0.4 * PAUSE, []
    lesson: Lesson | None = None
    report(0, pupil.steps, None, "Getting ready")
    for progress in fit(_few(key, n, seed), pupil.fit_options(), Generator().manual_seed(seed)):
        news = None
        if progress.step == progress.total or time.monotonic() >= due:
            drawn = bench.draw(copy.deepcopy(progress.denoiser))
            looks.append((progress.step, drawn.memory.ratio))
            count = sum(p.numel() for p in progress.denoiser.net.parameters())
            spent = time.monotonic() - began
            news = lesson = Lesson(progress.step, progress.total, count, drawn, tuple(looks), spent)
            due = time.monotonic() + PAUSE
        report(progress.step, progress.total, news, f"Training, loss {progress.loss:.3f}")
    assert lesson is not None, "a pupil makes at least one update"
    return lesson
