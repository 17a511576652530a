"""The trainings of a browser session: begun, paused and taken up again."""

from __future__ import annotations

from typing import cast

import streamlit as st

from engine.experiments.networks import ModelT, OptionsT
from engine.experiments.training_run import TrainingRun, trained_from
from pages.ui import jobs
from pages.ui.training.models import Begin, Trainable

STOPPING = 5.0  #: seconds to wait for the update under way, and for a copy of the model


def ask(what: Trainable[ModelT, OptionsT], action: str) -> None:
    """Note that a button was pressed; the run of the page that follows does what it asks for.

    A button knows the training that stood on the page when it was drawn. On a slow server the user
    may have changed the data since, and the run that draws the new button may not have come to it.
    """
    st.session_state[f"_{what.widgets}_asked"] = action


def asked(what: Trainable[ModelT, OptionsT]) -> bool:
    """Whether a button has been pressed that this run has not yet obeyed."""
    return f"_{what.widgets}_asked" in st.session_state


def obey(what: Trainable[ModelT, OptionsT], begin: Begin[ModelT, OptionsT]) -> None:
    """Do what a button has asked for: "start" or "resume"."""
    key = f"_{what.widgets}_asked"
    action, job = st.session_state.get(key), jobs.current(what.job)
    if action == "start":
        jobs.forget(what.job)
        jobs.run(what.job, trained_from, begin, pool="resting")
    elif action == "resume" and job is not None:
        job.resume()
    st.session_state.pop(key, None)  # last, since another run of the page may begin at any line


def pause(what: Trainable[ModelT, OptionsT]) -> None:
    """Let the training rest after the update under way."""
    job = jobs.current(what.job)
    if job is not None and job.status == "running":
        job.pause(STOPPING)


def paused(what: Trainable[ModelT, OptionsT]) -> TrainingRun[ModelT, OptionsT] | None:
    """The run of a training that rests."""
    job = jobs.current(what.job)
    if job is None or job.status != "paused":
        return None
    return cast("TrainingRun[ModelT, OptionsT] | None", job.partial)
