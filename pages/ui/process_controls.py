"""The controls of a process, shared by the pages about points and chains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import streamlit as st

from engine.data import DATASETS
from engine.data.datasets import Dataset
from engine.denoisers.exact import CLOSED, INTEGRAL, POINTS, STORED
from engine.experiments.film import Process, exact_denoiser
from engine.noise import SCHEDULES, Schedule
from engine.options import count, switch
from engine.samplers import SAMPLERS, Sampler
from pages.ui import widgets
from pages.ui.training import training_panel

EVERY = 1000  #: on the slider of steps: all of the schedule's
STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 75, 100, 200, 500, EVERY]

DENOISERS = {"learned": "Network", "exact": "Exact", "oracle": "Oracle"}
PATHS = {"markov": "True path", "marginal": "Fresh noise"}
PATH_HELP = (
    "**True path**: every step adds a little noise to the step before, q(x_t | x_{t-1}). "
    "**Fresh noise**: every frame is drawn anew from q(x_t | x_0). Both have the right density "
    "at each t; only the first is a path."
)
SAME_HELP = (
    "Off: the reverse process starts from pure noise, N(0, I), as a sampler must. On: it starts "
    "from the points where the forward process ended. Each reverse step still draws its own noise. "
    "If on and off give different results, the schedule does not reach noise."
)

#: What the exact denoiser of a data set is, by how it is known.
EXACT = {
    CLOSED: "E[x_0 | x_t] of the data in closed form",
    INTEGRAL: "E[x_0 | x_t] of the data, integrated along its curve",
    POINTS: f"E[x_0 | x_t] of {STORED:,} stored points, since the data has no formula; it can only "
    "reproduce these points",
}
SHORT = {CLOSED: "closed form", INTEGRAL: "integral along the curve", POINTS: "of stored points"}


# ---------------------------------------------------------------------------------------------
# Controls


@dataclass(frozen=True)
class Points:
    """How many points are noised and sampled."""

    n: int = count(
        600, "Points", "More points: smoother statistics, slower sampling.", (100, 3000, 100)
    )


@dataclass(frozen=True)
class Start:
    """Where the reverse process starts."""

    same: bool = switch(False, "Start from x_T of the data", SAME_HELP)


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
    help = "How each prediction of x_0 becomes a step back.\n" + _described(SAMPLERS)
    cls = SAMPLERS[widgets.choice("Sampler", SAMPLERS, "sampler", default, help=help)]
    steps = widgets.notches(
        "Sampler steps",
        STEPS,
        key="steps",
        default=EVERY,
        words={EVERY: ("all", "all T")},
        help="Steps on the way from T to 0; never more than T. Few steps are fast and coarse; "
        "deterministic methods lose less quality with few steps than DDPM.",
    )
    own = [f.name for f in fields(cls) if f.name != "steps"]
    return widgets.options(cls, cls.key, only=own, defaults={"steps": counted(steps)})


def counted(steps: int) -> int | None:
    """The steps of a sampler as a slider says them; None for all of the schedule's."""
    return None if steps == EVERY else steps


def choose_denoiser(data: Dataset, default: str) -> str:
    """Which denoiser predicts the clean point at each step."""
    help = (
        "What predicts the clean point at each step.\n"
        "- **Network**: trained on this data; the noised point and its noise level are all it "
        "sees.\n"
        f"- **Exact**: {EXACT[exact_denoiser(data.key).kind]}.\n"
        "- **Oracle**: knows the original point. Not available in practice; useful to test a "
        "sampler."
    )
    return widgets.choice("Denoiser", DENOISERS, "denoiser", default, help=help)


def controls(
    data: Dataset,
    n: Callable[[], int],
    denoiser: str | None = None,
    default: str = "learned",
    fold: bool = False,
) -> Process:
    """Draw the controls of a process, each kept in the address, and return what they say.

    Args:
        data: the data set.
        n: how many points or chains; asked below the other controls, so it may draw one.
        denoiser: where the page has asked for it already.
        default: the denoiser at first, where it has not.
        fold: whether all but schedule and denoiser stand in a section to open.
    """
    schedule = choose_schedule()
    denoiser = denoiser or choose_denoiser(data, default)
    with st.expander("More") if fold else st.container():
        path = widgets.choice("Noising", PATHS, "path", help=PATH_HELP)
        sampler = choose_sampler()
        start = widgets.options(Start, "start")
        count, seed = n(), widgets.seed()
    return Process(
        dataset=data.key,
        schedule=schedule,
        sampler=sampler,
        denoiser=denoiser,
        network=training_panel.chosen(data.key) if denoiser == "learned" else None,
        path="marginal" if path == "marginal" else "markov",
        same=start.same,
        n=count,
        seed=seed,
    )


# ---------------------------------------------------------------------------------------------
# Words


def _described(registry: Mapping[str, type[Schedule]] | Mapping[str, type[Sampler]]) -> str:
    return "\n".join(f"- **{entry.label}**: {entry.help}" for entry in registry.values())
