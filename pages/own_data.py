"""Your own data: points drawn or uploaded, a network that learns them, and what it makes of it."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import streamlit as st

from engine.figures.learning import preview
from engine.own_points import OwnPoints
from pages.ui import (
    course,
    jobs,
    own_film,
    own_model,
    own_source,
    points,
    takeaway,
    taken_own,
    theme,
    training,
    widgets,
)
from pages.ui.cloud import cloud
from pages.ui.course import Run
from pages.ui.own_film import Play, Verdict
from pages.ui.player import Panel, Points, Scene, player
from pages.ui.points import Film

REACH = 3.0  #: the panels reach at least so far, in units of the data's spread
LAST = "_own_last"


def settings() -> dict[str, Any]:
    """The sidebar: how the reverse process runs."""
    with st.sidebar:
        schedule = points.choose_schedule()
        sampler = points.choose_sampler()
        n = widgets.options(points.Crowd, "points").n
        return dict(schedule=schedule, sampler=sampler, n=n, seed=widgets.seed())


def train_section(own: OwnPoints) -> Run | None:
    """Training on the points; the run to sample from, if there is one."""
    _leave_others(own.key)
    with st.expander("Options of the training", icon=":material/tune:"):
        options, seed = training.controls()
    training.start_button(own, options, seed)
    if training.running(own, preview):
        return own_model.trained(own.key)
    own_model.adopt(own.key)
    stopped = course.paused(own.key)
    if stopped is not None:
        training.resume_button(own.key, stopped)
        if stopped is not own_model.trained(own.key):
            own_model.keep(own.key, stopped)
    run = own_model.trained(own.key)
    if run is None:
        start = course.start_of(2, seed).numpy()
        cloud(start, _shown(own), key=f"fit_{own.key}_cloud", label="Noise")
        st.caption("Before training there is only noise. Press Train and watch it take shape.")
        return None
    st.caption(training.summary(run))
    training.charts(own, run, preview)
    return run


def _leave_others(key: str) -> None:
    """A training on points that are no longer shown is paused: those points may come back."""
    before = st.session_state.get(LAST, key)
    if before != key:
        course.pause(before)
    st.session_state[LAST] = key


def _shown(own: OwnPoints) -> np.ndarray:
    return own.train()[: course.DRAWN].numpy()


def scene(film: Film, play: Play) -> Scene:
    """Forward and reverse on one clock, in the units of the points."""
    own = play.data
    x, y = _window(own)
    if play.network is None:
        title = "Reverse, exact denoiser"
        caption = "No network yet: the closed form for your points, which can only give them back."
    else:
        title = "Reverse, your network"
        caption = "Starts from pure noise, N(0, I); time runs back. These points are new."
    panels = [
        Panel(name, [Points(own.restore(xyz), colour=role)], x, y, equal=own.shared,
              xlabel=own.names[0], ylabel=own.names[1], caption=words)
        for name, xyz, role, words in (
            ("Forward", film.forward, "data", "Your points dissolve, each by its own noise."),
            (title, film.reverse, "model", caption),
        )
    ]  # fmt: skip
    return Scene(panels, points.time_labels(film.t), seconds=6.0, columns=2)


def _window(own: OwnPoints) -> list[tuple[float, float]]:
    """What both panels show of each axis, in its units."""
    reach = max(REACH, 1.1 * float(own.train().abs().quantile(0.99)))
    return [(m - reach * s, m + reach * s) for m, s in zip(own.mean, own.spread, strict=True)]


def numbers(play: Play) -> None:
    """How near the samples come to points that the network has not seen."""
    if not len(play.data.held_out()):
        st.caption("With fewer than 100 points none are kept to compare with.")
        return
    found: Verdict | None = jobs.cached("own_quality", own_film.quality, play, label="Comparing")
    if found is None:
        return
    ratio = found.ratio
    left, middle, right = st.columns(3)
    left.metric(
        "Energy distance over floor",
        f"{ratio.mean:.1f} ×",
        help="Distance between samples and the fifth of your points kept from training, "
        f"{ratio.n:,} of each, over that between points trained on and those. Around 1: the "
        "samples are as near to points not seen as your own are.",
        border=True,
    )
    middle.metric(
        "Samples to the nearest point",
        f"{found.samples:.3f}",
        help="Median distance of a sample to the nearest point trained on, standardised. Far less "
        "than that beside: the network gives back what it has seen.",
        border=True,
    )
    right.metric(
        "Held-out points to the nearest",
        f"{found.held_out:.3f}",
        help="The same for points kept from training: how near one may be by chance.",
        border=True,
    )


def export(film: Film, own: OwnPoints) -> None:
    """The samples in the units that came in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(own.names)
    writer.writerows([f"{value:.6g}" for value in row] for row in own.restore(film.reverse[-1]))
    st.download_button(
        "Samples as CSV",
        text.getvalue(),
        "samples.csv",
        "text/csv",
        icon=":material/download:",
        help="The ends of the reverse process, in the units of your points.",
        on_click="ignore",
    )


def words() -> None:
    """What is learned, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Before**: points are standardised, so that noise of variance 1 fits.")
            st.latex(r"z=\frac{x-m}{s},\qquad x=m+s\,z")
            st.markdown(
                "m and s are mean and standard deviation of each column; a drawing and an image "
                "have one s for both directions, so that they keep their shape. What you see and "
                "export is in your units again."
            )
        with right:
            st.markdown("**Training**: for points z₀, noise ε and any level of noise,")
            st.latex(
                r"\min_\theta\;\mathbb E\,\big\lVert v_\theta(z_t,t)-"
                r"\big(\sqrt{\bar\alpha_t}\,\varepsilon-\sqrt{1-\bar\alpha_t}\,z_0\big)"
                r"\big\rVert^2"
            )
            st.markdown(
                "The exact minimum over finitely many points only gives them back, as the film "
                "before training shows. The network cannot follow that exactly and fills in "
                "between: with few points, great width and many steps it comes near, and memorises."
            )


theme.header(
    "Your own data",
    "Draw points or bring a file. A small network learns where they lie while you watch, and then "
    "makes new ones out of noise.",
)
chosen = settings()
left, right = st.columns(2, gap="large")
with left:
    brought = own_source.choose()
if brought is None:
    st.stop()
assert brought is not None
own = brought.data
with left:
    st.caption(own.said)
with right:
    run = train_section(own)
network = None if run is None else run.denoiser
play = Play(own, network=network, **chosen)
film = jobs.cached("own_film", own_film.film, play, label="Sampling")
st.subheader("Out of noise", anchor=False)
moving = None if film is None else scene(film, play)
player(moving, key="own_data", height=430, turn=False)
taken = film and taken_own.of_own(brought.origin, play, film, run)
takeaway.show("own_data", "Your own data", moving, taken, height=430, turn=False)
points.show_reading(play.schedule)
if film is not None:
    export(film, own)
    if network is not None:
        numbers(play)
words()
