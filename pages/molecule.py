"""Molecule: a trained torsional diffusion model samples the conformers of a molecule."""

from __future__ import annotations

import streamlit as st

from engine.conformers import ConformerOptions
from engine.experiments.molecule.conformer_run import Request, model
from engine.paths import AssetError
from engine.torsional import LABELS, devices
from pages.sections.molecule import layout
from pages.sections.molecule.bonds import bonds
from pages.sections.molecule.ensemble import choose_method, view
from pages.sections.molecule.equations import equations
from pages.sections.molecule.lessons import EXERCISES
from pages.sections.molecule.own_model import own_model
from pages.sections.molecule.results import results
from pages.sections.molecule.sampling import (
    current,
    finished,
    pressed,
    release,
    sample_button,
    start,
)
from pages.sections.molecule.stage import stage
from pages.ui import theme, widgets
from pages.ui.glossary import term
from pages.ui.molecule.choosing import Chosen, choose
from pages.ui.wording import plain, show_problem

OPENED = "molecule_opened"  #: until the page is left: the next link may ask for another one
BEFORE = "_molecule_run"  #: the last finished run, whose results stay while the next one is made


def ask() -> Request:
    """The sampling controls."""
    conformers = st.slider(
        "Conformers",
        min_value=1,
        max_value=50,
        value=10,
        key="n",
        bind="query-params",
        help="How many to ask for. More are sampled, each from its own random start; a "
        "representative subset is kept, low in energy and different from each other.",
    )
    with st.expander("Sampler, seed and device", icon=":material/tune:"):
        options = widgets.options(ConformerOptions, key="torsional")
        seed = widgets.seed()
        name = widgets.choice(
            "Model",
            LABELS,
            key="model",
            help="The first was trained on many molecules. The second is the tutorial's: trained "
            "on one conformer of ibuprofen, it can only give that one back. It needs 50 steps and "
            "more, temperature 1 and no attraction. Further down you can train it on this "
            "molecule.",
        )
        device = widgets.choice(
            "Device",
            devices(),
            key="device",
            help="Where the network runs, on this machine.",
        )
        try:
            st.caption(about_model(name, device))
        except AssetError as missing:
            show_problem(str(missing))
    return Request(conformers, options, seed, device, name)


def about_model(name: str, device: str) -> str:
    """What the network is and what it learned from."""
    card = model(name, device).card
    data = card["data"]
    if data["conformers"] == 1:
        return (
            f"The network has {card['parameters']:,} parameters and was trained on one conformer: "
            f"{data['sources'][0]}."
        )
    return (
        f"The network has {card['parameters']:,} parameters and was trained on "
        f"{data['conformers']:,} {term('conformer', 'conformers')} of {data['molecules']:,} "
        "neutral molecules in the gas phase."
    )


def main() -> None:
    """The page."""
    theme.header(
        "Molecule",
        "Coloured bonds can rotate. A trained model denoises random torsion angles into low-energy "
        "conformers (gas phase; check the energies below).",
    )
    EXERCISES.arrive()
    first, picture, more = layout.places()
    with first:
        molecule = choose(aside=more)
        button = st.container(key="molecule_sample")
    with more:
        request = ask()
    if molecule.record is None:
        picture.caption("The molecule is being read.")
        return
    _begin(molecule, request)
    with button:
        sample_button(molecule.record, allowed=molecule.current)
    with picture:
        with st.container(key="molecule_try"):
            EXERCISES.show()
        choose_method(molecule.record)
        run = finished(molecule.record)
        shown = view(run) if run is not None else None
        stage(molecule.record, run, shown, molecule.why_not)
    with st.container(key="molecule_results"):
        if run is not None and shown is not None:
            st.session_state[BEFORE] = run
            results(run, shown)
        else:
            _earlier()
    own_model(molecule.record, run)
    st.fragment(bonds)(molecule.record, shown)  # which bonds count concerns their table alone
    equations()
    layout.dim(stale=run is None or bool(molecule.why_not))


def _begin(molecule: Chosen, request: Request) -> None:
    """Sample if the button was pressed, and when the page opens."""
    record = molecule.record
    if record is not None and molecule.current:
        first = OPENED not in st.session_state
        known = current(record)  # of the same browser, before a reload
        if pressed() or (first and (known is None or known.args != (record, request))):
            start(record, request, anew=pressed())
        st.session_state[OPENED] = True
    release()


def _earlier() -> None:
    """The results of the run before, until those of the next one are there."""
    run = st.session_state.get(BEFORE)
    if run is None:
        return
    st.caption(f"Results of {plain(run.record.molecule.name)} from before.")
    results(run, view(run))


main()
