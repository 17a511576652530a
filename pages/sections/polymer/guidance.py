"""Polymer, guided: chains conditioned on a size, beside unconditional ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from engine.experiments.polymer.guidance import Guidance as Settings
from engine.experiments.polymer.guidance import (
    GuidedChains,
    GuidedFilm,
    N,
    Readings,
    ScaleCurve,
    guided_film,
    guided_samples,
    scale_curves,
)
from engine.figures.charts.chains import distribution
from engine.figures.charts.lines import Axes, Level, Line, lines
from engine.figures.player import Scene, chain_panels
from engine.options import number
from engine.polymer import GUIDES, MEASURES, held_out
from engine.polymer.evaluation import TORN, Adherence
from engine.polymer.training import SHIPPED
from engine.samplers import DDIM, DDPM, SAMPLERS, Sampler
from pages.sections.polymer import export, lessons, training
from pages.ui import jobs, plots, theme, widgets
from pages.ui.components.picture import picture
from pages.ui.components.player import player
from pages.ui.export import downloads
from pages.ui.glossary import term
from pages.ui.process_controls import described
from pages.ui.stage import equations
from pages.ui.tables import table

STEPS = [10, 20, 50, 100, 200]
WILD = 5.0  #: the scale from which on guidance by a classifier tears single chains
GUIDE_HELP = (
    "**Classifier-free**: one network, trained with and without the size as a condition; guidance "
    "amplifies the difference between the two predictions. **Classifier**: a second network "
    "predicts the size of a noisy chain, and its gradient shifts the beads."
)


@dataclass(frozen=True)
class Target:
    """The size and how strongly it is imposed; the fields' names stand in addresses."""

    asked: float = number(
        1.5,
        "Target radius of gyration",
        "In bead diameters, σ. The data have 1.82 ± 0.28 σ. Compact coils are near 1.4, extended "
        "chains beyond 2.2.",
        (1.3, 2.8, 0.05),
        unit="σ",
    )
    scale: float = number(
        GUIDES["free"].recommended,
        "Guidance scale s",
        "0: unconditional. 1: the conditional model. Above 1 the condition is over-weighted; at "
        "large scales bonds break.",
        (0.0, 8.0, 0.25),
    )


# -------------------------------------------------------------------------------------- pictures


def scene(free: GuidedFilm, asked: GuidedFilm, target: float) -> Scene:
    """Unconditional and conditional chains at the same times."""
    pull = None if asked.shift is None else asked.shift.clamp(-2, 2)
    panels = [
        chain_panels.chains("Unconditional", free.x, "model"),
        chain_panels.chains(f"Conditioned on R_g = {target:.2f} σ", asked.x, "accent", pull=pull),
    ]
    times = [f"t = {value:.0f}" for value in asked.t.tolist()]
    return Scene(panels, times, 6.0, "reverse", columns=12)


def outcome(made: GuidedChains) -> None:
    """Sizes and bonds of finished chains, with and without the condition."""
    left, middle, right = st.columns([1, 1, 1.15], gap="medium")
    with right:
        readings(made.readings())  # first: the charts take longer
    dark = theme.is_dark()
    for column, key in ((left, "gyration"), (middle, "bonds")):
        measure = MEASURES[key]
        with column:
            st.markdown(f"**{measure.label}**")
            both = {
                "Unconditional": measure.of(made.free_samples).numpy(),
                "Conditional": measure.of(made.asked_samples).numpy(),
            }
            plots.draw(
                f"guided_{measure.label}",
                distribution,
                measure.of(held_out()).numpy(),
                both,
                "σ",
                dark,
                height=260,
                mark=made.settings.target if key == "gyration" else None,
            )


def readings(found: Readings) -> None:
    """The effect of guidance in numbers."""
    guided, free = found.conditional, found.unconditional
    low, high = found.data_bond_range
    rows = [
        ["Error in R_g (median)", f"{guided.error:.1%}", ""],
        ["Spread of R_g", f"{guided.spread:.3f} σ", f"{free.spread:.3f} σ"],
        ["Diversity", f"{guided.diversity:.2f} σ", f"{free.diversity:.2f} σ"],
        ["Bond spread", f"{guided.bond_spread:.3f} σ", f"{free.bond_spread:.3f} σ"],
        ["Broken bonds", f"{guided.broken:.1%}", f"{free.broken:.1%}"],
    ]
    table(["", "Conditional", "Unconditional"], rows)
    st.caption(
        f"{N} more chains of either kind, from the same noise; σ is one bead diameter. Error: "
        "|$R_g$ − target| / target. "
        "Diversity: median distance to the most similar sample, per bead. Broken: outside the "
        f"range of 99.9 % of simulated bonds, {low:.2f} to {high:.2f} σ, whose spread is "
        f"{found.data_bond_spread:.3f} σ."
    )


def scales(settings: Settings) -> None:
    """Error, diversity and bonds as s grows."""
    st.markdown("#### Choosing the guidance scale")
    if not widgets.toggle(
        "Measure all scales",
        "sweep",
        help="Both guides, s from 0 to 8, at the target radius: about half a minute.",
    ):
        st.caption(
            "A larger s reduces diversity and, in the end, breaks bonds. Does it follow the target "
            "more closely?"
        )
        return
    at_any_scale = replace(settings, guide="free", scale=0.0)  # measures all guides and scales
    found = jobs.cached("sweep", scale_curves, at_any_scale, label="All scales", pool="long")
    if found is None:
        return
    charts: list[tuple[str, str, Callable[[Adherence], float], Level | None]] = [
        ("error", "Error in R_g (median)", lambda each: each.error, None),
        ("diversity", "Diversity, σ", lambda each: each.diversity, None),
        ("bond_spread", "Spread of bonds, σ", lambda each: each.bond_spread,
         Level("data", found.data_bond_spread)),
    ]  # fmt: skip
    for column, (name, title, value, level) in zip(st.columns(3), charts, strict=True):
        series = {
            curve.guide: Line(curve.scales, [value(each) for each in curve.adherence])
            for curve in found.curves
        }
        with column:
            axes = Axes("Scale s", title)
            dark = theme.is_dark()
            plots.draw(f"sweep_{name}", lines, series, axes, dark, level, settings.scale)
    st.caption(torn(found.curves))


