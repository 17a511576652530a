"""Helix: a chain and the matrix of its distances, noised and brought back on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st
import torch
from torch import Generator, Tensor

from engine.data import DATASETS, Dataset
from engine.denoise import ExactEmpirical
from engine.figures.chains import flock
from engine.helix import distance_by_separation, helix_shape, turns
from engine.metrics import bond_lengths, distance_matrix
from engine.shapes import (
    ALPHA_RADIUS,
    ALPHA_RISE,
    ALPHA_TURN,
    CA_DISTANCE,
    RESIDUES,
    ideal_alpha_helix,
)
from pages.ui import (
    chains,
    jobs,
    points,
    takeaway,
    taken_points,
    theme,
    training,
    widgets,
)
from pages.ui.jobs import Report
from pages.ui.player import Chains, Curve, Heat, Layer, Line, Panel, Scene, player
from pages.ui.points import Process
from pages.ui.taken import Taken

VIEWS = {"reverse": "Denoise", "forward": "Add noise", "both": "Side by side"}
SAMPLES = 100  #: helices behind the averages
FAR = {"helix_alpha": 36.0, "helix_planar": 32.0}  #: Angstrom at the pale end of the matrix
WINDOW = {"helix_alpha": (19.5, 13.5), "helix_planar": (24.0, 18.5)}  #: half width, height, Å


@dataclass(frozen=True, eq=False)
class Moving:
    """One process of the film, ready to draw: F frames of one helix, averages over all of them.

    chain: (F, 1, L, d) and ghost: (F or 1, 1, L, d), turned for the screen; matrix: (F, L, L);
    separation: (F, L - 1), of the one helix; bond_mean, bond_spread: (F,). All in Angstrom.
    """

    chain: Tensor
    ghost: Tensor
    matrix: Tensor
    separation: Tensor
    bond_mean: Tensor
    bond_spread: Tensor


@dataclass(frozen=True, eq=False)
class HelixFilm:
    """Both processes; t (F,) of the forward one, samples (B, L, d) and fresh data (N, L, d)."""

    t: Tensor
    forward: Moving
    reverse: Moving
    samples: Tensor
    data: Tensor


def helix_film(report: Report, process: Process) -> HelixFilm:
    """The work of this page, done in a job."""
    film = chains.film(report, process)
    data = DATASETS[process.dataset]
    fresh = data.sample(5 * SAMPLES, Generator().manual_seed(process.seed + 10_000))
    return HelixFilm(
        t=film.t,
        forward=_moving(film.forward, film.forward[:1]),
        reverse=_moving(film.reverse, film.guess),
        samples=film.reverse[-1],
        data=data.to_chain(fresh),
    )


def _moving(x: Tensor, ghost: Tensor) -> Moving:
    bonds = bond_lengths(x.flatten(0, 1)).view(len(x), -1)
    matrix = distance_matrix(x[:, 0])
    return Moving(
        chain=_lying(x[:, :1]),
        ghost=_lying(ghost[:, :1]),
        matrix=matrix,
        separation=distance_by_separation(matrix),
        bond_mean=bonds.mean(dim=1),
        bond_spread=bonds.std(dim=1),
    )


def _lying(x: Tensor) -> Tensor:
    """Turn the helix axis z to the right; the screen's axes are right, up, towards the reader."""
    return x.roll(1, dims=-1) if x.shape[-1] == 3 else x


def taken(film: HelixFilm, data: Dataset, process: Process) -> Taken:
    """The helix of the film and all that were sampled, with their axis along z again."""
    there, back = film.forward, film.reverse
    ways = dict(forward=there.chain, reverse=back.chain, guess=back.ghost)
    ways = {name: x.roll(-1, dims=-1) if x.shape[-1] == 3 else x for name, x in ways.items()}
    return taken_points.of_chains("helix", data.label, process, film.t, ways, film.samples)


# -------------------------------------------------------------------------------------- pictures


