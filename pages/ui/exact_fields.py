"""The view of score fields: exact and learned side by side, where they differ and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from engine.data import Dataset
from engine.denoise import Learned
from engine.exact import CLOSED, INTEGRAL
from engine.noise import Schedule
from pages.ui import jobs, points, score_fields, takeaway, taken_exact
from pages.ui.player import Arrows, Curve, Heat, Layer, Panel, Points, Scene, Streams, player
from pages.ui.score_fields import WINDOW, Fields, truth

SPAN = (-WINDOW, WINDOW)
COLUMNS = 12
ARROW = 0.3  #: length drawn, as a share of the way to the predicted point
ROLES = {"exact": "reference", "network": "model"}
TOLD = 1e-3  #: nats that an early end must cost to be mentioned
FLOOR = 1e-8  #: smallest Fisher divergence that the logarithm shows
KNOWN = {
    CLOSED: "a mixture of Gaussians stays one when it diffuses: exact in closed form",
    INTEGRAL: "a curve thickened by Gaussian noise: an integral along the curve, computed to all "
    "digits that are drawn",
}
OF_POINTS = (
    "no formula: the optimum for {n:,} stored points stands in. Towards t = 0 it falls apart into "
    "these points, so what looks like the network's error there is the truth's"
)


@dataclass(frozen=True)
class Show:
    """What is drawn of the fields."""

    kind: str = field(
        default="lines",
        metadata=dict(
            label="Draw the field as",
            help="The score, the gradient of the log density of x_t. **Streamlines** follow its "
            "direction uphill; they stop where the density peaks. **Arrows** show direction and "
            f"length: the score times the noise variance, at {ARROW:g} of its length.",
            choices={"lines": "Lines", "arrows": "Arrows", "both": "Both"},
            unit="",
        ),
    )
    cloud: bool = field(
        default=True,
        metadata=dict(
            label="Noised data behind",
            help="Points of the data with the noise of this moment: where the score counts.",
        ),
    )


def show(data: Dataset, network: Learned, schedule: Schedule, seed: int, shown: Show) -> None:
    """Draw the view."""
    stage = st.container()
    found: Fields | None = jobs.cached(
        "score_fields", score_fields.fields, data.key, network, schedule, seed, label="Both scores"
    )
    with stage:
        made = None if found is None else scene(data, found, schedule, shown)
        height = 360 if data.dim == 2 else 320
        player(made, key="score_fields", height=height)
        taken = None
        if found is not None:
            taken = taken_exact.of_fields(data, schedule, seed, found)
        takeaway.show("score_fields", f"{data.label}: scores", made, taken, height=height)
    points.lessons(LESSONS, BASE)
    st.caption(f":material/straighten: Exact score: {known(data)}.")
    if found is not None:
        numbers(data, found)
    words()


def known(data: Dataset) -> str:
    """How the exact score of ``data`` is known, as half a sentence."""
    found = truth(data.key)
    return KNOWN.get(found.kind) or OF_POINTS.format(n=len(found.mixture.weights))


def scene(data: Dataset, found: Fields, schedule: Schedule, shown: Show) -> Scene:
    """All panels on one clock, from noise to data."""
    draw = _plane if data.dim == 2 else _line
    times = [f"t = {t:.0f}" for t in found.t]
    panels = [*draw(found, schedule, shown), *_curves(found, schedule)]
    return Scene(panels, times, seconds=9.0, columns=COLUMNS, direction="reverse")


# ------------------------------------------------------------------------------------- the plane


def _plane(found: Fields, schedule: Schedule, shown: Show) -> list[Panel]:
    assert found.lines is not None
    step = float(found.places[1, 0] - found.places[0, 0])
    edge = WINDOW + step / 2
    heat = Heat(
        found.error, (-edge, edge, -edge, edge), limits=(0.0, found.scale), cover=found.cover,
        label=f"0 to {found.scale:.2f}",
    )  # fmt: skip
    cloud = [Points(found.cloud, colour="ink", size=1.2, alpha=0.25)] if shown.cloud else []
    return [
        _field_panel("Exact score", "exact", found.exact, found.lines[0], found, shown),
        _field_panel("Network's score", "network", found.learned, found.lines[1], found, shown),
        Panel(
            "Where they differ", [heat, *cloud], SPAN, SPAN, span=4,
            caption="|ε network − ε exact|, in standard deviations of the noise. Left blank "
            "where q(x_t) has next to nothing: fading from the edge of its densest 99 %.",
        ),
    ]  # fmt: skip


def _field_panel(
    title: str, who: str, way: np.ndarray, lines: np.ndarray, found: Fields, shown: Show
) -> Panel:
    layers: list[Layer] = []
    if shown.cloud:
        layers.append(Points(found.cloud, colour="data", size=1.8, alpha=0.4))
    if shown.kind != "arrows":
        layers.append(Streams(lines, colour=ROLES[who]))
    if shown.kind != "lines":
        at = score_fields.arrow_places()
        arrows = ARROW * way[:, at]
        colour = ROLES[who] if shown.kind == "arrows" else "ink"
        layers.append(Arrows(found.places[at][None], arrows, colour=colour, alpha=0.75))
    caption = {
        "exact": "Uphill in log q(x_t), as it is. Dots: the data with this noise.",
        "network": "What the network believes, at the same places.",
    }
    return Panel(title, layers, SPAN, SPAN, span=4, caption=caption[who])


# -------------------------------------------------------------------------------------- the line


def _line(found: Fields, schedule: Schedule, shown: Show) -> list[Panel]:
    x = found.places[:, 0]
    curves: list[Layer] = []
    if shown.cloud:
        density = found.density[:, 0]
        curves.append(Curve(x[None], density, colour="data", fill=True, label="q(x_t)"))
    curves += [
        Curve(x[None], found.exact[..., 0], colour="reference", width=2.4, label="exact"),
        Curve(x[None], found.learned[..., 0], colour="model", dash=True, label="network"),
    ]
    step, (first, last) = float(x[1] - x[0]), (float(found.t[0]), float(found.t[-1]))
    gap = (first - last) / max(1, len(found.t) - 1)
    heat = Heat(
        found.error[:, 0].T[None],
        (first + gap / 2, last - gap / 2, SPAN[0] - step / 2, SPAN[1] + step / 2),
        limits=(0.0, found.scale), cover=found.cover[:, 0].T[None],
        label=f"0 to {found.scale:.2f}",
    )  # fmt: skip
    now = Curve(
        np.repeat(found.t[:, None], 2, axis=1), np.array([SPAN]), colour="ink", width=1.2, alpha=0.7
    )
    return [
        Panel(
            "Score at this moment", curves, SPAN, (-1.6, 1.6), equal=False, xlabel="x", span=6,
            caption="The score times the noise variance: the way from x to where its clean point "
            "is believed to be. Where it crosses zero downwards, the density peaks.",
        ),
        Panel(
            "Where they differ", [heat, now], (schedule.T, 0), SPAN, equal=False, span=6,
            xlabel="time t", ylabel="x",
            caption="|ε network − ε exact| over time and place, in standard deviations of the "
            "noise. Blank where q(x_t) has next to nothing.",
        ),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- over time


def _curves(found: Fields, schedule: Schedule) -> list[Panel]:
    t, span = found.t[None], (float(schedule.T), 0.0)
    error = np.array([level.squared**0.5 for level in found.levels])
    relative = np.array([level.relative for level in found.levels])
    fisher = np.log10(np.maximum([level.fisher for level in found.levels], FLOOR))
    top = 1.1 * max(0.02, float(error.max()), float(relative.max()))
    room = 0.08 * (fisher.max() - fisher.min() + 0.1)
    return [
        Panel(
            "Mean error",
            [
                Curve(t, relative[None], colour="muted", dash=True, label="over the score itself"),
                Curve(t, error[None], colour="model", cursor=True, label="of ε"),
            ],
            span, (0.0, top), equal=False, xlabel="time t", span=6, ratio=0.55,
            caption="Root mean square over q(x_t), per coordinate. 1 would be as bad as guessing "
            "no noise at all, for the dashed line.",
        ),
        Panel(
            "Fisher divergence",
            [Curve(t, fisher[None], colour="accent", cursor=True, label="log₁₀")],
            span, (float(fisher.min() - room), float(fisher.max() + room)), equal=False,
            xlabel="time t", span=6, ratio=0.55,
            caption="E |score network − score exact|² over q(x_t). The error of ε divided by the "
            "noise: the same error weighs more where noise is low.",
        ),
    ]  # fmt: skip


# ----------------------------------------------------------------------------------------- words


def numbers(data: Dataset, found: Fields) -> None:
    """When the network errs most, and what that may cost."""
    worst = max(range(len(found.levels)), key=lambda k: found.levels[k].relative)
    over = sum(level.squared for level in found.levels) / len(found.levels)
    left, middle, right = st.columns(3)
    left.metric(
        "Error of ε, all times",
        points.number(over**0.5),
        help="Root mean square over q(x_t) and over the moments of the clock, per coordinate, in "
        "standard deviations of the noise. Guessing no noise at all would give nearly 1.",
        border=True,
    )
    middle.metric(
        "Largest relative error",
        f"{found.levels[worst].relative:.0%}",
        f"at t = {found.t[worst]:.0f}",
        delta_color="off",
        delta_arrow="off",
        help="Root mean square of the error over that of the score itself, at the moment where it "
        "is worst.",
        border=True,
    )
    right.metric(
        "What it costs, at most",
        f"{points.number(found.bound + found.early)} nats",
        f"of it {points.number(found.early)} by an early end" if found.early > TOLD else None,
        delta_color="off",
        delta_arrow="off",
        help="An upper bound on the Kullback-Leibler divergence of the samples that the reverse "
        "SDE draws: half the Fisher divergence times β, added up over all times, and what is left "
        "between x_T and the N(0, I) that it starts from (Song et al. 2021, arXiv 2101.09258, "
        "theorem 1). Compare it with the divergence that the view **Likelihood** measures on its "
        "own way.",
        border=True,
    )
    if not truth(data.key).of_the_data:
        st.info(
            "These numbers compare with the optimum for stored points. A network that has seen "
            "endless draws is right to differ from it at low noise.",
            icon=":material/info:",
        )


def words() -> None:
    """What is seen, in equations."""
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Score and noise say the same**, and so do their errors:")
            st.latex(
                r"s(x_t)=\nabla\log q(x_t)=-\frac{\mathbb E[\varepsilon\mid x_t]}"
                r"{\sqrt{1-\bar\alpha_t}},\qquad s_\theta=-\frac{\hat\varepsilon_\theta(x_t)}"
                r"{\sqrt{1-\bar\alpha_t}}"
            )
            st.markdown("**Exact for a mixture** with weights w, means m and widths σ:")
            st.latex(
                r"q(x_t)=\sum_k w_k\,\mathcal N\big(x_t;\sqrt{\bar\alpha_t}\,m_k,\ "
                r"(\bar\alpha_t\sigma_k^2+1-\bar\alpha_t)I\big)"
            )
            st.markdown("For a curve c(a) the sum becomes an integral over a.")
        with right:
            st.markdown("**Fisher divergence**: what score matching makes small.")
            st.latex(
                r"F_t=\mathbb E_{q(x_t)}\big\lVert s_\theta-s\big\rVert^2=\frac{\mathbb E"
                r"\lVert\hat\varepsilon_\theta-\varepsilon\rVert^2}{1-\bar\alpha_t}"
            )
            st.markdown("**What it costs.** Added up over time it bounds the error of the samples:")
            st.latex(
                r"\mathrm{KL}(q_0\,\Vert\,p_0)\le\mathrm{KL}(q_T\,\Vert\,\mathcal N(0,I))+"
                r"\tfrac12\int F_t\,\beta_t\,\mathrm dt"
            )
            st.markdown(
                "with equality where the learned score is that of some distribution that diffuses."
            )


BASE = dict(
    data="eight_gaussians", show_kind="lines", show_cloud=True, schedule="cosine", noise_T=100
)
LESSONS: dict[str, tuple[str, dict[str, Any]]] = {
    "A long road": (
        "The Swiss roll: the score leads along the spiral only when little noise is left.",
        dict(data="swiss_roll"),
    ),
    "Hard to learn": (
        "Two spirals wound around each other: a small network blurs what lies between them.",
        dict(data="two_spirals"),
    ),
    "On a line": (
        "In one dimension the score is a curve, and the error a picture of time and place.",
        dict(data="three_gaussians"),
    ),
    "A truth that memorises": (
        "No formula: the exact denoiser of stored points. At low noise it points to single "
        "points, and the network, rightly, does not.",
        dict(data="checkerboard"),
    ),
}
