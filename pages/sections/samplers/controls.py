"""The sidebar of the race of samplers: which take part, and with how many steps."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.data.datasets import Dataset
from engine.experiments import sampler_race
from engine.experiments.sampler_race import RUNNERS, Entry
from engine.figures.palette import SERIES
from engine.noise import Schedule
from engine.options import switch
from engine.samplers import FlowSampler, Sampler
from pages.ui import process_controls, widgets
from pages.ui.process_controls import EVERY
from pages.ui.training import training_panel

DEFAULT = ["ddpm", "ddim", "heun", "flow_heun"]
STEPS = [count for count in process_controls.STEPS if count != 75]
COLOURS = {key: SERIES[place % len(SERIES)] for place, key in enumerate(RUNNERS)}


@dataclass(frozen=True)
class Budget:
    """How the number of steps is meant."""

    calls: bool = switch(
        False,
        "Count network calls",
        "Heun's method asks the network twice a step. Off: all take the same number of "
        "steps. On: all make about the same number of network calls, so Heun takes half as "
        "many steps.",
    )


def choose(row: DeltaGenerator) -> tuple[Dataset, Entry | None]:
    """In ``row`` which samplers, in the sidebar all else; no race if nothing is chosen."""
    data = process_controls.choose_dataset("2d", "swiss_roll")
    flows = sampler_race.shipped_flow(data.key)
    offered = [k for k, cls in RUNNERS.items() if flows or not issubclass(cls, FlowSampler)]
    with row:
        shown = widgets.several(
            "Samplers",
            {key: RUNNERS[key] for key in offered},
            key="shown",
            default=[key for key in DEFAULT if key in offered],
            help="Which samplers to compare.\n"
            + "\n".join(f"- **{RUNNERS[key].label}**: {RUNNERS[key].help}" for key in offered),
        )
    steps = widgets.notches(
        "Steps, for all",
        STEPS,
        key="steps",
        default=20,
        words={EVERY: ("all", "all T")},
        help="Steps from T to 0; never more than T.",
    )
    calls = widgets.options(Budget, "count").calls
    schedule = process_controls.choose_schedule(T=1000)
    budget = process_controls.counted(steps)
    samplers = tuple(_own_options(key, budget, calls, schedule) for key in offered if key in shown)
    n = widgets.options(process_controls.Points, "points").n
    seed = widgets.seed()
    network = training_panel.chosen(data.key)
    if network is None or not samplers:
        return data, None
    return data, Entry(data.key, schedule, samplers, network, n, seed)


def _own_options(key: str, steps: int | None, calls: bool, schedule: Schedule) -> Sampler:
    """A sampler with the controls that only it has.

    Args:
        key: of ``RUNNERS``.
        steps: of all samplers; None for all of the schedule's.
        calls: whether ``steps`` counts network calls.
        schedule: whose T bounds the steps.
    """
    cls = RUNNERS[key]
    own = [f.name for f in fields(cls) if f.name != "steps"]
    if own:
        with st.expander(f"Options of {cls.label}"):
            chosen = widgets.options(cls, key, only=own, defaults={"steps": steps})
    else:
        chosen = cls(steps=steps)
    taken = chosen.steps_on(schedule)
    twice = chosen.evaluations(schedule) > taken
    return replace(chosen, steps=max(1, taken // 2)) if calls and twice else chosen
