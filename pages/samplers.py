"""Samplers: several of them from the same noise, where each ends, and quality against steps."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.experiments import sampler_race
from engine.experiments.sampler_race import MARKED, RUNNERS, Lane, Meeting, Ratio
from engine.figures.player import Curve, Layer, Panel, Points, Scene
from engine.noise import Schedule
from engine.paths import AGAIN
from pages.sections.samplers import quality, step_equation, time_embedding
from pages.sections.samplers.controls import choose
from pages.sections.samplers.lessons import EXERCISES
from pages.ui import jobs, theme, widgets
from pages.ui.components.picture import picture
from pages.ui.export import points
from pages.ui.glossary import term, written_out
from pages.ui.stage import Stage
from pages.ui.tables import table
from pages.ui.training import training_panel
from pages.ui.wording import show_problem

WINDOW = (-3.0, 3.0)
COLUMNS = 12  #: of the grid of panels
LOST = 0.3  #: median distance from the flow at which a method of order 2 counts as lost
PER_ROW = 4


def scene(meeting: Meeting) -> Scene:
    """A panel per sampler; colours say where a point started, lines are paths of marked points."""
    start = meeting.lanes[0].x[0].numpy()
    place = np.arctan2(start[:, 1], start[:, 0])
    span = COLUMNS // min(PER_ROW, len(meeting.lanes))
    panels = []
    for lane in meeting.lanes:
        cloud: Layer = Points(lane.x.numpy(), c=place, size=1.9, alpha=0.7)
        panels.append(
            Panel(
                lane.sampler.label, [cloud, *_marked(lane)], WINDOW, WINDOW, span=span,
                caption=_caption(lane),
            )
        )  # fmt: skip
    times = [f"t = {t:.0f}" for t in meeting.t.tolist()]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _marked(lane: Lane) -> list[Layer]:
    """The way of each marked point, with a dot where it stands."""
    xy = lane.marked.numpy()
    return [
        Curve(xy[None, :, k, 0], xy[None, :, k, 1], colour="ink", width=1.3, cursor=True)
        for k in range(MARKED)
    ]


def _caption(lane: Lane) -> str:
    if lane.sampler.random:
        return f"Two runs from this noise end {lane.twins:.2f} apart."
    return f"No noise added: ends {lane.from_flow:.2f} from the flow."


def numbers(meeting: Meeting, schedule: Schedule) -> None:
    """Where each sampler ends, and what it cost."""
    rows = [
        [
            lane.sampler.label,
            f"{lane.sampler.order}",
            f"{lane.sampler.steps_on(schedule)}",
            f"{lane.sampler.evaluations(schedule)}",
            f"{lane.from_flow:.3f}",
            f"{lane.twins:.3f}" if lane.sampler.random else "0",
            *(_times(lane.ratios[name]) for name in ("energy", "sliced")),
        ]
        for lane in meeting.lanes
    ]
    head = ["", "Order", "Steps", "Calls", "To the ODE end", "Between runs", "Energy", "Sliced W."]
    table(head, rows)
    st.caption(
        "**To the ODE end**: median distance of the ends from those of the probability-flow "
        f"{written_out('ode')}, solved finely from the same $x_T$ ({sampler_race.FINE} steps of "
        "Heun). **Between runs**: median distance between the ends of two runs from the same $x_T$ "
        f"with other noise. **Energy**, **Sliced W.**: {term('energy_distance')} and sliced "
        f"{term('wasserstein')} of the ends to fresh data, over the {term('floor')}, that between "
        "two fresh draws. **Order**: halving a short step divides the error by 2 (order 1) or 4 "
        "(order 2).\n\n"
        "These are two qualities. Nearness to the ODE's end says how well a flow is solved, point "
        "by point; energy and sliced W. say how much all ends together look like the data. DDPM "
        "follows no flow, so it ends far from it, and its points may still be the best sample."
    )


def _times(ratio: Ratio) -> str:
    return f"{ratio.mean:.1f} ± {ratio.deviation:.1f} ×"


def verdict(meeting: Meeting) -> str:
    """What the distances say, in a sentence or two."""
    quiet = [lane for lane in meeting.lanes if not lane.sampler.random]
    noisy = [lane for lane in meeting.lanes if lane.sampler.random]
    sentences = []
    if quiet:
        near = " · ".join(f"{lane.sampler.label} **{lane.from_flow:.2f}**" for lane in quiet)
        sentences.append(
            f"**Same start, same end** without added noise. Median distance from the flow: {near}."
        )
    if noisy:
        far = " · ".join(f"{lane.sampler.label} **{lane.twins:.2f}**" for lane in noisy)
        sentences.append(
            "**Same start, another end** in each run with added noise. Median distance between two "
            f"runs: {far}."
        )
    return "\n\n".join(sentences)


def too_long(meeting: Meeting, schedule: Schedule) -> str:
    """Why a method of order 2 has left the flow, where one has; else ""."""
    lost = [
        lane
        for lane in meeting.lanes
        if lane.sampler.order > 1 and not lane.sampler.random and lane.from_flow > LOST
    ]
    if not lost:
        return ""
    worst = max(lost, key=lambda lane: lane.from_flow)
    high, low = worst.sampler.longest_step(schedule)
    return (
        f"**Order helps only where steps are short.** {worst.sampler.label} has left the flow by "
        f"{worst.from_flow:.2f}: one of its steps takes the noise over signal from {high:.2g} to "
        f"{low:.2g}. The second slope is taken at the end of a trial step and divides that "
        f"step's error by the little noise there, so it grows up to {high / low:.0f} times. With "
        "ten steps or more it overtakes the methods of order 1."
    )


def equation_section(meeting: Meeting, schedule: Schedule) -> None:
    """One step with its numbers filled in."""
    st.subheader("One step, with its numbers", anchor=False)
    by_key = {lane.sampler.key: lane for lane in meeting.lanes}
    left, middle, right = st.columns([2, 2, 3], gap="large")
    with left:
        key = widgets.choice(
            "Of the sampler",
            {key: RUNNERS[key] for key in by_key},
            key="eq_sampler",
            help="Whose step is written out.",
            boxed=True,
        )
    with middle:
        point = st.selectbox(
            "For the marked point", list(range(1, MARKED + 1)), key="eq_point",
            bind="query-params", help="One of the points whose way is drawn above.",
        )  # fmt: skip
    lane = by_key[key]
    with right:
        step = step_equation.choose_step(len(lane.walk) - 1)
    step_equation.show(lane.sampler, schedule, lane.walk, point - 1, step)


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
                "**Euler** follows the slope at one end; between the same levels it *is* DDIM "
                f"with η = 0. **Heun** takes the mean of the slopes at both ends ({term('edm')}, "
                "Karras et al. 2022, arXiv 2206.00364). **DPM-Solver++(2M)** solves the linear "
                "part exactly and continues the last two predictions in a straight line over λ = "
                "−ln σ (Lu et al. 2022, arXiv 2211.01095)."
            )
        with right:
            st.markdown(
                f"**{term('flow_matching')}** trains a network of its own (arXiv 2210.02747), "
                "here w:"
            )
            st.latex(r"z_u=(1-u)\,x_0+u\,\varepsilon,\qquad \frac{\mathrm dz}{\mathrm du}=w_\theta")
            st.latex(r"w_\theta(z_u,u)\approx\mathbb E[\varepsilon-x_0\mid z_u]")
            st.markdown(
                "In another scale these straight lines are the same process, and their flow is the "
                "same probability-flow ODE. That is why two independently trained networks "
                "take the same noise to nearly the same place. The line of each pair (x₀, ε) is "
                "straight; the flow, an average over pairs, still bends."
            )
        st.markdown(
            f"**{term('ddpm')}** and **{term('ddim')} with η > 0** add noise at each step: the end "
            "of a point changes with every run, but all points together end in the same "
            "distribution.\n\n**T = 1000** here, where other pages have 100: samplers pick their "
            "own steps from the schedule, and a fine one leaves them the choice."
        )


theme.header(
    "Samplers",
    "The same noise in every panel, coloured by where each point starts. Deterministic samplers "
    "end at the same point in every panel; stochastic ones add noise at each step.",
)
EXERCISES.arrive()
row = st.container(key="page_row")
with st.sidebar:
    data, entry = choose(row)
EXERCISES.show()
if entry is None:
    if training_panel.chosen(data.key) is None:
        show_problem(f"There is no network for {data.label} in the folder weights; {AGAIN}.")
    else:
        st.info("Choose at least one sampler above.", icon=":material/arrow_upward:")
    st.stop()
assert entry is not None
stage = Stage("samplers", height=330)
meeting = jobs.cached("samplers", sampler_race.meet, entry, label="Sampling with each method")
if meeting is None:
    stage.show(data.label, None, None)
else:
    moving = picture("samplers", partial(scene, meeting), entry)
    stage.show(data.label, moving, points.of_samplers(entry, meeting))
with st.container():
    if meeting is not None:
        st.markdown(verdict(meeting))
        with st.container():
            if lost := too_long(meeting, entry.schedule):
                st.warning(lost, icon=":material/warning:")
with st.container():
    if meeting is not None:
        numbers(meeting, entry.schedule)
quality.show(entry)
with st.container():
    if meeting is not None:
        st.fragment(equation_section)(meeting, entry.schedule)
time_embedding.show(entry.network, entry.schedule)
words()
