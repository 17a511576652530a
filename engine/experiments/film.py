"""The film of a process: points are noised step by step, and as many are sampled from noise.

Both ways run on one clock: while the forward process is at t, the reverse one is at T - t. The
page about one dimension, the Swiss roll, the helix, the polymer, the user's own data and the start
page all show this record.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from engine.data import DATASETS
from engine.denoisers import Denoiser, Exact, Oracle, exact, memory
from engine.denoisers.exact import POINTS
from engine.experiments.arrays import Array, Exported
from engine.experiments.networks import Network, denoising
from engine.noise import Schedule
from engine.process import (
    State,
    Trajectory,
    draw_noise,
    fixed_noise_path,
    marginal_path,
    markov_path,
)
from engine.progress import Steps, watched
from engine.samplers import Sampler, sample
from engine.streams import stream

FRAMES = 100  #: intervals of a film
WITHOUT = "There is no network for this data set yet: train one below."

Path = Literal["markov", "marginal", "fixed"]


@dataclass(frozen=True)
class Walk:
    """The way into noise and back, whatever the data.

    Attributes:
        schedule: of both ways.
        sampler: of the way back.
        path: "markov", the chain's own steps; "marginal", fresh noise at every t; "fixed", the same
            noise at every t.
        same: whether the reverse process starts from where the forward one ended, instead of from
            N(0, I).
        seed: of all its random streams.
        frames: intervals of the film, at most.
    """

    schedule: Schedule
    sampler: Sampler
    path: Path = "markov"
    same: bool = False
    seed: int = 0
    frames: int = FRAMES


@dataclass(frozen=True)
class Process:
    """Everything that decides the film of a data set.

    Attributes:
        dataset: a key of ``DATASETS``.
        schedule, sampler, path, same, seed: as in ``Walk``.
        denoiser: "learned", "exact", "memory" or "oracle".
        network: the network of "learned".
        n: points on either way.
    """

    dataset: str
    schedule: Schedule
    sampler: Sampler
    denoiser: str = "learned"
    network: Network | None = None
    path: Path = "markov"
    same: bool = False
    n: int = 300
    seed: int = 0

    @property
    def walk(self) -> Walk:
        """The part of these settings that does not depend on the data."""
        return Walk(self.schedule, self.sampler, self.path, self.same, self.seed)


@dataclass(frozen=True)
class Film(Exported):
    """Both processes, frame by frame; points (B, D) or chains (B, L, d).

    Attributes:
        settings: what made it. Films are equal if their settings are.
        t: (F,) times of the forward process, 0 first and T last; the reverse one is at T - t.
        forward: (F, B, ...) states from data to noise.
        reverse: (F, B, ...) states from noise to data.
        guess: (F, B, ...) the denoiser's prediction of x_0 that led to each reverse state.
    """

    settings: Hashable
    t: Tensor = field(compare=False, repr=False)
    forward: Tensor = field(compare=False, repr=False)
    reverse: Tensor = field(compare=False, repr=False)
    guess: Tensor = field(compare=False, repr=False)

    def mapped(self, change: Callable[[Tensor], Tensor]) -> Film:
        """The same film with states (F, B, ...) that ``change`` makes of these."""
        forward, reverse, guess = map(change, (self.forward, self.reverse, self.guess))
        return replace(self, forward=forward, reverse=reverse, guess=guess)

    def first(self, count: int) -> Film:
        """The film of the first ``count`` of its points or chains alone."""
        return self.mapped(lambda x: x[:, :count].clone())

    def described(self) -> dict[str, Array]:
        """``t`` and the three processes."""
        chains = self.forward.ndim == 4
        shape = "(F, chains, beads, dimensions)" if chains else "(F, points, dimensions)"
        back = self.t[-1] - self.t
        guess = "the denoiser's prediction of x_0 that led to each reverse state"
        return {
            "t": Array(
                self.t,
                "(F,) times of the forward process, 0 first; reverse and guess stand at T - t",
            ),
            "forward": Array(self.forward, f"{shape} data to noise", self.t),
            "reverse": Array(self.reverse, f"{shape} noise to data", back, result=not chains),
            "guess": Array(self.guess, f"{shape} {guess}"),
        }


def frame_times(T: int, frames: int = FRAMES) -> Tensor:
    """(F,) whole steps from 0 to T, evenly spaced, at most ``frames`` + 1 of them."""
    return torch.linspace(0, T, min(T, frames) + 1, dtype=torch.float64).round()


def film(process: Process) -> Steps[Film]:
    """Noise ``n`` points of the data set, sample as many, and keep the frames of both.

    Raises:
        ValueError: if a network is asked for and there is none.
    """
    x_0 = DATASETS[process.dataset].sample(process.n, stream(process.seed, "data"))
    denoiser = yield from make_denoiser(process, x_0)
    made = yield from noise_and_back(x_0, denoiser, process.walk)
    return replace(made, settings=process)


def chain_film(process: Process) -> Steps[Film]:
    """``film`` of a data set of chains, as chains (F, B, L, d) in the data set's own unit."""
    made = yield from film(process)
    return made.mapped(DATASETS[process.dataset].to_chain)


