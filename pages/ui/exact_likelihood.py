"""The view of likelihoods: how probable the network finds data, against the exact density."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.denoise import Learned
from engine.likelihood import FlowOptions
from engine.noise import Schedule
from pages.ui import jobs, likelihoods, points, takeaway, taken_exact
from pages.ui.exact_fields import COLUMNS, SPAN, known
from pages.ui.likelihoods import LINE, InThePlane, Numbers, OnTheLine
from pages.ui.player import Curve, Heat, Layer, Line, Panel, Paths, Points, Scene, player
from pages.ui.score_fields import WINDOW

HEIGHT = 350
FOLLOWED = 33  #: places whose way is drawn
RATIO = 1.0  #: |log p - log q| at the ends of the colours, in nats
DEEP = 9.0  #: nats below the peak that charts of logarithms show


def show(
    data: Dataset, network: Learned, schedule: Schedule, seed: int, options: FlowOptions
) -> None:
    """Draw the view."""
    stage = st.container()
    found: OnTheLine | InThePlane | None = jobs.cached(
        "likelihood", likelihoods.likelihood, data.key, network, schedule, options, seed,
        label="Carrying points to noise",
    )  # fmt: skip
    with stage:
        made = None if found is None else scene(found, schedule)
        player(made, key="likelihood", height=HEIGHT)
        taken = None
        if found is not None:
            taken = taken_exact.of_likelihood(data, schedule, seed, options, found)
        takeaway.show("likelihood", f"{data.label}: likelihood", made, taken, height=HEIGHT)
    points.show_reading(schedule)
    points.lessons(LESSONS, BASE)
    if found is not None:
        numbers(data, found.numbers, found.mass)
    st.caption(f":material/straighten: Exact density: {known(data)}.")
    words()


def scene(found: OnTheLine | InThePlane, schedule: Schedule) -> Scene:
    """All panels on one clock, from noise to data."""
    draw = _line(found, schedule) if isinstance(found, OnTheLine) else _plane(found)
    times = [f"t = {t:.1f}" for t in found.t]
    return Scene(draw, times, seconds=6.0, columns=COLUMNS, direction="reverse")


# -------------------------------------------------------------------------------------- the line


def _line(found: OnTheLine, schedule: Schedule) -> list[Panel]:
    top = 1.08 * float(max(found.truth.max(), np.quantile(found.learned[1], 0.999)))
    peak = float(np.log(found.truth[-1].max()))
    along = (-LINE, LINE)
    flow_x = found.learned[0]
    wanted = np.linspace(-2.4, 2.4, FOLLOWED)
    chosen = np.unique(np.abs(flow_x[0][None] - wanted[:, None]).argmin(axis=1))
    return [
        Panel(
            "Density, carried by the flow",
            [
                Curve(found.x[None], found.truth, colour="data", fill=True, label="exact q(x_t)"),
                Curve(*found.exact, colour="reference", width=2.2, label="ODE, exact score"),
                Curve(*found.learned, colour="model", dash=True, width=2.2, label="ODE, network"),
            ],
            along, (0.0, top), equal=False, xlabel="x", span=6,
            caption="Begins as N(0, 1). The flow pushes it together where data is; where lines "
            "come closer, the density rises.",
        ),
        Panel(
            "The flow of the network",
            [Paths(found.t, flow_x[:, chosen], colour="model", width=1.3, alpha=0.75, head=3.0)],
            (schedule.T, 0), along, equal=False, xlabel="time t", ylabel="x", span=6,
            caption="Nothing is random on this way: every x has one place of origin, and with it a "
            "likelihood.",
        ),
        Panel(
            "Log-likelihood of data",
            _logarithms(found),
            along, (peak - DEEP, peak + 0.8), equal=False, xlabel="x", ylabel="nats",
            span=COLUMNS, ratio=0.55,
            caption="The same at t = 0, as logarithms: far out and between the peaks small errors "
            "become visible.",
        ),
    ]  # fmt: skip


def _logarithms(found: OnTheLine) -> list[Layer]:
    tiny = 1e-30
    lines = [
        Curve(found.x[None], np.log(found.truth[-1:] + tiny), colour="data", width=5, alpha=0.35,
              label="log q, exact"),
        Curve(found.x[None], np.log(found.exact[1][-1:] + tiny), colour="reference",
              label="ODE, exact score"),
        Curve(found.x[None], np.log(found.learned[1][-1:] + tiny), colour="model", dash=True,
              label="ODE, network"),
    ]  # fmt: skip
    return [*lines]


# ------------------------------------------------------------------------------------- the plane


def _plane(found: InThePlane) -> list[Panel]:
    step = 2 * WINDOW / (found.learned.shape[0] - 1)
    edge = WINDOW + step / 2
    extent = (-edge, edge, -edge, edge)
    best = found.learned if found.exact is None else found.exact
    limits = (0.0, float(np.exp(best).max()))
    flow = Points(found.flow, c=found.numbers.learned.clip(-6, None), size=2.0, alpha=0.75)
    panels = [
        Panel(
            "Data, carried by the flow", [flow], SPAN, SPAN, span=4,
            caption="Fresh data, sent to noise by the network's ODE, and back. Colour: its "
            "log-likelihood in the end, from low (violet) to high.",
        ),
        Panel(
            "Network's density",
            [Heat(np.exp(found.learned)[None], extent, limits=limits)],
            SPAN, SPAN, span=4,
            caption=f"p(x) by the ODE. Summed over this window it comes to {found.mass:.3f}: 1 but "
            "for what lies outside, the steps of the solver and the grid.",
        ),
    ]  # fmt: skip
    if found.exact is None or found.numbers.exact is None:
        return panels
    exact = Panel(
        "Exact density", [Heat(np.exp(found.exact)[None], extent, limits=limits)], SPAN, SPAN,
        span=4, caption="q(x), on the same scale.",
    )  # fmt: skip
    gap = Heat(
        (found.learned - found.exact)[None], extent, scale="diverging", limits=(-RATIO, RATIO),
        cover=found.cover[None], label=f"−{RATIO:g} to {RATIO:g} nats",
    )  # fmt: skip
    low, high = _ends(found.numbers)
    each = np.stack([found.numbers.exact, found.numbers.learned], axis=-1)[None]
    return [
        panels[0],
        exact,
        panels[1],
        Panel(
            "log p − log q", [gap], SPAN, SPAN, span=6,
            caption="Orange: the network finds it too probable. Blue: not probable enough. Blank "
            "where there is next to no data.",
        ),
        Panel(
            "Log-likelihood of each point",
            [Line(low, low, high, high, label="equal"), Points(each, colour="model", size=1.8)],
            (low, high), (low, high), xlabel="exact, nats", ylabel="network", span=6,
            caption="One dot is one fresh draw from the data.",
        ),
    ]  # fmt: skip


def _ends(found: Numbers) -> tuple[float, float]:
    """A window that holds nearly all log densities."""
    assert found.exact is not None
    both = np.concatenate([found.exact, found.learned])
    return float(np.quantile(both, 0.005)) - 0.3, float(both.max()) + 0.3


# ----------------------------------------------------------------------------------------- words


def numbers(data: Dataset, found: Numbers, mass: float) -> None:
    """Means over fresh data."""
    columns = st.columns(3)
    columns[0].metric(
        "Negative log-likelihood",
        f"{found.nll:.3f} nats",
        f"{found.bits(found.nll):.3f} bits per dimension",
        delta_color="off",
        delta_arrow="off",
        help=f"Mean of −log p over {found.n:,} fresh draws from the data, by the network's ODE. "
        "For densities it may be negative.",
        border=True,
    )
    if found.entropy is None or found.kl is None:
        st.info(
            "No exact density is known for this data set, so there is nothing to compare with: "
            "only the network's own likelihood.",
            icon=":material/info:",
        )
        return
    columns[1].metric(
        "Entropy of the data",
        f"{found.entropy:.3f} nats",
        f"{found.bits(found.entropy):.3f} bits per dimension",
        delta_color="off",
        delta_arrow="off",
        help="Mean of −log q over the same draws: the least that any model can reach.",
        border=True,
    )
    columns[2].metric(
        "KL divergence",
        f"{found.kl.mean:.4f} nats",
        f"± {found.kl.error:.4f} standard error",
        delta_color="off",
        delta_arrow="off",
        help="Mean of log q − log p: what the network's mistakes cost. The difference of the two "
        "numbers beside it; its standard error is that of as many draws. A little below zero is "
        "within the error.",
        border=True,
    )
    st.caption(
        f"With the exact score the same solver misses log q by {points.number(found.solver or 0)} "
        "nats in the mean: the error of the steps, and of a schedule that stops before noise. "
        + (f"On this line the network's density adds up to {mass:.4f}." if data.dim == 1 else "")
    )


def words() -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**The probability-flow ODE** has the marginals of the diffusion:")
            st.latex(
                r"\frac{\mathrm dx}{\mathrm d\varphi}=v(x,\varphi)=\cos\varphi\;\hat\varepsilon-"
                r"\sin\varphi\;\hat x_0,\qquad \sqrt{\bar\alpha}=\cos\varphi"
            )
            st.markdown(
                "φ is the angle between signal and noise. In it the flow is the velocity that "
                "networks predict, and finite from data to noise."
            )
        with right:
            st.markdown("**Change of variables**, at every instant (Song et al. 2021, eq. 39):")
            st.latex(
                r"\log p_0(x_0)=\log\mathcal N(x_T;0,I)+\int_0^{\varphi_T}\nabla\!\cdot v\;"
                r"\mathrm d\varphi"
            )
            st.markdown(
                "The divergence ∇·v is the trace of the Jacobian of the network. In one and two "
                "dimensions it is taken exactly, by automatic differentiation; larger models have "
                "to estimate it."
            )
        st.markdown(
            "**A schedule that stops early** is part of the model: the ODE begins with N(0, I) all "
            "the same, and its density is wrong even with the exact score."
        )


BASE = dict(data="two_gaussians", schedule="cosine", noise_T=100, flow_steps=48)
LESSONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Two peaks": ("The flow parts a bell in two.", dict()),
    "Stop before noise": (
        "A linear schedule of 100 steps keeps 36 % of the signal's variance: both densities are "
        "wrong, also with the exact score.",
        dict(data="uneven_gaussians", schedule="linear", noise_beta_max=0.02),
    ),
    "Eight steps": ("Too coarse a solver, seen in both curves.", dict(flow_steps=8)),
    "Two spirals": ("Where a small network is not quite right.", dict(data="two_spirals")),
}
