"""Swiss roll: a cloud dissolves and a network brings it back; the score made visible."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.metrics import EnergyRatio
from pages.ui import (
    chains,
    jobs,
    points,
    takeaway,
    taken_points,
    theme,
    training,
    widgets,
)
from pages.ui.player import Arrows, Layer, Panel, Points, Scene, player
from pages.ui.points import Film, Process

WINDOW = 2.7
MOST = 5000  # points
ARROW = 0.3  # length drawn, as a share of the way to the predicted point

Field = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Show:
    """What is drawn beside the points."""

    score: bool = field(
        default=False,
        metadata=dict(
            label="Score arrows",
            help="The field that the reverse process follows: the gradient of the log density of "
            "x_t, times the noise variance so that it stays finite. The network's and the exact "
            "one, side by side in two colours.",
        ),
    )
    guess: bool = field(
        default=False,
        metadata=dict(
            label="Predicted x_0",
            help="A third panel: where the denoiser believes, at each moment, that every point "
            "came from. At the start it is the middle of the data; it sharpens as noise leaves.",
        ),
    )
    origin: bool = field(
        default=False,
        metadata=dict(
            label="Colour by place",
            help="Colours each point by the angle at which it stands in the clean picture, so that "
            "you can follow who ends where.",
        ),
    )


def controls() -> tuple[Dataset, Process, Show]:
    """The sidebar."""
    data = points.choose_dataset("2d", "swiss_roll")
    denoiser = points.choose_denoiser(data, "learned")
    show = widgets.options(Show, "show")
    schedule = points.choose_schedule()
    path = widgets.choice("Noising", points.PATHS, "path", help=points.PATH_HELP)
    sampler = points.choose_sampler()
    start = widgets.options(points.Start, "start")
    crowd = widgets.options(points.Crowd, "points", limits={"n": (100, MOST)})
    seed = widgets.seed()
    network = training.network(data.key) if denoiser == "learned" else None
    process = Process(
        data.key, schedule, sampler, denoiser, network, path, start.same, crowd.n, seed
    )
    return data, process, show


def fields(data: Dataset, process: Process) -> dict[str, Field | None]:
    """The score fields to draw: role -> field. None while one is computed."""
    window = 0.95 * WINDOW
    exact = points.exact_denoiser(data.key)
    found = {
        "reference": jobs.cached(
            "score_exact", points.score_field, exact, process.schedule, window, label="Exact score"
        )
    }
    network = training.network(data.key)
    if network is not None:
        found["model"] = jobs.cached(
            "score_network", points.score_field, network, process.schedule, window,
            label="Network's score",
        )  # fmt: skip
    return found


def scene(film: Film, process: Process, show: Show, arrows: dict[str, Field | None]) -> Scene:
    """Forward and reverse on one clock, and the prediction if asked for."""
    start = "the forward ends, x_T" if process.same else "pure noise, N(0, I)"
    panels = [
        _panel(
            "Forward",
            [_cloud(film.forward.numpy(), "data", 0, show)],
            "Every point walks on its own." if process.path == "markov"
            else "Fresh noise at every frame: each moment is right, the motion is not a path.",
        ),
        _panel(
            "Reverse",
            [*_arrows(arrows), _cloud(film.reverse.numpy(), "model", -1, show)],
            f"Starts from {start}; time runs back. The clock reads forward | reverse.",
        ),
    ]  # fmt: skip
    if show.guess:
        panels.append(
            _panel(
                "Predicted clean points",
                [_cloud(film.guess.numpy(), "model", -1, show)],
                "Where the denoiser believes, at this moment, that each point came from.",
            )
        )
    return Scene(panels, points.time_labels(film.t), seconds=6.0, columns=len(panels))


def _panel(title: str, layers: list[Layer], caption: str) -> Panel:
    window = (-WINDOW, WINDOW)
    return Panel(title, layers, window, window, caption=caption)


def _cloud(xy: np.ndarray, role: str, clean: int, show: Show) -> Points:
    """The points xy (F, N, 2), coloured by role or by their place in the frame ``clean``."""
    place = np.arctan2(xy[clean, :, 1], xy[clean, :, 0]) if show.origin else None
    return Points(xy, colour=role, c=place)


def _arrows(found: dict[str, Field | None]) -> list[Layer]:
    names = {"reference": "exact score", "model": "network"}
    return [
        Arrows(grid[None], ARROW * uv, colour=role, label=names[role], alpha=0.8)
        for role, (grid, uv) in ((r, f) for r, f in found.items() if f is not None)
    ]


def numbers(data: Dataset, film: Film) -> None:
    """The energy distance of the samples, in units of its floor."""
    result: EnergyRatio | None = jobs.cached(
        "quality", points.quality, data.key, film, label="Comparing with fresh data"
    )
    if result is None:
        return
    left, middle, right = st.columns(3)
    left.metric(
        "Energy distance, samples to data",
        points.number(result.mean * result.floor),
        help="Squared energy distance between the reverse process's points and fresh data; 0 "
        "only for equal distributions. Mean over five fresh draws of as many points.",
        border=True,
    )
    middle.metric(
        "Floor: data to data",
        points.number(result.floor),
        help="The same distance between two fresh draws of the data: no sampler can be expected "
        "to do better.",
        border=True,
    )
    right.metric(
        "Ratio",
        f"{result.mean:.1f} ×",
        help="Around 1, give or take the luck of the draw: not to be told apart from data at "
        "this number of points. More points see smaller differences.",
        border=True,
    )


def words(process: Process) -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Score and denoiser say the same** (Tweedie's formula):")
            st.latex(
                r"\nabla_{x}\log q_t(x_t)=\frac{\sqrt{\bar\alpha_t}\,\mathbb E[x_0\mid x_t]-x_t}"
                r"{1-\bar\alpha_t}"
            )
            st.markdown(
                "An arrow is this gradient times 1 − ᾱ_t, drawn at "
                f"{ARROW:g} of its length: it points to where the point, once denoised, belongs."
            )
        with right:
            st.markdown("**Exact, for stored points** x⁽ⁱ⁾:")
            st.latex(
                r"\mathbb E[x_0\mid x_t]=\sum_i w_i\,x^{(i)},\quad w=\operatorname{softmax}_i"
                r"\Big(-\tfrac{\lVert x_t-\sqrt{\bar\alpha_t}\,x^{(i)}\rVert^2}{2(1-\bar\alpha_t)}"
                r"\Big)"
            )
            st.markdown(
                "It is the best guess for exactly these points, so its samples end at these points "
                "again, or very near: it can only memorise. The network has to fill in between, "
                "and that is what makes it useful."
            )
        st.caption(
            f"This page: ᾱ_T = {points.number(process.schedule.signal_left)} after T = "
            f"{process.schedule.T} steps."
        )


BASE = dict(
    data="swiss_roll",
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="learned",
    sampler="ddpm",
    steps=points.EVERY,
    start_same=False,
    show_score=False,
    show_guess=False,
    show_origin=False,
    points_n=600,
)
LESSONS: chains.Lessons = {
    "See the score": ("Arrows: the field that leads back.", dict(show_score=True)),
    "What it believes": (
        "The clean points as the denoiser predicts them, at every moment.",
        dict(show_guess=True, show_origin=True),
    ),
    "Ten steps": (
        "DDIM with 10 steps instead of 100.",
        dict(sampler="ddim", ddim_eta=0.0, steps=10),
    ),
    "Stop before noise": (
        "A linear schedule of 100 steps keeps 36 % of the signal's variance: see the ratio.",
        dict(schedule="linear", noise_beta_max=0.02),
    ),
    "Only memorise": (
        "The exact denoiser of stored points can only give these points back.",
        dict(denoiser="exact"),
    ),
}

theme.header(
    "Swiss roll",
    "A spiral of points dissolves into noise; a small network, trained on it, brings one back.",
)
with st.sidebar:
    data, process, show = controls()
stage = st.container()
film = jobs.cached("swiss_roll", points.film, process, label="Sampling")
arrows = fields(data, process) if show.score else {}
with stage:
    moving = None if film is None else scene(film, process, show, arrows)
    player(moving, key="swiss_roll", height=460, turn=False)
    taken = film and taken_points.of_film("swiss_roll", data.label, process, film)
    takeaway.show("swiss_roll", data.label, moving, taken, height=460, turn=False)
points.show_reading(process.schedule)
points.lessons(LESSONS, BASE)
if film is not None:
    numbers(data, film)
words(process)
training.panel(data.key)
