"""Polymer, compared: the same chains learned by a VAE, by diffusion, by diffusion in a plane."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from torch import Generator, Tensor

from engine import elbo
from engine.chains.draw import noise_dim, paths
from engine.chains.measure import MEASURES, Distance, distances, floors, held_out
from engine.chains.models import MODELS, POLYMER, Model, Noise
from engine.figures.chains import distribution
from engine.figures.lines import Line, lines
from engine.metrics import bond_lengths
from engine.sample import DDIM, DDPM, SAMPLERS, Sampler
from engine.trajectory import Trajectory
from pages.ui import (
    chains,
    jobs,
    plots,
    points,
    polymer_training,
    takeaway,
    taken_polymer,
    theme,
    widgets,
)
from pages.ui.jobs import Report
from pages.ui.player import Panel, Scene, player

DIFFUSIONS = ("ddpm", "steep", "lecture")
SHOWN = 9  #: chains of each model in the picture
FRAMES = 100
N = 1000  #: chains behind the numbers
STEPS = [2, 5, 10, 20, 50, 100, 200]
CURVE = [2, 5, 10, 20, 50, 100, 200]  #: steps on the curve of time against distance
BOUND = 400  #: held-out chains behind the variational bound

LESSONS: chains.Lessons = {
    "The lecture's model": (
        "Its schedule stops before noise and its network loses the bonds.",
        dict(rival="lecture"),
    ),
    "Up to noise": (
        "The same network; betas five times as large. The size is nearly right, bonds are blurred.",
        dict(rival="steep"),
    ),
    "Twenty steps": ("DDIM: a tenth of the time.", dict(rival_sampler="ddim", rival_steps=20)),
}
BASE = dict(rival="ddpm", rival_sampler="ddpm", rival_steps=200)


@dataclass(frozen=True)
class Trial:
    """Chains drawn by one model (n, 12, 2) in sigma, and how good they are.

    seconds: of the processor, so that other visitors of the same machine do not count.
    """

    samples: Tensor
    seconds: float
    distances: dict[str, Distance]


def film(
    report: Report, model: Model, vae: Model, sampler: Sampler, n: int, seed: int
) -> Trajectory:
    """The job: n chains on their way from noise; states (F, n, 12, 2) in sigma."""
    generator = Generator().manual_seed(seed)
    x_T = torch.randn(n, noise_dim(model), generator=generator)
    states, total = [], min(sampler.steps, model.recipe.schedule.T) + 1
    for state in paths(model, x_T, sampler, generator, vae):
        states.append(state)
        report(len(states), total, message="Sampling")
    made = Trajectory.record(states)
    return Trajectory(made.t, POLYMER.to_chain(made.x))


def trial(report: Report, model: Model, vae: Model, sampler: Sampler, n: int, seed: int) -> Trial:
    """The job: n chains, timed, against the simulation."""
    generator = Generator().manual_seed(seed)
    x_T = torch.randn(n, noise_dim(model), generator=generator)
    total, done = min(sampler.steps, model.recipe.schedule.T) + 1, 0
    started = time.thread_time()
    for state in paths(model, x_T, sampler, generator, vae):
        last, done = state.x, done + 1
        report(done, total, message=f"{model.recipe.label}: {n:,} chains")
    seconds = time.thread_time() - started
    samples = POLYMER.to_chain(last)
    return Trial(samples, seconds, distances(samples))


def tradeoff(
    report: Report, model: Model, vae: Model, seed: int
) -> dict[str, list[tuple[int, float, float]]]:
    """The job: by sampler, (steps, seconds for N chains, distance of R_g) along ``CURVE``."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    chosen = [(cls, steps) for cls in (DDIM, DDPM) for steps in CURVE]
    for k, (cls, steps) in enumerate(chosen):
        report(k, len(chosen), message=f"{cls.label} with {steps} steps")
        part = _part(report, k, len(chosen))
        made = trial(part, model, vae, cls(steps=steps), N, seed)
        row = steps, made.seconds, made.distances["Radius of gyration"].distance
        found.setdefault(cls.label, []).append(row)
    return found


def _part(report: Report, k: int, parts: int) -> Report:
    """The report of part k of a job: moves its bar and stops when the job does."""

    def inner(done: float, total: float, partial: Any = None, message: str = "") -> None:
        report(k + done / total, parts)

    return inner


