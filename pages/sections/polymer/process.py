"""Polymer, noise and back: chains dissolve and form again, under any schedule and sampler."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from engine.experiments.film import Process
from engine.experiments.polymer.film import MOST, Histograms, PolymerFilm, assess_film, polymer_film
from engine.figures.charts.chains import sampled_chains
from engine.figures.player import Bars, Curve, Layer, Panel, Scene, chain_panels
from engine.options import count
from engine.polymer import CHAINS, MEASURES
from pages.sections.polymer import lessons, process_results
from pages.ui import jobs, widgets
from pages.ui.components.picture import picture
from pages.ui.export import points as point_exports
from pages.ui.process_controls import controls
from pages.ui.stage import Stage
from pages.ui.training import training_panel
from pages.ui.wording import labels, show_reading

VIEWS = {"reverse": "Denoise", "forward": "Add noise", "both": "Side by side"}


@dataclass(frozen=True)
class Amounts:
    """How many chains; the fields' names stand in addresses."""

    shown: int = count(
        12, "Chains shown", "How many of the chains the picture shows.", (1, MOST, 1)
    )
    n: int = count(
        200,
        "Chains sampled",
        "How many chains the histograms and numbers are computed from. More: less scatter, slower.",
        (100, 2000, 100),
    )


# -------------------------------------------------------------------------------------- pictures


def scene(film: PolymerFilm, view: str, shown: int) -> Scene:
    """The chains, and below them how long and how large all chains are at this moment."""
    panels: list[Panel] = []
    for name, title, x, role in (
        ("forward", "Forward: data to noise", film.forward, "data"),
        ("reverse", "Reverse: noise to data", film.reverse, "model"),
    ):
        if view == "both" or (view == name and shown == 1):
            span = 6 if view == "both" else 12
            panels.append(chain_panels.chains(title, x[:, :shown], role, span=span))
        elif view == name:
            half = (shown + 1) // 2
            panels.append(chain_panels.chains(title, x[:, :half], role))
            panels.append(chain_panels.chains("\u00a0", x[:, half:shown], role))
    panels.append(_bars(MEASURES["gyration"].label, film.gyration, view))
    panels.append(_bars(MEASURES["ends"].label, film.ends, view))
    direction: Literal["forward", "reverse"] = "reverse" if view == "reverse" else "forward"
    return Scene(panels, labels(film.t, view), 6.0, direction, columns=12)


def _bars(title: str, found: Histograms, view: str) -> Panel:
    """A moving histogram: the process in view, over the other where it should agree."""
    edges = found.edges.numpy()
    forward, reverse = found.forward.numpy(), found.reverse.numpy()
    if view == "forward":
        layers: list[Layer] = [Bars(edges, forward, colour="data", label="noised data")]
    else:
        layers = [
            Bars(edges, reverse, colour="model", label="sampled"),
            Curve(
                np.repeat(edges, 2)[None, 1:-1],
                np.repeat(forward[::-1], 2, axis=1),
                colour="data",
                width=2.0,
                label="data noised to the same t",
            ),
        ]
    window, top = (
        (float(edges[0]), float(edges[-1])),
        1.15 * float(max(forward.max(), reverse.max())),
    )
    return Panel(title, layers, window, (0, top), equal=False, xlabel="σ", span=6, ratio=0.5)


# ----------------------------------------------------------------------------------------- the view


def show() -> None:
    """Draw this view of the page."""
    lessons.PROCESS.arrive()
    strip = st.container()
    process, view, shown = _controls()
    with strip:
        lessons.PROCESS.show()
    stage = Stage("polymer", height=430)
    film = jobs.cached("polymer_film", polymer_film, process, label="Sampling chains")
    if film is None:
        stage.show("Polymer", None, None)
    else:
        export = point_exports.of_process("polymer", "Polymer", process, film, polymer_film)
        moving = picture("polymer", partial(scene, film, view, shown), process, view, shown)
        stage.show("Polymer", moving, export)
    show_reading(process.schedule)
    with st.container():
        if film is not None:
            found = jobs.cached("polymer_assessment", assess_film, film, label="Comparing")
            process_results.show(film, found)
    data = CHAINS[process.dataset]
    process_results.provenance(data)
    process_results.words(data)
    training_panel.panel(data.key, draw=partial(sampled_chains, data.chain_shape))


def _controls() -> tuple[Process, str, int]:
    """What the sidebar says: the process, which way it is shown, and how many chains."""
    with st.sidebar:
        view = widgets.choice(
            "Show", VIEWS, "view", help="From noise to data, from data to noise, or both at once."
        )
        key = widgets.choice(
            "Chains",
            CHAINS,
            "polymer_chains",
            help="Chains of 12 beads, chains twice as long, or chains in space: drag those to turn "
            "them. Each kind has a network of its own.",
        )
        amounts = widgets.options(Amounts, "polymer")
        return controls(CHAINS[key], lambda: amounts.n), view, amounts.shown
