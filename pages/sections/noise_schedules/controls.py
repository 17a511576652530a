"""What a race of schedules is made of: the controls in the sidebar, and the schedules on show."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.data.datasets import Dataset
from engine.experiments.schedule_race import Lane, Race, Way
from engine.figures.palette import SERIES
from engine.noise import SCHEDULES, Drawn, Schedule, zero_terminal
from engine.options import count, switch
from pages.ui import process_controls, widgets
from pages.ui.components import schedule_editor
from pages.ui.components.shown_schedule import ShownSchedule
from pages.ui.training import training_panel

LANES = 4  #: schedules at most
RACERS: dict[str, type[Schedule]] = {**SCHEDULES, Drawn.key: Drawn}
DEFAULT = ["linear", "cosine", "laplace", Drawn.key]
_KEYS = list(SCHEDULES)
#: In the order of their colours: the hand-drawn one's is far from its neighbours' at first.
_COLOURED = [*_KEYS[:3], Drawn.key, *_KEYS[3:]]
COLOURS = {key: SERIES[place % len(SERIES)] for place, key in enumerate(_COLOURED)}
#: Those with a dashed line, so that it does not take colours to tell most pairs apart.
DASHED = {"cosine", "sigmoid", "log_linear", Drawn.key}

MODES = {"fixed": "Same noise", "markov": "True path"}
MODE_HELP = (
    "**Same noise**: every point is given one noise vector, the same in every panel and at every "
    "t, so that the panels differ by the schedule alone. The density is right at each t, but a "
    "point's straight drift is no path of the chain. **True path**: the chain's own steps, from "
    "the same seed in every panel."
)
ZERO = {"off": "Off", "on": "On", "both": "Both"}
ZERO_HELP = (
    "Stretches √ᾱ of every schedule until the signal-to-noise ratio (SNR) is 0 at T and step 1 "
    "is as before (Lin et al. 2024, algorithm 1). **Both**: the first two schedules, each beside "
    "its stretched version. At T the state then holds nothing of x_0: a network that predicts ε "
    "would have to divide by zero there. The one used here predicts x_0, which stays defined: "
    "the mean of the data."
)
OFFERED = ("learned", "exact", "memory")  #: they depend on the noise level, not on the step
WAYS = {"ddpm": "DDPM", "ddim": "DDIM"}
WAYS_HELP = (
    "**DDPM** (denoising diffusion probabilistic model) adds fresh noise at every step, so it "
    "partly forgets a wrong start. **DDIM** (denoising diffusion implicit model, η = 0) adds "
    "none: the start decides everything. Both take every step."
)


@dataclass(frozen=True)
class Length:
    """What all schedules share."""

    T: int = count(
        100,
        "Steps T, for all",
        "The number of noise steps. Linear, quadratic and sigmoid were made for T = 1000; with "
        "fewer steps and the same betas they stop before noise.",
        (10, 1000, 10),
    )


@dataclass(frozen=True)
class Show:
    """How the points are drawn."""

    place: bool = switch(
        True,
        "Colour by place",
        "Colours each point by the direction in which it stood in the clean picture. "
        "As long as you can see colours in order, the signal is not gone.",
    )


@dataclass(frozen=True)
class Chosen:
    """What the sidebar says.

    Attributes:
        data: the data set.
        shown: the schedules, one panel each.
        own: the user's schedule, if it takes part.
        show: how points are drawn.
        race: the same as settings of the experiment; None without a schedule.
    """

    data: Dataset
    shown: list[ShownSchedule]
    own: Drawn | None
    show: Show
    race: Race | None


def choose(row: DeltaGenerator) -> Chosen:
    """In ``row`` which schedules; in the sidebar data, length, their parameters, the way back."""
    data = process_controls.choose_dataset("2d", "swiss_roll")
    T = widgets.options(Length, "all").T
    with row:
        keys = choose_schedules()
    zero = widgets.choice("Zero SNR at T", ZERO, "zero", help=ZERO_HELP)
    if zero == "both" and len(keys) > LANES // 2:
        left_out = " and ".join(RACERS[key].label for key in keys[LANES // 2 :])
        st.caption(f"With both versions of each there is no room for {left_out}.")
    chosen = {
        key: schedule_editor.choose(T)
        if key == Drawn.key
        else process_controls.schedule_parameters(RACERS[key], key, T)
        for key in keys
    }
    path = widgets.choice("Noising", MODES, "mode", help=MODE_HELP)
    sampler = widgets.choice("Way back", WAYS, "back", help=WAYS_HELP)
    denoiser = process_controls.choose_denoiser(data, offered=OFFERED)
    show = widgets.options(Show, "show")
    n = widgets.options(process_controls.Points, "points", defaults={"n": 500}).n
    network = training_panel.chosen(data.key) if denoiser == "learned" else None
    way = Way(data.key, sampler, denoiser, network, widgets.seed())
    shown = lined_up(chosen, zero)
    race = Race(tuple(map(lane, shown)), way, "markov" if path == "markov" else "fixed", n)
    own = chosen.get(Drawn.key)
    return Chosen(
        data, shown, own if isinstance(own, Drawn) else None, show, race if shown else None
    )


def choose_schedules() -> list[str]:
    """Up to ``LANES`` keys of RACERS, in its order; a fifth replaces the first chosen."""
    described = "\n".join(f"- **{entry.label}**: {entry.help}" for entry in RACERS.values())
    shown = widgets.several(
        "Schedules",
        RACERS,
        key="shown",
        default=DEFAULT,
        on_change=make_room,
        help=f"Two to {LANES} to compare; one more takes the place of the first that was chosen."
        f"\n{described}",
    )
    left = st.session_state.get("_made_room", [])
    with st.container():
        if left:
            names = " and ".join(RACERS[key].label for key in left)
            st.caption(f"**{names}** made room: there are places for {LANES}.")
    st.session_state["_shown"] = shown
    return [key for key in RACERS if key in shown[:LANES]]


def make_room() -> None:
    """Forget the schedule chosen first when there is one too many."""
    before = st.session_state.get("_shown", [])
    shown = st.session_state["shown"]
    kept = [key for key in before if key in shown]
    kept += [key for key in shown if key not in kept]
    st.session_state["shown"] = kept[-LANES:]
    st.session_state["_made_room"] = kept[:-LANES]


def lined_up(chosen: dict[str, Schedule], zero: str) -> list[ShownSchedule]:
    """The schedules as they are, stretched to zero SNR, or both."""
    found: list[ShownSchedule] = []
    for key, schedule in chosen.items():
        for stretched in {"off": (False,), "on": (True,), "both": (False, True)}[zero]:
            label = f"{schedule.label}, to zero" if stretched else schedule.label
            made = zero_terminal(schedule) if stretched else schedule
            # Both versions have one colour; the stretched one has the other kind of line.
            dash = (key in DASHED) != (stretched and zero == "both")
            found.append(ShownSchedule(key, label, made, COLOURS[key], dash, stretched))
    return found[:LANES]


def lane(shown: ShownSchedule) -> Lane:
    """The same for the experiment, with the name of its arrays."""
    return Lane(f"{shown.key}_zero" if shown.stretched else shown.key, shown.label, shown.schedule)