def scene(film: HelixFilm, dataset: str, view: str, ghosts: bool) -> Scene:
    """Chain and matrix, and below them what the matrix says, all on one clock."""
    panels: list[Panel] = []
    for name, part in (("forward", film.forward), ("reverse", film.reverse)):
        if view in (name, "both"):
            panels += _pair(name, part, dataset, ghosts)
    panels += [_separation(film, dataset, view), _bonds(film, view)]
    direction: Literal["forward", "reverse"] = "reverse" if view == "reverse" else "forward"
    return Scene(panels, chains.labels(film.t, view), 5.0, direction, columns=10)


TITLES = {"forward": "Forward: data to noise", "reverse": "Reverse: noise to data"}
ROLES = {"forward": "data", "reverse": "model"}
GHOSTS = {"forward": "data x_0", "reverse": "guess of x_0"}


def _pair(name: str, part: Moving, dataset: str, ghosts: bool) -> list[Panel]:
    """The chain, and the matrix of the same frame; pointing at one lights up the other."""
    (wide, tall), far = WINDOW[dataset], FAR[dataset]
    pale = Chains(
        part.ghost,
        colour=ROLES[name],
        width=5.0,
        bead=0,
        alpha=0.3,
        view=(3.0, 10.0),
        label=GHOSTS[name],
    )
    chain = Chains(
        part.chain,
        width=4.0,
        bead=7,
        c=np.arange(RESIDUES),
        view=(3.0, 10.0),
        link=name,
        label="residues 1 to 24",
    )
    edges = (0.5, RESIDUES + 0.5)
    heat = Heat(
        part.matrix,
        (*edges, *edges),
        scale="distance",
        limits=(0, far),
        smooth=False,
        link=name,
        label=f"0 to {far:.0f} Å",
    )
    window = (-wide, wide), (-tall, tall)
    return [
        Panel(TITLES[name], [pale, chain] if ghosts else [chain], *window, axes=False, span=6),
        Panel("Its distances", [heat], edges, edges[::-1], xlabel="residue", span=4),
    ]


def _separation(film: HelixFilm, dataset: str, view: str) -> Panel:
    """Mean distance of residues k apart in this frame, with that of the data behind."""
    k = np.arange(1, RESIDUES)[None]
    known, name = distance_matrix(film.data).mean(dim=0, keepdim=True), "mean of the data"
    if dataset == "helix_alpha":
        known, name = distance_matrix(ideal_alpha_helix()[None]), "textbook helix"
    layers: list[Layer] = [
        Curve(k, distance_by_separation(known), colour="reference", dash=True, label=name)
    ]
    for part, role, moving in _shown(film, view):
        layers.append(Curve(k, moving.separation, colour=role, width=2.4, label=part))
    limits = ((1, 12), (0, 24)) if dataset == "helix_alpha" else ((1, 23), (0, 30))
    return Panel(
        "How far apart are residues i and i + k?", layers, *limits, equal=False,
        xlabel="k", ylabel="Å", span=5, ratio=0.6,
    )  # fmt: skip


def _bonds(film: HelixFilm, view: str) -> Panel:
    """Mean and spread of the neighbour distance over time; a click jumps to that frame."""
    T = float(film.t[-1])
    level = Line(0, CA_DISTANCE, T, CA_DISTANCE, label=f"{CA_DISTANCE} Å")
    layers: list[Layer] = [level]
    for part, role, moving in _shown(film, view):
        t = (film.t if part == "forward" else T - film.t)[None]
        for sign in (-1, 1):
            edge = (moving.bond_mean + sign * moving.bond_spread)[None]
            layers.append(Curve(t, edge, colour=role, width=1.0, alpha=0.55))
        layers.append(
            Curve(t, moving.bond_mean[None], colour=role, width=2.4, cursor=True, label=part)
        )
    top = 1.1 * float((film.forward.bond_mean + film.forward.bond_spread).max())
    return Panel(
        "Distance of neighbours, mean ± spread", layers, (T, 0) if view == "reverse" else (0, T),
        (0, top), equal=False, xlabel="time t", ylabel="Å", span=5, ratio=0.6,
    )  # fmt: skip


