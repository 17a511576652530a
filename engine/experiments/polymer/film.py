"""Polymer chains noised and denoised, with sizes and bond lengths against simulated ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from engine.data import Polymer
from engine.evaluation.chains import end_to_end, radius_of_gyration
from engine.evaluation.distances import histograms
from engine.experiments.arrays import Array, Exported
from engine.experiments.film import Process, chain_film
from engine.noise import Cosine, Linear, Schedule
from engine.polymer import CHAINS, assess, distances, held_out
from engine.polymer.evaluation import Assessment, Distance, floors_of
from engine.progress import Step, Steps

MOST = 30  #: chains that the picture may show
BINS = 30  #: of each histogram
COMPARED: tuple[Schedule, ...] = (Linear(T=200), Cosine(T=200))
COMPARED_CHAINS = 500  #: sampled with each of these schedules


@dataclass(frozen=True, eq=False)
class Histograms:
    """How a length of all chains is distributed at each time.

    Attributes:
        edges: (BINS + 1,) of the bins, in sigma.
        forward: (F, BINS) densities, from data to noise.
        reverse: (F, BINS) densities, from noise to data.
    """

    edges: Tensor
    forward: Tensor
    reverse: Tensor


@dataclass(frozen=True)
class PolymerFilm(Exported):
    """Both processes in sigma; films are equal if their settings are.

    Attributes:
        settings: what was asked for.
        t: (F,) times of the forward process, 0 first; the reverse one is at T - t.
        forward: (F, MOST, L, d) chains to show.
        reverse: (F, MOST, L, d) chains to show.
        gyration: radii of gyration of all chains.
        ends: end-to-end distances of all chains.
        samples: (n, L, d) all chains at the end of the reverse process.
    """

    settings: Process
    t: Tensor = field(compare=False, repr=False)
    forward: Tensor = field(compare=False, repr=False)
    reverse: Tensor = field(compare=False, repr=False)
    gyration: Histograms = field(compare=False, repr=False)
    ends: Histograms = field(compare=False, repr=False)
    samples: Tensor = field(compare=False, repr=False)

    @property
    def data(self) -> Polymer:
        """The data set."""
        return CHAINS[self.settings.dataset]

    def described(self) -> dict[str, Array]:
        """Both processes of the chains to show, and all samples."""
        shape, back = "(F, chains, beads, dimensions)", self.t[-1] - self.t
        about = "(F,) times of the forward process, 0 first; reverse stands at T - t"
        samples = "(n, beads, dimensions) all chains sampled"
        return {
            "t": Array(self.t, about),
            "forward": Array(self.forward, f"{shape} data to noise", self.t),
            "reverse": Array(self.reverse, f"{shape} noise to data", back),
            "samples": Array(self.samples, samples, result=True),
        }


def polymer_film(process: Process) -> Steps[PolymerFilm]:
    """Noise chains and sample as many; keep some to show, and the sizes of all."""
    film = yield from chain_film(process)
    size_edges, end_edges = _edges(CHAINS[process.dataset])
    return PolymerFilm(
        settings=process,
        t=film.t,
        forward=film.forward[:, :MOST].clone(),
        reverse=film.reverse[:, :MOST].clone(),
        gyration=Histograms(
            size_edges,
            histograms(radius_of_gyration(film.forward), size_edges),
            histograms(radius_of_gyration(film.reverse), size_edges),
        ),
        ends=Histograms(
            end_edges,
            histograms(end_to_end(film.forward), end_edges),
            histograms(end_to_end(film.reverse), end_edges),
        ),
        samples=film.reverse[-1].clone(),
    )


def _edges(data: Polymer) -> tuple[Tensor, Tensor]:
    """Edges (BINS + 1,) in sigma for radii and for end-to-end distances of data and of noise."""
    size, ends = radius_of_gyration(held_out(data)), end_to_end(held_out(data))
    widest = 1.1 * float(ends.max())
    low, high = 0.6 * float(size.min()), 1.1 * float(size.max())
    return torch.linspace(low, high, BINS + 1), torch.linspace(0, widest, BINS + 1)


def assess_film(made: PolymerFilm) -> Steps[Assessment]:
    """Compare all samples of a film with held-out chains, and with training chains."""
    yield Step(0, 1, "Comparing")
    return assess(made.samples, made.data)


@dataclass(frozen=True, eq=False)
class ScheduleTrial:
    """Chains sampled with one schedule.

    Attributes:
        schedule: which one.
        samples: (COMPARED_CHAINS, L, d) in sigma.
        distances: to the simulation, by measure.
    """

    schedule: Schedule
    samples: Tensor
    distances: dict[str, Distance]

    @property
    def label(self) -> str:
        """Name and length of the schedule."""
        return f"{self.schedule.label}, T = {self.schedule.T}"


def without_schedule(process: Process) -> Process:
    """The settings that ``schedule_trials`` uses, equal for processes that differ elsewhere."""
    schedule = COMPARED[0]
    return replace(process, schedule=schedule, same=False, path="markov", n=COMPARED_CHAINS)


def schedule_trials(process: Process) -> Steps[tuple[ScheduleTrial, ...]]:
    """Sample with each schedule of ``COMPARED``, from N(0, I); the rest is as in ``process``."""
    data, settings = CHAINS[process.dataset], without_schedule(process)
    trials: list[ScheduleTrial] = []
    floor = floors_of(data, COMPARED_CHAINS)
    for schedule in COMPARED:
        film = yield from chain_film(replace(settings, schedule=schedule))
        samples = film.reverse[-1].clone()
        trials.append(ScheduleTrial(schedule, samples, distances(samples, data, floor)))
    return tuple(trials)
