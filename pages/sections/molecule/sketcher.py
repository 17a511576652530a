"""Drawing a molecule: a board in a dialog; the drawing becomes the SMILES of the page."""

from __future__ import annotations

import streamlit as st

from engine.chem.search.smiles_lists import written
from engine.experiments.molecule.record import Record
from pages.ui.components.mount import component

_BOARD = "molecule_board"


def sketch_button(shown: Record | None) -> None:
    """A button that opens the board with the molecule ``shown`` on it."""
    if st.button("Draw it", icon=":material/draw:", width="stretch"):
        _board(written(shown.mol) if shown else "")


@st.dialog("Draw a molecule", width="large", icon=":material/draw:")
def _board(smiles: str) -> None:
    st.caption(
        "Choose a bond or ring at the left and click on the board; letters on the keyboard set "
        "elements. The drawing is read like any SMILES, stereo included."
    )
    result = component("explorer_sketcher", "sketcher")(
        key=_BOARD, data={"smiles": smiles}, on_drawn_change=_use
    )
    if result.get("drawn"):
        st.rerun()


def _use() -> None:
    """Make the drawing the SMILES of the page."""
    drawn = st.session_state[_BOARD].get("drawn")
    if drawn:
        st.session_state["source"] = "smiles"
        st.session_state["smiles"] = drawn
