"""The reverse process over a reader's own points, and how near its samples come."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.denoise import Denoiser, ExactEmpirical, Learned
from engine.forward import markov_path
from engine.metrics import EnergyRatio, energy_ratio
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


def quality(report: Report, play: Play) -> EnergyRatio:
    """The job: samples against the points kept from training, over training points against them."""
    n = min(COMPARED, len(play.data.held_out()))

    def drawn(count: int, generator: Generator) -> Tensor:
        report(1, 2, message="Comparing with the points kept from training")
        x = torch.randn(count, 2, generator=generator)
        *_, last = sample(play.denoiser(), play.schedule, x, play.sampler, generator)
        return last.x

    data, seeds = play.data, range(100, 100 + REPEATS)
    return energy_ratio(drawn, data.sample, n, seeds, reference=data.fresh)
