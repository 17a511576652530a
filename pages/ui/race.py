"""Schedules beside each other: the same points and the same noise through each of them.

All lanes of a race are one job, but each lane is kept by itself: whoever changes one schedule waits
for that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Generator, Tensor

from engine.data import DATASETS
from engine.denoise import Denoiser
from engine.forward import fixed_noise_path, markov_path
from engine.metrics import energy_distance, energy_floor
from engine.noise import Schedule
from engine.sample import SAMPLERS, sample
from engine.trajectory import State, Trajectory
from pages.ui.jobs import Report
from pages.ui.points import frame_times

FRAMES = 60  #: intervals; fewer than in other films, since there are many panels
MEASURED = 2000  #: points of which distances are taken: among 500 the harm drowns in the luck
REPEATS = 3  #: fresh draws that samples are compared with
KEPT = 64  #: lanes


@dataclass(frozen=True)
class Lane:
    """One schedule of the race and its line in the charts. name: of its arrays in an archive."""

    name: str
    label: str
    schedule: Schedule
    colour: str
    dash: bool


@dataclass(frozen=True)
class Way:
    """What all lanes have in common on the way back.

    denoiser: compared by identity. sampler: a key of SAMPLERS; every step of the schedule is taken.
    """

    dataset: str
    denoiser: Denoiser
    sampler: str
    seed: int


@dataclass(frozen=True, eq=False)
class Out:
    """t (F,) from 0 to T, and x: per schedule the noised points (F, N, 2)."""

    t: Tensor
    x: list[Tensor]


@dataclass(frozen=True, eq=False)
class Back:
    """t (F,) from T to 0, and x: per schedule the samples (F, N, 2)."""

    t: Tensor
    x: list[Tensor]


@dataclass(frozen=True)
class Cost:
    """Energy distance of a schedule's samples to fresh data, over the mean of fresh draws.

    noise: of samples that start from N(0, I). own: from where the schedule itself ended, which no
    sampler can know; the harm of a chain that stops early is the difference.
    """

    noise: float
    own: float


class _Held:
    """A place for the result of one lane."""

    value: Any = None


@lru_cache(maxsize=4 * KEPT)
def _held(*request: Any) -> _Held:
    """The same place for the same request, as long as it is remembered."""
    return _Held()


def noised(
    report: Report, key: str, schedules: tuple[Schedule, ...], mode: str, n: int, seed: int
) -> Out:
    """The job: noise the same ``n`` points by every schedule (all of one T), with one noise.

    mode: "fixed", one noise vector per point, or "markov", the chain's steps from one seed.
    """
    x_0 = DATASETS[key].sample(n, Generator().manual_seed(seed))
    times = frame_times(schedules[0].T, FRAMES)
    x = []
    for schedule in schedules:
        held = _held("out", key, schedule, mode, n, seed)
        if held.value is None:
            held.value = _walk(schedule, x_0, mode, times.long().tolist(), seed + 1)
        x.append(held.value)
        report(len(x), len(schedules))
    return Out(times, x)


def _walk(schedule: Schedule, x_0: Tensor, mode: str, ts: Sequence[int], seed: int) -> Tensor:
    """(F, N, 2) the points at 0 and at ``ts``."""
    noise = Generator().manual_seed(seed)
    if mode == "markov":
        return Trajectory.record(markov_path(schedule, x_0, noise, ts)).x
    eps = torch.randn(x_0.shape, generator=noise)
    return Trajectory.record(fixed_noise_path(schedule, x_0, eps, ts)).x


def sampled(report: Report, way: Way, schedules: tuple[Schedule, ...], n: int) -> Back:
    """The job: the way back from the same x_T ~ N(0, I) and the same seed with every schedule."""
    T = schedules[0].T
    times = T - frame_times(T, FRAMES)
    x_T = torch.randn(n, 2, generator=Generator().manual_seed(way.seed + 2))
    x: list[Tensor] = []
    for k, schedule in enumerate(schedules):
        held = _held("back", way, schedule, n)
        if held.value is None:
            part = (k / len(schedules), 1 / len(schedules))
            states = _descend(report, way, schedule, x_T, part, "Sampling")
            held.value = Trajectory.record(states).at(times).x
        x.append(held.value)
    return Back(times, x)


def measured(report: Report, way: Way, schedules: tuple[Schedule, ...]) -> list[Cost]:
    """The job: what each schedule's end costs, by ``MEASURED`` points of its own."""
    data = DATASETS[way.dataset]
    pure = torch.randn(MEASURED, 2, generator=Generator().manual_seed(way.seed + 5))
    clean = data.sample(MEASURED, Generator().manual_seed(way.seed + 6))
    costs: list[Cost] = []
    for k, schedule in enumerate(schedules):
        held = _held("cost", way, schedule)
        if held.value is None:
            draws, floor = _floor(way.dataset, way.seed)
            left = schedule.signal_left
            own = left**0.5 * clean + (1 - left) ** 0.5 * pure
            found = []
            for j, x_T in enumerate((pure, own)):
                part = ((k + j / 2) / len(schedules), 0.5 / len(schedules))
                *_, last = _descend(report, way, schedule, x_T, part, "Measuring")
                found.append(sum(energy_distance(last.x, draw) for draw in draws) / len(draws))
            held.value = Cost(found[0] / floor, found[1] / floor)
        costs.append(held.value)
    return costs


def _descend(
    report: Report,
    way: Way,
    schedule: Schedule,
    x_T: Tensor,
    part: tuple[float, float],
    message: str,
) -> list[State]:
    """All states of the way back. part: share of the job done before, and that of this lane."""
    states: list[State] = []
    sampler = SAMPLERS[way.sampler](steps=schedule.T)
    dice = Generator().manual_seed(way.seed + 4)
    for state in sample(way.denoiser, schedule, x_T, sampler, dice):
        states.append(state)
        report(part[0] + part[1] * len(states) / (schedule.T + 1), 1, message=message)
    return states


@lru_cache(maxsize=16)
def _floor(key: str, seed: int) -> tuple[list[Tensor], float]:
    """Fresh draws (MEASURED, 2) to compare with, and what perfect samples score on average."""
    fresh = Generator().manual_seed(seed + 3)
    draws = [DATASETS[key].sample(MEASURED, fresh) for _ in range(REPEATS)]
    return draws, energy_floor(*draws[:2])
