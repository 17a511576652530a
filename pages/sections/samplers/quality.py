"""Quality of every sampler against its number of steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from engine.experiments.sampler_race import Entry, Quality, quality
from engine.figures.charts.quality import Series, quality_curves
from engine.options import count, switch
from pages.sections.samplers.controls import COLOURS
from pages.ui import jobs, plots, theme, widgets
from pages.ui.jobs import Job

REDRAW = 1.5  #: seconds between two drawings of the charts while they are computed
MEASURED = {"energy": "Energy distance", "sliced": "Sliced Wasserstein distance"}


@dataclass(frozen=True)
class Asked:
    """Whether quality is measured."""

    on: bool = switch(
        False,
        "Measure",
        "Draws samples with every sampler above at 3 to 200 steps, several times, and "
        "compares them with fresh data. Takes a while; the lines grow as it goes.",
    )


@dataclass(frozen=True)
class Draws:
    """What is drawn for each point of the chart."""

    n: int = count(
        1000,
        "Points in a draw",
        "More points: smaller differences become visible.",
        (200, 3000, 100),
    )
    seeds: int = count(3, "Repetitions", "Seeds behind each mean and error bar.", (2, 10, 1))


def charts(found: Quality, entry: Entry, by_calls: bool) -> None:
    """Both distances beside each other."""
    for column, (name, title) in zip(st.columns(2, gap="medium"), MEASURED.items(), strict=True):
        lines = [
            Series(
                sampler.label,
                COLOURS[sampler.key],
                [mark.evaluations if by_calls else mark.steps for mark in marks],
                [mark.ratios[name].mean for mark in marks],
                [mark.ratios[name].deviation for mark in marks],
                dash=sampler.random,
            )
            for sampler, marks in zip(entry.samplers, found.curves, strict=True)
        ]
        effort = "Network calls" if by_calls else "Steps"
        floor, dark = found.floor_spreads[name], theme.is_dark()
        with column:
            plots.draw(f"quality_{name}", quality_curves, lines, floor, title, effort, dark)


def show(entry: Entry) -> None:
    """Quality against number of steps, computed when asked for."""
    st.subheader("Quality against number of steps", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        on = widgets.options(Asked, "measure").on
        axis = widgets.choice(
            "Over", {"calls": "Network calls", "steps": "Steps"}, "axis",
            help="What the horizontal axis counts. Heun makes two network calls a step.",
            wide=True,
        )  # fmt: skip
    if not on:
        st.caption(
            "Distance to the data at 3 to 200 steps, with error bars over seeds and the floor that "
            "perfect samples reach on average: two fresh draws compared with each other."
        )
        return
    left, _ = st.columns([4, 3], gap="large")
    with left, st.container(horizontal=True, gap="large"):
        draws = widgets.options(Draws, "measure")
    job = jobs.run("quality", quality, replace(entry, n=draws.n), draws.seeds)
    jobs.show(job, "quality", "Measuring")
    if job.status == "running":
        look = jobs.every(REDRAW, "quality")
        st.fragment(_growing, run_every=look)(job, entry, axis == "calls")
    elif job.result is not None or job.partial is not None:
        charts(job.result or job.partial, entry, axis == "calls")
    st.caption(
        f"Mean and standard deviation over {draws.seeds} seeds of {draws.n:,} points each. Dashed: "
        "the floor, two fresh draws of the data, with its own spread as a band. Dotted lines "
        "belong to samplers that add noise. No solver can be more accurate than its network."
    )


def _growing(job: Job[Quality], entry: Entry, by_calls: bool) -> None:
    """The charts while they are computed; slower than the progress, since plotly is heavy."""
    if job.partial is not None:
        charts(job.partial, entry, by_calls)
