"""Polymer, compared: the same chains learned by a VAE, by diffusion, by diffusion in a plane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from engine.experiments.polymer.comparison import (
    CURVE,
    Comparison,
    ComparisonFilm,
    N,
    Trial,
    bounds,
    cost_curves,
    film,
    together,
    trial,
)
from engine.experiments.polymer.training import PolymerModel
from engine.figures.charts.bars import waterfall
from engine.figures.charts.chains import distribution
from engine.figures.charts.lines import Axes, Level, Line, lines
from engine.figures.player import Panel, Scene, chain_panels
from engine.polymer import MEASURES, MODELS, held_out
from engine.samplers import SAMPLERS, Sampler
from pages.sections.polymer import export, lessons, training
from pages.ui import jobs, plots, process_controls, theme, widgets
from pages.ui.components.picture import picture
from pages.ui.glossary import term, written_out
from pages.ui.stage import Stage, equations
from pages.ui.tables import table

DIFFUSIONS = ("ddpm", "steep", "lecture")
STEPS = [2, 5, 10, 20, 50, 100, 200]


# -------------------------------------------------------------------------------------- pictures


def scene(made: ComparisonFilm) -> Scene:
    """The simulation and the VAE stand still; beside them both diffusions form from noise."""
    settings = made.settings
    name = f"{MODELS[settings.diffusion.key].label}: {settings.sampler.steps} steps"
    panels: list[Panel] = [
        chain_panels.chains("Simulation", made.simulation[None], "data", columns=3),
        chain_panels.chains(name, made.diffusion, "model", columns=3),
        chain_panels.chains("VAE: decoded in one call", made.vae[None], "model", columns=3),
        chain_panels.chains("Latent diffusion", made.latent, "model", columns=3),
    ]
    times = [f"t = {value:.0f}" for value in made.t.tolist()]
    return Scene(panels, times, 6.0, "reverse", columns=12)


def charts(trials: Sequence[Trial]) -> None:
    """One chart a measure: the simulation filled, each model an outline."""
    columns = st.columns(len(MEASURES), gap="medium")
    for column, (key, measure) in zip(columns, MEASURES.items(), strict=True):
        with column:
            st.markdown(f"**{measure.label}**")
            sampled = {
                found.label.split(",")[0]: measure.of(found.samples).numpy() for found in trials
            }
            known, dark = measure.of(held_out()).numpy(), theme.is_dark()
            plots.draw(f"compare_{key}", distribution, known, sampled, "σ", dark, height=280)


def trial_table(trials: Sequence[Trial]) -> None:
    """Every model and the floor: distances, spread of bonds, time, parameters."""
    measures = ("R_g", "end to end", "bond")
    head = ["", *(f"Distance of {name}" for name in measures), "Bonds vary by ±"]
    head += [f"Time, {N:,} chains", "Parameters"]
    rows = []
    for found in trials:
        each = [f"{found.distances[key].distance:.4f} σ" for key in MEASURES]
        spread = f"{found.distances['bonds'].std:.3f} σ"
        rows.append([found.label, *each, spread, duration(found.seconds), f"{found.parameters:,}"])
    known = trials[0].distances
    floor = [f"{known[key].floor:.4f} σ" for key in MEASURES]
    spread = f"{known['bonds'].data_std:.3f} σ"
    rows.append(["**Data against data**", *floor, spread, "", ""])
    table(head, rows)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{1000 * seconds:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


# ----------------------------------------------------------------------------------------- the view


def show() -> None:
    """Draw this view of the page."""
    lessons.COMPARISON.arrive()
    with st.sidebar:
        choices = {key: MODELS[key] for key in DIFFUSIONS}
        described = "\n".join(f"- **{recipe.label}**: {recipe.help}" for recipe in choices.values())
        key = widgets.choice("Diffusion model", choices, "rival", help=described)
        sampler = _sampler()
        seed = widgets.seed()
    diffusion, latent, vae = (training.chosen(each) for each in (key, "latent", "vae"))
    settings = Comparison(diffusion, latent, vae, sampler, seed)
    lessons.COMPARISON.show()
    stage = Stage("compare", height=250)
    made = _film(settings)
    if made is None:
        stage.show("Polymer", None, None)
    else:
        moving = picture("compare", partial(scene, made), settings)
        stage.show("Polymer", moving, export.of_comparison(made))
    st.markdown("#### How good are the chains, and what do they cost?")
    with st.container():
        if made is not None:
            numbers(settings)
    more(settings)
    words()


def _film(settings: Comparison) -> ComparisonFilm | None:
    """The three films, each sampled in a job of its own; None until all are there."""
    films = [
        jobs.cached(f"film_{name}", film, settings.sampling(model), label="Sampling chains")
        for name, model in (
            ("diffusion", settings.diffusion),
            ("latent", settings.latent),
            ("vae", settings.vae),
        )
    ]
    diffusion, latent, vae = films
    if diffusion is None or latent is None or vae is None:
        return None
    return together(settings, diffusion, latent, vae)


def _sampler() -> Sampler:
    known = {key: SAMPLERS[key] for key in ("ddpm", "ddim")}
    help = process_controls.described(known)
    kind = SAMPLERS[widgets.choice("Sampler", known, "rival_sampler", help=help)]
    steps = widgets.notches(
        "Sampler steps",
        STEPS,
        key="rival_steps",
        default=200,
        help="Network calls from noise to chains. All models have T = 200.",
    )
    return kind(steps=steps)


def numbers(settings: Comparison) -> None:
    """Distances, spread of bonds and time of ``N`` chains of each model."""
    trials: dict[str, Trial] = {}
    for name in ("diffusion", "vae", "latent"):
        model: PolymerModel = getattr(settings, name)
        label = MODELS[model.key].label
        found = jobs.cached(f"trial_{name}", trial, settings.sampling(model), label=label)
        if found is not None:
            trials[name] = found
    if not trials:
        return
    trial_table([*trials.values()])
    st.caption(
        f"Distance: {term('wasserstein')} between {N:,} samples and {len(held_out()):,} held-out "
        f"chains, in {term('bead_diameter', 'bead diameters, σ')}; the {term('floor')} is that "
        "between training and held-out chains. ±: standard deviation of bond lengths, which "
        "should equal that of the data."
    )
    st.markdown(
        f"**Why {term('vae')} chains look smooth.** Two numbers cannot say where every bead is, "
        "so the decoder answers with the mean of all chains that share a code: bonds come out "
        f"too short and too different. **{term('latent_diffusion')}** adds noise to the two "
        "numbers, removes it there, and decodes once at the end. It finds codes as frequent as "
        "those of the data, which helps the sizes, but its chains can be no sharper than the "
        "decoder."
    )
    if {"diffusion", "vae"} <= trials.keys():
        diffusion, vae = trials["diffusion"], trials["vae"]
        st.markdown(
            "Measured in this session, in processor time: the VAE is "
            f"**{diffusion.seconds / vae.seconds:,.0f} times** as fast as "
            f"{diffusion.label.split(',')[0]} with {settings.sampler.steps} steps."
        )
    charts([*trials.values()])


def more(settings: Comparison) -> None:
    """Time against distance; the bound step by step. Each measured when it is asked for."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Fewer steps")
        if widgets.toggle(
            "Measure the curve",
            "curve",
            help=f"DDIM and DDPM with {CURVE[0]} to {CURVE[-1]} steps, {N:,} chains each: "
            "about half a minute.",
        ):
            _curve(settings)
        else:
            st.caption("How much quality is lost when the sampler takes fewer steps?")
    with right:
        st.markdown("#### Where likelihood is lost: the variational bound")
        if widgets.toggle(
            "Measure the bound",
            "bound",
            help="One term of the variational bound for each step, on held-out chains, and their "
            "sum.",
        ):
            _bound(settings)
        else:
            st.caption("Which noise levels are hard for the network?")


