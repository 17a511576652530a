"""Exact and learned: the score, the likelihood and the memory of a network against the truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from engine.data import DATASETS, Dataset
from engine.likelihood import FlowOptions
from pages.ui import (
    exact_fields,
    exact_likelihood,
    exact_memory,
    few,
    points,
    theme,
    training,
    widgets,
)

VIEWS = {"score": "Score", "likelihood": "Likelihood", "memory": "Memory"}
HELP = (
    "**Score**: the field that leads noise back to data, exact and as the network has it. "
    "**Likelihood**: how probable the network finds data, by the probability-flow ODE. "
    "**Memory**: has a network learned the distribution, or its training points?"
)


@dataclass(frozen=True)
class Train:
    """Whether a network is trained here."""

    train: bool = field(
        default=False,
        metadata=dict(
            label="Train",
            help="Trains a network on these points and nothing else, and looks every second at "
            "what it draws. A change of the points or of the network begins anew.",
        ),
    )


def choose_dataset(
    groups: tuple[str, ...] = ("1d", "2d"), default: str = "eight_gaussians"
) -> Dataset:
    """One that has a network, of these groups."""
    found = {
        key: data
        for key, data in DATASETS.items()
        if data.group in groups and training.network(key) is not None
    }
    described = "\n".join(f"- **{data.label}**: {data.help}" for data in found.values())
    return DATASETS[widgets.choice("Data", found, "data", default, help=described)]


def compare_scores() -> None:
    """The view of score fields."""
    with st.sidebar:
        data = choose_dataset()
        drawn = ["kind", "cloud"] if data.dim == 2 else ["cloud"]
        shown = widgets.options(exact_fields.Show, "show", only=drawn)
        schedule = points.choose_schedule()
        seed = widgets.seed()
    network = training.network(data.key)
    assert network is not None
    exact_fields.show(data, network, schedule, seed, shown)
    training.panel(data.key)


def compare_likelihoods() -> None:
    """The view of likelihoods."""
    with st.sidebar:
        data = choose_dataset()
        options = widgets.options(FlowOptions, "flow")
        schedule = points.choose_schedule()
        seed = widgets.seed()
    network = training.network(data.key)
    assert network is not None
    exact_likelihood.show(data, network, schedule, seed, options)
    training.panel(data.key)


theme.header(
    "Exact and learned",
    "Of toy data the truth is known: the score, the density, what a perfect denoiser would say. "
    "So a network can be caught out.",
)


def compare_memories() -> None:
    """The view of memory."""
    on = widgets.options(Train, "few").train
    with st.sidebar:
        data = choose_dataset(("2d",), "swiss_roll")
        n = st.select_slider(
            "Training points", few.COUNTS, value=16, key="few_n", bind="query-params",
            help="All that the network will ever see. Eight are learned by heart; a thousand are "
            "too many to remember.",
        )  # fmt: skip
        pupil = widgets.options(few.Pupil, "pupil")
        seed = widgets.seed()
    network = training.network(data.key)
    assert network is not None
    exact_memory.show(data, network, n, pupil, seed, on)


COMPARE = {
    "score": compare_scores,
    "likelihood": compare_likelihoods,
    "memory": compare_memories,
}
COMPARE[widgets.choice("Compare", VIEWS, "view", help=HELP, wide=True)]()
