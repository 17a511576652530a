"""Training the three networks from the page, all at once, and which of them it uses."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.cartesian.pupils import PUPILS, LessonOptions, shipped
from engine.experiments.symmetry.trio import Pupils, Trio, TrioRun, on_shapes
from engine.figures.charts.symmetry import directions_chart
from engine.figures.charts.training import LossAxis
from engine.paths import AssetError
from pages.ui import plots, theme, widgets
from pages.ui.training import algorithm, models, progress
from pages.ui.training.algorithm import Algorithm
from pages.ui.training.models import Trainable
from pages.ui.training.progress import View
from pages.ui.wording import show_problem

NETWORKS: Trainable[Trio, LessonOptions] = Trainable("symmetry", noun="networks")
LESSON = Algorithm(
    (
        "Draw a shape x_0; all lie along x. For the third network, turn it at random.",
        "Draw a phase u, and noise ε without a centre of mass.",
        "Form x_t = √ᾱ x_0 + √(1 − ᾱ) ε.",
        "Step down the gradient of ‖v_θ(x_t, u) − v‖², for each of the three networks.",
    ),
    LossAxis("Squared error of v", None),
    "The mean of the three networks.",
)


def chosen() -> Pupils:
    """By value, the networks to use: the user's own, else those that ship."""
    run = models.in_use(NETWORKS)
    return Pupils(None if run is None else run.training)


def panel() -> None:
    """Draw the training panel in an expander."""
    with st.expander("Train the three networks yourself", icon=":material/model_training:"):
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            st.markdown(
                "An EGNN, a plain network, and a plain network that sees every shape in a random "
                "direction: the same shapes, the same number of updates. They replace the bundled "
                "networks on this page until you leave."
            )
            options = widgets.options(LessonOptions, "fit")
            seed = widgets.seed("fit_seed", label="Seed of the training")
            view = View(
                NETWORKS,
                begin=partial(on_shapes, options, seed),
                algorithm=LESSON,
                picture=_picture,
                card=_card,
            )
            progress.start_button(view)
            algorithm.show(LESSON, progress.under_way(NETWORKS))
        with right:
            progress.show(view)


def _picture(run: TrioRun) -> None:
    """Where the samples of each network point by now."""
    if run.samples is None:
        return
    labels = tuple(pupil.label for pupil in PUPILS.values())
    plots.draw("symmetry_fit", directions_chart, labels, run.samples, theme.is_dark())
    st.caption(
        f"From the first bead to the last of {run.samples.shape[1]} sampled shapes, seen along z, "
        f"after {progress.updates(run.step)}. All training shapes point to the right."
    )


def _card() -> None:
    """Facts about the bundled networks."""
    try:
        cards = {key: shipped(key).card for key in PUPILS}
    except AssetError as missing:
        show_problem(str(missing))
        return
    for key, card in cards.items():
        chosen_, measured = card["hyperparameters"], card["metrics"]
        st.caption(
            f"**{PUPILS[key].label}**: {card['parameters']:,} parameters, "
            f"{chosen_['steps']:,} updates on {chosen_['shapes']:,} shapes, "
            f"{measured['training_seconds']:.0f} s."
        )
