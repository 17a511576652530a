"""A user's own points: noised, sampled anew, and how near the samples come to held-out points."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

import torch
from torch import Tensor

from engine.data.own.points import OwnPoints
from engine.denoisers import Denoiser, FitOptions, exact
from engine.denoisers.exact import STORED
from engine.evaluation import EnergyRatio, energy_ratio, nearest_distances, nearest_others
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import Walk, noise_and_back
from engine.experiments.networks import Training, trained
from engine.noise import Schedule
from engine.progress import Step, Steps
from engine.samplers import Sampler, sample
from engine.streams import stream
from engine.tables import cell

COMPARED = 2000  #: at most so many points in a comparison
FEW = 200  #: samples in the comparison with points of which none are held out
REPEATS = 5


@dataclass(frozen=True)
class OwnProcess:
    """Everything that decides a film of given points.

    Attributes:
        schedule: of the noise.
        sampler: of the reverse process.
        training: of the network on these points; None for their exact denoiser.
        n: points noised, and points sampled.
        seed: of the randomness.
    """

    schedule: Schedule
    sampler: Sampler
    training: Training[FitOptions] | None
    n: int
    seed: int


@dataclass(frozen=True, eq=False)
class OwnFilm(Exported):
    """Both processes, frame by frame, standardised as the points are.

    Attributes:
        data: the points.
        t: (F,) times of the forward process, 0 first and T last; the reverse one is at T - t.
        forward: (F, n, 2) states from data to noise.
        reverse: (F, n, 2) states from noise to samples.
        guess: (F, n, 2) the denoiser's prediction of x_0 that led to each reverse state.
    """

    data: OwnPoints
    t: Tensor
    forward: Tensor
    reverse: Tensor
    guess: Tensor

    def described(self) -> dict[str, Array]:
        """Its arrays, in the units of the points as they came in."""
        back, restore = self.t[-1] - self.t, self.data.restore
        shape = f"(F, points, 2) {self.data.names[0]}, {self.data.names[1]};"
        prediction = "the denoiser's prediction of x_0 that led to each reverse state"
        return {
            "t": Array(
                self.t,
                "(F,) times of the forward process, 0 first; reverse and guess stand at T - t",
            ),
            "forward": Array(restore(self.forward), f"{shape} data to noise", self.t),
            "reverse": Array(restore(self.reverse), f"{shape} noise to data", back, result=True),
            "guess": Array(restore(self.guess), f"{shape} {prediction}"),
        }

    def table(self) -> str:
        """The samples as CSV, in the units and under the names that came in."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(cell, self.data.names))
        rows = self.data.restore(self.reverse[-1])
        writer.writerows([f"{value:.6g}" for value in row] for row in rows)
        return text.getvalue()


def own_film(data: OwnPoints, process: OwnProcess) -> Steps[OwnFilm]:
    """Noise ``n`` of the points, sample as many, and keep the frames of both."""
    x_0 = data.sample(process.n, stream(process.seed, "data"))
    denoiser = yield from denoiser_of(data, process)
    walk = Walk(process.schedule, process.sampler, seed=process.seed)
    made = yield from noise_and_back(x_0, denoiser, walk)
    return OwnFilm(data, made.t, made.forward, made.reverse, made.guess)


def denoiser_of(data: OwnPoints, process: OwnProcess) -> Steps[Denoiser]:
    """The network, or the closed form for at most ``STORED`` of the points."""
    if process.training is None:
        return exact(data.train()[:STORED])
    return (yield from trained(data, process.training))


@dataclass(frozen=True)
class OwnQuality:
    """How near samples come to points that were held out.

    Attributes:
        ratio: energy distance of samples to held-out points, over that of points trained on; None
            where so few points came that none are held out.
        samples: median distance of a sample to the nearest point trained on, standardised.
        held_out: the same of a held-out point; where there is none, of a point trained on to the
            nearest other.
    """

    ratio: EnergyRatio | None
    samples: float
    held_out: float


def own_quality(data: OwnPoints, process: OwnProcess) -> Steps[OwnQuality]:
    """Samples against points that the network has not seen, and against those it has."""
    denoiser = yield from denoiser_of(data, process)
    n = min(COMPARED, len(data.held_out())) or FEW
    drawn: list[Tensor] = []
    total = process.sampler.steps_on(process.schedule) + 1
    for k in range(REPEATS):
        x = torch.randn(n, data.dim, generator=stream(k, "start"))
        noise = stream(k, "reverse")
        for j, state in enumerate(sample(denoiser, process.schedule, x, process.sampler, noise)):
            yield Step(k + j / total, REPEATS, "Comparing with held-out points")
            x = state.x
        drawn.append(x)
    near = [float(nearest_distances(x, data.train()).median()) for x in drawn]
    samples = sum(near) / len(near)
    if not len(data.held_out()):
        return OwnQuality(None, samples, float(nearest_others(data.train()).median()))
    waiting = iter(drawn)
    ratio = energy_ratio(
        lambda n, generator: next(waiting), data.sample, n, range(REPEATS), reference=data.fresh
    )
    held_out = nearest_distances(data.held_out(), data.train()).median()
    return OwnQuality(ratio, samples, float(held_out))