def _curve(settings: Comparison) -> None:
    model, seed = settings.diffusion, settings.seed
    found = jobs.cached(
        "tradeoff", cost_curves, model, seed, label="Measuring the curve", pool="long"
    )
    if found is None:
        return
    series = {
        curve.sampler: Line(
            [point.seconds for point in curve.points],
            [point.distance for point in curve.points],
            [str(point.steps) for point in curve.points],
        )
        for curve in found
    }
    vae = jobs.cached("trial_vae", trial, settings.sampling(settings.vae))
    floor = None
    if vae is not None:
        size = vae.distances["gyration"]
        series["VAE"] = Line([vae.seconds], [size.distance])
        floor = Level("floor", size.floor)
    axes = Axes(f"Seconds for {N:,} chains", "Distance of R_g, σ", log_x=True, log_y=True)
    plots.draw("tradeoff_chart", lines, series, axes, theme.is_dark(), floor)
    st.caption("Numbers at the points are steps.")


def _bound(settings: Comparison) -> None:
    models = dict.fromkeys((settings.diffusion, training.chosen("lecture")))
    found = jobs.cached(
        "bounds", bounds, tuple(models), settings.seed, label="Measuring the bound", pool="long"
    )
    if found is None:
        return
    series = {
        each.label: Line(range(2, len(terms) + 1), terms[1:], dots=False)
        for each in found
        for terms in [each.bound.steps.numpy()]
    }
    axes = Axes("Step t", "Term L_{t-1}, nats per chain", log_y=True)
    plots.draw("bound_chart", lines, series, axes, theme.is_dark())
    for each in found:
        total = f"{-each.bound.total:,.1f} nats per chain"
        st.markdown(f"**{each.label}**: evidence lower bound {total}")
        plots.draw(f"elbo_{each.label}", waterfall, each.bound.parts(), "nats", theme.is_dark())
    st.caption(
        f"The bars add up to minus the {written_out('elbo')}: the prior term $L_T$, which costs "
        "where $x_T$ is not quite noise; the T − 1 steps, each the squared error of ε times how "
        "much the step matters; and $L_0$, a density, which may lie below zero. Smaller is "
        "better."
    )


