"""The view of memory: a network too large on too few points, and a light that says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.data import Dataset
from engine.denoise import Learned
from engine.memory import COPY, LEARNED, LIGHTS, MEMORISES, Memory
from pages.ui import few, jobs, points, takeaway, taken_exact
from pages.ui.exact_fields import COLUMNS, SPAN
from pages.ui.few import Drawn, Known, Lesson, Pupil
from pages.ui.player import Bars, Curve, Layer, Line, Panel, Points, Scene, player

HEIGHT = 330
REDRAW = 1.0  #: seconds between two looks at a network in training
TOP = 1.6  #: the largest ratio that the chart shows
BADGES = {
    "memorises": ("red", "content_copy"),
    "in between": ("orange", "contrast"),
    "generalises": ("green", "check_circle"),
    "neither": ("violet", "blur_on"),
}
COPYIST, WIDELY = "Exact for these points", "Network, endless draws"


def show(data: Dataset, network: Learned, n: int, pupil: Pupil, seed: int, training: bool) -> None:
    """Draw the view."""
    stage = st.container()
    found: Known | None = jobs.cached(
        "memory", few.known, data.key, n, seed, network, label="Drawing from both"
    )
    job = jobs.run("pupil", few.learn, data.key, n, seed, pupil) if training else None
    if job is None:
        jobs.forget("pupil")
    with stage:
        if job is not None:
            jobs.show(job, "pupil", "Waiting for a free worker")
        if found is None:
            player(None, key="memory", height=HEIGHT)
        else:
            moving = job is not None and job.status == "running"
            st.fragment(_stage, run_every=REDRAW if moving else None)(found, job, n, pupil)
            if not moving:
                lesson = None if job is None else job.result or job.partial
                taken = taken_exact.of_memory(data, n, pupil, seed, found, lesson)
                made = scene(found, lesson, n, pupil.steps)
                takeaway.show("memory", f"{data.label}: memory", made, taken, height=HEIGHT)
    points.lessons(LESSONS, BASE)
    rule()
    words()


def _stage(found: Known, job: jobs.Job | None, n: int, pupil: Pupil) -> None:
    """The pictures and the lights; drawn again and again while the network is in training."""
    lesson: Lesson | None = None if job is None else job.result or job.partial
    lights(found, lesson, n)
    player(scene(found, lesson, n, pupil.steps), key="memory", height=HEIGHT)


# -------------------------------------------------------------------------------------- pictures


def scene(found: Known, lesson: Lesson | None, n: int, updates: int) -> Scene:
    """Two or three ways back from the same noise; updates: that the training will make."""
    pupil = f"Network, these {n} points"
    said = {
        COPYIST: "The best denoiser that there is for the training points (grey discs) alone.",
        pupil: "Trained here, on the grey discs and nothing else.",
        WIDELY: "The network that ships: it has never met a point twice.",
    }
    drawn = {
        COPYIST: found.copyist,
        pupil: None if lesson is None else lesson.drawn,
        WIDELY: found.widely,
    }
    colours = {COPYIST: "reference", pupil: "model", WIDELY: "accent"}
    panels = [
        Panel(
            title, _cloud(found, each, colours[title]), SPAN, SPAN, span=4,
            caption=said[title] if each else "Switch Train on to see it learn.",
        )
        for title, each in drawn.items()
    ]  # fmt: skip
    panels += [_distances(found, lesson, pupil), _course(lesson, updates)]
    times = [f"t = {t:.0f}" for t in found.t]
    return Scene(panels, times, seconds=5.0, columns=COLUMNS, direction="reverse")


def _cloud(found: Known, drawn: Drawn | None, colour: str) -> list[Layer]:
    size = 4.5 if len(found.points) <= 64 else 3.0 if len(found.points) <= 256 else 1.8
    layers: list[Layer] = [
        Points(found.points[None], colour="ink", size=size, alpha=0.35, label="training points")
    ]
    if drawn is not None:
        layers.append(Points(drawn.film, colour=colour, size=2.0, alpha=0.75, label="samples"))
    return layers


def _distances(found: Known, lesson: Lesson | None, pupil: str) -> Panel:
    shown = found.widely if lesson is None else lesson.drawn
    edge = found.copyist.memory.threshold
    layers: list[Layer] = [Bars(found.edges, found.fresh[None], colour="data", label="fresh data")]
    if shown is not None:
        centres = 0.5 * (found.edges[1:] + found.edges[:-1])
        layers.append(
            Curve(
                centres[None], shown.bars, width=2.2,
                colour="accent" if lesson is None else "model",
                label=WIDELY if lesson is None else pupil,
            )
        )  # fmt: skip
    top = 2.2 * float(found.fresh.max())
    layers.append(Line(edge, 0.0, edge, top, label="copy"))
    return Panel(
        "Distance to the nearest training point", layers,
        (0.0, float(found.edges[-1])), (0.0, top), equal=False, xlabel="distance", span=7,
        ratio=0.62, caption="As densities. Left of the dashed line a sample counts as a copy.",
    )  # fmt: skip


def _course(lesson: Lesson | None, total: int) -> Panel:
    layers: list[Layer] = [
        Line(0, MEMORISES, total, MEMORISES, colour="muted"),
        Line(0, LEARNED, total, LEARNED, colour="muted"),
    ]
    if lesson is not None:
        steps, ratios = (np.array(v, dtype=float)[None] for v in zip(*lesson.looks, strict=True))
        layers.append(Curve(steps, ratios.clip(0, TOP), colour="model", width=2.2))
    return Panel(
        "Ratio, as training goes on", layers, (0.0, float(total)), (0.0, TOP), equal=False,
        xlabel="update", span=5, ratio=0.62,
        caption="Dashed: where the light changes. Fresh data would stand at 1.",
    )  # fmt: skip


# ---------------------------------------------------------------------------------------- lights


def lights(found: Known, lesson: Lesson | None, n: int) -> None:
    """One light for each."""
    columns = st.columns(3)
    _light(columns[0], COPYIST, found.copyist.memory, "No network: a closed form.")
    spent = ""
    if lesson is not None:
        spent = (
            f"{lesson.parameters:,} parameters, update {lesson.step:,} of {lesson.total:,}, "
            f"{lesson.seconds:.0f} s."
        )
    _light(
        columns[1], f"Network, these {n} points", None if lesson is None else lesson.drawn.memory,
        spent or "Not trained yet.",
    )  # fmt: skip
    _light(
        columns[2], WIDELY, None if found.widely is None else found.widely.memory,
        "Measured against the same points.",
    )  # fmt: skip


def _light(column: DeltaGenerator, title: str, memory: Memory | None, note: str) -> None:
    with column.container(border=True, height="stretch"):
        colour, icon = ("gray", "lightbulb") if memory is None else BADGES[memory.light]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{title}**", width="content")
            st.badge(
                "dark" if memory is None else memory.light,
                icon=f":material/{icon}:",
                color=colour,  # type: ignore[arg-type]
            )
        if memory is not None:
            st.markdown(
                f"Ratio **{memory.ratio:.2f}** · copies **{memory.copies:.0%}** "
                f"(fresh data: {memory.fresh_copies:.0%}) · energy distance "
                f"**{memory.energy:.1f} ×**"
            )
        st.caption(note)


def rule() -> None:
    """The rule of the light."""
    st.caption(
        ":material/lightbulb: **The light.** Ratio: median distance of samples to the nearest "
        "training point, over that of fresh data. "
        + "; ".join(f"**{light}**: {when}" for light, when in LIGHTS.items())
        + f". A copy lies nearer than {COPY:g} of fresh data's median distance. "
        f"{few.SAMPLES} samples by DPM-Solver++(2M), {few.STEPS} steps; {few.FRESH:,} fresh draws."
    )


def words() -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**The loss has one minimum**, and for n points it is known:")
            st.latex(
                r"\hat x_0(x_t)=\sum_{i=1}^n w_i\,x^{(i)},\quad w=\operatorname{softmax}_i\Big("
                r"-\tfrac{\lVert x_t-\sqrt{\bar\alpha_t}\,x^{(i)}\rVert^2}{2(1-\bar\alpha_t)}\Big)"
            )
            st.markdown(
                "As noise leaves, one weight becomes 1: every path ends at a training point. A "
                "network that reached this minimum could do nothing else."
            )
        with right:
            st.markdown("**What saves a network** is that it cannot reach it:")
            st.markdown(
                "with many points the best denoiser is more crooked than its weights can follow or "
                "its training can find, and what comes out is smoother. With few points, many "
                "weights and long training it does reach it. More points, a narrower network and "
                "fewer updates all turn the light."
            )


BASE = dict(
    data="swiss_roll", few_n=16, pupil_width=96, pupil_depth=3, pupil_steps=3000, few_train=True
)
LESSONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Eight points": ("Learned by heart in seconds.", dict(few_n=8)),
    "A small network": (
        "The same points, and too few weights to remember them.",
        dict(pupil_width=16, pupil_depth=2),
    ),
    "A thousand points": ("Too many to remember.", dict(few_n=1000)),
    "Only watch": ("No training: the two that are known.", dict(few_train=False)),
}
