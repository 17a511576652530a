"""Exact and learned: the score, the likelihood and the memory of a network against the truth."""

from __future__ import annotations

import streamlit as st

from engine.data import DATASETS, Dataset
from pages.ui import exact_fields, points, theme, training, widgets

VIEWS = {"score": "Score", "likelihood": "Likelihood", "memory": "Memory"}
HELP = (
    "**Score**: the field that leads noise back to data, exact and as the network has it. "
    "**Likelihood**: how probable the network finds data, by the probability-flow ODE. "
    "**Memory**: has a network learned the distribution, or its training points?"
)


def choose_dataset() -> Dataset:
    """One with a density, on the line or in the plane."""
    found = {
        key: data
        for key, data in DATASETS.items()
        if data.group in ("1d", "2d") and training.network(key) is not None
    }
    described = "\n".join(f"- **{data.label}**: {data.help}" for data in found.values())
    return DATASETS[widgets.choice("Data", found, "data", "eight_gaussians", help=described)]


theme.header(
    "Exact and learned",
    "Of toy data the truth is known: the score, the density, what a perfect denoiser would say. "
    "So a network can be caught out.",
)
view = widgets.choice("Compare", VIEWS, "view", help=HELP, wide=True)
with st.sidebar:
    data = choose_dataset()
    shown = widgets.options(exact_fields.Show, "show")
    schedule = points.choose_schedule()
    seed = widgets.seed()
network = training.network(data.key)
assert network is not None
exact_fields.show(data, network, schedule, seed, shown)
