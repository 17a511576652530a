"""Taught in one direction: who samples shapes in every direction, who only the one it saw?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.cartesian.pupils import PUPILS
from engine.experiments.symmetry.curve import own_errors, shipped_curve
from engine.experiments.symmetry.directions import (
    QUICK,
    SHAPES,
    SHOWN,
    Directions,
    DirectionSettings,
    Shapes,
    sample_directions,
)
from engine.figures.charts.symmetry import learning_curves
from engine.figures.player import Chains, Panel, Scene
from engine.paths import AssetError
from pages.sections.symmetry import export, lessons, training, words
from pages.ui import jobs, plots, tables, theme, widgets
from pages.ui.components.picture import picture
from pages.ui.glossary import term, written_out
from pages.ui.stage import Stage
from pages.ui.training import models
from pages.ui.wording import show_problem

WINDOW = (-3.4, 3.4)
STEPS = (3, 5, 10, 20, 50)
COUNTS = (3, 10, SHOWN)  #: shapes in each picture
DATA = "Training shapes"


def show() -> None:
    """Draw this view of the page."""
    lessons.TAUGHT.arrive()
    strip = st.container()
    with st.sidebar:
        steps = widgets.notches(
            "Steps", STEPS, "taught_steps", 20, help="Of the sampler, from noise to shapes."
        )
        shown = widgets.notches(
            "Shapes shown", COUNTS, "taught_shown", SHOWN, help="In each picture; drag to turn it."
        )
        seed = widgets.seed()
    with strip:
        lessons.TAUGHT.show()
    settings = DirectionSettings(training.chosen(), type(QUICK)(steps=steps), seed)
    stage = Stage("symmetry_taught", height=330)
    made = jobs.cached("taught", sample_directions, settings, label="Sampling shapes")
    if made is None:
        stage.show("Taught in one direction", None, None)
    else:
        moving = picture("symmetry_taught", partial(scene, made, shown), settings, shown)
        stage.show("Taught in one direction", moving, export.of_directions(made))
    with st.container():
        if made is not None:
            numbers(made)
    curve()
    words.directions()


def scene(made: Directions, count: int = SHOWN) -> Scene:
    """The training shapes, and what each network makes of the same noise."""
    shown = {DATA: (made.data, "data")} | {
        PUPILS[key].label: (shapes, "model") for key, shapes in made.sampled.items()
    }
    panels = [
        Panel(
            title, [_chains(shapes, colour, count)], WINDOW, WINDOW, axes=False,
            caption="All lie along x." if title == DATA else _said(shapes),
        )
        for title, (shapes, colour) in shown.items()
    ]  # fmt: skip
    times = [f"t = {t:.0f}" for t in made.t.tolist()]
    return Scene(panels, times, seconds=5.0, direction="reverse", columns=4, opening=len(times) - 1)


def _chains(shapes: Shapes, colour: str, count: int) -> Chains:
    x = shapes.film[:, :count]
    return Chains(
        x, colour=colour, width=1.6 if count > 10 else 3.0, bead=0, alpha=0.75, view=(18.0, 14.0)
    )


def _said(shapes: Shapes) -> str:
    return f"Directions {shapes.evenness:.2f} of 1."


def numbers(made: Directions) -> None:
    """Directions, hands and misfit of all samples."""
    rows: list[list[str | tables.Cell]] = []
    for key, shapes in {"": made.data, **made.sampled}.items():
        rows.append(
            [
                PUPILS[key].label if key else DATA,
                tables.Cell(f"{shapes.evenness:.2f}", share=shapes.evenness),
                f"{shapes.right:.0%}",
                f"{shapes.misfit:.2f}",
            ]
        )
    tables.table(["", "Directions, 0 to 1", "Right-handed", "Misfit"], rows)
    st.caption(
        f"{SHAPES} samples each. **Directions**: {term('directions', 'entropy')} of where they "
        "point over that of the uniform distribution. **Right-handed**: all training shapes are; "
        f"the {written_out('egnn')} makes as many left-handed ones, since to it a shape and its "
        "mirror image are the same. "
        "**Misfit**: distance to the nearest shape of the data, in whatever direction it lies; "
        "neighbouring beads are about 1 apart."
    )


def curve() -> None:
    """Error against the number of training shapes, with the point of the user's networks."""
    try:
        found = shipped_curve()
    except AssetError as missing:
        show_problem(str(missing))
        return
    run = models.in_use(training.NETWORKS)
    own = () if run is None else own_errors(run)
    errors = tuple((PUPILS[key].label, values) for key, values in found.error.items())
    plots.draw("symmetry_curve", learning_curves, found.shapes, errors, own, theme.is_dark())
    st.caption(
        f"After {found.steps} updates each: squared error of v on unseen shapes in every "
        "direction, while it can still be seen how they lie (ᾱ above 0.35), over that of answering "
        "0. Above 1 (dashed) an answer is worse than none. For the third network each shape was "
        "turned once: it has to see many directions to come near what the EGNN knows from four "
        "shapes in one. Stars are the networks that you have trained."
    )
