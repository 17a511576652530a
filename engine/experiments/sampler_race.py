"""Samplers beside each other: one start for all, where each ends, and what steps cost and give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser, Flow, flow
from engine.evaluation import Judge
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import frame_times
from engine.experiments.networks import Network, denoising
from engine.noise import Schedule
from engine.process import Trajectory
from engine.progress import Step, Steps, watched, within
from engine.samplers import FLOW_SAMPLERS, SAMPLERS, FlowSampler, Heun, Sampler, sample
from engine.streams import Role, seeds, stream

RUNNERS: dict[str, type[Sampler]] = {**SAMPLERS, **FLOW_SAMPLERS}
FRAMES = 60  #: intervals of the film
MARKED = 5  #: points whose way is drawn, spread around a circle
CIRCLE = 1.4  #: its radius; half of N(0, I) lies within 1.2
FINE = 100  #: steps of Heun's method that stand for the flow itself
REFERENCES = 6  #: fresh draws that the ends of the film are compared with
GRID = (3, 5, 10, 20, 50, 100, 200)  #: steps at which quality is measured


@dataclass(frozen=True)
class Entry:
    """Everything that decides a race of samplers.

    Attributes:
        dataset: a key of ``DATASETS``.
        schedule: of all.
        samplers: those of ``FLOW_SAMPLERS`` follow the flow network that ships.
        network: whose predictions the others follow.
        n: points.
        seed: of x_T and of the noise of the steps.
    """

    dataset: str
    schedule: Schedule
    samplers: tuple[Sampler, ...]
    network: Network
    n: int
    seed: int


@dataclass(frozen=True, eq=False)
class Lane:
    """One sampler of a race.

    Attributes:
        sampler: its options.
        x: (F, n, 2) its states at the times of the film.
        marked: (F, MARKED, 2) those of the marked points.
        walk: every state it visited, of the marked points only.
        from_flow: median distance of its ends from those of the flow, from the same x_T.
        twins: median distance between its ends in two runs from the same x_T with other noise.
        ratios: by distance (``engine.evaluation.distances.DISTANCES``), ends to fresh data over
            data to data.
    """

    sampler: Sampler
    x: Tensor
    marked: Tensor
    walk: Trajectory
    from_flow: float
    twins: float
    ratios: Mapping[str, Ratio]


@dataclass(frozen=True, eq=False)
class Meeting(Exported):
    """t (F,) from T to 0, and the lanes in the order of the samplers."""

    t: Tensor
    lanes: tuple[Lane, ...]

    def described(self) -> dict[str, Array]:
        """The times, and the states of every sampler under its key."""
        arrays = {"t": Array(self.t, "(F,) times of the frames, T first")}
        for lane in self.lanes:
            about = f"(F, points, 2) the states of {lane.sampler.label}"
            arrays[lane.sampler.key] = Array(lane.x, about, self.t, result=True)
        return arrays


@lru_cache(maxsize=32)
def shipped_flow(key: str) -> Flow | None:
    """The flow network that ships for the data set ``key``, always the same object, or None."""
    return flow.load(key) if flow.is_trained(key) else None


def denoiser_of(entry: Entry, sampler: Sampler) -> Steps[Denoiser]:
    """Whose predictions ``sampler`` follows.

    Raises:
        ValueError: if it needs a flow network and there is none.
    """
    if not isinstance(sampler, FlowSampler):
        return (yield from denoising(entry.network))
    velocity = shipped_flow(entry.dataset)
    if velocity is None:
        raise ValueError("No flow network ships for this data set.")
    return velocity


def start_of(entry: Entry) -> Tensor:
    """(n, 2) the x_T ~ N(0, I) that all share."""
    return torch.randn(entry.n, 2, generator=stream(entry.seed, "start"))


def marked_points(x_T: Tensor) -> Tensor:
    """(MARKED,) indices of points of x_T (n, 2) next to places spread around a circle."""
    angle = torch.arange(MARKED) * (2 * torch.pi / MARKED)
    places = CIRCLE * torch.stack([angle.cos(), angle.sin()], dim=-1)
    return torch.cdist(places, x_T).argmin(dim=1)


def meet(entry: Entry) -> Steps[Meeting]:
    """Every sampler from the same x_T, and how far apart they end."""
    share = 1 / (len(entry.samplers) + 1)
    x_T = start_of(entry)
    flow_ends = yield from within(_run(entry, Heun(steps=FINE), x_T, "reverse"), 0, share)
    chosen = seeds(entry.seed, "fresh", REFERENCES)
    judge = Judge(DATASETS[entry.dataset].sample, entry.n, chosen)
    lanes: list[Lane] = []
    for k, sampler in enumerate(entry.samplers):
        steps = _lane(entry, sampler, flow_ends.x[-1], judge)
        lanes.append((yield from within(steps, (k + 1) * share, share)))
    return Meeting(_times(entry), tuple(lanes))


def _times(entry: Entry) -> Tensor:
    """(F,) times of the film, T first."""
    return entry.schedule.T - frame_times(entry.schedule.T, FRAMES)


def _lane(entry: Entry, sampler: Sampler, flow_ends: Tensor, judge: Judge) -> Steps[Lane]:
    """One sampler's way, and how far its ends are from the flow, from a twin and from data."""
    x_T = start_of(entry)
    marked = marked_points(x_T)
    record = yield from _run(entry, sampler, x_T, "reverse")
    ends, film, predictions = record.x[-1], record.at(_times(entry)).x, record.x_0
    assert predictions is not None, "every sampler predicts x_0"
    twin = ends
    if sampler.random:
        twin = (yield from _run(entry, sampler, x_T, "again")).x[-1]
    found = [judge.ratios(ends, k) for k in range(REFERENCES)]
    return Lane(
        sampler=sampler,
        x=film,
        marked=film[:, marked],
        walk=Trajectory(record.t, record.x[:, marked], predictions[:, marked]),
        from_flow=_apart(ends, flow_ends),
        twins=_apart(ends, twin),
        ratios=_summary(found),
    )