def bounds(report: Report, models: tuple[Model, ...], seed: int) -> dict[str, elbo.Bound]:
    """The job: the terms of the variational bound of each model on held-out chains."""
    x_0 = held_out()[:BOUND].flatten(1) / POLYMER.scale
    found = {}
    for k, model in enumerate(models):
        report(k, len(models), message=f"Bound of {model.recipe.label}")
        generator = Generator().manual_seed(seed)
        found[model.recipe.label] = elbo.bound(
            Noise(model.net), model.recipe.schedule, x_0, generator
        )
    return found


# -------------------------------------------------------------------------------------- pictures


def scene(films: Sequence[Trajectory], seed: int, name: str) -> Scene:
    """Four flocks: the simulation and the VAE stand, the two diffusions coalesce.

    films: of the diffusion model, of latent diffusion and of the VAE.
    """
    diffusion, latent, vae = films
    times = moments(diffusion)
    panels: list[Panel] = [
        chains.flock("Simulation", known(seed)[None], "data", columns=3),
        chains.flock(name, diffusion.at(times).x, "model", columns=3),
        chains.flock("VAE: decoded in one call", vae.x[-1:], "model", columns=3),
        chains.flock("Latent diffusion", latent.at(times).x, "model", columns=3),
    ]
    return Scene(
        panels, [f"t = {value:.0f}" for value in times.tolist()], 6.0, "reverse", columns=12
    )


def moments(diffusion: Trajectory) -> Tensor:
    """(F,) times of the frames, T first."""
    return float(diffusion.t[0]) - points.frame_times(int(diffusion.t[0]), FRAMES)


def known(seed: int) -> Tensor:
    """(SHOWN, 12, 2) chains of the simulation, in sigma."""
    order = torch.randperm(len(held_out()), generator=Generator().manual_seed(seed))[:SHOWN]
    return held_out()[order]


def charts(trials: dict[str, Trial]) -> None:
    """One chart a measure: the simulation filled, each model an outline."""
    columns = st.columns(len(MEASURES), gap="medium")
    for column, (name, measure) in zip(columns, MEASURES.items(), strict=True):
        with column:
            st.markdown(f"**{name}**")
            made = {label.split(",")[0]: measure(found.samples) for label, found in trials.items()}
            chart = distribution(measure(held_out()), made, "σ", theme.is_dark(), height=280)
            plots.draw(chart, key=f"compare_{name}")


