"""Schedules beside each other: the same points and the same noise through each of them.

All schedules of a race are one piece of work, but what each of them makes is remembered by itself:
where one schedule changes, that one alone is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser
from engine.evaluation import energy_distance
from engine.evaluation.distances import energy_floor
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import Path, denoiser_of, frame_times
from engine.experiments.networks import Network
from engine.noise import Schedule
from engine.process import State, Trajectory, draw_noise, fixed_noise_path, markov_path
from engine.progress import Steps, remembered, watched, within
from engine.samplers import SAMPLERS, sample
from engine.streams import stream

FRAMES = 60  #: intervals; fewer than in other films, since there are many panels
MEASURED = 2000  #: points of which distances are taken: among 500 the noise hides the cost
REPEATS = 3  #: fresh draws that samples are compared with
KEPT = 64  #: schedules whose results are remembered


@dataclass(frozen=True)
class Lane:
    """One schedule of a race.

    Attributes:
        name: ends the names of its arrays in an archive.
        label: as a person reads it.
        schedule: the schedule itself.
    """

    name: str
    label: str
    schedule: Schedule


@dataclass(frozen=True)
class Way:
    """What all schedules have in common on the way back.

    Attributes:
        dataset: a key of ``DATASETS``.
        sampler: a key of ``SAMPLERS``; every step of the schedule is taken.
        denoiser: "learned", "exact" or "memory".
        network: the network of "learned".
        seed: of x_T and of the noise of the steps.
    """

    dataset: str
    sampler: str
    denoiser: str = "learned"
    network: Network | None = None
    seed: int = 0


@dataclass(frozen=True)
class Race:
    """Everything that decides a race of schedules, all of one T.

    Attributes:
        lanes: the schedules.
        way: the way back.
        path: "fixed", one noise vector for each point at every t, or "markov", the steps of the
            chain from one seed.
        n: points on either way.
    """

    lanes: tuple[Lane, ...]
    way: Way
    path: Path = "fixed"
    n: int = 500

    @property
    def T(self) -> int:
        """Steps of every schedule."""
        return self.lanes[0].schedule.T


@dataclass(frozen=True, eq=False)
class Moving:
    """One process under every schedule.

    Attributes:
        t: (F,) times of the frames.
        x: for every schedule, points (F, n, 2).
    """

    t: Tensor
    x: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Both(Exported):
    """Forward (t from 0 to T) and reverse process (T to 0) of a race."""

    race: Race
    forward: Moving
    reverse: Moving

    def described(self) -> dict[str, Array]:
        """The times, and for every schedule both processes and its alpha_bars."""
        t, back = self.forward.t, self.reverse.t
        arrays = {"t": Array(t, "(F,) times of the frames forward, 0 first; reverse at T - t")}
        for lane, there, here in zip(self.race.lanes, self.forward.x, self.reverse.x, strict=True):
            about = f"(F, points, 2) {lane.label},"
            signal = Array(lane.schedule.alpha_bars, f"(T,) {lane.label}: signal left at 1..T")
            arrays |= {
                f"forward_{lane.name}": Array(there, f"{about} data to noise", t),
                f"reverse_{lane.name}": Array(here, f"{about} noise to data", back, result=True),
                f"alpha_bars_{lane.name}": signal,
            }
        return arrays


@dataclass(frozen=True)
class Cost:
    """Energy distance of a schedule's samples to fresh data, over the mean of fresh draws.

    Attributes:
        noise: of samples that start from N(0, I).
        own: of samples that start from where the schedule itself ended, which no sampler can know.
            The difference is the cost of stopping before pure noise.
        noise_spread, own_spread: standard deviations of both over the fresh draws.
    """

    noise: float
    own: float
    noise_spread: float = 0.0
    own_spread: float = 0.0


def race_of(race: Race) -> Steps[Both]:
    """Both processes under every schedule."""
    forward = yield from within(noised(race), 0, 0.1)
    reverse = yield from within(sampled(race), 0.1, 0.9)
    return Both(race, forward, reverse)


def noised(race: Race) -> Steps[Moving]:
    """The same ``n`` points noised by every schedule, with one noise."""
    walks = (_walk(race.way, lane.schedule, race.path, race.n) for lane in race.lanes)
    x = yield from watched(walks, len(race.lanes), "Adding noise")
    return Moving(frame_times(race.T, FRAMES), tuple(x))


def _walk(way: Way, schedule: Schedule, path: Path, n: int) -> Tensor:
    """(F, n, 2) the points at the times of the frames."""
    x_0 = DATASETS[way.dataset].sample(n, stream(way.seed, "data"))
    ts, noise = frame_times(schedule.T, FRAMES).long().tolist(), stream(way.seed, "forward")
    if path == "markov":
        return Trajectory.record(markov_path(schedule, x_0, noise, ts)).x
    return Trajectory.record(fixed_noise_path(schedule, x_0, draw_noise(x_0, noise), ts)).x


def sampled(race: Race) -> Steps[Moving]:
    """The way back from the same x_T ~ N(0, I) and the same noise with every schedule."""
    x: list[Tensor] = []
    for k, lane in enumerate(race.lanes):
        steps = _sampled(race.way, lane.schedule, race.n)
        x.append((yield from within(steps, k / len(race.lanes), 1 / len(race.lanes))))
    return Moving(race.T - frame_times(race.T, FRAMES), tuple(x))


@remembered(KEPT)
def _sampled(way: Way, schedule: Schedule, n: int) -> Steps[Tensor]:
    """(F, n, 2) the samples of one schedule at the times of the frames."""
    denoiser = yield from denoiser_of(way.dataset, way.denoiser, way.network)
    x_T = torch.randn(n, 2, generator=stream(way.seed, "start"))
    states = yield from _descend(denoiser, way, schedule, x_T, "Sampling")
    return Trajectory.record(states).at(schedule.T - frame_times(schedule.T, FRAMES)).x


def measured(race: Race) -> Steps[tuple[Cost, ...]]:
    """What the end of each schedule costs, by ``MEASURED`` points of its own."""
    costs: list[Cost] = []
    for k, lane in enumerate(race.lanes):
        steps = _cost(race.way, lane.schedule)
        costs.append((yield from within(steps, k / len(race.lanes), 1 / len(race.lanes))))
    return tuple(costs)


@remembered(KEPT)
def _cost(way: Way, schedule: Schedule) -> Steps[Cost]:
    denoiser = yield from denoiser_of(way.dataset, way.denoiser, way.network)
    data = DATASETS[way.dataset]
    fresh = stream(way.seed, "fresh")
    draws = [data.sample(MEASURED, fresh) for _ in range(REPEATS)]
    pure = torch.randn(MEASURED, 2, generator=stream(way.seed, "start"))
    clean = data.sample(MEASURED, stream(way.seed, "data"))
    left = schedule.signal_left
    own = left**0.5 * clean + (1 - left) ** 0.5 * pure
    floor = energy_floor(*draws[:2])
    found: list[Tensor] = []
    for j, x_T in enumerate((pure, own)):
        steps = _descend(denoiser, way, schedule, x_T, "Measuring")
        *_, last = yield from within(steps, j / 2, 0.5)
        found.append(torch.tensor([energy_distance(last.x, draw) / floor for draw in draws]))
    means, spreads = zip(*[(float(x.mean()), float(x.std())) for x in found], strict=True)
    return Cost(*means, *spreads)


def _descend(
    denoiser: Denoiser, way: Way, schedule: Schedule, x_T: Tensor, message: str
) -> Steps[list[State]]:
    """All states of the way back from x_T (n, 2)."""
    sampler = SAMPLERS[way.sampler](steps=schedule.T)
    states = sample(denoiser, schedule, x_T, sampler, stream(way.seed, "reverse"))
    return (yield from watched(states, schedule.T + 1, message))
