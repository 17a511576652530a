"""Samplers beside each other: one start for all, where each ends, and what its steps buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Generator, Tensor

from engine import flow
from engine.data import DATASETS
from engine.denoise import Denoiser, Learned
from engine.flow import FLOW_SAMPLERS, Flow, FlowSampler
from engine.metrics import Judge
from engine.noise import Schedule
from engine.sample import SAMPLERS, Heun, sample
from engine.sampler import Sampler
from engine.trajectory import Trajectory
from pages.ui.jobs import Report
from pages.ui.points import frame_times

RUNNERS: dict[str, type[Sampler]] = {**SAMPLERS, **FLOW_SAMPLERS}
FRAMES = 60  #: intervals of the film
MARKED = 5  #: points whose way is drawn, spread around a circle
CIRCLE = 1.4  #: its radius; half of N(0, I) lies within 1.2
FINE = 100  #: steps of Heun's method that stand for the flow itself
REFERENCES = 6  #: fresh draws that the ends of the film are compared with
GRID = (3, 5, 10, 20, 50, 100, 200)  #: steps at which quality is measured


@dataclass(frozen=True)
class Entry:
    """Everything that decides a race; hashable, so that races can be kept.

    flow: the network trained by flow matching, which the flow samplers use.
    """

    dataset: str
    schedule: Schedule
    samplers: tuple[Sampler, ...]
    network: Learned
    flow: Flow | None
    n: int
    seed: int

    def denoiser(self, sampler: Sampler) -> Denoiser:
        """Whose predictions ``sampler`` follows.

        Raises
        ------
        ValueError: if it needs a flow network and there is none.
        """
        if not isinstance(sampler, FlowSampler):
            return self.network
        if self.flow is None:
            raise ValueError("No flow network ships for this data set.")
        return self.flow


@dataclass(frozen=True, eq=False)
class Lane:
    """One sampler of a race.

    Attributes
    ----------
    x: (F, n, 2) its states at the times of the film.
    marked: (F, MARKED, 2) those of the marked points.
    walk: every state it visited, of the marked points only.
    from_flow: median distance of its ends from those of the flow, from the same x_T.
    twins: median distance between its ends in two runs from the same x_T with other noise.
    ratios: by distance (``engine.metrics.DISTANCES``), ends to fresh data over data to data.
    """

    x: Tensor
    marked: Tensor
    walk: Trajectory
    from_flow: float
    twins: float
    ratios: dict[str, float]


@dataclass(frozen=True, eq=False)
class Meeting:
    """t (F,) from T to 0, and the lanes in the order of the samplers."""

    t: Tensor
    lanes: list[Lane]


@lru_cache(maxsize=32)
def shipped_flow(key: str) -> Flow | None:
    """The flow network that ships for the data set ``key``, always the same object, or None."""
    return flow.load(key) if flow.is_trained(key) else None


def start_of(entry: Entry) -> Tensor:
    """(n, 2) the x_T ~ N(0, I) that all share."""
    return torch.randn(entry.n, 2, generator=Generator().manual_seed(entry.seed + 2))


def marked_points(x_T: Tensor) -> Tensor:
    """(MARKED,) indices of points of x_T (n, 2) next to places spread around a circle."""
    angle = torch.arange(MARKED) * (2 * torch.pi / MARKED)
    places = CIRCLE * torch.stack([angle.cos(), angle.sin()], dim=-1)
    return torch.cdist(places, x_T).argmin(dim=1)


def meet(report: Report, entry: Entry) -> Meeting:
    """The job: every sampler from the same x_T, and how far apart they end."""
    x_T, times = start_of(entry), entry.schedule.T - frame_times(entry.schedule.T, FRAMES)
    fine = _ends(entry, Heun(steps=FINE), x_T, 0)
    seeds = range(entry.seed + 100, entry.seed + 100 + REFERENCES)
    judge = Judge(DATASETS[entry.dataset].sample, entry.n, seeds)
    marked = marked_points(x_T)
    lanes: list[Lane] = []
    for sampler in entry.samplers:
        states = []
        total = sampler.steps + 1
        generator = Generator().manual_seed(entry.seed + 4)
        for state in sample(entry.denoiser(sampler), entry.schedule, x_T, sampler, generator):
            states.append(state)
            report(len(lanes) + min(1.0, len(states) / total), len(entry.samplers))
        record = Trajectory.record(states)
        ends, film, predictions = record.x[-1], record.at(times).x, record.x_0
        assert predictions is not None
        twin = _ends(entry, sampler, x_T, 5) if sampler.random else ends
        found = [judge.ratios(ends, k) for k in range(REFERENCES)]
        lanes.append(
            Lane(
                film,
                film[:, marked],
                Trajectory(record.t, record.x[:, marked], predictions[:, marked]),
                _apart(ends, fine),
                _apart(ends, twin),
                {name: sum(ratio[name] for ratio in found) / REFERENCES for name in judge.floors},
            )
        )
    return Meeting(times, lanes)


def _ends(entry: Entry, sampler: Sampler, x_T: Tensor, more: int) -> Tensor:
    """(n, 2) where ``sampler`` ends from x_T, with the noise of the seed + ``more``."""
    generator = Generator().manual_seed(entry.seed + more)
    *_, last = sample(entry.denoiser(sampler), entry.schedule, x_T, sampler, generator)
    return last.x


def _apart(x: Tensor, y: Tensor) -> float:
    """Median distance between the rows of x (n, 2) and y (n, 2)."""
    return float((x - y).norm(dim=1).median())


# ---------------------------------------------------------------------------------------------
# Steps against quality


@dataclass(frozen=True)
class Mark:
    """Quality after so many steps: by distance, (mean, standard deviation) over the seeds."""

    steps: int
    evaluations: int
    ratios: dict[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Quality:
    """curves: per sampler its marks so far; floor_spreads: by distance, relative."""

    curves: list[list[Mark]]
    floor_spreads: dict[str, float]
    n: int
    seeds: int


def quality(report: Report, entry: Entry, seeds: int) -> Quality:
    """The job: quality of every sampler at each number of steps, reported as it grows."""
    report(0, 1, message="Drawing fresh data")
    chosen = range(entry.seed + 200, entry.seed + 200 + seeds)
    judge = Judge(DATASETS[entry.dataset].sample, entry.n, chosen)
    grid = [steps for steps in GRID if steps <= entry.schedule.T]
    work = sum(
        replace(sampler, steps=steps).evaluations(entry.schedule) * seeds
        for sampler in entry.samplers
        for steps in grid
    )
    done, curves = 0, [[] for _ in entry.samplers]  # type: ignore[var-annotated]
    for steps in grid:
        for curve, kind in zip(curves, entry.samplers, strict=True):
            sampler, found = replace(kind, steps=steps), []
            for k, seed in enumerate(chosen):
                # Not the seed of the judge: x_T must not be the numbers its data were made from.
                generator = Generator().manual_seed(5_000 + seed)
                x = torch.randn(entry.n, 2, generator=generator)
                for state in sample(entry.denoiser(kind), entry.schedule, x, sampler, generator):
                    x = state.x
                    report(done, work, message=f"{kind.label}, {steps} steps")
                done += sampler.evaluations(entry.schedule)
                found.append(judge.ratios(x, k))
            curve.append(Mark(steps, sampler.evaluations(entry.schedule), _summary(found)))
            so_far = Quality([list(c) for c in curves], judge.floor_spreads, entry.n, seeds)
            report(done, work, so_far)
    return so_far


def _summary(found: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """By distance, mean and standard deviation over the seeds."""
    values = {name: torch.tensor([ratio[name] for ratio in found]) for name in found[0]}
    return {
        name: (float(v.mean()), float(v.std()) if len(v) > 1 else 0.0) for name, v in values.items()
    }
