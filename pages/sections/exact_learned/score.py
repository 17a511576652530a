"""The view of score fields: exact and learned side by side, where they differ and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from engine.data import DATASETS
from engine.experiments.exact_learned import score_fields
from engine.experiments.exact_learned.score_fields import WINDOW, Fields, ScoreSettings
from engine.experiments.film import exact_denoiser
from engine.figures.player import Arrows, Curve, Heat, Layer, Panel, Points, Scene, Streams
from engine.options import choice, switch
from pages.sections.exact_learned import export, lessons
from pages.ui import jobs
from pages.ui.components.picture import picture
from pages.ui.glossary import term
from pages.ui.process_controls import MEMORY
from pages.ui.stage import Stage, equations
from pages.ui.wording import number

SPAN = (-WINDOW, WINDOW)
COLUMNS = 12
ARROW = 0.3  #: length drawn, as a share of the way to the predicted point
COLOURS = {"true": "reference", "memory": "reference", "network": "model"}
MENTIONED = 1e-3  #: nats that an early end must cost to be mentioned
FLOOR = 1e-8  #: smallest Fisher divergence that the logarithm shows
KNOWN = {
    "closed form": "a Gaussian mixture remains one under diffusion: known in closed form",
    "integral": "a curve thickened by Gaussian noise: an integral along the curve, computed to "
    "more digits than are drawn",
}
OF_POINTS = (
    "no formula: the memory of {n:,} stored points stands in for it. Towards t = 0 it leads to "
    "single points, so there the difference shows the limits of the memory, not of the network"
)


@dataclass(frozen=True)
class Show:
    """What is drawn of the fields."""

    kind: str = choice(
        "lines",
        "Draw the field as",
        "The score, the gradient of the log density of x_t. **Streamlines** follow its "
        "direction uphill; they stop where the density peaks. **Arrows** show direction and "
        f"length: the score times the noise variance, at {ARROW:g} of its length.",
        {"lines": "Lines", "arrows": "Arrows", "both": "Both"},
    )
    cloud: bool = switch(
        True,
        "Noised data behind",
        "Data points with the noise of this time: where the score matters.",
    )


def show(settings: ScoreSettings, shown: Show) -> None:
    """Draw the view."""
    data = DATASETS[settings.network.dataset]
    lessons.SCORE.show()
    stage = Stage("score_fields", height=360 if data.dim == 2 else 320)
    found = jobs.cached("score_fields", score_fields.score_fields, settings, label="Both scores")
    title = f"{data.label}: scores"
    if found is None:
        stage.show(title, None, None)
    else:
        T = settings.schedule.T
        moving = picture(
            "score_fields", partial(scene, found, T, shown, reference(data.key)), settings, shown
        )
        stage.show(title, moving, export.of_fields(settings, found))
    st.caption(f":material/straighten: {term('truth', 'True score')}: {known(data.key)}.")
    with st.container():
        if found is not None:
            numbers(data.key, found)
    words()


def known(dataset: str) -> str:
    """How the true score of a data set is known, as half a sentence."""
    found = exact_denoiser(dataset)
    return KNOWN.get(found.kind) or OF_POINTS.format(n=len(found.mixture.weights))


def reference(dataset: str) -> str:
    """What the network is compared with: "true", or "memory" where the truth is not known."""
    return "true" if exact_denoiser(dataset).of_the_data else "memory"


def scene(found: Fields, T: int, shown: Show, reference: str) -> Scene:
    """All panels on one clock, from noise to data; reference: as the function of that name."""
    lines = found.lines
    if lines is None:
        fields = _line(found, T, shown, reference)
    else:
        fields = _plane(found, lines, shown, reference)
    times = [f"t = {t:.0f}" for t in found.t]
    panels = [*fields, *_curves(found, T)]
    differ = int(np.argmax([level.squared for level in found.levels]))
    return Scene(panels, times, seconds=9.0, columns=COLUMNS, direction="reverse", opening=differ)


# ------------------------------------------------------------------------------------- the plane


def _plane(
    found: Fields, lines: tuple[np.ndarray, np.ndarray], shown: Show, reference: str
) -> list[Panel]:
    """The fields on the plane, with their streamlines."""
    step = float(found.places[1, 0] - found.places[0, 0])
    edge = WINDOW + step / 2
    heat = Heat(
        found.error, (-edge, edge, -edge, edge), limits=(0.0, found.scale), cover=found.cover,
        label=f"0 to {found.scale:.2f}",
    )  # fmt: skip
    cloud = [Points(found.cloud, colour="ink", size=1.2, alpha=0.25)] if shown.cloud else []
    return [
        _field(reference, found.exact, lines[0], found, shown),
        _field("network", found.learned, lines[1], found, shown),
        Panel(
            "Difference", [heat, *cloud], SPAN, SPAN, span=4,
            caption=f"|ε of the network − ε of the {reference} score|, in standard deviations of "
            "the noise. Blank where q(x_t) is negligible: it fades outside the densest 99 %.",
        ),
    ]  # fmt: skip


def _field(
    who: str, displacements: np.ndarray, lines: np.ndarray, found: Fields, shown: Show
) -> Panel:
    """One score on the plane, that of ``who``: "true", "memory" or "network"."""
    layers: list[Layer] = []
    if shown.cloud:
        layers.append(Points(found.cloud, colour="data", size=1.8, alpha=0.4))
    if shown.kind != "arrows":
        layers.append(Streams(lines, colour=COLOURS[who]))
    if shown.kind != "lines":
        at = score_fields.arrow_places()
        arrows = ARROW * displacements[:, at]
        colour = COLOURS[who] if shown.kind == "arrows" else "ink"
        layers.append(Arrows(found.places[at][None], arrows, colour=colour, alpha=0.75))
    title, caption = {
        "true": ("True score", "The gradient of log q(x_t). Dots: the data with this noise."),
        "memory": (
            f"Score of the {MEMORY}",
            "The same gradient if these points were all the data. Dots: the data with this noise.",
        ),
        "network": ("Network's score", "The network's estimate at the same places."),
    }[who]
    return Panel(title, layers, SPAN, SPAN, span=4, caption=caption)


# -------------------------------------------------------------------------------------- the line


def _line(found: Fields, T: int, shown: Show, reference: str) -> list[Panel]:
    """The fields in one dimension."""
    x = found.places[:, 0]
    curves: list[Layer] = []
    if shown.cloud:
        density = found.density[:, 0]
        curves.append(Curve(x[None], density, colour="data", fill=True, label="q(x_t)"))
    curves += [
        Curve(x[None], found.exact[..., 0], colour="reference", width=2.4, label=reference),
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
            "Score at this time", curves, SPAN, (-1.6, 1.6), equal=False, xlabel="x", span=6,
            caption="The score times the noise variance: from x to its expected clean point. The "
            "density peaks where it crosses zero downwards.",
        ),
        Panel(
            "Difference", [heat, now], (T, 0), SPAN, equal=False, span=6,
            xlabel="time t", ylabel="x",
            caption=f"|ε of the network − ε of the {reference} score| over time and place, in "
            "standard deviations of the noise. Blank where q(x_t) is negligible.",
        ),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- over time


def _curves(found: Fields, T: int) -> list[Panel]:
    """The errors over time."""
    t, span = found.t[None], (float(T), 0.0)
    error = np.array([level.squared**0.5 for level in found.levels])
    relative = np.array([level.relative for level in found.levels])
    fisher = np.log10(np.maximum([level.fisher for level in found.levels], FLOOR))
    top = 1.1 * max(0.02, float(error.max()), float(relative.max()))
    room = 0.08 * (fisher.max() - fisher.min() + 0.1)
    return [
        Panel(
            "Mean error",
            [
                Curve(t, relative[None], colour="muted", dash=True, label="relative to the score"),
                Curve(t, error[None], colour="model", cursor=True, label="of ε"),
            ],
            span, (0.0, top), equal=False, xlabel="time t", span=6, ratio=0.55,
            caption="Root mean square over q(x_t), per coordinate. For the dashed line, 1 is "
            "the error of predicting no noise at all.",
        ),
        Panel(
            "Fisher divergence",
            [Curve(t, fisher[None], colour="accent", cursor=True, label="log₁₀")],
            span, (float(fisher.min() - room), float(fisher.max() + room)), equal=False,
            xlabel="time t", span=6, ratio=0.55,
            caption="E |score of the network − true score|² over q(x_t). It is the error of ε "
            "divided by the noise, so the same error weighs more where noise is low.",
        ),
    ]  # fmt: skip


# ----------------------------------------------------------------------------------------- words


def numbers(dataset: str, found: Fields) -> None:
    """When the network's error is largest, and its effect on samples."""
    worst = max(range(len(found.levels)), key=lambda k: found.levels[k].relative)
    mean = sum(level.squared for level in found.levels) / len(found.levels)
    left, middle, right = st.columns(3)
    left.metric(
        "Error of ε, all times",
        number(mean**0.5),
        help="Root mean square over q($x_t$) and over all times shown, per coordinate, in standard "
        "deviations of the noise. Predicting no noise at all would give nearly 1.",
        border=True,
    )
    middle.metric(
        "Largest relative error",
        f"{found.levels[worst].relative:.0%}",
        f"at t = {found.t[worst]:.0f}",
        delta_color="off",
        delta_arrow="off",
        help="Root mean square of the error over that of the score itself, at the time where it is "
        "largest.",
        border=True,
    )
    right.metric(
        "Upper bound on the KL divergence",
        f"{number(found.bound + found.early)} nats",
        f"{number(found.early)} from the early end" if found.early > MENTIONED else None,
        delta_color="off",
        delta_arrow="off",
        help="An upper bound on the Kullback-Leibler divergence (KL) of the samples of the "
        "reverse stochastic differential equation (SDE): half the Fisher divergence times β, "
        "summed over all times, plus the divergence between $x_T$ and the N(0, I) that it starts "
        "from (Song et al. 2021, arXiv 2101.09258, theorem 1). Compare it with the divergence in "
        "the view **Likelihood**.",
        border=True,
    )
    if not exact_denoiser(dataset).of_the_data:
        st.info(
            "These numbers compare with the memory of stored points. At low noise a "
            "network trained on fresh samples should differ from it.",
            icon=":material/info:",
        )


