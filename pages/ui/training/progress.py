"""What a page shows of a training: its buttons, its progress, the loss and the model by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

import streamlit as st

from engine import notation
from engine.experiments.networks import ModelT, OptionsT
from engine.experiments.training_run import TrainingRun
from engine.figures.charts.training import loss_curve
from pages.ui import jobs, plots, theme
from pages.ui.training import models, session
from pages.ui.training.algorithm import Algorithm
from pages.ui.training.models import Begin, Trainable
from pages.ui.wording import show_problem

LOOK = 0.25  #: seconds between two looks at how far it is
REDRAW = 1.0  #: seconds between two drawings of the charts during training
LOSS_HEIGHT = 180


@dataclass(frozen=True, eq=False)
class View(Generic[ModelT, OptionsT]):
    """How a training is shown.

    Attributes:
        what: the model in training.
        begin: sets up a training from untrained weights; it travels to the process that trains.
        picture: draws what a copy of the model does; None: only its loss is shown.
        card: draws facts about the bundled model, shown before anything was trained.
        algorithm: what one update does, and what the loss is.
        note: a sentence behind updates, time and loss.
    """

    what: Trainable[ModelT, OptionsT]
    begin: Begin[ModelT, OptionsT]
    algorithm: Algorithm
    picture: Callable[[TrainingRun[ModelT, OptionsT]], None] | None = None
    card: Callable[[], None] | None = None
    note: Callable[[TrainingRun[ModelT, OptionsT]], str] = lambda run: ""


def updates(step: int) -> str:
    """ "1 update", "1,200 updates"."""
    return f"{step:,} update{'s' * (step != 1)}"


def start_button(view: View[ModelT, OptionsT]) -> None:
    """Train, or train again from the beginning."""
    session.obey(view.what, view.begin)
    st.button(
        "Train again" if jobs.current(view.what.job) else "Train",
        type="primary",
        icon=":material/play_arrow:",
        key=f"{view.what.widgets}_start",
        help="From untrained weights, with the options and the seed as they are set.",
        on_click=session.ask,
        args=(view.what, "start"),
    )


def under_way(what: Trainable[Any, Any]) -> bool:
    """Whether a training runs or is about to."""
    job = jobs.current(what.job)
    return session.asked(what) or (job is not None and job.status == "running")


def running(view: View[ModelT, OptionsT]) -> bool:
    """Progress, time left, Pause and the charts if a training is under way; whether one is."""
    job = jobs.current(view.what.job)
    if job is None or job.status not in ("running", "failed"):
        return False
    if job.status == "failed":
        show_problem(job.error)
        return True
    st.fragment(_watch, run_every=jobs.every(LOOK, view.what.job))(job, view.what)
    st.fragment(_live, run_every=jobs.every(REDRAW, view.what.job))(job, view)
    return True


def _watch(job: jobs.Job[Any], what: Trainable[ModelT, OptionsT]) -> None:
    if job.status != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key=f"{what.job}_job"):
        st.progress(job.progress, text=jobs.progress_text(job, "Waiting for a free worker"))
        key = f"{what.widgets}_pause"
        if st.button("Pause training", key=key, icon=":material/pause:", width="content"):
            session.pause(what)
            st.rerun()


def _live(job: jobs.Job[Any], view: View[ModelT, OptionsT]) -> None:
    """The charts while training goes on; slower than the progress bar, since plotly is heavy."""
    run = job.partial
    if run is not None:
        charts(view, run)


def resume_button(what: Trainable[ModelT, OptionsT], run: TrainingRun[ModelT, OptionsT]) -> None:
    """Where the training stopped, and the button that continues it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Paused at update {run.step:,} of {run.options.steps:,}.", width="content")
        st.button(
            "Resume training",
            key=f"{what.widgets}_resume",
            icon=":material/resume:",
            help="Goes on as if it had not been interrupted.",
            on_click=session.ask,
            args=(what, "resume"),
        )


def show(view: View[ModelT, OptionsT]) -> None:
    """The training as it stands: under way, paused, finished, or the card of the bundled model."""
    what = view.what
    if running(view):
        return
    if models.adopt(what):  # it ended while this page was being drawn with the model before
        st.rerun()
    stopped, run = session.paused(what), models.trained(what)
    if stopped is not None:
        resume_button(what, stopped)
        if stopped is not run and what.replaces:
            _offer(what, stopped)
    if run is not None:
        if what.replaces:
            st.toggle(
                f"Use my {what.noun} on this page",
                value=True,
                key=what.switch,
                help=f"Off: the bundled {what.noun}. On: yours.",
            )
        st.caption(summary(view, run))
    shown = stopped or run
    if shown is not None:
        charts(view, shown)
    elif view.card is not None:
        view.card()


def summary(view: View[ModelT, OptionsT], run: TrainingRun[ModelT, OptionsT]) -> str:
    """What was done, in a sentence or two."""
    said, meaning = view.algorithm.loss.title, view.algorithm.meaning
    said = notation.markdown(said[0].lower() + said[1:])
    done = f"{updates(run.step)} in {run.seconds:.0f} s; {said} {run.losses[-1]:.3f}."
    return " ".join(filter(None, [done, meaning, view.note(run)]))


def _offer(what: Trainable[ModelT, OptionsT], run: TrainingRun[ModelT, OptionsT]) -> None:
    st.button(
        f"Use it as it stood at update {run.step:,}",
        key=f"{what.widgets}_keep",
        icon=":material/download_done:",
        on_click=models.keep,
        args=(what, run),
    )


def charts(view: View[ModelT, OptionsT], run: TrainingRun[ModelT, OptionsT]) -> None:
    """What the model does by now, and the loss so far."""
    if view.picture is not None:
        view.picture(run)
    plots.draw(
        f"{view.what.job}_loss",
        loss_curve,
        run.steps,
        run.losses,
        run.options.steps,
        theme.is_dark(),
        LOSS_HEIGHT,
        view.algorithm.loss,
    )
