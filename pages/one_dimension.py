"""One dimension: paths into noise and back, over the true density."""

from functools import partial

import numpy as np
import streamlit as st
from torch import Tensor

from engine.experiments import one_dimension as experiment
from engine.experiments.film import Process
from engine.experiments.one_dimension import BINS, EDGES, Moments, Picture
from engine.figures.palette import SERIES
from engine.figures.player import Bars, Curve, Heat, Panel, Paths, Scene
from pages.sections.one_dimension.controls import controls
from pages.sections.one_dimension.lessons import EXERCISES
from pages.ui import jobs, process_controls, tables, theme
from pages.ui.components.picture import picture
from pages.ui.export import points
from pages.ui.glossary import term
from pages.ui.stage import Stage, equations
from pages.ui.training import training_panel
from pages.ui.wording import number, show_reading, time_labels

WINDOW = (-3.2, 3.2)
#: Of the paths drawn strongly, one each: the same on both sides, and neither data's nor model's.
FOLLOWED = [SERIES[k] for k in (2, 3, 4, 5, 6)]
CLIP = 1.1  # densities above share the darkest shade and run out of the small panels


def scene(made: Picture, process: Process) -> Scene:
    """Both processes on one clock; below them histograms, mean and variance."""
    film, T = made.film, process.schedule.T
    t = film.t.numpy()
    cell = T / (len(t) - 1)
    shade = Heat(
        made.density.T[None],
        (-cell / 2, T + cell / 2, float(EDGES[0]), float(EDGES[-1])),
        limits=(0.0, CLIP),
        alpha=0.85,
        label="true density",
    )
    walk = "One line is one data point on its way into noise."
    if process.path == "marginal":
        walk = "Fresh noise at every frame: the right density at each t, but the lines are no path."
    start = "where the forward process ended" if process.same else "pure noise, N(0, 1)"
    return Scene(
        panels=[
            Panel(
                "Forward: data to noise",
                [shade, *_paths(t, film.forward[..., 0], "data")],
                (0, T), WINDOW, equal=False, xlabel="time t", ylabel="x", span=2, caption=walk,
            ),
            Panel(
                "Reverse: noise to data",
                [shade, *_paths(T - t, film.reverse[..., 0], "model")],
                (T, 0), WINDOW, equal=False, xlabel="time t", span=2,
                caption=f"Starts from {start}; time runs back. The clock reads forward | reverse.",
            ),
            _histogram("Forward now", made.forward_bars, made.density, "data"),
            _histogram("Reverse now", made.reverse_bars, made.density[::-1], "model"),
            _moment("Mean", made, "mean", T),
            _moment("Variance", made, "variance", T),
        ],
        times=time_labels(film.t),
        seconds=6.0,
        columns=4,
    )  # fmt: skip


def _paths(t: np.ndarray, x: Tensor, colour: str) -> list[Paths]:
    """All paths x (F, N) thin enough to see through; a few have numbers and can be followed."""
    thin = min(0.5, 40 / x.shape[1])
    return [
        Paths(t, x[:, len(FOLLOWED) :], colour=colour, alpha=thin, head=1.6),
        *(
            Paths(t, x[:, k : k + 1], colour=own, width=2.0, head=3.6, label=f"{k + 1}")
            for k, own in enumerate(FOLLOWED)
        ),
    ]


def _histogram(title: str, bars: np.ndarray, density: np.ndarray, colour: str) -> Panel:
    centres = 0.5 * (EDGES[1:] + EDGES[:-1])
    return Panel(
        title,
        [
            Bars(BINS, bars, colour=colour),
            Curve(centres[None], density, colour="reference", label="true"),
        ],
        WINDOW, (0, CLIP), equal=False, xlabel="x", ratio=0.62,
    )  # fmt: skip


def _moment(title: str, made: Picture, name: str, T: int) -> Panel:
    """A moment of the paths over time, with the true one. name: of the field of ``Moments``."""
    t = made.film.t.numpy()
    true, forward, reverse = (
        getattr(moments, name) for moments in (made.exact, made.forward, made.reverse)
    )
    seen = np.concatenate([forward, reverse, true, [0.0, 1.0]])
    room = 0.08 * (seen.max() - seen.min())
    return Panel(
        title,
        [
            Curve(t[None], true[None], colour="reference", dash=True, label="true"),
            Curve(t[None], forward[None], colour="data", cursor=True, label="forward"),
            Curve((T - t)[None], reverse[None], colour="model", cursor=True, label="reverse"),
        ],
        (0, T), (seen.min() - room, seen.max() + room), equal=False, xlabel="time t", ratio=0.62,
    )  # fmt: skip