def words() -> None:
    """What is shown, in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown("**Score and noise are equivalent**, and so are their errors:")
            st.latex(
                r"s(x_t)=\nabla\log q(x_t)=-\frac{\mathbb E[\varepsilon\mid x_t]}"
                r"{\sqrt{1-\bar\alpha_t}},\qquad s_\theta=-\frac{\hat\varepsilon_\theta(x_t)}"
                r"{\sqrt{1-\bar\alpha_t}}"
            )
            st.markdown("**True for a mixture** with weights w, means m and widths σ:")
            st.latex(
                r"q(x_t)=\sum_k w_k\,\mathcal N\big(x_t;\sqrt{\bar\alpha_t}\,m_k,\ "
                r"(\bar\alpha_t\sigma_k^2+1-\bar\alpha_t)I\big)"
            )
            st.markdown("For a curve c(a) the sum becomes an integral over a.")
        with right:
            st.markdown("**Fisher divergence**: the loss of score matching.")
            st.latex(
                r"F_t=\mathbb E_{q(x_t)}\big\lVert s_\theta-s\big\rVert^2=\frac{\mathbb E"
                r"\lVert\hat\varepsilon_\theta-\varepsilon\rVert^2}{1-\bar\alpha_t}"
            )
            st.markdown("**Effect on samples.** Integrated over time it bounds their error:")
            st.latex(
                r"\mathrm{KL}(q_0\,\Vert\,p_0)\le\mathrm{KL}(q_T\,\Vert\,\mathcal N(0,I))+"
                r"\tfrac12\int F_t\,\beta_t\,\mathrm dt"
            )
            st.markdown(
                "with equality where the learned score is that of some distribution that diffuses."
            )
