"""What a page shows of a job that is not done: progress, time left, Cancel, what went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.jobs.job import Job
from pages.ui.jobs.sessions import of_session
from pages.ui.wording import show_problem

#: Seconds between two looks at a job when a page is alone on the server.
LOOK_SECONDS = 0.25
#: Looks that all pages together may take in a second.
LOOKS = 20.0
#: Seconds that a page waits for a cheap job within its own run.
PATIENCE = 1.0
#: Pages that looked at a job of late: when each did, by session and key.
_LOOKERS: dict[tuple[int, str], float] = {}


def wait_here(job: Job[Any], label: str) -> None:
    """Wait for ``job`` behind a progress bar, up to ``PATIENCE`` seconds."""
    bar = st.empty()
    end = time.monotonic() + PATIENCE
    while not job.wait(LOOK_SECONDS) and time.monotonic() < end:
        bar.progress(job.progress, text=progress_text(job, label))
    bar.empty()


def show(
    job: Job[Any],
    key: str,
    label: str = "",
    draw: Callable[[Any], None] | None = None,
) -> None:
    """Progress, time left and Cancel while ``job`` runs; one sentence if it failed.

    ``draw(job.partial)`` is called in the same fragment to show the work in progress. When the job
    ends the whole page runs again. Draws nothing once it is done.
    """
    if job.status == "running":
        st.fragment(_watch, run_every=every(LOOK_SECONDS, key))(job, key, label, draw)
    elif job.status == "failed":
        show_problem(job.error)
    elif job.status == "cancelled":
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_job"):
            st.caption("Stopped.", width="content")
            st.button(
                "Start again",
                key=f"{key}_again",
                icon=":material/replay:",
                on_click=_forget,
                args=(job.name,),
            )


def every(seconds: float, key: str) -> float:
    """Seconds between two looks of this page at its job: ``seconds``, more when many pages look."""
    now = time.monotonic()
    for who, when in [*_LOOKERS.items()]:
        if now - when > 60:
            _LOOKERS.pop(who, None)
    _LOOKERS[id(of_session()), key] = now
    return max(seconds, len(_LOOKERS) / LOOKS)


def _watch(job: Job[Any], key: str, label: str, draw: Callable[[Any], None] | None) -> None:
    if job.status == "cancelled":
        st.caption("Stopped.")  # said at once; to draw the whole page takes longer
    if job.status != "running":
        _LOOKERS.pop((id(of_session()), key), None)
        st.rerun()
    every(0, key)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_job"):
        st.progress(job.progress, text=progress_text(job, label))
        st.button(
            "Cancel",
            key=f"{key}_cancel",
            icon=":material/close:",
            width="content",
            on_click=job.cancel,
        )
    if draw is not None and job.partial is not None:
        draw(job.partial)


def progress_text(job: Job[Any], label: str) -> str:
    """What ``job`` does at the moment, ``label`` while it has not said, and the time left."""
    words = [job.message or label or "Computing"]
    if job.seconds_left is not None and job.progress < 1:
        words.append(f"{max(1, round(job.seconds_left))} s left")
    return " · ".join(words)


def _forget(name: str) -> None:
    job = of_session().pop(name, None)
    if job is not None:
        job.cancel()
