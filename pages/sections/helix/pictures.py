"""The moving picture of a helix: its chain, the matrix of its distances, and what that says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from engine.data.helices import CA_DISTANCE, RESIDUES
from engine.experiments.helix import TEXTBOOK, Distances, HelixFilm
from engine.figures.player import Chains, Curve, Heat, Layer, Line, Panel, Scene
from pages.ui.wording import labels

CONTACT = 8.0  #: Angstrom; residues nearer than this touch each other
FAR = {"helix_alpha": 36.0, "helix_planar": 32.0}  #: Angstrom at the pale end of the matrix
WINDOW = {"helix_alpha": (19.5, 13.5), "helix_planar": (24.0, 18.5)}  #: half width, height, Å


def scene(film: HelixFilm, dataset: str, view: str, ghosts: bool, contacts: bool) -> Scene:
    """Chain and matrix, and below them what the matrix says, all on one clock.

    contacts: the colours of the matrix show distances below ``CONTACT`` only.
    """
    far = CONTACT if contacts else FAR[dataset]
    panels: list[Panel] = []
    for way in _shown(film, view):
        panels += _pair(way, dataset, ghosts, far)
    panels += [_separation(film, dataset, view), _bonds(film, view)]
    direction: Literal["forward", "reverse"] = "reverse" if view == "reverse" else "forward"
    return Scene(panels, labels(film.film.t, view), 5.0, direction, columns=10)


@dataclass(frozen=True, eq=False)
class Way:
    """One of the processes as it is drawn: its chain, its pale chain, its distances, its colour."""

    name: str
    chain: Tensor
    ghost: Tensor
    distances: Distances
    role: str


def _shown(film: HelixFilm, view: str) -> list[Way]:
    """The processes in view."""
    chains = film.film
    ways = [
        Way("forward", chains.forward, chains.forward[:1], film.forward, "data"),
        Way("reverse", chains.reverse, chains.guess, film.reverse, "model"),
    ]
    return [way for way in ways if view in (way.name, "both")]


def _lying(x: Tensor) -> Tensor:
    """Turn the helix axis z to the right; the screen's axes are right, up, towards the viewer."""
    return x.roll(1, dims=-1) if x.shape[-1] == 3 else x


TITLES = {"forward": "Forward: data to noise", "reverse": "Reverse: noise to data"}
GHOSTS = {"forward": "data x_0", "reverse": "prediction of x_0"}


def _pair(way: Way, dataset: str, ghosts: bool, far: float) -> list[Panel]:
    """The chain, and the matrix of the same frame; pointing at one lights up the other."""
    wide, tall = WINDOW[dataset]
    pale = Chains(
        _lying(way.ghost),
        colour=way.role,
        width=5.0,
        bead=0,
        alpha=0.3,
        view=(3.0, 10.0),
        label=GHOSTS[way.name],
    )
    chain = Chains(
        _lying(way.chain),
        width=4.0,
        bead=7,
        c=np.arange(RESIDUES),
        view=(3.0, 10.0),
        link=way.name,
        label=f"residues 1 to {RESIDUES}",
    )
    edges = (0.5, RESIDUES + 0.5)
    heat = Heat(
        way.distances.matrix,
        (*edges, *edges),
        scale="distance",
        limits=(0, far),
        smooth=False,
        link=way.name,
        unit="Å",
        label=f"0 to {far:.0f} Å",
    )
    window = (-wide, wide), (-tall, tall)
    return [
        Panel(TITLES[way.name], [pale, chain] if ghosts else [chain], *window, axes=False, span=6),
        Panel("Distance matrix", [heat], edges, edges[::-1], xlabel="residue", span=4),
    ]


def _separation(film: HelixFilm, dataset: str, view: str) -> Panel:
    """Mean distance of residues k apart in this frame, with that of the data behind."""
    k = np.arange(1, RESIDUES)[None]
    name = "textbook helix" if dataset == TEXTBOOK else "mean of the data"
    layers: list[Layer] = [
        Curve(k, film.known[None], colour="reference", dash=True, label=name),
        *(
            Curve(k, way.distances.separation, colour=way.role, width=2.4, label=way.name)
            for way in _shown(film, view)
        ),
    ]
    limits = ((1, 12), (0, 24)) if dataset == TEXTBOOK else ((1, 23), (0, 30))
    return Panel(
        "How far apart are residues i and i + k?", layers, *limits, equal=False,
        xlabel="k", ylabel="Å", span=5, ratio=0.6,
    )  # fmt: skip


def _bonds(film: HelixFilm, view: str) -> Panel:
    """Mean and spread of the neighbour distance over time; a click jumps to that frame."""
    times = film.film.t
    T = float(times[-1])
    layers: list[Layer] = [Line(0, CA_DISTANCE, T, CA_DISTANCE, label=f"{CA_DISTANCE} Å")]
    for way in _shown(film, view):
        t = (times if way.name == "forward" else T - times)[None]
        mean, spread = way.distances.bond_mean, way.distances.bond_spread
        name = "± one standard deviation"
        layers += [
            Curve(t, edge[None], colour=way.role, width=1.0, alpha=0.55, label=label)
            for edge, label in ((mean - spread, name), (mean + spread, ""))
        ]
        layers.append(Curve(t, mean[None], colour=way.role, width=2.4, cursor=True, label=way.name))
    top = 1.1 * float((film.forward.bond_mean + film.forward.bond_spread).max())
    return Panel(
        "Distance of neighbours, mean ± spread", layers, (T, 0) if view == "reverse" else (0, T),
        (0, top), equal=False, xlabel="time t", ylabel="Å", span=5, ratio=0.6,
    )  # fmt: skip
