"""What the pages about points share: the controls of a process, its film, and its numbers.

A film shows both processes on one clock: while the forward one is at t, the reverse one is at
T - t. Nothing here is science: the engine computes, this file asks it for what a page draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Generator, Tensor

from engine.data import DATASETS, Dataset
from engine.denoise import Denoiser, ExactEmpirical, ExactMixture, Learned, Oracle, score
from engine.forward import marginal_path, markov_path
from engine.metrics import EnergyRatio, energy_ratio
from engine.noise import SCHEDULES, Schedule
from engine.sample import SAMPLERS, Sampler, sample
from engine.trajectory import Trajectory
from pages.ui import widgets
from pages.ui.jobs import Report

FRAMES = 100  #: intervals of a film
STORED = 1000  #: points the exact denoiser knows where the distribution has no closed form
EVERY = 1000  #: sampler steps that mean "all of T"
STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 75, 100, 200, 500, EVERY]
REACHED = 1e-3  #: signal left below which a chain counts as having reached noise

DENOISERS = {"learned": "Network", "exact": "Exact", "oracle": "Oracle"}
PATHS = {"markov": "True path", "marginal": "Fresh noise"}
PATH_HELP = (
    "**True path**: every step adds a little noise to the step before, q(x_t | x_{t-1}). "
    "**Fresh noise**: every frame is drawn anew from q(x_t | x_0). Both have the right density "
    "at each t; only the first is a path."
)
SAME_HELP = (
    "Off: the reverse process starts from pure noise, N(0, I), as a sampler must. On: it starts "
    "from the very points where the forward process ended, with all the noise they collected. "
    "Steps back draw noise of their own. If on and off give different results, the schedule had "
    "not reached noise."
)


@dataclass(frozen=True)
class Process:
    """Everything that decides a film; hashable, so that films can be kept."""

    dataset: str
    schedule: Schedule
    sampler: Sampler
    denoiser: str = "learned"
    network: Learned | None = None
    path: str = "markov"
    same: bool = False
    n: int = 300
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Film:
    """Both processes, frame by frame.

    Attributes
    ----------
    t: (F,) times of the forward process, 0 first and T last; the reverse one is at T - t.
    forward, reverse: (F, B, D) states.
    guess: (F, B, D) the denoiser's prediction of x_0 that led to each reverse state.
    """

    t: Tensor
    forward: Tensor
    reverse: Tensor
    guess: Tensor


def frame_times(T: int, frames: int = FRAMES) -> Tensor:
    """(F,) whole steps from 0 to T, evenly spaced, at most ``frames`` + 1 of them."""
    return torch.linspace(0, T, min(T, frames) + 1, dtype=torch.float64).round()


def film(report: Report, process: Process) -> Film:
    """The job: noise ``n`` points, sample as many, and keep the frames of both."""
    data, schedule = DATASETS[process.dataset], process.schedule
    x_0 = data.sample(process.n, Generator().manual_seed(process.seed))
    noise = Generator().manual_seed(process.seed + 1)
    times = frame_times(schedule.T)
    walk = marginal_path if process.path == "marginal" else markov_path
    forward = Trajectory.record(walk(schedule, x_0, noise, ts=times.long().tolist()))
    pure = torch.randn(x_0.shape, generator=Generator().manual_seed(process.seed + 2))
    x_T = forward.x[-1] if process.same else pure
    # Fresh noise on the way back: the forward draws are part of x_T, and using them again would
    # make the steps depend on the state.
    steps = Generator().manual_seed(process.seed + 3)
    reverse = reverse_path(report, process, make_denoiser(process, x_0), x_T, steps)
    back = reverse.at(schedule.T - times)
    guess = back.x if back.x_0 is None else back.x_0
    return Film(times, forward.x, back.x, guess)


def reverse_path(
    report: Report, process: Process, denoiser: Denoiser, x_T: Tensor, generator: Generator
) -> Trajectory:
    """The reverse process from ``x_T``, every state kept."""
    states = []
    total = min(process.sampler.steps, process.schedule.T) + 1
    for state in sample(denoiser, process.schedule, x_T, process.sampler, generator):
        states.append(state)
        report(len(states), total, message="Sampling")
    return Trajectory.record(states)


@lru_cache(maxsize=32)
def exact_denoiser(key: str) -> Denoiser:
    """Closed form: of the mixture where there is one, else of ``STORED`` points of the data."""
    mixture = DATASETS[key].mixture()
    if mixture is not None:
        return ExactMixture(mixture)
    return ExactEmpirical(DATASETS[key].sample(STORED, Generator().manual_seed(0)))


def make_denoiser(process: Process, x_0: Tensor) -> Denoiser:
    """The denoiser of a process whose oracle is told ``x_0`` (B, D).

    Raises
    ------
    ValueError: if a network is asked for and there is none.
    """
    if process.denoiser == "exact":
        return exact_denoiser(process.dataset)
    if process.denoiser == "oracle":
        return Oracle(x_0)
    if process.network is None:
        raise ValueError("There is no network for this data set yet: train one below.")
    return process.network


def quality(report: Report, key: str, made: Film, repeats: int = 5) -> EnergyRatio:
    """The job: how far a film's samples are from fresh data, against data from data."""
    samples = made.reverse[-1]

    def given(n: int, generator: Generator) -> Tensor:
        report(1, 2, message="Comparing with fresh data")
        return samples

    return energy_ratio(given, DATASETS[key].sample, len(samples), range(100, 100 + repeats))


