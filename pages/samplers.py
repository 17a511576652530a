"""Samplers: one cloud of noise, several ways back; who meets, who diverges, what steps buy."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.figures.palette import SERIES
from engine.figures.quality import Series, quality_curves
from engine.flow import FlowSampler
from engine.noise import Schedule
from engine.sampler import Sampler
from pages.ui import (
    chains,
    embedding,
    jobs,
    plots,
    points,
    sampler_race,
    step_equation,
    takeaway,
    taken_points,
    theme,
    training,
    widgets,
)
from pages.ui.player import Curve, Layer, Panel, Points, Scene, player
from pages.ui.sampler_race import MARKED, RUNNERS, Entry, Lane, Meeting, Quality

WINDOW = (-3.0, 3.0)
COLUMNS = 12  #: of the grid of panels
PER_ROW = 4
DEFAULT = ["ddpm", "ddim", "heun", "flow_heun"]
STEPS = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, points.EVERY]
REDRAW = 1.5  #: seconds between two drawings of the charts while they are computed
MEASURED = {"energy": "Energy distance", "sliced": "Sliced Wasserstein distance"}


@dataclass(frozen=True)
class Budget:
    """How the number of steps is meant."""

    calls: bool = field(
        default=False,
        metadata=dict(
            label="Count network calls",
            help="Heun's method asks the network twice a step. Off: all take the same number of "
            "steps. On: all make about the same number of network calls, so Heun takes half as "
            "many steps.",
        ),
    )


@dataclass(frozen=True)
class Measure:
    """The chart of quality."""

    on: bool = field(
        default=False,
        metadata=dict(
            label="Measure",
            help="Draws samples with every sampler above at 3 to 200 steps, several times, and "
            "compares them with fresh data. Takes a while; the lines grow as it goes.",
        ),
    )
    n: int = field(
        default=1000,
        metadata=dict(
            label="Points in a draw", help="More points: smaller differences become visible.",
            min=200, max=3000, step=100, unit="", format="%d",
        ),
    )  # fmt: skip
    seeds: int = field(
        default=3,
        metadata=dict(
            label="Repetitions", help="Seeds behind each mean and error bar.",
            min=2, max=10, step=1, unit="", format="%d",
        ),
    )  # fmt: skip


def controls() -> tuple[Dataset, Entry | None]:
    """The sidebar; no race if nothing is chosen."""
    data = points.choose_dataset("2d", "swiss_roll")
    flows = sampler_race.shipped_flow(data.key)
    offered = [k for k, cls in RUNNERS.items() if flows or not issubclass(cls, FlowSampler)]
    shown = st.pills(
        "Samplers",
        offered,
        selection_mode="multi",
        default=[key for key in DEFAULT if key in offered],
        format_func=lambda key: RUNNERS[key].label,
        key="shown",
        bind="query-params",
        help="Which samplers to compare.\n"
        + "\n".join(f"- **{RUNNERS[key].label}**: {RUNNERS[key].help}" for key in offered),
    )
    steps = st.select_slider(
        "Steps, for all",
        STEPS,
        value=20,
        key="steps",
        bind="query-params",
        format_func=lambda count: "all T" if count == points.EVERY else f"{count}",
        help="Steps from T to 0; never more than T.",
    )
    calls = widgets.options(Budget, "count").calls
    schedule = points.choose_schedule(T=1000)
    samplers = tuple(_own_options(key, steps, calls, schedule) for key in offered if key in shown)
    n = widgets.options(points.Crowd, "points").n
    seed = widgets.seed()
    network = training.network(data.key)
    if network is None or not samplers:
        return data, None
    return data, Entry(data.key, schedule, samplers, network, flows, n, seed)


def _own_options(key: str, steps: int, calls: bool, schedule: Schedule) -> Sampler:
    """A sampler with the controls that only it has."""
    cls = RUNNERS[key]
    own = [f.name for f in fields(cls) if f.name != "steps"]
    if own:
        with st.expander(f"Options of {cls.label}"):
            chosen = widgets.options(cls, key, only=own, defaults={"steps": steps})
    else:
        chosen = cls(steps=steps)
    twice = chosen.evaluations(schedule) > min(steps, schedule.T)
    return replace(chosen, steps=max(1, steps // 2)) if calls and twice else chosen


def colour(key: str) -> str:
    """ "#rrggbb" of a sampler, the same in every chart."""
    return SERIES[list(RUNNERS).index(key) % len(SERIES)]


# -------------------------------------------------------------------------------------- pictures


def scene(meeting: Meeting, entry: Entry) -> Scene:
    """A panel per sampler; colours say where a point started, lines how marked points went."""
    start = meeting.lanes[0].x[0].numpy()
    place = np.arctan2(start[:, 1], start[:, 0])
    span = COLUMNS // min(PER_ROW, len(meeting.lanes))
    panels = []
    for sampler, lane in zip(entry.samplers, meeting.lanes, strict=True):
        cloud: Layer = Points(lane.x.numpy(), c=place, size=1.9, alpha=0.7)
        panels.append(
            Panel(
                sampler.label, [cloud, *_ways(lane)], WINDOW, WINDOW, span=span,
                caption=_caption(sampler, lane),
            )
        )  # fmt: skip
    times = [f"t = {t:.0f}" for t in meeting.t.tolist()]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _ways(lane: Lane) -> list[Layer]:
    """The way of each marked point, with a dot where it stands."""
    xy = lane.marked.numpy()
    return [
        Curve(xy[None, :, k, 0], xy[None, :, k, 1], colour="ink", width=1.3, cursor=True)
        for k in range(MARKED)
    ]


def _caption(sampler: Sampler, lane: Lane) -> str:
    apart = f"Two runs from this noise end {lane.twins:.2f} apart."
    return apart if sampler.random else f"No noise added: ends {lane.from_flow:.2f} from the flow."


def numbers(meeting: Meeting, entry: Entry) -> None:
    """Who meets and who does not, and what it cost."""
    rows = [
        [
            sampler.label,
            f"{sampler.order}",
            f"{min(sampler.steps, entry.schedule.T)}",
            f"{sampler.evaluations(entry.schedule)}",
            f"{lane.from_flow:.3f}",
            f"{lane.twins:.3f}" if sampler.random else "0",
            f"{lane.ratios['energy']:.1f} ×",
            f"{lane.ratios['sliced']:.1f} ×",
        ]
        for sampler, lane in zip(entry.samplers, meeting.lanes, strict=True)
    ]
    head = ["", "Order", "Steps", "Calls", "From the flow", "Two runs", "Energy", "Sliced W."]
    st.markdown(chains.table(head, rows))
    st.caption(
        "**From the flow**: median distance of the ends from those of the probability-flow ODE, "
        f"solved finely from the same x_T ({sampler_race.FINE} steps of Heun). **Two runs**: "
        "median distance between the ends of two runs from the same x_T with other noise. "
        "**Energy**, **Sliced W.**: distance of the ends to fresh data, over that between two "
        "fresh draws. **Order**: halving the step divides the error by 2 (order 1) or 4 (order 2)."
    )


def verdict(meeting: Meeting, entry: Entry) -> str:
    """What the distances say, in a sentence or two."""
    pairs = list(zip(entry.samplers, meeting.lanes, strict=True))
    quiet = [(s, lane) for s, lane in pairs if not s.random]
    noisy = [(s, lane) for s, lane in pairs if s.random]
    said = []
    if quiet:
        near = ", ".join(f"{s.label} {lane.from_flow:.2f}" for s, lane in quiet)
        said.append(f"**Same start, same end**, the nearer the better solved: {near} off the flow.")
    if noisy:
        far = ", ".join(f"{s.label} {lane.twins:.2f}" for s, lane in noisy)
        said.append(f"**Same start, another end** in each run, where noise is added: {far} apart.")
    return " ".join(said)


# --------------------------------------------------------------------------------------- quality


def charts(found: Quality, entry: Entry, by_calls: bool) -> None:
    """Both distances beside each other."""
    for column, (name, title) in zip(st.columns(2, gap="medium"), MEASURED.items(), strict=True):
        lines = [
            Series(
                sampler.label,
                colour(sampler.key),
                [mark.evaluations if by_calls else mark.steps for mark in marks],
                [mark.ratios[name][0] for mark in marks],
                [mark.ratios[name][1] for mark in marks],
                dash=sampler.random,
            )
            for sampler, marks in zip(entry.samplers, found.curves, strict=True)
        ]
        effort = "Network calls" if by_calls else "Steps"
        drawn = quality_curves(lines, found.floor_spreads[name], title, effort, theme.is_dark())
        with column:
            plots.draw(drawn, key=f"quality_{name}")


def quality_section(entry: Entry) -> None:
    """Steps against quality, computed when asked for."""
    st.subheader("What do steps buy?", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        on = widgets.options(Measure, "measure", only=["on"]).on
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
    left, right, _ = st.columns([2, 2, 3], gap="large")
    with left:
        n = widgets.options(Measure, "measure", only=["n"]).n
    with right:
        seeds = widgets.options(Measure, "measure", only=["seeds"]).seeds
    job = jobs.run("quality", sampler_race.quality, replace(entry, n=n), seeds)
    jobs.show(job, "quality", "Measuring")
    if job.status == "running":
        _growing(job, entry, axis == "calls")
    elif job.result is not None or job.partial is not None:
        charts(job.result or job.partial, entry, axis == "calls")
    st.caption(
        f"Mean and standard deviation over {seeds} seeds of {n:,} points each. Dashed: the floor, "
        "two fresh draws of the data, with its own spread as a band. Dotted lines belong to "
        "samplers that add noise. A solver cannot come nearer than its network is right."
    )


@st.fragment(run_every=REDRAW)
def _growing(job: jobs.Job, entry: Entry, by_calls: bool) -> None:
    """The charts while they are computed; slower than the progress, since plotly is heavy."""
    if job.partial is not None:
        charts(job.partial, entry, by_calls)


# ----------------------------------------------------------------------------------------- words


def equation_section(meeting: Meeting, entry: Entry) -> None:
    """One step with its numbers filled in."""
    st.subheader("One step, with its numbers", anchor=False)
    by_key = {s.key: (s, lane) for s, lane in zip(entry.samplers, meeting.lanes, strict=True)}
    left, middle, right = st.columns([2, 2, 3], gap="large")
    with left:
        key = st.selectbox(
            "Of the sampler", list(by_key), format_func=lambda k: RUNNERS[k].label,
            key="eq_sampler", bind="query-params", help="Whose step is written out.",
        )  # fmt: skip
    with middle:
        point = st.selectbox(
            "For the marked point", list(range(1, MARKED + 1)), key="eq_point",
            bind="query-params", help="One of the points whose way is drawn above.",
        )  # fmt: skip
    sampler, lane = by_key[key]
    with right:
        step = step_equation.choose_step(len(lane.walk) - 1)
    step_equation.show(sampler, entry.schedule, lane.walk, point - 1, step)


def words() -> None:
    """The methods in equations."""
    with st.expander("The methods behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**One flow for all that add no noise**, with σ² = (1 − ᾱ) / ᾱ:")
            st.latex(
                r"y=\frac{x}{\sqrt{\bar\alpha}},\qquad"
                r"\frac{\mathrm dy}{\mathrm d\sigma}=\frac{y-\hat x_0(x)}{\sigma}=\hat\varepsilon"
            )
            st.markdown(
                "**Euler** follows the slope at one end; between the same levels it *is* DDIM with "
                "η = 0. **Heun** takes the mean of the slopes at both ends (EDM, Karras et al. "
                "2022, arXiv 2206.00364). **DPM-Solver++(2M)** solves the linear part exactly and "
                "continues the last two predictions in a straight line over λ = −ln σ (Lu et al. "
                "2022, arXiv 2211.01095)."
            )
        with right:
            st.markdown("**Flow matching** trains a network of its own (arXiv 2210.02747):")
            st.latex(
                r"z_u=(1-u)\,x_0+u\,\varepsilon,\qquad"
                r"v_\theta(z_u,u)\approx\mathbb E[\varepsilon-x_0\mid z_u],\qquad"
                r"\frac{\mathrm dz}{\mathrm du}=v_\theta"
            )
            st.markdown(
                "In another scale these straight lines are the same process, and their flow is the "
                "same probability-flow ODE. That is why two networks that never saw each other "
                "send the same noise to nearly the same place. What is straight is the line of "
                "each pair; the flow, an average over pairs, still bends."
            )
        st.markdown(
            "**DDPM** and **DDIM with η > 0** add noise on the way: where a point ends is decided "
            "anew at every step, but the crowd ends in the same distribution."
        )


BASE = dict(
    data="swiss_roll", shown=DEFAULT, steps=20, count_calls=False, schedule="cosine", noise_T=1000,
    ddim_eta=0.0, ddpm_variance="posterior", points_n=600,
)  # fmt: skip
LESSONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Five steps": ("What is left of each with five steps.", dict(steps=5)),
    "Equal calls": (
        "The same number of network calls for all: Heun pays twice for a step.",
        dict(steps=10, count_calls=True, shown=["ddim", "heun", "dpmpp_2m", "flow_euler"]),
    ),
    "Noise in between": (
        "DDIM with η = 0.5 stands between DDIM and DDPM.",
        dict(shown=["ddpm", "ddim", "euler"], ddim_eta=0.5),
    ),
    "All of them": ("Every sampler at once.", dict(shown=list(RUNNERS))),
}

theme.header(
    "Samplers",
    "The same cloud of noise in every panel, coloured by where each point starts. Where no noise "
    "is added, a point ends at the same place in every panel; the others roll dice on the way.",
)
with st.sidebar:
    data, entry = controls()
if entry is None:
    st.info("Choose at least one sampler on the left.", icon=":material/arrow_back:")
    st.stop()
assert entry is not None
stage = st.container()
meeting = jobs.cached("samplers", sampler_race.meet, entry, label="Sampling with each method")
with stage:
    moving = None if meeting is None else scene(meeting, entry)
    player(moving, key="samplers", height=330)
    taken = meeting and taken_points.of_samplers(entry, meeting)
    takeaway.show("samplers", data.label, moving, taken, height=330)
if meeting is not None:
    st.markdown(verdict(meeting, entry))
points.lessons(LESSONS, BASE)
if meeting is not None:
    numbers(meeting, entry)
quality_section(entry)
if meeting is not None:
    equation_section(meeting, entry)
embedding.show(entry.network, entry.schedule)
words()