def noise_and_back(x_0: Tensor, denoiser: Denoiser, walk: Walk) -> Steps[Film]:
    """Noise the points x_0 (B, D), and sample as many from noise with ``denoiser``."""
    schedule = walk.schedule
    times = frame_times(schedule.T, walk.frames)
    forward = Trajectory.record(_noised(x_0, walk, times.long().tolist()))
    x_T = forward.x[-1] if walk.same else draw_noise(x_0, stream(walk.seed, "start"))
    # The noise of the forward process is part of x_T: used again on the way back, it would make
    # the steps depend on the state. So the way back has a stream of its own.
    states = sample(denoiser, schedule, x_T, walk.sampler, stream(walk.seed, "reverse"))
    kept = yield from watched(states, len(walk.sampler.levels(schedule)), "Sampling")
    back = Trajectory.record(kept).at(schedule.T - times)
    assert back.x_0 is not None, "every sampler predicts x_0"
    return Film(walk, times, forward.x, back.x, back.x_0)


def _noised(x_0: Tensor, walk: Walk, ts: list[int]) -> list[State]:
    """The states of the forward process at ``ts``."""
    noise = stream(walk.seed, "forward")
    if walk.path == "fixed":
        return list(fixed_noise_path(walk.schedule, x_0, draw_noise(x_0, noise), ts))
    path = marginal_path if walk.path == "marginal" else markov_path
    return list(path(walk.schedule, x_0, noise, ts))


@lru_cache(maxsize=32)
def exact_denoiser(key: str) -> Exact:
    """The best that is known of the data set ``key``: in closed form, an integral, or of points."""
    return exact(DATASETS[key])


@lru_cache(maxsize=32)
def memory_denoiser(key: str) -> Exact:
    """The memory of stored points of the data set ``key``, whatever else is known about it."""
    return memory(DATASETS[key])


def stored_points(key: str, denoiser: str = "") -> Tensor | None:
    """(n, D) the stored points of a data set, where no more is known or their memory denoises."""
    stored = denoiser == "memory" or exact_denoiser(key).kind == POINTS
    return memory_denoiser(key).points if stored else None


def make_denoiser(process: Process, x_0: Tensor) -> Steps[Denoiser]:
    """The denoiser of a process whose oracle knows ``x_0`` (B, D).

    Raises:
        ValueError: if a network is asked for and there is none.
    """
    if process.denoiser == "oracle":
        return Oracle(x_0)
    return (yield from denoiser_of(process.dataset, process.denoiser, process.network))


def denoiser_of(dataset: str, kind: str, network: Network | None) -> Steps[Denoiser]:
    """What predicts the clean points of a data set.

    Args:
        dataset: a key of ``DATASETS``.
        kind: "exact", the best that is known; "memory", that of stored points; else the network.
        network: the network.

    Raises:
        ValueError: if a network is asked for and there is none.
    """
    if kind == "exact":
        return exact_denoiser(dataset)
    if kind == "memory":
        return memory_denoiser(dataset)
    if network is None:
        raise ValueError(WITHOUT)
    return (yield from denoising(network))