def _shown(film: HelixFilm, view: str) -> list[tuple[str, str, Moving]]:
    parts = [("forward", "data", film.forward), ("reverse", "model", film.reverse)]
    return [part for part in parts if view in (part[0], "both")]


# ----------------------------------------------------------------------------------------- words


def measures(chain: Tensor) -> dict[str, str]:
    """What is measured on chains (n, L, 2 or 3) in Angstrom, as a person reads it."""
    by_separation = distance_by_separation(distance_matrix(chain))
    found = {
        "Neighbours i, i + 1": chains.spread(bond_lengths(chain), "Å"),
        "Distance i, i + 3": chains.spread(by_separation[:, 2], "Å"),
        "Distance i, i + 4": chains.spread(by_separation[:, 3], "Å"),
    }
    if chain.shape[-1] == 2:
        return {**found, "Turns in all": chains.spread(turns(chain), "")}
    shape = helix_shape(chain)
    return {
        **found,
        "Rise per residue": chains.spread(shape.rise.abs(), "Å"),
        "Residues per turn": chains.spread(shape.residues_per_turn, ""),
        "Radius": chains.spread(shape.radius, "Å"),
        "Right-handed": f"{100 * shape.right_handed.float().mean():.0f} %",
    }


def textbook() -> dict[str, str]:
    """The same for the ideal alpha helix."""
    by_separation = distance_by_separation(distance_matrix(ideal_alpha_helix()[None]))[0].tolist()
    return {
        "Neighbours i, i + 1": f"{by_separation[0]:.2f} Å",
        "Distance i, i + 3": f"{by_separation[2]:.2f} Å",
        "Distance i, i + 4": f"{by_separation[3]:.2f} Å",
        "Rise per residue": f"{ALPHA_RISE:.2f} Å",
        "Residues per turn": f"{ALPHA_TURN:.2f}",
        "Radius": f"{ALPHA_RADIUS:.2f} Å",
        "Right-handed": "100 %",
    }


def numbers(film: HelixFilm, process: Process) -> None:
    """Samples against data, and the textbook where it has a value."""
    ours, data = measures(film.samples), measures(film.data)
    exact = points.exact_denoiser(process.dataset)
    if process.denoiser == "exact" and isinstance(exact, ExactEmpirical):
        known = DATASETS[process.dataset].to_chain(exact.points)
        name = f"To the nearest of {len(known):,} stored"
        ours[name] = f"{_nearest(film.samples, known):.2f} Å"
        data[name] = f"{_nearest(film.data, known):.2f} Å"
    ideal = textbook() if process.dataset == "helix_alpha" else {}
    head = ["", "Sampled", "Data", *(["Textbook"] if ideal else [])]
    rows = [
        [name, f"**{value}**", data[name], *([ideal.get(name, "")] if ideal else [])]
        for name, value in ours.items()
    ]
    st.markdown(chains.table(head, rows))
    st.caption(
        f"Mean ± standard deviation over {len(film.samples)} sampled helices and "
        f"{len(film.data)} fresh ones of the data."
    )


def _nearest(chain: Tensor, known: Tensor) -> float:
    """Median over chains of the root mean square distance per residue to the nearest known one."""
    gap = torch.cdist(chain.flatten(1), known.flatten(1)).min(dim=1).values
    return float(gap.median()) / RESIDUES**0.5


BANDS = {
    "helix_alpha": """
#### What the bands mean
Cell (i, j) of the matrix is the distance between residues i and j. Beside the diagonal stand
neighbours, **3.8 Å** apart. An alpha helix turns once in 3.6 residues, so residues **i and i + 3**
(5.0 Å) and **i and i + 4** (6.2 Å) come to lie one above the other. Residue i + 3 is even nearer
than i + 2 (5.4 Å): that is the dip in the curve. In a protein, hydrogen bonds hold i and i + 4
together.

A mirror image has the *same* matrix. Distances cannot tell a right-handed helix from a left-handed
one; the network sees coordinates, so it can.
""",
    "helix_planar": """
#### What the bands mean
Cell (i, j) of the matrix is the distance between residues i and j. Beside the diagonal stand
neighbours, **3.8 Å** apart. Away from it a second dark stripe appears, where one arm of the spiral
passes the next about **8 Å** away. It leaves the diagonal as it goes, since each turn takes more
residues than the last.

In noise all pairs are about equally far apart and the matrix is flat. The bands *are* the order.
""",
}


