"""Training from the page: the hyperparameters, the loss as it falls, and the network put to use.

``panel(key)`` draws it; ``network(key)`` is the denoiser that the page shall use: the one this
reader has just trained, or else the one that ships.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from torch import Generator

from engine.data import DATASETS
from engine.denoise import Learned, is_trained, load
from engine.figures.learning import loss_curve, preview
from engine.learn import FitOptions, fit
from engine.noise import Cosine
from engine.sample import DDIM, sample
from pages.ui import jobs, own_model, theme, widgets
from pages.ui.jobs import Report

POINTS = 160  #: points of the loss curve
REDRAW = 1.2  #: seconds between two drawings of the charts during training
PAUSE = 1.0  #: seconds between two copies of the network taken on the way
DRAWN = 250  #: points sampled from each copy
LIMITS = {"steps": (100.0, 6000.0), "width": (16.0, 256.0), "batch_size": (32.0, 2048.0)}
PLOT = {"displayModeBar": False}

Preview = Callable[[np.ndarray, np.ndarray, bool], go.Figure]


@dataclass(frozen=True, eq=False)
class Run:
    """A training run as it stands.

    Attributes
    ----------
    options, seed: what was asked for.
    step: updates made so far.
    steps, losses: the loss curve, one pair per point, each the mean since the point before.
    denoiser: a copy of the network at ``step`` that no longer changes.
    samples: (n, D) what it draws.
    seconds: time spent.
    """

    options: FitOptions
    seed: int
    step: int
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    denoiser: Learned
    samples: np.ndarray
    seconds: float


def train(report: Report, key: str, options: FitOptions, seed: int) -> Run:
    """The job: train on the data set ``key`` and report the run after every stretch of updates."""
    report(0, options.steps, None, "Getting ready")
    began = time.monotonic()
    due = began + PAUSE / 2
    stride = max(1, options.steps // POINTS)
    steps: list[int] = []
    losses: list[float] = []
    recent: list[float] = []
    run: Run | None = None
    for progress in fit(DATASETS[key], options, Generator().manual_seed(seed)):
        recent.append(progress.loss)
        last = progress.step == progress.total
        if last or progress.step % stride == 0:
            steps.append(progress.step)
            losses.append(sum(recent) / len(recent))
            recent.clear()
        news = None
        if last or (steps and time.monotonic() >= due):
            denoiser = copy.deepcopy(progress.denoiser)
            drawn = _draw(denoiser, key, seed)
            curve, spent = (tuple(steps), tuple(losses)), time.monotonic() - began
            news = run = Run(options, seed, progress.step, *curve, denoiser, drawn, spent)
            due = time.monotonic() + PAUSE
        report(progress.step, progress.total, news, f"Training, loss {progress.loss:.3f}")
    if run is None:
        raise ValueError("Training needs at least one update.")
    return run


def _draw(denoiser: Learned, key: str, seed: int) -> np.ndarray:
    """(n, D) a quick sample: 20 DDIM steps, the same starting noise each time."""
    generator = Generator().manual_seed(seed)
    x = torch.randn(DRAWN, DATASETS[key].dim, generator=generator)
    for state in sample(denoiser, Cosine(T=100), x, DDIM(steps=20), generator):
        x = state.x
    return x.numpy()


@lru_cache(maxsize=32)
def shipped(key: str) -> Learned:
    """The network that ships for the data set ``key``; always the same object."""
    return load(key)


@lru_cache(maxsize=32)
def _reference(key: str) -> np.ndarray:
    return DATASETS[key].sample(DRAWN, Generator().manual_seed(1)).numpy()


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

    defaults: replace those of FitOptions. draw(samples (n, D), data (m, D), dark): a figure of what
    the network draws by now; None for none.
    """
    with st.expander("Train the network yourself", icon=":material/model_training:"):
        st.markdown(
            "The network sees a noised point and its noise level, and learns to tell the clean "
            "point from the noise. Train one here; it then takes the place of the one that "
            "ships, on this page and until you leave."
        )
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            options = widgets.options(FitOptions, "fit", defaults=defaults, limits=LIMITS)
            seed = widgets.seed("fit_seed", label="Seed of the training")
            if st.button("Train", type="primary", icon=":material/play_arrow:", key="fit_start"):
                jobs.forget(own_model.name(key))
                jobs.run(own_model.name(key), train, key, options, seed)
        with right:
            _progress(key, draw)


def _progress(key: str, draw: Preview | None) -> None:
    job = jobs.current(own_model.name(key))
    if job is not None and job.status in ("running", "failed"):
        jobs.show(job, f"fit_{key}", "Waiting for a free worker")
        _live(job, key, draw)
        return
    if own_model.adopt(key):  # it ended while this page was being drawn with the network before
        st.rerun()
    if job is not None and job.status == "cancelled":
        _stopped(key, job.partial)
    run = own_model.trained(key)
    if run is None:
        _card(key)
        return
    st.toggle(
        "Use my network on this page",
        value=True,
        key=own_model.use(key),
        help="Off: the network that ships. On: yours.",
    )
    st.caption(
        f"{run.step:,} updates in {run.seconds:.0f} s; loss {run.losses[-1]:.3f}. "
        "The loss does not fall to zero: noise can never be guessed exactly."
    )
    _charts(key, run, draw)


@st.fragment(run_every=REDRAW)
def _live(job: jobs.Job, key: str, draw: Preview | None) -> None:
    """The charts while training goes on; slower than the progress bar, since plotly is heavy."""
    if job.partial is not None:
        _charts(key, job.partial, draw)


def _stopped(key: str, run: Run | None) -> None:
    if run is None or run is own_model.trained(key):
        return
    st.caption(f"Stopped before update {run.options.steps:,}.")
    st.button(
        f"Use it as it stood at update {run.step:,}",
        key="fit_keep",
        icon=":material/download_done:",
        on_click=own_model.keep,
        args=(key, run),
    )


def _charts(key: str, run: Run, draw: Preview | None) -> None:
    dark = theme.is_dark()
    chart = loss_curve(run.steps, run.losses, run.options.steps, dark)
    st.plotly_chart(chart, key=f"fit_{key}_loss", config=PLOT, theme=None)
    if draw is not None:
        drawn = draw(run.samples, _reference(key), dark)
        st.plotly_chart(drawn, key=f"fit_{key}_drawn", config=PLOT, theme=None)
        st.caption(f"Drawn by the network after {run.step:,} updates (DDIM, 20 steps).")


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
