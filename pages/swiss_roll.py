"""Swiss roll: points dissolve into noise, a network samples new ones, and the score is drawn."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from engine.data.datasets import Dataset
from engine.denoisers.exact import CLOSED, INTEGRAL, POINTS
from engine.experiments import film as experiment
from engine.experiments.film import Film, Process, exact_denoiser, stored_points
from engine.experiments.points import ScoreField, Scores, quality, score_field
from engine.figures.player import Arrows, Layer, Panel, Points, Scene
from pages.sections.swiss_roll.controls import Show, controls
from pages.sections.swiss_roll.lessons import EXERCISES
from pages.ui import jobs, process_controls, theme
from pages.ui.components.picture import picture
from pages.ui.export import points
from pages.ui.glossary import term
from pages.ui.stage import Stage, equations
from pages.ui.training import training_panel
from pages.ui.wording import number, show_reading, time_labels

WINDOW = 2.7
ARROW = 0.3  # length drawn, as a share of the way to the predicted point

#: What the arrows of a score field are called, by its kind.
LABELS = {
    CLOSED: "true score",
    INTEGRAL: "true score",
    POINTS: f"score of the {process_controls.MEMORY}",
    "network": "the network's score",
}


#: How the arrows are drawn: the network's lie over the known ones, which stand out on both sides.
LOOKS: dict[str, dict[str, float]] = {
    "reference": dict(width=3.0, alpha=0.45),
    "model": dict(width=1.1, alpha=0.9),
}


def fields(process: Process) -> dict[str, ScoreField | None]:
    """The score fields to draw: role -> field. None while one is computed."""
    known = Scores(
        process.dataset,
        process.schedule,
        window=0.95 * WINDOW,
        memory=process.denoiser == "memory",
    )
    found = {"reference": jobs.cached("score_exact", score_field, known, label="Known score")}
    network = training_panel.chosen(process.dataset)
    if network is not None:
        learned = replace(known, network=network, memory=False)
        found["model"] = jobs.cached("score_network", score_field, learned, label="Network's score")
    return found


def scene(film: Film, process: Process, show: Show, arrows: dict[str, ScoreField | None]) -> Scene:
    """Forward and reverse on one clock, and the prediction if asked for."""
    start = "where the forward process ended" if process.same else "pure noise, N(0, I)"
    panels = [
        _panel(
            "Forward",
            [_cloud(film.forward.numpy(), "data", 0, show)],
            "Every point walks on its own." if process.path == "markov"
            else "Fresh noise at every frame: each moment is right, the motion is not a path.",
        ),
        _panel(
            "Reverse",
            [*_stored(process), *_arrows(arrows), _cloud(film.reverse.numpy(), "model", -1, show)],
            f"Starts from {start}; led back by {process_controls.SAID[process.denoiser]}. "
            "The clock reads forward | reverse.",
        ),
    ]  # fmt: skip
    if show.guess:
        panels.append(
            _panel(
                "Predicted clean points",
                [_cloud(film.guess.numpy(), "model", -1, show)],
                "Where the denoiser predicts, at this moment, that each point came from.",
            )
        )
    return Scene(panels, time_labels(film.t), seconds=6.0, columns=len(panels))


def _panel(title: str, layers: list[Layer], caption: str) -> Panel:
    window = (-WINDOW, WINDOW)
    return Panel(title, layers, window, window, caption=caption)


def _cloud(xy: np.ndarray, role: str, clean: int, show: Show) -> Points:
    """The points xy (F, N, 2), coloured by role or by their place in the frame ``clean``."""
    place = np.arctan2(xy[clean, :, 1], xy[clean, :, 0]) if show.origin else None
    return Points(xy, colour=role, c=place)


def _stored(process: Process) -> list[Layer]:
    """The stored points, where no more is known of this data set or their memory leads back."""
    points = stored_points(process.dataset, process.denoiser)
    if points is None:
        return []
    return [Points(points.numpy()[None], "ink", size=1.6, alpha=0.3, label="stored points")]


def _arrows(found: dict[str, ScoreField | None]) -> list[Layer]:
    return [
        Arrows(
            field.places[None],
            ARROW * field.steps,
            colour=role,
            label=LABELS[field.kind],
            **LOOKS[role],
        )
        for role, field in found.items()
        if field is not None
    ]


def numbers(data: Dataset, film: Film) -> None:
    """The energy distance of the samples in units of its floor, and whether they are copies."""
    found = jobs.cached("quality", quality, data.key, film, label="Comparing with fresh data")
    if found is None:
        return
    result, nearest = found.ratio, found.nearest
    left, middle, right, *last = st.columns(3 if nearest is None else 4)
    left.metric(
        "Energy distance, samples to data",
        number(result.mean * result.floor),
        help="Squared energy distance between the reverse process's points and fresh data; 0 "
        "only for equal distributions. Mean over five fresh draws of as many points.",
        border=True,
    )
    middle.metric(
        "Floor: data to data",
        number(result.floor),
        help="The same distance between two fresh draws of the data: no sampler can be expected "
        "to do better.",
        border=True,
    )
    right.metric(
        "Ratio",
        f"{result.mean:.1f} ± {result.spread:.1f} ×",
        help="About 1: indistinguishable from data at this sample size. More points reveal smaller "
        f"differences. ±: standard deviation over {result.seeds} draws of fresh data.",
        border=True,
    )
    if nearest is not None:
        last[0].metric(
            "To the nearest stored point",
            number(nearest.samples),
            f"fresh data: {number(nearest.fresh)}",
            delta_color="off",
            delta_arrow="off",
            help=f"Median distance of a sample to the nearest of the {nearest.stored:,} stored "
            "points (grey in the picture). Much less than that of fresh data: copies.",
            border=True,
        )


def words(process: Process) -> None:
    """What is seen, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**{term('score', 'Score')} and {term('denoiser', 'denoiser')} say the same** "
                f"({term('tweedie')}):"
            )
            st.latex(
                r"\nabla_{x}\log q_t(x_t)=\frac{\sqrt{\bar\alpha_t}\,\mathbb E[x_0\mid x_t]-x_t}"
                r"{1-\bar\alpha_t}"
            )
            st.markdown(
                r"An arrow is this gradient times $1-\bar\alpha_t$, drawn at "
                f"{ARROW:g} of its length: it points to where the denoised point lies. At t = 0 "
                "that factor is 0; the arrows are then those of t = 1."
            )
        with right:
            _true_words(exact_denoiser(process.dataset).kind)
            _memory_words()
        st.caption(
            rf"This page: $\bar\alpha_T$ = {number(process.schedule.signal_left)} after T = "
            f"{process.schedule.T} steps."
        )


