"""The three pupils of the page, as they ship or as a user has trained them, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor

from engine.cartesian.pupils import PUPILS, LessonOptions, ShapeDenoiser, fit, shipped
from engine.cartesian.shapes import BEADS, centred
from engine.experiments.networks import Memory, Training, Update
from engine.experiments.training_run import PausableTraining, TrainingRun
from engine.noise import Cosine
from engine.progress import Steps
from engine.samplers import DPMSolver, sample
from engine.streams import stream

DRAWN = 48  #: shapes sampled from each copy of a network in training


@dataclass(frozen=True)
class Pupils:
    """Which three networks: those that ship, or, with ``training``, ones trained anew."""

    training: Training[LessonOptions] | None = None


@dataclass(eq=False)
class Trio:
    """Three denoisers by the keys of ``PUPILS``; they move on as their training does.

    Attributes:
        denoisers: one for each pupil.
        losses: of the last batch of each.
    """

    denoisers: dict[str, ShapeDenoiser]
    losses: dict[str, float] = field(default_factory=dict)


SHIPPED = Pupils()
TRIOS: Memory[Trio] = Memory("pupils of shapes")  #: by ``Pupils``
TrioRun = TrainingRun[Trio, LessonOptions]


def updates(options: LessonOptions, seed: int) -> Iterator[Update[Trio]]:
    """One update of each network in turn; the loss is the mean of the three."""
    trainings = {
        key: fit(pupil, options, stream(seed, "training")) for key, pupil in PUPILS.items()
    }
    for together in zip(*trainings.values(), strict=True):
        by = dict(zip(trainings, together, strict=True))
        losses = {key: progress.loss for key, progress in by.items()}
        trio = Trio({key: progress.denoiser for key, progress in by.items()}, losses)
        yield Update(together[0].step, sum(losses.values()) / len(losses), trio)


def trio_of(name: Pupils) -> Steps[Trio]:
    """The networks ``name``: loaded, remembered, or trained again step by step.

    Raises:
        ValueError: if training ends before ``updates``.
        FileNotFoundError: if weights are missing.
    """
    training = name.training
    if training is None:
        return Trio({key: shipped(key) for key in PUPILS})
    return (yield from TRIOS.find(name, training, lambda: updates(training.options, training.seed)))


def on_shapes(options: LessonOptions, seed: int) -> PausableTraining[Trio, LessonOptions]:
    """A training of all three; its copies are found by ``trio_of``."""
    return PausableTraining(
        options, seed, updates(options, seed), TRIOS, Pupils, draw=lambda trio: quick(trio, seed)
    )


def quick(trio: Trio, seed: int) -> np.ndarray:
    """(3, n, 9, 3) shapes of each in 12 steps, from the same noise each time."""
    x_T = start(DRAWN, stream(seed, "start"))
    found = []
    for denoiser in trio.denoisers.values():
        *_, last = sample(denoiser, Cosine(T=100), x_T, DPMSolver(steps=12), Generator())
        found.append(centred(last.x))
    return torch.stack(found).numpy()


def start(n: int, generator: Generator) -> Tensor:
    """(n, 9, 3) noise of no centre of mass."""
    return centred(torch.randn(n, BEADS, 3, generator=generator))
