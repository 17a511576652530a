"""The controls of a process, shared by the pages about points and chains."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

import streamlit as st

from engine.data import DATASETS
from engine.data.datasets import Dataset
from engine.denoisers.exact import CLOSED, INTEGRAL, STORED
from engine.experiments.film import Process, exact_denoiser
from engine.noise import SCHEDULES, Schedule
from engine.options import count, switch
from engine.samplers import SAMPLERS, Sampler
from pages.ui import widgets
from pages.ui.addressing import addresses
from pages.ui.training import training_panel

EVERY = 1000  #: on the slider of steps: all of the schedule's
#: What the controls of a process say where an exercise starts from, unless its page says otherwise.
OPENING: dict[str, Any] = dict(
    schedule="cosine", noise_T=100, path="markov", denoiser="learned", sampler="ddpm", steps=EVERY,
    start_same=False, seed=0.0,
)  # fmt: skip
STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 75, 100, 200, 500, EVERY]

DENOISERS = {"learned": "Network", "exact": "True", "memory": "Memory", "oracle": "Oracle"}
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

TOO_LONG = 10.0  #: from which on a step that divides the noise so often fails with order 2
SIDE_BY_SIDE = 3  #: denoisers that fit beside each other in the sidebar
MEMORY = f"memory of {STORED:,} points"

#: What each denoiser is, as one says it in a sentence.
SAID = {
    "learned": "the network",
    "exact": "the true denoiser",
    "memory": f"the {MEMORY}",
    "oracle": "the oracle",
}

#: How the true denoiser of a data set is known.
KNOWN = {CLOSED: "in closed form", INTEGRAL: "as an integral along the curve"}


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

    same: bool = switch(False, "Start where the forward process ended", SAME_HELP)


def choose_dataset(group: str, default: str) -> Dataset:
    """One of the data sets of a group."""
    found = {key: data for key, data in DATASETS.items() if data.group == group}
    described = "\n".join(f"- **{data.label}**: {data.help}" for data in found.values())
    return DATASETS[widgets.choice("Data", found, "data", default, help=described)]


def choose_schedule(default: str = "cosine", T: int = 100) -> Schedule:
    """The noise schedule: T stays when the kind changes; its own parameters fold away."""
    help = "How fast noise comes in.\n" + described(SCHEDULES)
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
    help = "How each prediction of x_0 becomes a step back.\n" + described(SAMPLERS)
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


def choose_denoiser(
    data: Dataset, default: str = "learned", offered: Collection[str] = tuple(DENOISERS)
) -> str:
    """Which denoiser predicts the clean point at each step.

    Args:
        data: the data set.
        default: at first.
        offered: of ``DENOISERS``; the true one only where it is known.
    """
    known = KNOWN.get(exact_denoiser(data.key).kind)
    if known is None:
        _remember_instead()
    about = {
        "learned": "trained on this data; the noised point and its noise level are all it sees.",
        "exact": f"E[x_0 | x_t] of the distribution that the data are drawn from, known {known}.",
        "memory": f"E[x_0 | x_t] if {STORED:,} stored points were all the data; it can only lead "
        "back to these points.",
        "oracle": "is told the original point. Not available in practice; useful to test a "
        "sampler.",
    }
    shown = {
        key: label
        for key, label in DENOISERS.items()
        if key in offered and (key != "exact" or known is not None)
    }
    described = "\n".join(f"- **{label}**: {about[key]}" for key, label in shown.items())
    help = f"What predicts the clean point at each step.\n{described}"
    boxed = len(shown) > SIDE_BY_SIDE
    return widgets.choice("Denoiser", shown, "denoiser", default, help=help, boxed=boxed)


def _remember_instead() -> None:
    """Where no true denoiser is known, links of former days meant the memory by "exact"."""
    given = addresses.texts("denoiser")
    asked = st.session_state.get("denoiser", given[-1] if given else "")
    if asked in ("exact", "Exact"):
        st.session_state["denoiser"] = "memory"


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
        with st.container():
            if long := long_step(sampler, schedule):
                st.caption(long)
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


def long_step(sampler: Sampler, schedule: Schedule) -> str:
    """What is to be said of a method of order 2 whose steps are too long for it, else ""."""
    high, low = sampler.longest_step(schedule)
    if sampler.calls_per_step == 1 or high < TOO_LONG * low:
        return ""
    return (
        f":material/warning: Too few steps for {sampler.label}: one of them takes the noise over "
        f"signal from {high:.2g} to {low:.2g}, so its second slope leads astray. With ten steps or "
        "more it is better than order 1."
    )


def described(registry: Mapping[str, type[Schedule]] | Mapping[str, type[Sampler]]) -> str:
    """Every entry of a registry with what it is, as a list in Markdown."""
    return "\n".join(f"- **{entry.label}**: {entry.help}" for entry in registry.values())
