"""Polymer, noise and back: chains dissolve and coalesce, under any schedule and sampler."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from engine.chains.measure import (
    CHAINS,
    MEASURES,
    Distance,
    Verdict,
    few_distances,
    held_out,
    trained_on,
    verdict,
)
from engine.data import Polymer
from engine.figures.chains import distribution, flock
from engine.metrics import end_to_end, histograms, radius_of_gyration
from engine.noise import Cosine, Linear, Schedule
from pages.ui import chains, jobs, plots, points, takeaway, taken_points, theme, training, widgets
from pages.ui.jobs import Report
from pages.ui.player import Bars, Curve, Layer, Panel, Scene, player
from pages.ui.points import Process
from pages.ui.taken import Taken

VIEWS = {"reverse": "Denoise", "forward": "Add noise", "both": "Side by side"}
MOST = 30  #: chains the flock may show
LESSON_PARAMETERS = 160_536  #: 24 + 64 -> 256 -> 256 -> 256 -> 24 with biases

BINS = 30
CRISP = 3.0  #: spread of bonds over that of the data, above which it is said
MADE = {  #: how the chains of a data set were simulated, beyond their number
    "polymer": "",
    "polymer_long": " --beads 24 --steps 20000",
    "polymer_space": " --dimensions 3",
}

RIVALS: dict[str, Schedule] = {"Linear, T = 200": Linear(T=200), "Cosine, T = 200": Cosine(T=200)}
RACERS = 500  #: chains of each rival schedule


@dataclass(frozen=True)
class Crowd:
    """How many chains."""

    shown: int = field(
        default=12,
        metadata=dict(
            label="Chains shown", help="How many of the chains the picture shows.",
            min=1, max=MOST, step=1, unit="", format="%d",
        ),
    )  # fmt: skip
    n: int = field(
        default=200,
        metadata=dict(
            label="Chains sampled",
            help="How many stand behind the histograms and numbers. More: steadier, slower.",
            min=100, max=2000, step=100, unit="", format="%d",
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class PolymerFilm:
    """Both processes in sigma; t (F,) of the forward one, the reverse one is at T - t.

    forward, reverse: (F, MOST, L, d) chains to show; *_gyration, *_end: (F, BINS) histograms as
    densities over all chains, between the edges *_edges; samples: (n, L, d) all chains at the end
    of the reverse process.
    """

    process: Process
    t: Tensor
    forward: Tensor
    reverse: Tensor
    forward_gyration: np.ndarray
    reverse_gyration: np.ndarray
    forward_end: np.ndarray
    reverse_end: np.ndarray
    gyration_edges: Tensor
    end_edges: Tensor
    samples: Tensor


def polymer_film(report: Report, process: Process) -> PolymerFilm:
    """The work of this page, done in a job."""
    film = chains.film(report, process)
    gyration, end = _edges(CHAINS[process.dataset])
    return PolymerFilm(
        process=process,
        t=film.t,
        forward=film.forward[:, :MOST].clone(),
        reverse=film.reverse[:, :MOST].clone(),
        forward_gyration=histograms(radius_of_gyration(film.forward), gyration).numpy(),
        reverse_gyration=histograms(radius_of_gyration(film.reverse), gyration).numpy(),
        forward_end=histograms(end_to_end(film.forward), end).numpy(),
        reverse_end=histograms(end_to_end(film.reverse), end).numpy(),
        gyration_edges=gyration,
        end_edges=end,
        samples=film.reverse[-1].clone(),
    )


def _edges(data: Polymer) -> tuple[Tensor, Tensor]:
    """Edges (BINS + 1,) in sigma for radii and for end-to-end distances of data and of noise."""
    size, ends = radius_of_gyration(held_out(data)), end_to_end(held_out(data))
    widest = 1.1 * float(ends.max())
    low, high = 0.6 * float(size.min()), 1.1 * float(size.max())
    return torch.linspace(low, high, BINS + 1), torch.linspace(0, widest, BINS + 1)


def judge(report: Report, film: PolymerFilm) -> Verdict:
    """The job: compare the samples with the chains that no training has seen."""
    report(0, 1, message="Comparing")
    return verdict(film.samples, CHAINS[film.process.dataset])


def taken(film: PolymerFilm, process: Process) -> Taken:
    """The chains that can be shown, and all that were sampled."""
    ways = dict(forward=film.forward, reverse=film.reverse)
    return taken_points.of_chains("polymer", "Polymer", process, film.t, ways, film.samples)


def race(report: Report, process: Process) -> dict[str, tuple[Tensor, dict[str, Distance]]]:
    """The job: what each rival schedule makes, and how far that is from the simulation."""
    made = {}
    for name, schedule in RIVALS.items():
        film = chains.film(report, replace(process, schedule=schedule))
        samples = film.reverse[-1].clone()
        made[name] = samples, few_distances(samples, CHAINS[process.dataset])
    return made


# -------------------------------------------------------------------------------------- pictures


def scene(film: PolymerFilm, view: str, shown: int) -> Scene:
    """The flock, and below it how long and how large all chains are at this moment."""
    flocks: list[Panel] = []
    for name, title, x, role in (
        ("forward", "Forward: data to noise", film.forward, "data"),
        ("reverse", "Reverse: noise to data", film.reverse, "model"),
    ):
        if view == "both" or (view == name and shown == 1):
            flocks.append(chains.flock(title, x[:, :shown], role, span=6 if view == "both" else 12))
        elif view == name:
            half = (shown + 1) // 2
            flocks.append(chains.flock(title, x[:, :half], role))
            flocks.append(chains.flock("\u00a0", x[:, half:shown], role))
    sizes, ends = film.gyration_edges, film.end_edges
    bars = [
        _bars("Radius of gyration", film.forward_gyration, film.reverse_gyration, sizes, view),
        _bars("End-to-end distance", film.forward_end, film.reverse_end, ends, view),
    ]
    direction: Literal["forward", "reverse"] = "reverse" if view == "reverse" else "forward"
    return Scene([*flocks, *bars], chains.labels(film.t, view), 6.0, direction, columns=12)


def _bars(title: str, forward: np.ndarray, reverse: np.ndarray, edges: Tensor, view: str) -> Panel:
    """A histogram on the clock: the process in view, over the other where it should agree."""
    if view == "forward":
        layers: list[Layer] = [Bars(edges, forward, colour="data", label="noised data")]
    else:
        expected = forward[::-1]
        layers = [
            Bars(edges, reverse, colour="model", label="sampled"),
            Curve(
                np.repeat(edges.numpy(), 2)[None, 1:-1],
                np.repeat(expected, 2, axis=1),
                colour="data",
                width=2.0,
                label="data noised to the same t",
            ),
        ]
    top = 1.15 * float(max(forward.max(), reverse.max()))
    return Panel(
        title, layers, (float(edges[0]), float(edges[-1])), (0, top), equal=False,
        xlabel="σ", span=6, ratio=0.5,
    )  # fmt: skip


def still(film: PolymerFilm, found: Verdict | None) -> None:
    """The ends of all chains against the simulation, one chart a measure."""
    unseen, dark = held_out(CHAINS[film.process.dataset]), theme.is_dark()
    for column, (name, measure) in zip(st.columns(3, gap="medium"), MEASURES.items(), strict=True):
        ours, known = measure(film.samples), measure(unseen)
        with column:
            st.markdown(f"**{name}**")
            chart = distribution(known, {"Sampled": ours}, "σ", dark)
            plots.draw(chart, key=f"still_{name}")
            text = f"Sampled {chains.spread(ours, 'σ')}, data {chains.spread(known, 'σ')}."
            if found is not None:
                d = found.distances[name]
                text += (
                    f" Wasserstein distance **{d.distance:.3f} σ**; between as many training "
                    f"chains and the data {d.floor:.3f} σ."
                )
            st.caption(text)


# ----------------------------------------------------------------------------------------- words


def crispness(found: Verdict) -> None:
    """Whether bonds are as crisp as simulated ones."""
    bond = found.distances["Bond length"]
    if bond.std > CRISP * bond.known:
        st.caption(
            f"Not quite: bonds spread by {bond.std:.2f} σ, in the data by {bond.known:.2f} σ. A "
            "plain network that is told coordinates only finds bond lengths hard; one that sees "
            "the distances between beads (VAE against diffusion) does not."
        )


def copies(found: Verdict) -> None:
    """Whether samples are copies of training chains."""
    copied = found.nearest_sampled < 0.5 * found.nearest_held_out
    st.caption(
        "Copied from the training set? The nearest training chain is "
        f"{found.nearest_sampled:.2f} σ per bead away from a sampled chain, and "
        f"{found.nearest_held_out:.2f} σ from one never seen: "
        + ("samples are copies." if copied else "no sign of copying.")
    )


def schedules(process: Process) -> None:
    """The lesson's linear schedule beside the cosine one: same network, sampler and noise."""
    st.markdown("#### Does the schedule reach noise?")
    st.markdown(
        "The textbook lesson uses a linear schedule with T = 200. It stops at ᾱ_T = 0.13: chains "
        "are then still longer than noise. A sampler that starts from N(0, I) starts with chains "
        "that are too short, and its samples stay too short. The same denoiser, the same noise:"
    )
    rival = replace(process, schedule=Cosine(), same=False, path="markov", n=RACERS)
    made = jobs.cached("polymer_race", race, rival, label="Racing the schedules")
    if made is None:
        return
    rows = [
        [name, points.number(RIVALS[name].signal_left)]
        + [f"{found[measure].distance:.3f} σ" for measure in MEASURES]
        for name, (_, found) in made.items()
    ]
    _, found = next(iter(made.values()))
    rows.append(["Data against data", "", *(f"{found[m].floor:.3f} σ" for m in MEASURES)])
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.markdown(chains.table(["", "ᾱ_T", "R_g", "End to end", "Bond"], rows))
        st.caption(
            f"Wasserstein distance of {RACERS} chains to the simulation, by measure: smaller is "
            "better."
        )
    with right:
        ends = {name: end_to_end(x) for name, (x, _) in made.items()}
        chart = distribution(
            end_to_end(held_out(CHAINS[process.dataset])), ends, "End-to-end distance, σ",
            theme.is_dark(),
        )  # fmt: skip
        plots.draw(chart, key="race")


