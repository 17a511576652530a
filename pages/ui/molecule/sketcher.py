"""Drawing a molecule: a board in a dialog; the drawing becomes the SMILES of the page."""

from __future__ import annotations

import streamlit as st

from engine.chem.search.smiles_lists import written
from engine.experiments.molecule.record import Record
from pages.ui import dialogs
from pages.ui.components.mount import component

_BOARD = "molecule_board"


def sketch_button(shown: Record | None) -> None:
    """A button that opens the board with the molecule ``shown`` on it."""
    dialogs.button("Draw it", "board", ":material/draw:")
    smiles = written(shown.mol) if shown else ""
    dialogs.draw("board", "Draw a molecule", ":material/draw:", _board, smiles)


def _board(smiles: str) -> None:
    st.caption(
        "Choose a bond, ring or element beside the board and tap where it goes. The drawing is "
        "read like any SMILES, stereo included."
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
        dialogs.close()
        st.session_state["source"] = "smiles"
        st.session_state["smiles"] = drawn
