"""Taught in one direction: what the three pupils sample after shapes that all lie along x."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.cartesian.pupils import PUPILS
from engine.cartesian.shapes import centred, directions, evenness, misfit, right_handed, spirals
from engine.denoisers import Denoiser
from engine.experiments.arrays import Array, Exported
from engine.experiments.symmetry.trio import SHIPPED, Pupils, start, trio_of
from engine.noise import Cosine
from engine.process import Trajectory
from engine.progress import Step, Steps
from engine.samplers import DPMSolver, Sampler, sample
from engine.streams import stream

SHAPES = 400  #: sampled from each network
SHOWN = 30  #: of them in the film
FRAMES = 40  #: intervals of the film
SCHEDULE = Cosine(T=100)
QUICK = DPMSolver(steps=20)


@dataclass(frozen=True)
class DirectionSettings:
    """Which networks sample, how, and from which noise."""

    networks: Pupils = SHIPPED
    sampler: Sampler = QUICK
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Shapes:
    """Sampled shapes and what is measured on them.

    Attributes:
        film: (F, ``SHOWN``, 9, 3) from noise to shapes.
        last: (``SHAPES``, 9, 3).
        evenness: entropy of the directions over that of the uniform distribution.
        right: share that winds to the right.
        misfit: median distance to the nearest of 1,000 shapes, up to rotation and mirror.
    """

    film: Tensor
    last: Tensor
    evenness: float
    right: float
    misfit: float

    @property
    def ways(self) -> Tensor:
        """(``SHAPES``, 3) directions from the first to the last bead."""
        return directions(self.last)


@dataclass(frozen=True, eq=False)
class Directions(Exported):
    """What was shown and what was sampled.

    Attributes:
        settings: what was asked for.
        t: (F,) times of the film, T first.
        data: shapes as the pupils were shown them.
        sampled: by pupil.
    """

    settings: DirectionSettings
    t: Tensor
    data: Shapes
    sampled: dict[str, Shapes]

    def described(self) -> dict[str, Array]:
        """Shapes of each network."""
        arrays = {"data": Array(self.data.last, f"({SHAPES}, 9, 3) shapes that were shown")}
        for key, shapes in self.sampled.items():
            label = PUPILS[key].label
            about = f"(F, {SHOWN}, 9, 3) from noise to shapes: {label}"
            arrays[key] = Array(shapes.film, about, self.t)
            arrays[f"{key}_last"] = Array(
                shapes.last, f"({SHAPES}, 9, 3) all shapes: {label}", result=True
            )
        return arrays


def measured(film: Tensor, last: Tensor) -> Shapes:
    """Directions, hands and misfit of shapes (n, 9, 3)."""
    known = spirals(1000, stream(0, "fresh"))
    right = float(right_handed(last).float().mean())
    far = float(misfit(last, known).median())
    return Shapes(film, last, evenness(last), right, far)


def drawn(denoiser: Denoiser, settings: DirectionSettings, n: int = SHAPES) -> Trajectory:
    """States (S, n, 9, 3) from noise to shapes."""
    x_T, noise = start(n, stream(settings.seed, "start")), stream(settings.seed, "reverse")
    return Trajectory.record(sample(denoiser, SCHEDULE, x_T, settings.sampler, noise))


def sample_directions(settings: DirectionSettings) -> Steps[Directions]:
    """Sample from each network and look where the shapes point."""
    trio = yield from trio_of(settings.networks)
    t = torch.linspace(SCHEDULE.T, 0, FRAMES + 1, dtype=torch.float64)
    shown = spirals(SHAPES, stream(settings.seed, "data"))
    sampled = {}
    for k, (key, denoiser) in enumerate(trio.denoisers.items()):
        yield Step(k, len(trio.denoisers), f"Sampling from {PUPILS[key].label}")
        way = centred(drawn(denoiser, settings).at(t).x)
        sampled[key] = measured(way[:, :SHOWN], way[-1])
    return Directions(settings, t, measured(shown[None, :SHOWN], shown), sampled)
