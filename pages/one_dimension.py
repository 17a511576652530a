"""One dimension: paths that fan out into noise and come back, with the exact density behind."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from torch import Tensor

from engine.data import Dataset
from engine.noise import Schedule
from pages.ui import chains, jobs, points, takeaway, taken_points, theme, training, widgets
from pages.ui.line import BINS, EDGES, Picture, picture
from pages.ui.player import Bars, Curve, Heat, Panel, Paths, Scene, player
from pages.ui.points import Process

WINDOW = (-3.2, 3.2)
FOLLOWED = 5  # paths drawn strongly
CLIP = 1.1  # densities above share the darkest shade and run out of the small panels


@dataclass(frozen=True)
class Crowd:
    """How many paths are drawn."""

    n: int = field(
        default=300,
        metadata=dict(
            label="Paths",
            help="More paths: steadier mean and variance, a denser picture.",
            min=20,
            max=1000,
            step=20,
            unit="",
            format="%d",
        ),
    )


def controls() -> tuple[Dataset, Process]:
    """The sidebar."""
    data = points.choose_dataset("1d", "two_gaussians")
    schedule = points.choose_schedule()
    path = widgets.choice("Noising", points.PATHS, "path", help=points.PATH_HELP)
    denoiser = points.choose_denoiser(data, "exact")
    sampler = points.choose_sampler()
    start = widgets.options(points.Start, "start")
    crowd = widgets.options(Crowd, "paths")
    seed = widgets.seed()
    network = training.network(data.key) if denoiser == "learned" else None
    process = Process(
        data.key, schedule, sampler, denoiser, network, path, start.same, crowd.n, seed
    )
    return data, process


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
        label="exact density",
    )
    walk = "One line is one data point on its way into noise."
    if process.path == "marginal":
        walk = "Fresh noise at every frame: the right density at each t, but the lines are no path."
    start = "the forward ends, x_T" if process.same else "pure noise, N(0, 1)"
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
            _moment("Mean", made, 0, made.mean, T),
            _moment("Variance", made, 1, made.variance, T),
        ],
        times=points.time_labels(film.t),
        seconds=6.0,
        columns=4,
    )  # fmt: skip


def _paths(t: np.ndarray, x: Tensor, colour: str) -> list[Paths]:
    """All paths x (F, N) thin enough to see through, a few of them strong enough to follow."""
    thin = min(0.5, 40 / x.shape[1])
    return [
        Paths(t, x[:, FOLLOWED:], colour=colour, alpha=thin, head=1.6),
        Paths(t, x[:, :FOLLOWED], colour=colour, width=1.8, alpha=0.95, head=3.4, label="paths"),
    ]


def _histogram(title: str, bars: np.ndarray, density: np.ndarray, colour: str) -> Panel:
    centres = 0.5 * (EDGES[1:] + EDGES[:-1])
    return Panel(
        title,
        [
            Bars(BINS, bars, colour=colour),
            Curve(centres[None], density, colour="reference", label="exact"),
        ],
        WINDOW, (0, CLIP), equal=False, xlabel="x", ratio=0.62,
    )  # fmt: skip


def _moment(title: str, made: Picture, row: int, exact: np.ndarray, T: int) -> Panel:
    t = made.film.t.numpy()
    seen = np.concatenate([made.forward[row], made.reverse[row], exact, [0.0, 1.0]])
    room = 0.08 * (seen.max() - seen.min())
    return Panel(
        title,
        [
            Curve(t[None], exact[None], colour="reference", dash=True, label="exact"),
            Curve(t[None], made.forward[row][None], colour="data", cursor=True),
            Curve((T - t)[None], made.reverse[row][None], colour="model", cursor=True),
        ],
        (0, T), (seen.min() - room, seen.max() + room), equal=False, xlabel="time t", ratio=0.62,
    )  # fmt: skip


def numbers(made: Picture, n: int) -> None:
    """Mean and variance at both ends against the closed form, with their sampling error."""
    left, right = st.columns(2)
    left.markdown(_table(made, made.forward, -1, "Forward, t = T", "closed form", "N(0, 1)"))
    right.markdown(_table(made, made.reverse, 0, "Reverse, t = 0", "data"))
    st.caption(f"± is the sampling error of {n} paths: one standard deviation.")


def _table(
    made: Picture, seen: np.ndarray, end: int, process: str, truth: str, normal: str = ""
) -> str:
    """One end of the process as a table; seen (2, F). end: the frame of the truth."""
    exact = zip((made.mean, made.variance), (made.mean_error, made.variance_error), strict=True)
    lines = [f"| {process} | paths | {truth} |", "|:--|--:|--:|"]
    if normal:
        lines = [f"{lines[0]} {normal} |", f"{lines[1]}--:|"]
    for k, (name, (value, error)) in enumerate(zip(("Mean", "Variance"), exact, strict=True)):
        line = f"| {name} | {seen[k, -1]:.3f} | {value[end]:.3f} ± {error[end]:.3f} |"
        lines.append(f"{line} {k} |" if normal else line)
    return "\n".join(lines)


def words(process: Process, schedule: Schedule) -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Forward, one step.** The lines on the left walk by")
            st.latex(
                r"q(x_t \mid x_{t-1}) = \mathcal N\big(\sqrt{1-\beta_t}\,x_{t-1},\ \beta_t\big)"
            )
            st.markdown("**Forward, in one leap.** All steps together make the shade behind:")
            st.latex(
                r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon,\qquad"
                r"\bar\alpha_t = \textstyle\prod_{s\le t}(1-\beta_s)"
            )
            st.markdown(
                "Drawing a new ε in this formula at every t gives the right density at every "
                "moment, but it is no path: **Fresh noise** shows the difference."
            )
            st.markdown("**Mean and variance** (the dashed lines):")
            st.latex(
                r"\mathbb E\,x_t=\sqrt{\bar\alpha_t}\,\mu,\qquad"
                r"\operatorname{Var}x_t=\bar\alpha_t\,\sigma^2+1-\bar\alpha_t"
            )
        with right:
            st.markdown("**Reverse.** The denoiser guesses the clean point,")
            st.latex(r"\hat x_0(x_t) \approx \mathbb E[x_0 \mid x_t],")
            if process.sampler.key == "ddpm":
                st.markdown("and DDPM draws the step before from")
                st.latex(
                    r"\mathcal N\!\Big(\tfrac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}"
                    r"\hat x_0+\tfrac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t,\ "
                    r"\tilde\beta_t\Big)"
                )
            elif process.sampler.key == "ddim":
                st.markdown("and DDIM steps to")
                st.latex(
                    r"\sqrt{\bar\alpha_{t-1}}\,\hat x_0+\sqrt{1-\bar\alpha_{t-1}-\sigma_t^2}\,"
                    r"\hat\varepsilon+\sigma_t z"
                )
                st.markdown(
                    "with σ_t proportional to eta. It is *not* DDPM with its noise left out: the "
                    "mean depends on eta too (Song et al. 2021, eq. 12)."
                )
            else:
                st.markdown("and the solver follows, with σ² = (1 − ᾱ) / ᾱ, the flow")
                st.latex(
                    r"\frac{\mathrm d}{\mathrm d\sigma}\frac{x_t}{\sqrt{\bar\alpha_t}}="
                    r"\frac{x_t-\sqrt{\bar\alpha_t}\,\hat x_0}{\sqrt{1-\bar\alpha_t}}"
                )
            st.markdown(
                f"**Signal left.** Here ᾱ_T = {points.number(schedule.signal_left)}. Only if it is "
                "near 0 does the forward process end in the N(0, 1) that the reverse starts from."
            )


BASE = dict(
    data="two_gaussians",
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="exact",
    sampler="ddpm",
    steps=points.EVERY,
    start_same=False,
    paths_n=300,
)
LESSONS: chains.Lessons = {
    "Stop before noise": (
        "A linear schedule of 50 steps keeps 60 % of the signal's variance. Started from N(0, 1), "
        "the rare peak is drawn too often: compare the means, then switch Same noise on.",
        dict(
            data="uneven_gaussians",
            schedule="linear",
            noise_T=50,
            noise_beta_max=0.02,
            paths_n=1000,
        ),
    ),
    "Not a path": (
        "Fresh noise at every t: the same density at each moment, and still no path.",
        dict(path="marginal"),
    ),
    "No noise on the way back": (
        "DDIM with eta = 0 adds none: paths do not cross, and where one starts decides where it "
        "ends.",
        dict(sampler="ddim", ddim_eta=0.0),
    ),
    "Five steps": (
        "DDIM in five steps: coarse, and nearly right.",
        dict(sampler="ddim", ddim_eta=0.0, steps=5),
    ),
    "Be told the answer": (
        "The oracle knows which point was noised, and leads every path back to its own beginning.",
        dict(denoiser="oracle", start_same=True),
    ),
}

theme.header(
    "One dimension",
    "Every line is a number that loses itself in noise, then a number that is found again.",
)
with st.sidebar:
    data, process = controls()
stage = st.container()
made = jobs.cached("one_dimension", picture, process, label="Sampling")
with stage:
    film = None if made is None else scene(made, process)
    player(film, key="one_dimension", height=330, turn=False)
    taken = made and taken_points.of_line("one_dimension", data.label, process, made)
    takeaway.show("one_dimension", data.label, film, taken, height=330, turn=False)
points.show_reading(process.schedule)
points.lessons(LESSONS, BASE)
if made is not None:
    numbers(made, process.n)
words(process, process.schedule)
training.panel(data.key)
