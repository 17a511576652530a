"""The view of likelihoods: the density of a network beside the true density."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st

from engine.data import DATASETS
from engine.evaluation.likelihood import Divergence
from engine.experiments.exact_learned.likelihoods import (
    LINE,
    InThePlane,
    LikelihoodSettings,
    Numbers,
    OnTheLine,
    likelihood,
)
from engine.experiments.exact_learned.score_fields import WINDOW
from engine.figures.player import Curve, Heat, Layer, Line, Panel, Paths, Points, Scene
from pages.sections.exact_learned import export, lessons
from pages.sections.exact_learned.score import COLUMNS, SPAN, known
from pages.ui import jobs
from pages.ui.components.picture import picture
from pages.ui.glossary import term, written_out
from pages.ui.stage import Stage, equations
from pages.ui.wording import fixed, number, show_reading

HEIGHT = 350
FOLLOWED = 33  #: places whose path is drawn
RATIO = 1.0  #: |log p - log q| at the ends of the colours, in nats
SURE = 3.0  #: standard errors below 0 that no chance explains
DEEP = 9.0  #: nats below the peak that charts of logarithms show


def show(settings: LikelihoodSettings) -> None:
    """Draw the view."""
    data = DATASETS[settings.dataset]
    lessons.LIKELIHOOD.show()
    stage = Stage("likelihood", height=HEIGHT)
    found = jobs.cached("likelihood", likelihood, settings, label="Solving the ODE")
    title = f"{data.label}: likelihood"
    if found is None:
        stage.show(title, None, None)
    else:
        T = settings.schedule.T
        moving = picture("likelihood", partial(scene, found, T), settings)
        stage.show(title, moving, export.of_likelihood(settings, found))
    show_reading(settings.schedule)
    with st.container():
        if found is not None:
            numbers(found.numbers, found.mass)
    st.caption(f":material/straighten: {term('truth', 'True density')}: {known(data.key)}.")
    words()


def scene(found: OnTheLine | InThePlane, T: int) -> Scene:
    """All panels on one clock, from noise to data."""
    panels = _line(found, T) if isinstance(found, OnTheLine) else _plane(found)
    times = [f"t = {t:.1f}" for t in found.t]
    return Scene(panels, times, seconds=6.0, columns=COLUMNS, direction="reverse")


# -------------------------------------------------------------------------------------- the line


def _line(found: OnTheLine, T: int) -> list[Panel]:
    """The densities in one dimension."""
    top = 1.08 * float(max(found.truth.max(), np.quantile(found.learned[1], 0.999)))
    peak = float(np.log(found.truth[-1].max()))
    along = (-LINE, LINE)
    flow_x = found.learned[0]
    wanted = np.linspace(-2.4, 2.4, FOLLOWED)
    chosen = np.unique(np.abs(flow_x[0][None] - wanted[:, None]).argmin(axis=1))
    return [
        Panel(
            "Density, moved by the flow",
            [
                Curve(found.x[None], found.truth, colour="data", fill=True, label="true q(x_t)"),
                Curve(*found.exact, colour="reference", width=2.2, label="ODE, true score"),
                Curve(*found.learned, colour="model", dash=True, width=2.2, label="ODE, network"),
            ],
            along, (0.0, top), equal=False, xlabel="x", span=6,
            caption="Begins as N(0, 1). The density rises where the flow converges, that is "
            "where paths come closer.",
        ),
        Panel(
            "The flow of the network",
            [Paths(found.t, flow_x[:, chosen], colour="model", width=1.3, alpha=0.75, head=3.0)],
            (T, 0), along, equal=False, xlabel="time t", ylabel="x", span=6,
            caption="The ODE is deterministic: every x comes from exactly one x_T, and so it has "
            "a likelihood.",
        ),
        Panel(
            "Log-likelihood of data",
            _logarithms(found),
            along, (peak - DEEP, peak + 0.8), equal=False, xlabel="x", ylabel="nats",
            span=COLUMNS, ratio=0.55,
            caption="The same at t = 0, as logarithms: they show small errors in the tails and "
            "between the peaks.",
        ),
    ]  # fmt: skip


def _logarithms(found: OnTheLine) -> list[Layer]:
    """The three log densities at t = 0."""
    tiny = 1e-30
    lines = [
        Curve(found.x[None], np.log(found.truth[-1:] + tiny), colour="data", width=5, alpha=0.35,
              label="log q, true"),
        Curve(found.x[None], np.log(found.exact[1][-1:] + tiny), colour="reference",
              label="ODE, true score"),
        Curve(found.x[None], np.log(found.learned[1][-1:] + tiny), colour="model", dash=True,
              label="ODE, network"),
    ]  # fmt: skip
    return [*lines]


# ------------------------------------------------------------------------------------- the plane


def _plane(found: InThePlane) -> list[Panel]:
    """The densities on the plane, and their ratio where the true one is known."""
    best = found.learned if found.exact is None else found.exact
    limits = (0.0, float(np.exp(best).max()))
    flow = Points(found.flow, c=found.numbers.learned.clip(-6, None), size=2.0, alpha=0.75)
    moved = Panel(
        "Data, moved by the flow", [flow], SPAN, SPAN, span=4,
        caption="Fresh data, moved to noise by the network's ODE, and back. Colour: log-likelihood "
        "at t = 0, from low (violet) to high.",
    )  # fmt: skip
    learned = _density(
        "Network's density", found.learned, limits,
        f"p(x) by the ODE. Its sum over this window is {found.mass:.3f}: it differs from 1 by what "
        "lies outside, the steps of the solver and the grid.",
    )  # fmt: skip
    if found.exact is None or found.numbers.exact is None:
        return [moved, learned]
    exact = _density("True density", found.exact, limits, "q(x), on the same scale.")
    return [moved, exact, learned, *_comparison(found, found.exact, found.numbers.exact)]


def _extent(cells: int) -> tuple[float, float, float, float]:
    """Where a map of so many cells a side lies: places of the grid are centres of cells."""
    edge = WINDOW + WINDOW / (cells - 1)
    return -edge, edge, -edge, edge


def _density(title: str, log_p: np.ndarray, limits: tuple[float, float], caption: str) -> Panel:
    """A map of log densities (H, W), as densities."""
    heat = Heat(np.exp(log_p)[None], _extent(len(log_p)), limits=limits)
    return Panel(title, [heat], SPAN, SPAN, span=4, caption=caption)


def _comparison(found: InThePlane, exact: np.ndarray, drawn: np.ndarray) -> list[Panel]:
    """Network against truth: on the grid (H, W), and at the draws (n,)."""
    gap = Heat(
        (found.learned - exact)[None], _extent(len(exact)), scale="diverging",
        limits=(-RATIO, RATIO), cover=found.cover[None], label=f"−{RATIO:g} to {RATIO:g} nats",
    )  # fmt: skip
    low, high = _ends(drawn, found.numbers.learned)
    each = np.stack([drawn, found.numbers.learned], axis=-1)[None]
    return [
        Panel(
            "log p − log q", [gap], SPAN, SPAN, span=6,
            caption="Orange: the network's density is too high. Blue: too low. Blank where there "
            "is hardly any data.",
        ),
        Panel(
            "Log-likelihood of each point",
            [Line(low, low, high, high, label="equal"), Points(each, colour="model", size=1.8)],
            (low, high), (low, high), xlabel="true, nats", ylabel="network, nats", span=6,
            caption="One dot is one fresh draw from the data.",
        ),
    ]  # fmt: skip


def _ends(exact: np.ndarray, learned: np.ndarray) -> tuple[float, float]:
    """A window that holds nearly all log densities."""
    both = np.concatenate([exact, learned])
    return float(np.quantile(both, 0.005)) - 0.3, float(both.max()) + 0.3


# ----------------------------------------------------------------------------------------- words


def numbers(found: Numbers, mass: float) -> None:
    """Means over fresh data."""
    columns, line = st.columns(3), found.dim == 1
    columns[0].metric(
        "Negative log-likelihood",
        f"{fixed(found.nll, 3)} nats",
        f"{fixed(found.bits(found.nll), 3)} bits per dimension",
        delta_color="off",
        delta_arrow="off",
        help=f"Mean of −log p over {found.n:,} fresh draws from the data, by the network's ODE. "
        "A density may exceed 1, so this may be negative.",
        border=True,
    )
    if found.entropy is None or found.kl is None:
        st.info(
            "No true density is known for this data set, so only the network's own likelihood is "
            "shown.",
            icon=":material/info:",
        )
        return
    columns[1].metric(
        "Entropy of the data",
        f"{fixed(found.entropy, 3)} nats",
        f"{fixed(found.bits(found.entropy), 3)} bits per dimension",
        delta_color="off",
        delta_arrow="off",
        help="Mean of −log q over the same draws: the smallest value that a model can reach.",
        border=True,
    )
    false = not_a_divergence(found.kl)
    columns[2].metric(
        "log q − log p" if false else "KL divergence",
        f"{fixed(found.kl.mean, 4)} nats",
        f"± {found.kl.error:.4f} standard error",
        delta_color="off",
        delta_arrow="off",
        help="Mean of log q − log p, the difference of the two numbers on the left: how far the "
        "network's density p is from the true one, q. Within its error an estimate from draws may "
        "fall a little below 0; a Kullback-Leibler divergence itself never does.",
        border=True,
    )
    with st.container():
        if false:
            st.warning(excess(found.kl, mass), icon=":material/error:")
    st.caption(
        f"With the true score the same solver differs from log q by {number(found.solver or 0)} "
        "nats on average: the error of its steps, and of a schedule that stops before noise. "
        + (f"The network's density integrates to {mass:.4f} on this line." if line else "")
    )


def not_a_divergence(found: Divergence) -> bool:
    """Whether a mean of log q − log p lies too far below 0 to be that of two densities."""
    return found.mean < -SURE * found.error


def excess(found: Divergence, mass: float) -> str:
    """Why a mean of log q − log p below 0 is no divergence, as Markdown."""
    sentence = (
        f"**Not a {term('kl')}**, which is never below 0: "
        f"{-found.mean / found.error:.0f} standard errors lie between. "
    )
    if mass <= 1:
        return f"{sentence} The solver's steps are too long to give a density."
    gain = math.log(mass)
    return (
        f"{sentence} What the solver gives is not a density: it adds up to {mass:.3f} instead of "
        f"1, so each log p is too large by about log {mass:.3f} = {gain:.3f} nats. Without that "
        f"excess, {fixed(found.mean + gain, 3)} nats would be left. More solver steps bring it "
        "to 1."
    )


def words() -> None:
    """What is shown, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**The probability-flow {written_out('ode')}** has the same marginals as the "
                "diffusion:"
            )
            st.latex(
                r"\frac{\mathrm dx}{\mathrm d\varphi}=v(x,\varphi)=\cos\varphi\;\hat\varepsilon-"
                r"\sin\varphi\;\hat x_0,\qquad \sqrt{\bar\alpha}=\cos\varphi"
            )
            st.markdown(
                "φ is the angle between signal and noise. As a function of φ the velocity is what "
                "networks predict, and it is finite from data to noise."
            )
        with right:
            st.markdown("**Change of variables** (Song et al. 2021, eq. 39):")
            st.latex(
                r"\log p_0(x_0)=\log\mathcal N(x_T;0,I)+\int_0^{\varphi_T}\nabla\!\cdot v\;"
                r"\mathrm d\varphi"
            )
            st.markdown(
                "The divergence ∇·v is the trace of the network's Jacobian. In one and two "
                "dimensions it is computed exactly, by automatic differentiation; for larger "
                "models it has to be estimated."
            )
        st.markdown(
            "**A schedule that stops early** is part of the model: the ODE still begins with "
            "N(0, I), so its density is wrong even with the true score."
        )
