"""Molecule: a trained torsional diffusion model samples the conformers of a molecule."""

from __future__ import annotations

import streamlit as st

from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request, model
from engine.experiments.molecule.record import Record
from engine.paths import AssetError
from engine.torsional import devices
from pages.sections.molecule.bonds import bonds
from pages.sections.molecule.gallery import gallery_button
from pages.sections.molecule.input import choose
from pages.sections.molecule.results import results
from pages.sections.molecule.stage import current, finished, stage, start
from pages.ui import theme, widgets
from pages.ui.wording import show_problem

OPENED = "molecule_opened"  #: until the page is left: the next link may ask for another one


def ask() -> Request:
    """The sampling controls."""
    conformers = st.slider(
        "Conformers",
        min_value=1,
        max_value=50,
        value=10,
        key="n",
        bind="query-params",
        help="How many to keep. More are sampled, each from its own random start; a representative "
        "subset is kept, low in energy and different from each other.",
    )
    with st.expander("Sampler, seed and device", icon=":material/tune:"):
        options = widgets.options(ConformerOptions, key="torsional")
        seed = widgets.seed()
        device = widgets.choice(
            "Device",
            devices(),
            key="device",
            help="Where the network runs, on this machine.",
        )
        try:
            st.caption(about_model(device))
        except AssetError as missing:
            show_problem(str(missing))
    return Request(conformers, options, seed, device)


def about_model(device: str) -> str:
    """What the network is and what it learned from."""
    card = model("torus", device).card
    data = card["data"]
    return (
        f"The network has {card['parameters']:,} parameters and was trained on "
        f"{data['conformers']:,} conformers of {data['molecules']:,} molecules."
    )


def main() -> None:
    """The page."""
    theme.header(
        "Molecule",
        "Every coloured bond can rotate. A trained model starts from random torsion angles and "
        "denoises them step by step into realistic conformers.",
    )
    picture, controls = st.columns([2.3, 1], gap="medium")
    with controls:  # in a narrow window what has a key stands above the picture (phone.css)
        with st.container(key="molecule_input"):
            record = choose()
        request = ask()
        with st.container(key="molecule_sample"):
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
    known = current(record)  # of the same browser, before a reload
    if pressed or (first and (known is None or known.args != (record, request))):
        start(record, request, anew=pressed)
    with picture:
        stage(record)
    show(record)


def show(record: Record) -> None:
    """What is known of the molecule, and of its conformers once they are there."""
    run = finished(record)
    with st.container():
        if run is not None:
            results(run)
    st.fragment(bonds)(record, run)  # which bonds count concerns their table alone


main()