def _run(entry: Entry, sampler: Sampler, x_T: Tensor, role: Role) -> Steps[Trajectory]:
    """Every state of ``sampler`` from x_T (n, 2), with the noise of the stream ``role``."""
    denoiser = yield from denoiser_of(entry, sampler)
    states = sample(denoiser, entry.schedule, x_T, sampler, stream(entry.seed, role))
    total = len(sampler.levels(entry.schedule))
    return Trajectory.record((yield from watched(states, total, sampler.label)))


def _apart(x: Tensor, y: Tensor) -> float:
    """Median distance between the rows of x (n, 2) and y (n, 2)."""
    return float((x - y).norm(dim=1).median())


# ---------------------------------------------------------------------------------------------
# Steps against quality


@dataclass(frozen=True)
class Ratio:
    """A distance to fresh data over that of data to data: mean and deviation over the seeds."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Mark:
    """Quality after so many steps; ratios by distance."""

    steps: int
    evaluations: int
    ratios: Mapping[str, Ratio]


@dataclass(frozen=True, eq=False)
class Quality:
    """Steps against quality.

    Attributes:
        curves: for every sampler its marks so far.
        floor_spreads: by distance, relative spread of data to data.
        n: points in a draw.
        seeds: draws behind each mark.
    """

    curves: tuple[tuple[Mark, ...], ...]
    floor_spreads: Mapping[str, float]
    n: int
    seeds: int


def quality(entry: Entry, repeats: int) -> Steps[Quality]:
    """Quality of every sampler at each number of steps; partial results as it grows."""
    yield Step(0, 1, "Drawing fresh data")
    chosen = seeds(entry.seed, "again", repeats)
    judge = Judge(DATASETS[entry.dataset].sample, entry.n, chosen)
    grid = [steps for steps in GRID if steps <= entry.schedule.T]
    runs = [
        (k, replace(sampler, steps=steps))
        for steps in grid
        for k, sampler in enumerate(entry.samplers)
    ]
    work = sum(sampler.evaluations(entry.schedule) for _, sampler in runs)
    done = 0
    curves: list[tuple[Mark, ...]] = [()] * len(entry.samplers)
    for k, sampler in runs:
        cost = sampler.evaluations(entry.schedule)
        mark = yield from within(_mark(entry, sampler, judge, chosen), done / work, cost / work)
        done += cost
        curves[k] = (*curves[k], mark)
        so_far = Quality(tuple(curves), judge.floor_spreads, entry.n, repeats)
        yield Step(done, work, partial=so_far)
    return so_far


def _mark(entry: Entry, sampler: Sampler, judge: Judge, chosen: list[int]) -> Steps[Mark]:
    """The quality of one sampler, over runs with these seeds."""
    found: list[Mapping[str, float]] = []
    for k, seed in enumerate(chosen):
        run = replace(entry, seed=seed)
        record = yield from within(
            _run(run, sampler, start_of(run), "reverse"), k / len(chosen), 1 / len(chosen)
        )
        found.append(judge.ratios(record.x[-1], k))
    return Mark(
        sampler.steps_on(entry.schedule), sampler.evaluations(entry.schedule), _summary(found)
    )


def _summary(found: Sequence[Mapping[str, float]]) -> dict[str, Ratio]:
    """By distance, mean and standard deviation over the seeds."""
    values = {name: torch.tensor([ratio[name] for ratio in found]) for name in found[0]}
    return {
        name: Ratio(float(v.mean()), float(v.std()) if len(v) > 1 else 0.0)
        for name, v in values.items()
    }
