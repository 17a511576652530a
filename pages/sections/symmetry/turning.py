"""Turn the input: both ways round the square, live, for an EGNN and a plain network."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.cartesian.pupils import PUPILS
from engine.experiments.symmetry.packed import packed_network
from engine.experiments.symmetry.turning import CHANGES, DRAWS, Turning, TurnSettings, turn
from engine.figures import blob, palette
from pages.sections.symmetry import export, lessons, messages, training, words
from pages.ui import jobs, tables, widgets
from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import packed
from pages.ui.export import downloads
from pages.ui.glossary import written_out
from pages.ui.wording import number

KEY = "symmetry_turn"
MOMENT = "hand"  #: what the hand has set, in the address
RIVALS = ("plain", "augmented")
REACH = 3.7  #: half of what the pictures show
SYMBOLS = {"rotate": "R", "shift": "T", "mirror": "M", "renumber": "P"}
NOTES = {
    "egnn": "sees distances alone",
    "plain": "27 coordinates in a row, taught along x",
    "augmented": "27 coordinates, taught in all directions",
}


def show() -> None:
    """Draw this view of the page."""
    lessons.TURN.arrive()
    strip = st.container()
    stage = st.container(key="square_stage")
    with stage, st.container(horizontal=True, gap="medium", key="square_controls"):
        change = widgets.choice("Change the input", CHANGES, "change", help=_help(), wide=True)
        rivals = {key: PUPILS[key] for key in RIVALS}
        rival = widgets.choice("Compared with", rivals, "rival", help=_pupils(), wide=True)
    with st.sidebar:
        noise = widgets.options(TurnSettings, "turn", only=["noise"]).noise
        seed = widgets.seed()
    with strip:
        lessons.TURN.show()
    settings = TurnSettings(training.chosen(), noise, seed)
    made = jobs.cached("turn", turn, settings, label="Asking the networks")
    bead = messages.chosen_bead()
    with st.container():
        if made is not None:
            with stage:
                _square(made, change, rival, bead)
            downloads.show(KEY, "Turn the input", None, export.of_turning(made))
            _numbers(made)
            messages.show(made, bead)
    words.turning()


def _help() -> str:
    return "\n".join(f"- **{change.label}**: {change.help}" for change in CHANGES.values())


def _pupils() -> str:
    return "\n".join(f"- **{PUPILS[key].label}**: {PUPILS[key].help}" for key in RIVALS)


def _square(made: Turning, change: str, rival: str, bead: int) -> None:
    """The four pictures, which the browser works out."""
    addresses.hold(MOMENT)
    data = {
        "key": KEY,
        "kind": change,
        "symbol": SYMBOLS[change],
        "drag": CHANGES[change].drag + " Arrow keys do the same. Click a bead for its messages.",
        "bead": bead,
        "moment": MOMENT,
    }
    mount(
        "explorer_turn_input",
        "turn-input",
        KEY,
        data,
        packed(KEY, partial(block, made, rival), made.settings, rival),
        on_bead_change=messages.follow,
    )


def block(made: Turning, rival: str) -> bytes:
    """The shape and two networks, as ``assets/js/turn-input.js`` reads them."""
    arrays = {"x_t": made.x_t.float()}
    networks = []
    for key in ("egnn", rival):
        net = made.nets[key]
        size, weights = packed_network(net, made.settings.noise)
        networks.append({"key": key, "label": PUPILS[key].label, "note": NOTES[key], **size})
        arrays |= {f"{key}/{name}": values for name, values in weights.items()}
    head = {
        "networks": networks,
        "level": made.settings.alpha_bar,
        "reach": REACH,
        "scale": palette.SCALES["sequence"],
        "colour": [palette.role("model", dark) for dark in (False, True)],
    }
    flat = {name: np.ascontiguousarray(v.detach().reshape(-1)) for name, v in arrays.items()}
    return blob.encoded(head, flat)


def _numbers(made: Turning) -> None:
    """How each network follows each change, on average."""
    st.markdown(f"**Relative difference of f(g x) and g f(x)**, mean of {DRAWS} random changes")
    rows = [
        [PUPILS[key].label, *(number(errors[change]) for change in CHANGES)]
        for key, errors in made.errors.items()
    ]
    tables.table(["Network", *(change.label for change in CHANGES.values())], rows)
    st.caption(
        "0: the prediction follows; 1 or more: it is quite another one. An "
        f"{written_out('egnn')} follows mirrors as well, which is more than a molecule wants: it "
        "cannot tell a molecule from its mirror image. The torsional network of this app can: its "
        "answer changes sign in a mirror."
    )
