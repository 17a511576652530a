"""Molecule: a trained torsional diffusion model folds a molecule into its conformers."""

from __future__ import annotations

import streamlit as st

from engine.torsional.model import devices
from engine.torsional.sample import SampleOptions
from pages.ui import theme, widgets
from pages.ui.molecule_bonds import bonds
from pages.ui.molecule_gallery import gallery_button
from pages.ui.molecule_input import choose
from pages.ui.molecule_jobs import Record, Request, model
from pages.ui.molecule_results import results
from pages.ui.molecule_stage import finished, stage, start

OPENED = "_molecule_opened"


def ask() -> Request:
    """The sampling controls."""
    conformers = st.slider(
        "Conformers",
        min_value=1,
        max_value=50,
        value=10,
        key="n",
        bind="query-params",
        help="How many shapes you get. More are folded, each from its own random start, and the "
        "best are kept: low in energy, and unlike each other.",
    )
    with st.expander("Sampler, seed and device", icon=":material/tune:"):
        options = widgets.options(SampleOptions, key="torsional")
        seed = widgets.seed()
        device = widgets.choice(
            "Device", devices(), key="device", help="Where the network runs; found on this machine."
        )
        st.caption(about_model(device))
    return Request(conformers, options, seed, device)


def about_model(device: str) -> str:
    """What the network is and what it learned from."""
    card = model("torus", device).card
    data = card["data"]
    return (
        f"The network has {card['parameters']:,} parameters and learned from "
        f"{data['conformers']:,} conformers of {data['molecules']:,} molecules."
    )


def main() -> None:
    """The page."""
    theme.header(
        "Molecule",
        "Every coloured bond can turn. A trained model starts from random angles and folds them, "
        "step by step, into shapes the molecule really takes.",
    )
    picture, controls = st.columns([2.3, 1], gap="medium")
    with controls:
        record = choose()
        request = ask()
        pressed = st.button(
            "Sample conformers",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=record is None,
        )
        gallery_button()
    if record is None:
        picture.caption("The molecule is being read.")
        return
    first = OPENED not in st.session_state
    st.session_state[OPENED] = True
    if pressed or first:
        start(record, request)
    with picture:
        stage(record)
    show(record)


def show(record: Record) -> None:
    """What is known of the molecule, and of its conformers once they are there."""
    run = finished(record)
    if run is not None:
        results(record, run)
    bonds(record, run)


main()