def table(trials: dict[str, Trial], models: dict[str, Model]) -> str:
    """Every model and the floor: distances, blur, time, parameters."""
    head = ["", "R_g", "End to end", "Bond", "Spread of bonds", f"{N:,} chains", "Parameters"]
    rows = []
    for label, found in trials.items():
        each = [f"{found.distances[name].distance:.4f} σ" for name in MEASURES]
        blur = f"{found.distances['Bond length'].std:.3f} σ"
        size = f"{models[label].parameters:,}"
        rows.append([label, *each, blur, duration(found.seconds), size])
    known = f"{float(bond_lengths(held_out()).std()):.3f} σ"
    floor = [f"{floors()[name][0]:.4f} σ" for name in MEASURES]
    rows.append(["**Floor: data against data**", *floor, known, "", ""])
    return chains.table(head, rows)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{1000 * seconds:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


# ----------------------------------------------------------------------------------------- the view


def show() -> None:
    """Draw this view of the page."""
    with st.sidebar:
        rivals = {key: MODELS[key] for key in DIFFUSIONS}
        described = "\n".join(f"- **{recipe.label}**: {recipe.help}" for recipe in rivals.values())
        key = widgets.choice("Diffusion model", rivals, "rival", help=described)
        sampler = _sampler()
        seed = widgets.seed()
    model, vae = polymer_training.model(key), polymer_training.model("vae")
    latent = polymer_training.model("latent")
    stage = st.container()
    films = [
        jobs.cached(f"film_{name}", film, each, vae, sampler, SHOWN, seed, label="Sampling chains")
        for name, each in (("diffusion", model), ("latent", latent), ("vae", vae))
    ]
    ready = all(made is not None for made in films)
    with stage:
        name = f"{model.recipe.label}: {sampler.steps} steps"
        moving = scene(films, seed, name) if ready else None
        player(moving, key="compare", height=250)
        taken = None
        if ready:
            models = dict(diffusion=model, latent=latent, vae=vae)
            shown = dict(zip(models, films, strict=True))
            times = moments(films[0])
            taken = taken_polymer.of_models(
                models, shown, known(seed), times, FRAMES, sampler, seed
            )
        takeaway.show("compare", "Polymer", moving, taken, height=250)
    points.lessons(LESSONS, BASE)
    st.markdown("#### Which are real chains, and what do they cost?")
    if ready:
        numbers(model, latent, vae, sampler, seed)
    more(model, vae, seed)


def _sampler() -> Sampler:
    cls = SAMPLERS[
        widgets.choice("Sampler", {k: SAMPLERS[k] for k in ("ddpm", "ddim")}, "rival_sampler")
    ]
    steps = st.select_slider(
        "Sampler steps", STEPS, value=200, key="rival_steps", bind="query-params",
        help="Network calls from noise to chains. All models have T = 200.",
    )  # fmt: skip
    return cls(steps=steps)


def numbers(model: Model, latent: Model, vae: Model, sampler: Sampler, seed: int) -> None:
    """Distances, blur and time of 1,000 chains of each."""
    trials = {}
    for each in (model, vae, latent):
        label = each.recipe.label
        name = f"trial_{each.recipe.key if each is not model else 'diffusion'}"
        found = jobs.cached(name, trial, each, vae, sampler, N, seed, label=label)
        if found is not None:
            trials[label] = found
    models = {each.recipe.label: each for each in (model, vae, latent)}
    if not trials:
        return
    st.markdown(table(trials, models))
    st.caption(
        f"Wasserstein distances between {N:,} samples and {len(held_out()):,} held-out chains. The "
        "floor is that between training and held-out chains. The spread of bond lengths is the "
        "blur: the decoder of a VAE answers with an average."
    )
    if {model.recipe.label, vae.recipe.label} <= trials.keys():
        ratio = trials[model.recipe.label].seconds / trials[vae.recipe.label].seconds
        st.markdown(
            f"Measured now, in processor time: the VAE is **{ratio:,.0f} times** as fast as "
            f"{model.recipe.label.split(',')[0]} with {sampler.steps} steps."
        )
    charts(trials)


def more(model: Model, vae: Model, seed: int) -> None:
    """Time against distance; the bound step by step. Each measured when it is asked for."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### Fewer steps")
        if st.toggle(
            "Measure the curve", key="curve", bind="query-params",
            help=f"DDIM and DDPM with {CURVE[0]} to {CURVE[-1]} steps, {N:,} chains each: "
            "about half a minute.",
        ):  # fmt: skip
            _curve(model, vae, seed)
        else:
            st.caption("How far do samples stray when the sampler takes fewer steps?")
    with right:
        st.markdown("#### Where likelihood is lost")
        if st.toggle(
            "Measure the bound", key="bound", bind="query-params",
            help="One term of the variational bound for each step, on held-out chains.",
        ):  # fmt: skip
            _bound(model, seed)
        else:
            st.caption("Which noise levels does the network find hard?")


def _curve(model: Model, vae: Model, seed: int) -> None:
    found = jobs.cached("tradeoff", tradeoff, model, vae, seed, label="Measuring the curve")
    if found is None:
        return
    series = {
        label: Line(
            [row[1] for row in rows], [row[2] for row in rows], [str(row[0]) for row in rows]
        )
        for label, rows in found.items()
    }
    once = jobs.cached("trial_vae", trial, vae, vae, DDPM(steps=200), N, seed)
    if once is not None:
        distance = once.distances["Radius of gyration"].distance
        series["VAE"] = Line([once.seconds], [distance])
    floor = "floor", floors()["Radius of gyration"][0]
    chart = lines(
        series, f"Seconds for {N:,} chains", "Distance of R_g, σ", theme.is_dark(),
        (True, True), floor,
    )  # fmt: skip
    plots.draw(chart, key="tradeoff_chart")
    st.caption("Numbers at the points are steps.")


def _bound(model: Model, seed: int) -> None:
    models = [model]
    if model.recipe.key != "lecture":
        models.append(polymer_training.model("lecture"))
    found = jobs.cached("bounds", bounds, tuple(models), seed, label="Measuring the bound")
    if found is None:
        return
    series = {
        label: Line(range(2, len(terms.steps) + 1), terms.steps[1:], dots=False)
        for label, terms in found.items()
    }
    chart = lines(series, "Step t", "Term L, nats per chain", theme.is_dark(), (False, True))
    plots.draw(chart, key="bound_chart")
    ends = ", ".join(f"{label} {points.number(terms.end)}" for label, terms in found.items())
    st.caption(
        "Each term is the squared error of eps at that step, that is of the score times "
        "−√(1 − ᾱ), weighted by how much the step matters. The end, where the last x_t is not "
        f"quite noise, costs in nats: {ends}."
    )
