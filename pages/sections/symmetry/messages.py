"""One message-passing step of the EGNN for a chosen bead, with its numbers."""

from __future__ import annotations

import streamlit as st

from engine import notation
from engine.cartesian.shapes import BEADS
from engine.experiments.symmetry.message import layers, message
from engine.experiments.symmetry.turning import Turning
from pages.ui import tables, widgets
from pages.ui.glossary import term
from pages.ui.wording import fixed

BEAD = "bead"
NAMES = {str(k): f"Bead {k}" for k in range(1, BEADS + 1)}
KEY = "symmetry_turn"  #: of the picture that tells which bead was clicked


def chosen_bead() -> int:
    """The bead that is looked at, from 0; its control stands with the table."""
    said = st.session_state.get(BEAD) or st.query_params.get(BEAD)
    return int(said) - 1 if said in NAMES else 0


def follow() -> None:
    """A bead of the picture was clicked."""
    bead = (st.session_state.get(KEY) or {}).get("bead")
    if isinstance(bead, (int, float)) and 0 <= bead < BEADS:
        st.session_state[BEAD] = str(int(bead) + 1)


def show(made: Turning, bead: int) -> None:
    """Draw the controls and the table."""
    st.subheader("One message-passing step", anchor=False)
    left, right, _ = st.columns([1, 1, 2])
    every = {str(k): f"Layer {k}" for k in range(1, layers(made) + 1)}
    with left:
        widgets.choice("Bead", NAMES, BEAD, help="Or click it in the picture.")
    with right:
        layer = int(widgets.choice("Layer", every, "layer"))
    found = message(made, bead, layer - 1)
    st.markdown(
        f"What each of the other beads adds to the place of bead {bead + 1} in layer {layer} of "
        f"the {term('egnn')}, for the input before it is changed:"
    )
    rows = [
        [
            f"Bead {one.bead}",
            fixed(one.distance, 2),
            fixed(one.gate, 3),
            fixed(one.weight, 3),
            *(fixed(value, 3) for value in one.shift),
        ]
        for one in found.neighbours
    ]
    rows.append(["**Sum**", "", "", "", *(f"**{fixed(value, 3)}**" for value in found.total)])
    head = ["Neighbour j", "Distance", "Gate e", "Weight φ_x", "Shift x", "Shift y", "Shift z"]
    tables.table(head, rows)
    before, after = (
        ", ".join(fixed(value, 2) for value in place) for place in (found.place, found.after)
    )
    said = (
        f"Bead {bead + 1} moves from ({before}) to ({after}). Each shift is C · e · φ_x along "
        f"(x_i − x_j) / (d + 1) with C = 1/{len(found.neighbours)}. Distance, gate and weight are "
        "the same however the chain lies; only the direction of the difference turns."
    )
    st.caption(notation.markdown(said))