def tearing(settings: Settings, found: Adherence) -> str:
    """Why guidance tears chains, where it does or is about to; else nothing."""
    if not (found.torn or (settings.guide == "classifier" and settings.scale >= WILD)):
        return ""
    return (
        f":material/warning: {found.torn:.0%} of the chains below are torn, with a bond longer "
        f"than {TORN:g} σ. The pull is strongest at high noise, where it moves some chains to "
        "places that training never showed; at the end, when the pull is weak, the network's own "
        "prediction fails for them. By classifier, at s of 5 and 8, 7 of 400 chains tore; without "
        "the pull while less than 30 % of the signal was there, none."
    )


def torn(curves: Sequence[ScaleCurve]) -> str:
    """Where single chains were torn apart, which makes the spread of bonds jump."""
    points = [
        f"{curve.guide}, s = {scale:g}: {each.torn:.0%}"
        for curve in curves
        for scale, each in zip(curve.scales, curve.adherence, strict=True)
        if each.torn > 0
    ]
    text = (
        "The spread of bonds is a standard deviation: a single chain that guidance tears apart "
        f"lifts it, so it jumps. Chains with a bond longer than {TORN:g} σ"
    )
    return f"{text}: {'; '.join(points)}." if points else f"{text}: none."


# ----------------------------------------------------------------------------------------- the view


def show() -> None:
    """Draw this view of the page."""
    lessons.GUIDANCE.arrive()
    settings, arrows = _controls()
    lessons.GUIDANCE.show()
    stage = st.container()
    free = jobs.cached("film_free", guided_film, settings.unconditional, label="Sampling")
    asked = jobs.cached("film_asked", guided_film, settings, arrows, label="Sampling")
    moving = None
    if free and asked:
        moving = picture("guided", partial(scene, free, asked, settings.target), settings, arrows)
    with stage:
        player(moving, key="guided", height=340)
        why = st.container()
    with st.container():
        made = _counted(settings, free, asked) if free and asked else None
    with why:
        if made is not None and (said := tearing(settings, made.readings().conditional)):
            st.caption(said)
    with stage:
        exported = None if made is None else export.of_guidance(made)
        downloads.show("guided", "Polymer, guided", moving, exported, height=340)
    with st.container():
        if made is not None:
            outcome(made)
    scales(settings)
    words()


def _controls() -> tuple[Settings, bool]:
    """What the sidebar says, and whether arrows are shown."""
    with st.sidebar:
        way = widgets.choice("Guidance", GUIDES, "way", help=GUIDE_HELP)
        target = widgets.options(Target, "wish")
        st.caption(f"Recommended here: s = {GUIDES[way].recommended:g}.")
        arrows = widgets.toggle(
            "Arrows",
            "arrows",
            help="How far guidance moves the prediction of each bead; for a classifier, along its "
            "gradient.",
        )
        sampler = _sampler()
        seed = widgets.seed()
    models = training.chosen("told"), training.chosen("size")
    return Settings(way, target.asked, target.scale, sampler, seed, *models), arrows


def _counted(settings: Settings, free: GuidedFilm, asked: GuidedFilm) -> GuidedChains | None:
    """The films with the many chains behind the numbers; None while these are sampled."""
    plain = jobs.cached("samples_free", guided_samples, settings.unconditional, label="Numbers")
    guided = jobs.cached("samples_asked", guided_samples, settings, label="Numbers")
    if plain is None or guided is None:
        return None
    return GuidedChains(settings, free, asked, plain, guided)


def _sampler() -> Sampler:
    known = {key: SAMPLERS[key] for key in (DDPM.key, DDIM.key)}
    kind = SAMPLERS[
        widgets.choice("Sampler", known, "guided_sampler", "ddpm", help=described(known))
    ]
    steps = widgets.notches(
        "Sampler steps",
        STEPS,
        key="guided_steps",
        default=100,
        help="Steps from noise to chains; a guided step costs two network calls.",
    )
    return kind(steps=steps)


def words() -> None:
    """The formulas behind what is seen."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**{term('classifier_free_guidance', 'Classifier-free')}**: beyond the "
                "conditional prediction"
            )
            st.latex(r"\varepsilon = \varepsilon_u + s\,(\varepsilon_c - \varepsilon_u)")
            st.markdown(
                "One network gives both predictions: in training, the size of some chains was left "
                "out. Without the condition it is also the base model for classifier guidance. It "
                "was trained for longer than the models compared elsewhere, "
                f"{SHIPPED['told'].epochs:,} epochs, so that bonds keep their length."
            )
        with right:
            st.markdown(
                f"**{term('classifier_guidance', 'Classifier')}**: the {term('score')} plus the "
                "gradient of a log-likelihood"
            )
            st.latex(r"\nabla\log p(x_t) + s\,\nabla\log p(y\,|\,x_t)")
            st.markdown(
                "p(y | $x_t$) comes from a network trained at every noise level to predict the "
                "radius of gyration of the clean chain, with an error bar."
            )
