"""Sampling from the molecule page: the button, and in its place the run in progress."""

from __future__ import annotations

import math

import streamlit as st

from engine.experiments.molecule.conformer_run import Request, Run, sample_conformers
from engine.experiments.molecule.record import Record
from pages.ui import jobs
from pages.ui.wording import show_problem

JOB = "conformers"
PRESSED = "_molecule_pressed"  #: set to sample at the next run of the page
LOOK_SECONDS = 0.25


def start(record: Record, request: Request, anew: bool) -> None:
    """Sample this molecule; a running job is cancelled.

    ``anew``: also if somebody has asked for the same before.
    """
    jobs.forget(JOB)
    jobs.run(JOB, sample_conformers, record, request, anew=anew)


def current(record: Record) -> jobs.Job[Run] | None:
    """The job of this very molecule, if there is one."""
    job = jobs.current(JOB)
    return job if job is not None and job.args[0].identity == record.identity else None


def finished(record: Record) -> Run | None:
    """The finished run of this molecule, if there is one."""
    job = current(record)
    return job.result if job is not None and job.status == "done" else None


def pressed() -> bool:
    """Whether this run of the page follows a press of the button."""
    return bool(st.session_state.get(PRESSED))


def release() -> None:
    """The press has been seen to; not before, since another run may begin at any line."""
    st.session_state.pop(PRESSED, None)


def sample_button(record: Record, allowed: bool) -> None:
    """The button; progress and Cancel in its place while the molecule is sampled.

    allowed: whether the molecule that is shown is the one that is asked for.
    """
    job = current(record)
    if job is not None and job.status == "running":
        look = jobs.every(LOOK_SECONDS, "sampling")
        st.fragment(_progress, run_every=look)(job)
        return
    st.button(
        "Sample conformers",
        key="sample",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=not allowed,
        on_click=_press,
    )
    if job is not None and job.status == "failed":
        show_problem(job.error)
    elif job is not None and job.status == "cancelled":
        st.caption("Stopped. Nothing was kept.")


def _press() -> None:
    st.session_state[PRESSED] = True


def _progress(job: jobs.Job[Run]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left = job.seconds_left
        soon = f" · {max(1, math.ceil(left))} s left" if left is not None else ""
        st.progress(job.progress, text=f"{job.message or 'Waiting for a free worker'}{soon}")
        if st.button("Cancel", key="conformers_cancel", icon=":material/close:", width="content"):
            job.cancel()
            st.rerun()