def words(process: Process) -> None:
    """The formulas behind what is seen."""
    scale = DATASETS[process.dataset].scale
    with st.expander("The equations behind it", icon=":material/function:"):
        st.markdown("**Forward.** Coordinates shrink towards 0 and noise takes their place:")
        st.latex(r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon")
        st.markdown(
            f"One unit is {scale:.1f} Å here, so pure noise spreads every coordinate by "
            f"{scale:.1f} Å: neighbours end up as far apart as any two residues.\n\n"
            "**Reverse.** The denoiser guesses the clean helix. The pale chain is this guess:"
        )
        st.latex(r"\hat x_0(x_t) \approx \mathbb E[x_0 \mid x_t]")
        st.markdown(
            "Each step moves x_t a little towards it. A guess is a *mean* over all helices that "
            "may have led to x_t: early on it is a smear near the axis, and only once the turn of "
            "the helix is settled does it become a helix."
        )


BASE = dict(
    data="helix_alpha", view="reverse", ghost=True, schedule="cosine", noise_T=100, path="markov",
    denoiser="learned", sampler="ddpm", steps=points.EVERY, start_same=False,
)  # fmt: skip
LESSONS: chains.Lessons = {
    "Not yet noise": (
        "A linear schedule of 200 steps keeps 13 % of the signal's variance: the two curves of the "
        "neighbours' distance do not end at the same height.",
        dict(view="both", schedule="linear", noise_T=200),
    ),
    "Ten steps": (
        "DDIM with eta = 0 makes a helix in ten network calls.",
        dict(sampler="ddim", ddim_eta=0.0, steps=10),
    ),
    "Only memory": (
        "The exact denoiser gives back the very helices it has stored.",
        dict(denoiser="exact"),
    ),
}

theme.header(
    "Helix",
    "Noise condenses into a helix of 24 residues. Beside it, the distances between all of them: "
    "point at a cell or at a residue to see which is which.",
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    helices = {key: data for key, data in DATASETS.items() if data.group == "helix"}
    data = helices[
        widgets.choice(
            "Helix",
            helices,
            "data",
            "helix_alpha",
            help="The alpha helix of proteins, in space: drag to turn it. Or a helix seen along "
            "its axis that widens as it turns.",
            wide=True,
        )
    ]
    view = widgets.choice(
        "Show",
        VIEWS,
        "view",
        help="From noise to data, from data to noise, or both at once.",
        wide=True,
    )
    ghosts = st.toggle(
        "Pale chain",
        value=True,
        key="ghost",
        bind="query-params",
        help="On the way to noise: where the chain came from, x_0. On the way back: the denoiser's "
        "guess of x_0 at this moment.",
    )
with st.sidebar:
    process = chains.controls(data, SAMPLES, T=100, sampler="ddpm")
stage = st.container()
film = jobs.cached("helix_film", helix_film, process, label="Sampling helices")
with stage:
    moving = None if film is None else scene(film, data.key, view, ghosts)
    player(moving, key="helix", height=390)
    takeaway.show("helix", data.label, moving, film and taken(film, data, process), height=390)
points.show_reading(process.schedule)
points.lessons(LESSONS, BASE)
left, right = st.columns([5, 6], gap="large")
left.markdown(BANDS[data.key])
with right:
    st.markdown("#### Is it a helix?")
    if film is not None:
        numbers(film, process)
words(process)
training.panel(
    data.key,
    draw=lambda x, _, dark: flock(data.to_chain(torch.tensor(x[:6])), dark, columns=2),
)