def _true_words(kind: str) -> None:
    """How the true score of this data set is known, if it is."""
    if kind == POINTS:
        st.markdown("**The true score** of this data set has no formula; only its memory has.")
        return
    if kind == INTEGRAL:
        st.markdown("**True, for a curve** c(a) with noise of standard deviation σ around it:")
        st.latex(r"q(x_0)=\int p(a)\,\mathcal N\big(x_0;\,c(a),\,\sigma^2 I\big)\,\mathrm da")
    else:
        st.markdown("**True, for a mixture of Gaussians**:")
        st.latex(r"q(x_0)=\sum_k w_k\,\mathcal N\big(x_0;\,m_k,\,\sigma_k^2 I\big)")
    st.markdown(
        "With noise every component becomes 𝒩(√ᾱ m, ᾱ σ² + 1 − ᾱ), so score and E[$x_0$ | $x_t$] "
        "of the data follow"
        + (", here by quadrature along the curve." if kind == INTEGRAL else " in closed form.")
    )


def _memory_words() -> None:
    """The denoiser that knows stored points and nothing else."""
    st.markdown(f"**{term('memory', 'Memory')}** of stored points x⁽ⁱ⁾:")
    st.latex(
        r"\mathbb E[x_0\mid x_t]=\sum_i w_i\,x^{(i)},\quad w=\operatorname{softmax}_i"
        r"\Big(-\tfrac{\lVert x_t-\sqrt{\bar\alpha_t}\,x^{(i)}\rVert^2}{2(1-\bar\alpha_t)}"
        r"\Big)"
    )
    st.markdown(
        "It would be the best denoiser if these points were all the data, so its samples end at "
        "these points again, or very near. The network has to interpolate, and that is what makes "
        "it useful."
    )


place = theme.header(
    "Swiss roll",
    "A spiral of points dissolves into noise; a small network, trained on it, generates a new one.",
)
EXERCISES.arrive()
with place:
    data = process_controls.choose_dataset("2d", "swiss_roll")
with st.sidebar:
    process, show = controls(data)
EXERCISES.show()
stage = Stage("swiss_roll", height=460, turn=False)
film = jobs.cached("swiss_roll", experiment.film, process, label="Sampling")
arrows = fields(process) if show.score else {}
if film is None:
    stage.show(data.label, None, None)
else:
    export = points.of_process("swiss_roll", data.label, process, film, experiment.film)
    drawn = training_panel.chosen(data.key), [role for role, field in arrows.items() if field]
    moving = picture(
        "swiss_roll", partial(scene, film, process, show, arrows), process, show, drawn
    )
    stage.show(data.label, moving, export)
show_reading(process.schedule)
with st.container():
    if film is not None:
        numbers(data, film)
words(process)
training_panel.panel(data.key)
