"""The run of this page: begun as soon as its settings are known, seen while it works."""

from __future__ import annotations

import streamlit as st

from engine.experiments.cartesian.clock import both_ways
from engine.experiments.cartesian.records import Clock, Moment, Settings
from engine.experiments.molecule.record import Record
from pages.sections.coordinates import scenes
from pages.ui import jobs
from pages.ui.components.two_ways import Ways, two_ways

JOB = KEY = "coordinates"
HEIGHT = 360
POLL_SECONDS = 0.1


def start(record: Record, settings: Settings) -> jobs.Job[Clock]:
    """The run of these settings; another one of this session stops."""
    return jobs.run(JOB, both_ways, record, settings)


def stage(record: Record, settings: Settings, job: jobs.Job[Clock] | None, stale: str) -> None:
    """Both pictures: of the run while it works and when it is done; before, the molecule at rest.

    stale: why this is not the molecule that is asked for; "" if it is.
    """
    running = job is not None and job.status == "running"
    look = jobs.every(POLL_SECONDS, f"{KEY}_stage") if running else None
    st.fragment(_stage, run_every=look)(record, settings, job, stale)


def _stage(record: Record, settings: Settings, job: jobs.Job[Clock] | None, stale: str) -> None:
    two_ways(_shown(record, settings, job), KEY, HEIGHT, stale)


def _shown(record: Record, settings: Settings, job: jobs.Job[Clock] | None) -> Ways:
    made = None if job is None else job.result
    if made is not None:
        return scenes.replay(made)
    if job is not None and job.status == "running" and isinstance(job.partial, Moment):
        return scenes.live(record, settings, job.partial)
    return scenes.still(record)