def score_field(
    report: Report, denoiser: Denoiser, schedule: Schedule, window: float, cells: int = 15
) -> tuple[np.ndarray, np.ndarray]:
    """The job: a grid (G, 2), and on it (F, G, 2) the score times 1 - alpha_bar, T first, 0 last.

    The factor keeps the arrows finite: what is drawn is sqrt(alpha_bar) E[x_0 | x_t] - x_t, the
    way from a point to where the denoiser believes that it came from.
    """
    axis = torch.linspace(-window, window, cells)
    grid = torch.cartesian_prod(axis, axis)
    times = schedule.T - frame_times(schedule.T)
    field_ = torch.zeros(len(times), len(grid), 2)
    for k, t in enumerate(times.long().tolist()):
        alpha_bar = float(schedule.alpha_bar(t))
        if alpha_bar < 1:
            field_[k] = (1 - alpha_bar) * score(denoiser, grid, alpha_bar)
        report(k + 1, len(times), message="Score")
    return grid.numpy(), field_.numpy()


# ---------------------------------------------------------------------------------------------
# Controls


@dataclass(frozen=True)
class Crowd:
    """How many points move."""

    n: int = field(
        default=600,
        metadata=dict(
            label="Points",
            help="More points: smoother statistics, slower sampling.",
            min=100,
            max=3000,
            step=100,
            unit="",
            format="%d",
        ),
    )


@dataclass(frozen=True)
class Start:
    """Where the reverse process starts."""

    same: bool = field(default=False, metadata=dict(label="Same noise", help=SAME_HELP))


def choose_dataset(group: str, default: str) -> Dataset:
    """One of the data sets of a group."""
    found = {key: data for key, data in DATASETS.items() if data.group == group}
    described = "\n".join(f"- **{data.label}**: {data.help}" for data in found.values())
    return DATASETS[widgets.choice("Data", found, "data", default, help=described)]


def choose_schedule(default: str = "cosine", T: int = 100) -> Schedule:
    """The noise schedule: T stays when the kind changes; its own parameters fold away."""
    help = "How fast noise comes in.\n" + _described(SCHEDULES)
    cls = SCHEDULES[widgets.choice("Noise schedule", SCHEDULES, "schedule", default, help=help)]
    chosen = widgets.options(cls, "noise", only=["T"], defaults={"T": T})
    return schedule_parameters(cls, "noise", chosen.T)


