"""Training from the page: the hyperparameters, the loss as it falls, and the network put to use.

``panel(key)`` draws it; ``network(key)`` is the denoiser that the page shall use: the one this
reader has just trained, or else the one that ships.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from torch import Generator

from engine.data import DATASETS, Dataset
from engine.denoise import Learned, is_trained, load
from engine.figures.learning import loss_curve, preview
from engine.learn import FitOptions
from pages.ui import course, jobs, own_model, plots, theme, widgets
from pages.ui.cloud import cloud
from pages.ui.course import DRAWN, Run, updates

REDRAW = 1.0  #: seconds between two drawings of the charts during training
#: For points: half the time of FitOptions' own, for a loss at most 0.002 higher. Not for chains.
DEFAULTS: dict[str, float] = {"steps": 1200, "learning_rate": 4e-3}
LIMITS = {"steps": (100.0, 6000.0), "width": (16.0, 256.0), "batch_size": (32.0, 2048.0)}
LOSS_HEIGHT = 180

Preview = Callable[[np.ndarray, np.ndarray, bool], go.Figure]


@lru_cache(maxsize=32)
def shipped(key: str) -> Learned:
    """The network that ships for the data set ``key``; always the same object."""
    return load(key)


@lru_cache(maxsize=32)
def _reference(data: Dataset) -> np.ndarray:
    return data.sample(DRAWN, Generator().manual_seed(1)).numpy()


def network(key: str) -> Learned | None:
    """The network to use for ``key``: the reader's own, else the one that ships, else None.

    The object stands for its weights: hashable, and the same as long as they are the same.
    """
    run = own_model.in_use(key)
    if run is not None:
        return run.denoiser
    return shipped(key) if is_trained(key) else None


def panel(
    key: str, defaults: dict[str, float] | None = None, draw: Preview | None = preview
) -> None:
    """Draw the training panel of the data set ``key`` in an expander.

    defaults: replace those of FitOptions and, for points, ``DEFAULTS``.
    draw(samples (n, D), data (m, D), dark): a figure of what the network draws by now, for other
    data than points of the plane; None for none.
    """
    data = DATASETS[key]
    with st.expander("Train the network yourself", icon=":material/model_training:"):
        st.markdown(
            "The network sees a noised point and its noise level, and learns to tell the clean "
            "point from the noise. Train one here; it then takes the place of the one that "
            "ships, on this page and until you leave."
        )
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            options, seed = controls({**(DEFAULTS if data.dim <= 2 else {}), **(defaults or {})})
            start_button(data, options, seed)
        with right:
            _progress(data, draw)


def controls(defaults: Mapping[str, float] = DEFAULTS) -> tuple[FitOptions, int]:
    """How to train, and the seed of it. defaults: replace those of FitOptions."""
    options = widgets.options(FitOptions, "fit", defaults=defaults, limits=LIMITS)
    return options, widgets.seed("fit_seed", label="Seed of the training")


def start_button(data: Dataset, options: FitOptions, seed: int) -> None:
    """Train, or train again from the beginning."""
    st.button(
        "Train again" if course.current(data.key) else "Train",
        type="primary",
        icon=":material/play_arrow:",
        key="fit_start",
        help="From untrained weights, with the options and the seed as they are set.",
        on_click=course.start,
        args=(data, options, seed),
    )


def running(data: Dataset, draw: Preview | None) -> bool:
    """Progress, time left, Pause and the charts if a training is under way; whether one is."""
    job = jobs.current(own_model.name(data.key))
    if job is None or job.status not in ("running", "failed"):
        return False
    if job.status == "failed":
        st.error(job.error, icon=":material/error:")
        return True
    _watch(job, data.key)
    _live(job, data, draw)
    return True


@st.fragment(run_every=jobs.POLL_SECONDS)
def _watch(job: jobs.Job, key: str) -> None:
    if job.status != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key=f"fit_{key}_job"):
        st.progress(job.progress, text=jobs.progress_text(job, "Waiting for a free worker"))
        if st.button("Pause training", key="fit_pause", icon=":material/pause:", width="content"):
            course.pause(key)
            st.rerun()


@st.fragment(run_every=REDRAW)
def _live(job: jobs.Job, data: Dataset, draw: Preview | None) -> None:
    """The charts while training goes on; slower than the progress bar, since plotly is heavy."""
    at = course.current(data.key)
    run = job.partial or (at.run if at else None)
    if run is not None:
        charts(data, run, draw)


def resume_button(key: str, run: Run) -> None:
    """Where the training stopped, and the way on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Paused at update {run.step:,} of {run.options.steps:,}.", width="content")
        st.button(
            "Resume training",
            key="fit_resume",
            icon=":material/resume:",
            help="Goes on as if it had not been interrupted.",
            on_click=course.resume,
            args=(key,),
        )


def _progress(data: Dataset, draw: Preview | None) -> None:
    key = data.key
    if running(data, draw):
        return
    if own_model.adopt(key):  # it ended while this page was being drawn with the network before
        st.rerun()
    stopped = course.paused(key)
    if stopped is not None:
        resume_button(key, stopped)
        _offer(key, stopped)
    run = own_model.trained(key)
    if run is None and stopped is None:
        _card(key)
        return
    if run is not None:
        st.toggle(
            "Use my network on this page",
            value=True,
            key=own_model.use(key),
            help="Off: the network that ships. On: yours.",
        )
        st.caption(summary(run))
    charts(data, stopped or run, draw)


def summary(run: Run) -> str:
    """What was done, in a sentence."""
    return (
        f"{updates(run.step)} in {run.seconds:.0f} s; loss {run.losses[-1]:.3f}. "
        "The loss does not fall to zero: noise can never be guessed exactly."
    )


def _offer(key: str, run: Run) -> None:
    if run is not own_model.trained(key):
        st.button(
            f"Use it as it stood at update {run.step:,}",
            key="fit_keep",
            icon=":material/download_done:",
            on_click=own_model.keep,
            args=(key, run),
        )


def charts(data: Dataset, run: Run, draw: Preview | None) -> None:
    """The loss so far, and what the network draws by now."""
    dark = theme.is_dark()
    if draw is preview and data.dim == 2:
        cloud(run.samples, _reference(data), key=f"fit_{data.key}_cloud")
    elif draw is not None:
        drawn = draw(run.samples, _reference(data), dark)
        plots.draw(drawn, key=f"fit_{data.key}_drawn")
    if draw is not None:
        st.caption(f"Drawn by the network after {updates(run.step)} (DDIM, 20 steps).")
    chart = loss_curve(run.steps, run.losses, run.options.steps, dark, LOSS_HEIGHT)
    plots.draw(chart, key=f"fit_{data.key}_loss")


def _card(key: str) -> None:
    """What ships, before anything has been trained here."""
    if not is_trained(key):
        st.caption("No network ships for this data set: train one here.")
        return
    card = shipped(key).card
    options = card.get("hyperparameters", {})
    if not isinstance(options, dict):
        return
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in options.items())
    st.caption(f"The network that ships was trained with: {facts}.")