def words() -> None:
    """Both models in equations."""
    with equations():
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(
                f"**Variational autoencoder ({term('vae')})**: an encoder, a decoder, and a "
                "prior for the code z."
            )
            st.latex(
                r"q(z\mid x)=\mathcal N\big(m(x),\operatorname{diag}s^2(x)\big),\quad "
                r"p(z)=\mathcal N(0,I)"
            )
            st.latex(r"p(x\mid z)=\mathcal N\big(g(z),\varsigma^2I\big)")
            st.markdown(f"Training maximises the {written_out('elbo')},")
            st.latex(
                r"\log p(x)\ \ge\ \mathbb E_{q(z\mid x)}\log p(x\mid z)-"
                r"\mathrm{KL}\big(q(z\mid x)\,\Vert\,p(z)\big)"
            )
            st.markdown(
                "with z = m(x) + s(x) ε, so that gradients pass through the draw. A sample is "
                "g(z) for z from the prior: the mean of p(x | z), and so a blur."
            )
        with right:
            st.markdown("**Diffusion** has the same kind of bound, with T codes $x_1$ … $x_T$:")
            st.latex(
                r"-\log p(x_0)\ \le\ \underbrace{\mathrm{KL}\big(q(x_T\mid x_0)\Vert p(x_T)\big)}"
                r"_{L_T}+\sum_{t=2}^{T}L_{t-1}+L_0"
            )
            st.latex(
                r"L_{t-1}=\mathrm{KL}\big(q(x_{t-1}\mid x_t,x_0)\Vert p(x_{t-1}\mid x_t)\big)="
                r"\tfrac12\big(\mathrm{SNR}_{t-1}-\mathrm{SNR}_t\big)\,"
                r"\mathbb E\lVert x_0-\hat x_0(x_t,t)\rVert^2"
            )
            st.markdown(
                "It is a VAE whose codes are as large as the data, whose encoder, the noise, is "
                "fixed, and whose decoder takes T small steps. Training leaves out the weights "
                "(Ho et al. 2020). **Latent diffusion** puts such a chain in place of p(z)."
            )