def schedule_parameters(cls: type[Schedule], key: str, T: int) -> Schedule:
    """All parameters of a schedule but T, in an expander."""
    names = [f.name for f in fields(cls) if f.name != "T"]
    with st.expander(f"Parameters of {cls.label.lower()}"):
        return widgets.options(cls, key, only=names, defaults={"T": T})


def choose_sampler(default: str = "ddpm") -> Sampler:
    """The sampler, its steps and its own parameter."""
    help = "How a guess becomes a step back.\n" + _described(SAMPLERS)
    cls = SAMPLERS[widgets.choice("Sampler", SAMPLERS, "sampler", default, help=help)]
    steps = st.select_slider(
        "Sampler steps",
        STEPS,
        value=EVERY,
        key="steps",
        bind="query-params",
        format_func=lambda count: "all T" if count == EVERY else f"{count}",
        help="Steps on the way from T to 0; never more than T. Few steps are fast and coarse; "
        "methods that add no noise bear them better than DDPM.",
    )
    own = [f.name for f in fields(cls) if f.name != "steps"]
    return widgets.options(cls, cls.key, only=own, defaults={"steps": steps})


def choose_denoiser(data: Dataset, default: str) -> str:
    """Who guesses the clean point at each step."""
    exact = (
        "the closed form of the mixture, E[x_0 | x_t]"
        if data.mixture() is not None
        else f"the closed form for {STORED:,} stored points; perfect for those, so it can only "
        "give them back"
    )
    help = (
        "Who guesses the clean point at each step.\n"
        "- **Network**: trained on this data; it has never seen the answer.\n"
        f"- **Exact**: {exact}.\n"
        "- **Oracle**: is told the very point that was noised, which nobody is in practice."
    )
    return widgets.choice("Denoiser", DENOISERS, "denoiser", default, help=help)


def lessons(entries: Mapping[str, tuple[str, Mapping[str, Any]]], base: Mapping[str, Any]) -> None:
    """Buttons that set several controls at once: label -> (help, {key: value}).

    base: what the controls are set to first, so that lessons do not depend on each other.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for label, (help, values) in entries.items():
            changes = {**base, **values}
            st.button(label, key=f"try_{label}", help=help, on_click=_set, args=(changes,))
        st.button(
            "Start over",
            key="try_over",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=_set,
            args=(base,),
        )


def _set(values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        st.session_state[key] = value


# ---------------------------------------------------------------------------------------------
# Words and numbers


def reading(schedule: Schedule) -> tuple[bool, str]:
    """The "not yet noise" reading: whether noise is reached, and what that means in a sentence."""
    left = schedule.signal_left
    if left < REACHED:
        return True, (
            f"Reaches noise: at t = T only {number(left)} of the signal's variance is left, so "
            "starting from N(0, I) is fair."
        )
    return False, (
        f"Not yet noise: at t = T the signal still has {left:.0%} of its variance (each point "
        f"keeps {left**0.5:.2f} of its x_0). A sampler that starts from N(0, I) starts in the "
        "wrong place."
    )


def show_reading(schedule: Schedule) -> None:
    """The reading of a schedule as a message on the page."""
    reached, sentence = reading(schedule)
    if reached:
        st.caption(f":material/check_circle: {sentence}")
    else:
        st.warning(sentence, icon=":material/warning:")


def number(value: float) -> str:
    """A number as a person reads it: 0.36, 0.024, 2.4e-7."""
    if value != 0 and abs(value) < 1e-3:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def time_labels(t: Tensor) -> list[str]:
    """The label of each frame: the forward time and the reverse time."""
    last = int(t[-1])
    return [f"t = {int(v)} | {last - int(v)}" for v in t.tolist()]


def _described(registry: Mapping[str, type[Schedule]] | Mapping[str, type[Sampler]]) -> str:
    return "\n".join(f"- **{entry.label}**: {entry.help}" for entry in registry.values())