def numbers(made: Picture, n: int) -> None:
    """Mean and variance at both ends against the true ones, with their sampling error."""
    left, right = st.columns(2)
    head = ["Forward, t = T", "paths", "true", "N(0, 1)"]
    rows = _rows(made, made.forward, -1)
    left.markdown(
        tables.markdown(head, [[*row, normal] for row, normal in zip(rows, "01", strict=True)])
    )
    right.markdown(
        tables.markdown(["Reverse, t = 0", "paths", "true"], _rows(made, made.reverse, 0))
    )
    found = made.paths
    st.markdown(
        f"A forward line moves **{found.move:.2f}** from frame to frame. Start to end, mean "
        f"|x₀ − end| of paths with the same number: **{found.apart:.2f}**. Pairs of reverse paths "
        f"that keep their order: **{found.ordered:.0%}** (50 % is chance)."
    )
    st.caption(f"± is the sampling error of {n} paths: one standard deviation.")


def _rows(made: Picture, seen: Moments, end: int) -> list[list[str]]:
    """Name, value of the paths at their last frame, and truth at the frame ``end``."""
    return [
        [
            "Mean",
            f"{seen.mean[-1]:.3f}",
            f"{made.exact.mean[end]:.3f} ± {made.errors.mean[end]:.3f}",
        ],
        [
            "Variance",
            f"{seen.variance[-1]:.3f}",
            f"{made.exact.variance[end]:.3f} ± {made.errors.variance[end]:.3f}",
        ],
    ]


def words(process: Process) -> None:
    """What is seen, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            _forward_words()
        with right:
            _reverse_words(process)


def _forward_words() -> None:
    st.markdown("**Forward, one step.** The lines on the left walk by")
    st.latex(r"q(x_t \mid x_{t-1}) = \mathcal N\big(\sqrt{1-\beta_t}\,x_{t-1},\ \beta_t\big)")
    st.markdown("**Forward, in one leap.** All steps together give the shaded density:")
    st.latex(
        r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon,\qquad"
        r"\bar\alpha_t = \textstyle\prod_{s\le t}(1-\beta_s)"
    )
    st.markdown(
        "Drawing a new ε in this formula at every t gives the right density at every moment, but "
        "it is no path: **Fresh noise** shows the difference."
    )
    st.markdown("**Mean and variance** (the dashed lines):")
    st.latex(
        r"\mathbb E\,x_t=\sqrt{\bar\alpha_t}\,\mu,\qquad"
        r"\operatorname{Var}x_t=\bar\alpha_t\,s^2+1-\bar\alpha_t"
    )
    st.markdown("with mean μ and variance s² of the data.")


def _reverse_words(process: Process) -> None:
    st.markdown(f"**Reverse.** The {term('denoiser', 'denoiser')} predicts the clean point,")
    st.latex(r"\hat x_0(x_t) \approx \mathbb E[x_0 \mid x_t],")
    if process.sampler.key == "ddpm":
        st.markdown(f"and {term('ddpm')} draws x at the previous time from")
        st.latex(
            r"\mathcal N\!\Big(\tfrac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}"
            r"\hat x_0+\tfrac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t,\ "
            r"\tilde\beta_t\Big)"
        )
    elif process.sampler.key == "ddim":
        st.markdown(f"and {term('ddim')} steps to")
        st.latex(
            r"\sqrt{\bar\alpha_{t-1}}\,\hat x_0+\sqrt{1-\bar\alpha_{t-1}-\sigma_t^2}\,"
            r"\hat\varepsilon+\sigma_t z"
        )
        st.markdown(
            r"with $\sigma_t$ proportional to η. It is *not* DDPM with its noise left out: the "
            "mean depends on η too (Song et al. 2021, eq. 12)."
        )
    else:
        st.markdown("and the solver follows, with σ² = (1 − ᾱ) / ᾱ, the flow")
        st.latex(
            r"\frac{\mathrm d}{\mathrm d\sigma}\frac{x_t}{\sqrt{\bar\alpha_t}}="
            r"\frac{x_t-\sqrt{\bar\alpha_t}\,\hat x_0}{\sqrt{1-\bar\alpha_t}}"
        )
    st.markdown(
        rf"**Signal left.** Here $\bar\alpha_T$ = {number(process.schedule.signal_left)}. Only "
        "if it is near 0 does the forward process end in the N(0, 1) that the reverse process "
        "starts from."
    )


place = theme.header(
    "One dimension",
    "Each line follows one sample into noise; on the right, samples are generated from noise.",
)
EXERCISES.arrive()
with place:
    data = process_controls.choose_dataset("1d", "two_gaussians")
with st.sidebar:
    process = controls(data)
EXERCISES.show()
stage = Stage("one_dimension", height=330, turn=False)
made = jobs.cached("one_dimension", experiment.picture, process, label="Sampling")
if made is None:
    stage.show(data.label, None, None)
else:
    export = points.of_process("one_dimension", data.label, process, made, experiment.picture)
    moving = picture("one_dimension", partial(scene, made, process), process)
    stage.show(data.label, moving, export)
show_reading(process.schedule)
with st.container():
    if made is not None:
        numbers(made, process.n)
words(process)
training_panel.panel(data.key)
