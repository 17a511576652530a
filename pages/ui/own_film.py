"""The reverse process over a reader's own points, and how near its samples come."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.denoise import Denoiser, ExactEmpirical, Learned
from engine.forward import markov_path
from engine.metrics import EnergyRatio, energy_ratio, nearest_distances
from engine.noise import Schedule
from engine.own_points import OwnPoints
from engine.sample import Sampler, sample
from engine.trajectory import Trajectory
from pages.ui.jobs import Report
from pages.ui.points import STORED, Film, frame_times

COMPARED = 2000  #: at most so many points in a comparison
REPEATS = 5


@dataclass(frozen=True)
class Play:
    """Everything that decides a film. network: None for the exact denoiser of the points."""

    data: OwnPoints
    schedule: Schedule
    sampler: Sampler
    network: Learned | None
    n: int
    seed: int

    def denoiser(self) -> Denoiser:
        """The network, or the closed form for at most ``STORED`` of the points."""
        return self.network or ExactEmpirical(self.data.train()[:STORED])


def film(report: Report, play: Play) -> Film:
    """The job: noise ``n`` of the points, sample as many, and keep the frames of both."""
    times = frame_times(play.schedule.T)
    x_0 = play.data.sample(play.n, Generator().manual_seed(play.seed))
    noise = Generator().manual_seed(play.seed + 1)
    forward = Trajectory.record(markov_path(play.schedule, x_0, noise, times.long().tolist()))
    states = []
    total = min(play.sampler.steps, play.schedule.T) + 1
    x_T = torch.randn(x_0.shape, generator=Generator().manual_seed(play.seed + 2))
    steps = Generator().manual_seed(play.seed + 3)
    for state in sample(play.denoiser(), play.schedule, x_T, play.sampler, steps):
        states.append(state)
        report(len(states), total, message="Sampling")
    back = Trajectory.record(states).at(play.schedule.T - times)
    assert back.x_0 is not None
    return Film(times, forward.x, back.x, back.x_0)


@dataclass(frozen=True)
class Verdict:
    """How near the samples come.

    Attributes
    ----------
    ratio: energy distance of samples to points kept from training, over that of points trained on.
    samples, held_out: median distance of these to the nearest point trained on, standardised.
    """

    ratio: EnergyRatio
    samples: float
    held_out: float


def quality(report: Report, play: Play) -> Verdict:
    """The job: samples against points that the network has not seen, and against those it has."""
    data = play.data
    near: list[float] = []

    def drawn(count: int, generator: Generator) -> Tensor:
        x = torch.randn(count, 2, generator=generator)
        for state in sample(play.denoiser(), play.schedule, x, play.sampler, generator):
            x = state.x
            report(len(near), REPEATS, message="Comparing with points kept from training")
        near.append(float(nearest_distances(x, data.train()).median()))
        return x

    n, seeds = min(COMPARED, len(data.held_out())), range(100, 100 + REPEATS)
    ratio = energy_ratio(drawn, data.sample, n, seeds, reference=data.fresh)
    held_out = nearest_distances(data.held_out(), data.train()).median()
    return Verdict(ratio, sum(near) / len(near), float(held_out))
