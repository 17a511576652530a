"""Schedules beside each other: the same points and the same noise through each of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoise import Learned
from engine.forward import fixed_noise_path, markov_path
from engine.metrics import energy_distance
from engine.noise import Schedule
from engine.sample import DDPM, sample
from engine.trajectory import Trajectory
from pages.ui.jobs import Report
from pages.ui.points import frame_times

FRAMES = 60  #: intervals; fewer than in other films, since there are many panels


@dataclass(frozen=True, eq=False)
class Out:
    """t (F,) from 0 to T, and x: per schedule the noised points (F, N, 2)."""

    t: Tensor
    x: list[Tensor]


@dataclass(frozen=True, eq=False)
class Back:
    """t (F,) from T to 0, x: per schedule the samples (F, N, 2), and how far they end from data.

    ratios: per schedule the energy distance to fresh data over that between two fresh draws.
    """

    t: Tensor
    x: list[Tensor]
    ratios: list[float]


def noised(
    report: Report, key: str, schedules: tuple[Schedule, ...], mode: str, n: int, seed: int
) -> Out:
    """The job: noise the same ``n`` points by every schedule (all of one T), with one noise.

    mode: "fixed", one noise vector per point, or "markov", the chain's steps from one seed.
    """
    x_0 = DATASETS[key].sample(n, Generator().manual_seed(seed))
    eps = torch.randn(x_0.shape, generator=Generator().manual_seed(seed + 1))
    times = frame_times(schedules[0].T, FRAMES)
    ts = times.long().tolist()
    x = []
    for schedule in schedules:
        if mode == "markov":
            walk = markov_path(schedule, x_0, Generator().manual_seed(seed + 1), ts)
        else:
            walk = fixed_noise_path(schedule, x_0, eps, ts)
        x.append(Trajectory.record(walk).x)
        report(len(x), len(schedules))
    return Out(times, x)


def sampled(
    report: Report,
    key: str,
    schedules: tuple[Schedule, ...],
    network: Learned,
    n: int,
    seed: int,
    repeats: int = 3,
) -> Back:
    """The job: DDPM from the same x_T ~ N(0, I) and the same seed with every schedule."""
    T = schedules[0].T
    x_T = torch.randn(n, 2, generator=Generator().manual_seed(seed + 2))
    fresh = Generator().manual_seed(seed + 3)
    draws = [DATASETS[key].sample(n, fresh) for _ in range(repeats + 1)]
    floor = sum(energy_distance(draw, draws[0]) for draw in draws[1:]) / repeats
    times = T - frame_times(T, FRAMES)
    x, ratios = [], []
    for schedule in schedules:
        states = []
        generator = Generator().manual_seed(seed + 4)
        for state in sample(network, schedule, x_T, DDPM(steps=T), generator):
            states.append(state)
            report(len(x) * (T + 1) + len(states), len(schedules) * (T + 1), message="Sampling")
        x.append(Trajectory.record(states).at(times).x)
        ends = [energy_distance(states[-1].x, draw) for draw in draws[1:]]
        ratios.append(sum(ends) / repeats / floor)
    return Back(times, x, ratios)