def provenance(data: Polymer) -> None:
    """Where the data and the network come from."""
    total, unseen = len(trained_on(data)) + len(held_out(data)), len(held_out(data))
    beads, dimensions = data.chain_shape
    text = (
        f"**The data** are our own simulation: {total:,} chains of {beads} beads in "
        f"{'space' if dimensions == 3 else 'the plane'}, held by FENE springs, with excluded "
        "volume and a weak attraction (Kremer and Grest 1990), in Langevin dynamics. "
        f"`python -m engine.polymer --chains {total} --seed 0{MADE[data.key]}` makes them again. "
        "Each is centred and turned so that its long axis lies along x; in training it also counts "
        f"read from the other end and mirrored, which cost the same energy. {unseen:,} are kept "
        "from training and stand for the data in every chart. One σ is the diameter of a bead."
    )
    network = training.shipped(data.key).card if training.is_trained(data.key) else {}
    if "parameters" in network:
        text += (
            f"\n\n**The network** that ships has exactly {network['parameters']:,} parameters, "
            "weights and biases."
        )
        if data.key == "polymer":
            text += f" The lesson's (24 + 64 → 256 → 256 → 256 → 24) has {LESSON_PARAMETERS:,}."
    st.markdown(text)


def words(data: Polymer) -> None:
    """The formulas behind what is seen."""
    beads = data.chain_shape[0]
    with st.expander("The equations behind it", icon=":material/function:"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(f"**Noise** is added to all {data.dim} coordinates of a chain:")
            st.latex(r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon")
            st.markdown(
                "It knows nothing of bonds. Beads that were neighbours are soon as far apart as "
                "any two, and bringing the bonds back is what the network has to learn."
            )
        with right:
            st.markdown("**Radius of gyration**: how far beads are from their centre,")
            st.latex(rf"R_g^2 = \tfrac1{{{beads}}}\textstyle\sum_i |r_i - \bar r|^2")
            st.markdown(
                "Data and noise are scaled to the same size, so R_g hardly changes on the way. "
                "The **end-to-end distance**, first bead to last, does: noise has no memory of "
                "which bead comes first."
            )


BASE = dict(
    view="reverse",
    polymer_chains="polymer",
    polymer_shown=12,
    polymer_n=200,
    schedule="cosine",
    noise_T=100,
    path="markov",
    denoiser="learned",
    sampler="ddpm",
    steps=points.EVERY,
    start_same=False,
)
LESSONS: chains.Lessons = {
    "The lesson's schedule": (
        "Linear with T = 200: the chain never reaches noise.",
        dict(schedule="linear", noise_T=200),
    ),
    "Start where noise ends": (
        "The same schedule, started from the noised data instead of N(0, I): the fault is gone.",
        dict(schedule="linear", noise_T=200, start_same=True, view="both"),
    ),
    "Ten steps": (
        "DDIM with eta = 0 makes chains in ten network calls.",
        dict(sampler="ddim", ddim_eta=0.0, steps=10),
    ),
    "Thirty at once": ("Thirty chains, and what they become.", dict(polymer_shown=MOST)),
}


def show() -> None:
    """Draw this view of the page."""
    with st.sidebar:
        key = widgets.choice(
            "Chains",
            CHAINS,
            "polymer_chains",
            help="Chains of 12 beads, chains twice as long, or chains in space: drag those to turn "
            "them. Each kind has a network of its own.",
        )
        data = CHAINS[key]
        crowd = widgets.options(Crowd, "polymer")
        process = chains.controls(data, crowd.n, T=100, sampler="ddpm")
    view = widgets.choice(
        "Show",
        VIEWS,
        "view",
        help="From noise to data, from data to noise, or both at once.",
        wide=True,
    )
    stage = st.container()
    film = jobs.cached("polymer_film", polymer_film, process, label="Sampling chains")
    with stage:
        moving = None if film is None else scene(film, view, crowd.shown)
        player(moving, key="polymer", height=430)
        takeaway.show("polymer", "Polymer", moving, film and taken(film, process), height=430)
    points.show_reading(process.schedule)
    points.lessons(LESSONS, BASE)
    if film is not None:
        found = jobs.cached("polymer_verdict", judge, film, label="Comparing")
        st.markdown("#### Are they real chains?")
        still(film, found)
        if found is not None:
            crispness(found)
            copies(found)
            schedules(process)
    provenance(data)
    words(data)
    training.panel(
        data.key, draw=lambda x, _, dark: flock(x[:12].reshape(-1, *data.chain_shape), dark)
    )
