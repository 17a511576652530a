"""Training a denoiser from a page: the options, the progress, and the network put to use.

``panel(key)`` draws it; ``chosen(key)`` is the network that the page shall use: the one this
user has just trained, or else the bundled one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.data import DATASETS, Dataset
from engine.denoisers import FitOptions, Learned
from engine.denoisers.learned import is_trained
from engine.experiments.networks import Network, shipped
from engine.experiments.training_run import PointRun, on_points, reference
from engine.figures.charts.training import preview
from engine.paths import AssetError
from pages.ui import plots, theme, widgets
from pages.ui.components.cloud import cloud
from pages.ui.glossary import term
from pages.ui.training import algorithm, models, progress
from pages.ui.training.progress import View, updates
from pages.ui.wording import show_problem

#: For points: half the time of FitOptions' own, for a loss at most 0.002 higher. Not for chains.
DEFAULTS: dict[str, float] = {"steps": 1200, "learning_rate": 4e-3}
LIMITS = {"steps": (100.0, 6000.0), "width": (16.0, 256.0), "batch_size": (32.0, 2048.0)}

Preview = Callable[[np.ndarray, bool], go.Figure]


def chosen(key: str) -> Network | None:
    """By value, the network to use for ``key``: the user's own, else the bundled one, if any."""
    run = models.in_use(models.of_data(key))
    if run is not None:
        return Network(key, run.training)
    return Network(key) if is_trained(key) else None


def panel(key: str, draw: Preview | None = None) -> None:
    """Draw the training panel of the data set ``key`` in an expander.

    Args:
        key: of the data set.
        draw: a figure of samples (n, D), in the dark theme or not, for data other than points of
            the plane or the line.
    """
    data = DATASETS[key]
    with st.expander("Train the network yourself", icon=":material/model_training:"):
        st.markdown(
            "The network is given a noised point and its noise level. Train one here; it then "
            "replaces the bundled network on this page until you leave."
        )
        lines, meaning = st.columns(2, gap="large")
        with lines:
            algorithm.show(algorithm.VELOCITY, progress.under_way(models.of_data(key)))
        with meaning:
            algorithm.answers()
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            options, seed = controls(DEFAULTS if data.dim <= 2 else {})
            shown = view(data, options, seed, draw)
            progress.start_button(shown)
        with right:
            progress.show(shown)


def controls(defaults: Mapping[str, float] = DEFAULTS) -> tuple[FitOptions, int]:
    """How to train, and the seed of it. defaults: replace those of FitOptions."""
    options = widgets.options(FitOptions, "fit", defaults=defaults, limits=LIMITS)
    return options, widgets.seed("fit_seed", label="Seed of the training")


def view(
    data: Dataset, options: FitOptions, seed: int, draw: Preview | None = None
) -> View[Learned, FitOptions]:
    """How a training on ``data`` with these options is shown; draw: as for ``panel``."""
    return View(
        models.of_data(data.key),
        begin=partial(on_points, data, options, seed),
        picture=partial(_picture, data, draw),
        card=partial(_card, data.key),
        algorithm=algorithm.VELOCITY,
    )


def _picture(data: Dataset, draw: Preview | None, run: PointRun) -> None:
    """What the network samples by now."""
    key, samples = f"fit_{data.key}", run.samples
    if samples is None:
        return
    if draw is not None:
        plots.draw(f"{key}_drawn", draw, samples, theme.is_dark())
    elif data.dim == 2:
        cloud(samples, reference(data), key=f"{key}_cloud")
    else:
        plots.draw(f"{key}_drawn", preview, samples, reference(data), theme.is_dark())
    st.caption(f"Sampled from the network after {updates(run.step)} ({term('ddim')}, 20 steps).")


def _card(key: str) -> None:
    """Facts about the bundled network."""
    if not is_trained(key):
        st.caption("No network is bundled for this data set: train one here.")
        return
    try:
        options = shipped(key).card.get("hyperparameters", {})
    except AssetError as missing:
        show_problem(str(missing))
        return
    if isinstance(options, dict):
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in options.items())
        st.caption(f"The bundled network was trained with: {facts}.")
