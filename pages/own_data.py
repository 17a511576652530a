"""Your own data: points drawn or uploaded, a network that learns them, and its samples."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.data.own.points import OwnPoints
from engine.denoisers import FitOptions
from engine.evaluation.memorisation import LEARNED, MEMORISES
from engine.experiments.networks import Training
from engine.experiments.own_film import OwnFilm, OwnProcess, own_film, own_quality
from engine.experiments.training_run import DRAWN, PointRun, start_of
from engine.figures.player import Panel, Points, Scene
from engine.noise import Schedule
from engine.samplers import Sampler
from pages.sections.own_data import export, source
from pages.sections.own_data.lessons import EXERCISES, TRAINS
from pages.ui import jobs, process_controls, theme, widgets
from pages.ui.components.cloud import cloud
from pages.ui.components.picture import picture
from pages.ui.export.buttons import download
from pages.ui.glossary import term
from pages.ui.stage import Stage, equations
from pages.ui.training import algorithm, models, progress, session, training_panel
from pages.ui.wording import number, plain, show_reading, time_labels

REACH = 3.0  #: the panels reach at least so far, in units of the data's spread
LAST = "_own_last"
TITLE = "Your own data"


def page() -> None:
    """The whole page."""
    theme.header(
        TITLE,
        "Draw points or upload a file. A small network learns their distribution while you watch; "
        "then it samples new points from noise.",
    )
    EXERCISES.arrive()
    schedule, sampler, n, seed = settings()
    exercises = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        chosen = source.choose()
    run = None
    if chosen is not None:
        with left:
            st.caption(plain(chosen.data.summary))
        with right:
            run = train_section(chosen.data)
    with exercises:
        EXERCISES.show()  # last: it says in the words of the controls below what was changed
    if chosen is None:
        return
    own = chosen.data
    training = None if run is None else run.training
    process = OwnProcess(schedule, sampler, training, n, seed)
    st.subheader("Noising and sampling", anchor=False)
    stage = Stage("own_data", height=430, turn=False)
    film = jobs.cached("own_film", own_film, own, process, label="Sampling")
    if film is None:
        stage.show(TITLE, None, None)
    else:
        moving = picture("own_data", partial(scene, film, training), own.key, process)
        stage.show(TITLE, moving, export.of_own(chosen, process, film))
    show_reading(schedule)
    with st.container():
        if film is not None:
            samples_button(film)
            if training is not None:
                numbers(own, process)
    words(own)


def settings() -> tuple[Schedule, Sampler, int, int]:
    """The sidebar: how the reverse process runs, how many points, and the seed."""
    with st.sidebar:
        schedule = process_controls.choose_schedule()
        sampler = process_controls.choose_sampler()
        n = widgets.options(process_controls.Points, "points").n
        return schedule, sampler, n, widgets.seed()


def train_section(own: OwnPoints) -> PointRun | None:
    """Training on the points; the run to sample from, if there is one."""
    _pause_others(own.key)
    with st.expander("Training options", icon=":material/tune:"):
        options, seed = training_panel.controls()
    view = training_panel.view(own, options, seed)
    _train_for_exercise(view.what, options, seed)
    progress.start_button(view)
    algorithm.show(view.algorithm, progress.under_way(view.what))
    if progress.running(view):
        return models.trained(view.what)
    models.adopt(view.what)
    stopped = session.paused(view.what)
    if stopped is not None:
        progress.resume_button(view.what, stopped)
        if stopped is not models.trained(view.what):
            models.keep(view.what, stopped)
    run = models.trained(view.what)
    if run is None:
        start = start_of(2, seed).numpy()
        shown = own.train()[:DRAWN].numpy()
        cloud(start, shown, key=f"fit_{own.key}_cloud", label="Noise")
        st.caption("Before training, samples are pure noise. Press Train to begin.")
        return None
    st.caption(progress.summary(view, run))
    progress.charts(view, run)
    return run


def _train_for_exercise(what: models.PointNetwork, options: FitOptions, seed: int) -> None:
    """Begin to train if an exercise was chosen, unless that very network is there."""
    if TRAINS not in st.session_state:
        return
    run = models.trained(what)
    if run is None or (run.options, run.seed, run.step) != (options, seed, options.steps):
        session.ask(what, "start")
    st.session_state.pop(TRAINS, None)


def _pause_others(key: str) -> None:
    """Pause a training on points that are no longer shown: those points may come back."""
    before = st.session_state.get(LAST, key)
    if before != key:
        session.pause(models.of_data(before))
    st.session_state[LAST] = key


def scene(film: OwnFilm, training: Training[FitOptions] | None) -> Scene:
    """Forward and reverse on one clock, in the units of the points."""
    own = film.data
    x, y = _window(own)
    if training is None:
        title = "Reverse, memory of your points"
        caption = "No network yet: the best denoiser of these points alone can only repeat them."
    else:
        title = "Reverse, your network"
        caption = "New points, sampled from pure noise N(0, I); time runs backwards."
    panels = [
        Panel(name, [Points(own.restore(xyz), colour=role)], x, y, equal=own.shared,
              xlabel=own.names[0], ylabel=own.names[1], caption=words)
        for name, xyz, role, words in (
            ("Forward", film.forward, "data", "Your points, with noise added step by step."),
            (title, film.reverse, "model", caption),
        )
    ]  # fmt: skip
    return Scene(panels, time_labels(film.t), seconds=6.0, columns=2)


def _window(own: OwnPoints) -> list[tuple[float, float]]:
    """What both panels show of each axis, in its units."""
    reach = max(REACH, 1.1 * float(np.quantile(np.abs(own.train().numpy()), 0.99)))
    return [(m - reach * s, m + reach * s) for m, s in zip(own.mean, own.spread, strict=True)]


def numbers(own: OwnPoints, process: OwnProcess) -> None:
    """How near the samples come to points that the network has not seen."""
    found = jobs.cached("own_quality", own_quality, own, process, label="Comparing", pool="long")
    if found is None:
        return
    ratio = found.ratio
    left, middle, right = st.columns(3)
    if ratio is not None:
        left.metric(
            "Energy distance over floor",
            f"{ratio.mean:.1f} ± {ratio.spread:.1f} ×",
            help="Energy distance between samples and the fifth of your points that is held out, "
            f"{ratio.n:,} of each, divided by that between training points and held-out points. "
            "About 1: indistinguishable from your points at this sample size.",
            border=True,
        )
    middle.metric(
        "Samples to the nearest point",
        f"{found.samples:.3f}",
        help="Median distance of a sample to the nearest training point, standardised. Much "
        "smaller than the value on the right means the network is memorising.",
        border=True,
    )
    right.metric(
        "Points to the nearest other" if ratio is None else "Held-out points to the nearest",
        f"{found.held_out:.3f}",
        help=f"Median distance of a {'' if ratio is None else 'held-out '}point to the nearest "
        f"{'other' if ratio is None else 'training'} point, standardised.",
        border=True,
    )
    if ratio is None:
        left.caption(
            "With fewer than 100 points, none are held out. How far your points are from each "
            "other stands in for them."
        )
    if found.held_out > 0:
        st.markdown(verdict(found.samples / found.held_out))


def verdict(ratio: float) -> str:
    """Whether the network copies.

    ratio: distance of samples to the training points, over that of held-out points.
    """
    if ratio > LEARNED:
        return "Samples keep as far from the training points as unseen points do: **no copies**."
    if ratio > MEMORISES:
        return "Samples lie nearer to the training points than unseen ones: it **begins to copy**."
    return "Samples lie on the training points, where unseen points do not: it **copies** them."


def samples_button(film: OwnFilm) -> None:
    """A table of the samples in the units that came in."""
    download(
        "Samples in your units (CSV)",
        "samples.csv",
        film.table,
        help="The last frame of the reverse process, in the units of your points.",
    )


def words(own: OwnPoints) -> None:
    """What is learned, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Standardisation**: points are scaled to match noise of variance 1.")
            st.latex(r"z=\frac{x-m}{s},\qquad x=m+s\,z")
            st.markdown(
                "m and s are mean and standard deviation of each column; a drawing and an image "
                "have one s for both directions, so that they keep their shape. Pictures and "
                "exports are in your units."
            )
            for name, m, s in zip(own.names, own.mean, own.spread, strict=True):
                st.markdown(f"{plain(name)}: m = {number(m)}, s = {number(s)}")
        with right:
            algorithm.answers()
            st.markdown(
                f"The minimum for finitely many points is their {term('memory', 'memory')}: it "
                "can only repeat them, as the samples before training show. A network only "
                "approximates it and so interpolates between points. With few points, a wide "
                "network and many updates it comes close to the minimum: it memorises."
            )


page()
