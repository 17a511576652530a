"""Training the models of the polymer laboratory from the page, and which of them it uses."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Generator

from engine.chains.learn import SHIPPED, Options, fit
from engine.chains.models import MODELS, Model, shipped
from engine.figures.learning import loss_curve
from pages.ui import jobs, own_model, plots, theme, widgets
from pages.ui.course import updates
from pages.ui.jobs import Report

POINTS = 160  #: of the loss curve
PAUSE = 1.0  #: seconds between two copies of the network taken on the way
REDRAW = 1.2
LIMITS = {"epochs": (1.0, 200.0), "width": (16.0, 256.0), "batch_size": (64.0, 1024.0)}


@dataclass(frozen=True, eq=False)
class Run:
    """A training run as it stands: the model at ``step`` no longer changes.

    options, seed: what was asked for. steps, losses: the loss curve, each the mean since the point
    before.
    """

    options: Options
    seed: int
    step: int
    total: int
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    model: Model
    seconds: float


def train(report: Report, key: str, options: Options, seed: int) -> Run:
    """The job: train the model ``key`` and report the run about once a second."""
    report(0, options.steps, None, "Getting ready")
    began = due = time.monotonic()
    stride = max(1, options.steps // POINTS)
    steps: list[int] = []
    losses: list[float] = []
    recent: list[float] = []
    run: Run | None = None
    for progress in fit(key, options, Generator().manual_seed(seed)):
        recent.append(progress.loss)
        last = progress.step == progress.total
        if last or progress.step % stride == 0:
            steps.append(progress.step)
            losses.append(sum(recent) / len(recent))
            recent.clear()
        news = None
        if steps and (last or time.monotonic() >= due):
            news = run = Run(
                options, seed, progress.step, progress.total, tuple(steps), tuple(losses),
                copy.deepcopy(progress.model), time.monotonic() - began,
            )  # fmt: skip
            due = time.monotonic() + PAUSE
        report(progress.step, progress.total, news, f"Training, loss {progress.loss:.3f}")
    if run is None:
        raise ValueError("Training needs at least one update.")
    return run


def model(key: str) -> Model:
    """The model to use: the reader's own, else the one that ships; always the same object."""
    run = own_model.in_use(_own(key))
    return shipped(key) if run is None else run.model


def own_run(key: str) -> Run | None:
    """The run behind ``model(key)``; None for the model that ships."""
    run: Run | None = own_model.in_use(_own(key))
    return run


def _own(key: str) -> str:
    """The key in ``own_model``, apart from the data sets'."""
    return f"polymer_{key}"


def panel(keys: Sequence[str]) -> None:
    """Draw the training panel for these models in an expander."""
    with st.expander("Train a model yourself", icon=":material/model_training:"):
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            recipes = {key: MODELS[key] for key in keys}
            key = widgets.choice("Model", recipes, "train_model")
            st.caption(recipes[key].help)
            defaults = {"epochs": 20, "width": min(SHIPPED[key].width, 256)}
            options = widgets.options(
                Options, "train", defaults=defaults, limits=LIMITS,
                only=("epochs", "batch_size", "learning_rate", "width", "depth", "decay", "ema"),
            )  # fmt: skip
            seed = widgets.seed("train_seed", label="Seed of the training")
            if st.button("Train", type="primary", icon=":material/play_arrow:", key="train_start"):
                jobs.forget(own_model.name(_own(key)))
                jobs.run(own_model.name(_own(key)), train, key, options, seed)
        with right:
            _progress(key)


def _progress(key: str) -> None:
    job = jobs.current(own_model.name(_own(key)))
    if job is not None and job.status in ("running", "failed"):
        jobs.show(job, f"train_{key}", "Waiting for a free worker")
        st.fragment(_live, run_every=REDRAW)(job, key)
        return
    if own_model.adopt(_own(key)):  # it ended while this page was being drawn with the model before
        st.rerun()
    if job is not None and job.status == "cancelled":
        _stopped(key, job.partial)
    run = own_model.trained(_own(key))
    if run is None:
        _card(key)
        return
    st.toggle(
        "Use my model on this page",
        value=True,
        key=own_model.use(_own(key)),
        help="Off: the model that ships. On: yours.",
    )
    st.caption(
        f"{updates(run.step)} in {run.seconds:.0f} s; loss {run.losses[-1]:.3f}; "
        f"{run.model.parameters:,} parameters."
    )
    _chart(key, run)


def _live(job: jobs.Job, key: str) -> None:
    if job.partial is not None:
        _chart(key, job.partial)


def _stopped(key: str, run: Run | None) -> None:
    if run is None or run is own_model.trained(_own(key)):
        return
    st.caption(f"Stopped before update {run.total:,}.")
    st.button(
        f"Use it as it stood at update {run.step:,}",
        key="train_keep",
        icon=":material/download_done:",
        on_click=own_model.keep,
        args=(_own(key), run),
    )


def _chart(key: str, run: Run) -> None:
    chart = loss_curve(run.steps, run.losses, run.total, theme.is_dark())
    plots.draw(chart, key=f"train_{key}_loss")


def _card(key: str) -> None:
    """What ships, before anything has been trained here."""
    card = shipped(key).card
    chosen = card["hyperparameters"].items()
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen)
    st.caption(
        f"The model that ships has {card['parameters']:,} parameters and was trained with: {facts}."
    )
    curve = card["curve"]["rows"]
    if curve:
        steps, losses = zip(*curve, strict=True)
        chart = loss_curve(steps, losses, steps[-1], theme.is_dark())
        plots.draw(chart, key=f"card_{key}_loss")
