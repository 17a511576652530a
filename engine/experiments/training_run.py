"""A network in training, with what it samples on the way; it can be paused and taken up again.

A ``PausableTraining`` keeps the iterator of its updates. To pause is to ask for no further update,
so a paused training holds no thread, and what is taken up again is what would have gone on::

    training = on_points(DATASETS["moons"], FitOptions(), seed=0)
    run = finish(train(training))
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Generic, TypeAlias

import numpy as np
import torch
from torch import Generator, Tensor

from engine import remembered
from engine.data import Dataset
from engine.denoisers import FitOptions, Learned
from engine.experiments.networks import (
    DENOISERS,
    Memory,
    ModelT,
    Network,
    OptionsT,
    Training,
    Update,
    updates,
)
from engine.noise import Cosine
from engine.progress import Step, Steps
from engine.samplers import DDIM, sample
from engine.streams import stream

POINTS = 160  #: points of the loss curve
PAUSE = 0.8  #: seconds between two copies of the model taken on the way, at least
SHARE = 3  #: times what a copy and its samples cost goes by before the next
DRAWN = 400  #: points sampled from each copy


@dataclass(frozen=True, eq=False)
class TrainingRun(Generic[ModelT, OptionsT]):
    """A training as it stands.

    Attributes:
        training: how it was trained so far: options, seed, updates made.
        steps: updates at the points of the loss curve.
        losses: of equal length, each the mean since the point before.
        model: a copy that no longer changes.
        samples: (n, D) drawn from it, always from the same noise; None where none are drawn.
        seconds: spent so far.
        kind, name: by which the model is remembered (``engine.remembered``).
    """

    training: Training[OptionsT]
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    model: ModelT
    samples: np.ndarray | None
    seconds: float
    kind: str
    name: Hashable

    def remember(self) -> None:
        """Let experiments of this process find the model, which may come from another one."""
        remembered.keep(self.kind, self.name, self.model)

    @property
    def options(self) -> OptionsT:
        """How it is trained."""
        return self.training.options

    @property
    def seed(self) -> int:
        """Of the training."""
        return self.training.seed

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self.training.updates


PointRun: TypeAlias = TrainingRun[Learned, FitOptions]


class PausableTraining(Generic[ModelT, OptionsT]):
    """A training that can be interrupted, as far as it has come.

    Attributes:
        options: how it is trained.
        seed: of the training.
        run: the last copy taken; None before the first.
    """

    def __init__(
        self,
        options: OptionsT,
        seed: int,
        updates: Iterator[Update[ModelT]],
        memory: Memory[ModelT],
        called: Callable[[Training[OptionsT]], Hashable],
        draw: Callable[[ModelT], np.ndarray] | None = None,
    ) -> None:
        """Set up a training; ``train`` makes the updates.

        Args:
            options: how it is trained.
            seed: of the training.
            updates: the iterator that trains.
            memory: remembers every copy of the model.
            called: the name of a copy there, by the training that leads to it.
            draw: samples (n, D) from a copy; None: none are drawn.
        """
        self.options, self.seed = options, seed
        self.run: TrainingRun[ModelT, OptionsT] | None = None
        self._updates, self._draw = updates, draw
        self._memory, self._called = memory, called
        self._last: Update[ModelT] | None = None
        self._curve: list[tuple[int, float]] = []
        self._recent: list[float] = []
        self._seconds = 0.0
        self._one_at_a_time = threading.Lock()

    @property
    def step(self) -> int:
        """Updates made so far."""
        return self._last.step if self._last else 0

    def advance(self) -> Steps[TrainingRun[ModelT, OptionsT]]:
        """Go on to the end; the run so far is the steps' ``partial``, every ``PAUSE`` seconds.

        Where the machine is slow copies are taken less often, so that most of the time trains.

        Raises:
            ValueError: if the options ask for no update.
        """
        total = self.options.steps
        with self._one_at_a_time:
            began, due = time.monotonic(), time.monotonic() + PAUSE / 2
            before = self._seconds
            yield Step(self.step, total, "Getting ready")
            try:
                for update in self._updates:
                    self._note(update)
                    self._seconds = before + time.monotonic() - began
                    news = None
                    if update.step == total or time.monotonic() >= due:
                        asked = time.monotonic()
                        news = self._copy()
                        due = time.monotonic() + max(PAUSE, SHARE * (time.monotonic() - asked))
                    yield Step(update.step, total, f"Training, loss {update.loss:.3f}", news)
            finally:
                self._copy()
        if self.run is None:
            raise ValueError("Training needs at least one update.")
        return self.run

    def _note(self, update: Update[ModelT]) -> None:
        """Remember an update and its loss."""
        self._last, total = update, self.options.steps
        self._recent.append(update.loss)
        if update.step == total or update.step % max(1, total // POINTS) == 0:
            self._curve.append((update.step, mean(self._recent)))
            self._recent.clear()

    def _copy(self) -> TrainingRun[ModelT, OptionsT] | None:
        """The run as it stands now, its curve up to this very update; None before the first one."""
        if self._last is None:
            return self.run
        if self.run is None or self.run.step < self.step:
            training = Training(self.options, self.seed, self.step)
            model = copy.deepcopy(self._last.model)
            last = [(self.step, mean(self._recent))] if self._recent else []
            steps, losses = zip(*self._curve, *last, strict=True)
            samples = None if self._draw is None else self._draw(model)
            self.run = TrainingRun(
                training, steps, losses, model, samples, self._seconds,
                self._memory.kind, self._called(training),
            )  # fmt: skip
            self._memory.keep(self.run.name, model)
        return self.run


def train(training: PausableTraining[ModelT, OptionsT]) -> Steps[TrainingRun[ModelT, OptionsT]]:
    """Go on with a training from where it stands; it pauses when no further step is asked for."""
    return (yield from training.advance())


def trained_from(
    begin: Callable[[], PausableTraining[ModelT, OptionsT]],
) -> Steps[TrainingRun[ModelT, OptionsT]]:
    """Set up a training, then make its updates."""
    return (yield from begin().advance())


def on_points(
    data: Dataset, options: FitOptions, seed: int
) -> PausableTraining[Learned, FitOptions]:
    """A training of a denoiser on ``data``; its copies are found by ``networks.trained``."""
    return PausableTraining(
        options,
        seed,
        updates(data, options, seed),
        DENOISERS,
        partial(Network, data.key),
        draw=lambda model: draw(model, data.dim, seed),
    )


def start_of(dim: int, seed: int) -> Tensor:
    """(n, D) the noise that the samples of every copy start from."""
    return torch.randn(DRAWN, dim, generator=stream(seed, "start"))


def draw(denoiser: Learned, dim: int, seed: int) -> np.ndarray:
    """(n, D) a quick sample: 20 DDIM steps, the same starting noise each time."""
    x = start_of(dim, seed)
    for state in sample(denoiser, Cosine(T=100), x, DDIM(steps=20), Generator()):
        x = state.x
    return x.numpy()


def reference(data: Dataset) -> np.ndarray:
    """(n, D) data to see the samples of a copy over, the same at every call."""
    return data.sample(DRAWN, stream(0, "data")).numpy()
