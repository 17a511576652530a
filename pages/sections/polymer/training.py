"""Training the models of the polymer laboratory from the page, and which of them it uses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from engine.experiments.polymer.training import PolymerModel, on_polymers
from engine.figures.charts.training import loss_curve
from engine.notation import markdown
from engine.paths import AssetError
from engine.polymer import MODELS, Model, Options, shipped
from engine.polymer.training import SHIPPED
from pages.sections.polymer.algorithms import ALGORITHMS
from pages.ui import plots, theme, widgets
from pages.ui.training import algorithm, models, progress
from pages.ui.training.models import Trainable
from pages.ui.training.progress import View
from pages.ui.wording import show_problem

LIMITS = {"epochs": (1.0, 200.0), "width": (16.0, 256.0), "batch_size": (64.0, 1024.0)}


def chosen(key: str) -> PolymerModel:
    """By value, the model to use: the user's own, else the bundled one."""
    run = models.in_use(_trainable(key))
    return PolymerModel(key, None if run is None else run.training)


def _trainable(key: str) -> Trainable[Model, Options]:
    return Trainable(f"polymer_{key}", widgets="train", noun="model")


def panel(keys: Sequence[str]) -> None:
    """Draw the training panel for these models in an expander."""
    with st.expander("Train a model yourself", icon=":material/model_training:"):
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            recipes = {key: MODELS[key] for key in keys}
            key = widgets.choice("Model", recipes, "train_model")
            st.caption(markdown(recipes[key].help))
            defaults = {"epochs": 20, "width": min(SHIPPED[key].width, 256)}
            options = widgets.options(
                Options, "train", defaults=defaults, limits=LIMITS,
                only=("epochs", "batch_size", "learning_rate", "width", "depth", "decay", "ema"),
            )  # fmt: skip
            seed = widgets.seed("train_seed", label="Seed of the training")
            view = View(
                _trainable(key),
                begin=partial(on_polymers, key, options, seed),
                algorithm=ALGORITHMS[key],
                card=partial(_card, key),
                note=lambda run: f"{run.model.parameters:,} parameters.",
            )
            progress.start_button(view)
            algorithm.show(ALGORITHMS[key], progress.under_way(view.what))
        with right:
            progress.show(view)


def _card(key: str) -> None:
    """Facts about the bundled model, and its loss."""
    try:
        card = shipped(key).card
    except AssetError as missing:
        show_problem(str(missing))
        return
    chosen = card["hyperparameters"].items()
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen)
    st.caption(f"The bundled model has {card['parameters']:,} parameters. Trained with: {facts}.")
    curve = card["curve"]["rows"]
    if curve:
        steps, losses = zip(*curve, strict=True)
        dark = theme.is_dark()
        axis = ALGORITHMS[key].loss
        plots.draw(f"card_{key}_loss", loss_curve, steps, losses, steps[-1], dark, axis=axis)
