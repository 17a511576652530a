"""The models that a user has trained in this session: kept, offered and put to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, cast

import streamlit as st

from engine.denoisers import FitOptions, Learned
from engine.experiments.networks import ModelT, OptionsT
from engine.experiments.training_run import PausableTraining, TrainingRun
from pages.ui import jobs


@dataclass(frozen=True)
class Trainable(Generic[ModelT, OptionsT]):
    """Something that a user may train, one for each key of a session.

    Attributes:
        key: names its job and what the session keeps of it.
        widgets: begins the keys of its buttons and options.
        noun: what it is called on the page.
        replaces: whether it may take the place of the bundled one on the page.
    """

    key: str
    widgets: str = "fit"
    noun: str = "network"
    replaces: bool = True

    @property
    def job(self) -> str:
        """The name of the job that trains it."""
        return f"train_{self.key}"

    @property
    def switch(self) -> str:
        """The key of the switch between the user's model and the bundled one."""
        return f"_use_{self.key}"


#: Sets up a training; it travels to the process that trains.
Begin: TypeAlias = Callable[[], PausableTraining[ModelT, OptionsT]]
PointNetwork: TypeAlias = Trainable[Learned, FitOptions]


def of_data(key: str) -> PointNetwork:
    """The network of the data set ``key``."""
    return Trainable(key)


def trained(what: Trainable[ModelT, OptionsT]) -> TrainingRun[ModelT, OptionsT] | None:
    """The run that has been finished or kept, if there is one."""
    return cast(
        "TrainingRun[ModelT, OptionsT] | None", st.session_state.get(f"_trained_{what.key}")
    )


def in_use(what: Trainable[ModelT, OptionsT]) -> TrainingRun[ModelT, OptionsT] | None:
    """The run whose model takes the place of the bundled one, if the user wants that."""
    adopt(what)
    return trained(what) if st.session_state.get(what.switch, True) else None


def adopt(what: Trainable[ModelT, OptionsT]) -> bool:
    """Keep the run of a job that has just ended; whether there was one."""
    job = jobs.current(what.job)
    made = None if job is None else job.result
    if made is None or st.session_state.get(f"_seen_{what.key}") is made:
        return False
    keep(what, made)
    return True


def keep(what: Trainable[ModelT, OptionsT], run: TrainingRun[ModelT, OptionsT]) -> None:
    """Put this run to use."""
    run.remember()
    st.session_state[f"_trained_{what.key}"] = run
    st.session_state[f"_seen_{what.key}"] = run
    st.session_state.pop(what.switch, None)
