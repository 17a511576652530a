"""Polymer, mapped: the latent plane of the VAE, where every point is a chain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import streamlit as st
import torch

from engine.experiments.polymer.latent_map import (
    CELLS,
    COLOURS,
    REACH,
    Kind,
    LatentMap,
    MapSettings,
    Walk,
    decode_plane,
    walk,
)
from engine.figures import blob, palette
from engine.polymer import MEASURES
from engine.polymer.data import BEADS
from engine.progress import finish
from pages.sections.polymer import export, lessons, training
from pages.ui import jobs, widgets
from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import packed
from pages.ui.export import downloads
from pages.ui.glossary import term, written_out

ROOM = 8.0  #: sigma across the picture of the chain
Z = "z"  #: the point in the address
KNOWN = "_map_point"  #: where the handle of the browser stands, as far as the server knows
WALK = "_walk"  #: (how often the browser was told to move the handle, the path)
ORIGIN = "0.00,0.00"


def show() -> None:
    """Draw this view of the page."""
    lessons.MAP.arrive()
    with st.sidebar:
        choices = {key: MEASURES[key] for key in COLOURS}
        measure = widgets.choice("Colour", choices, "map_colour", help="Of the decoded chain.")
        seed = widgets.seed()
    settings = MapSettings(training.chosen("vae"), measure)
    z = _point()
    lessons.MAP.show()
    made = jobs.cached("map", decode_plane, settings, label="Decoding the plane")
    if made is None:
        return
    plane = st.container()
    _walks(settings, z, seed)
    with plane:
        _plane(made, z)  # drawn when it is known whether to walk
    downloads.show("polymer_map", "Latent map", None, export.of_map(made))
    _words(made)


def _point() -> tuple[float, float]:
    """Where the handle stands: by an exercise or the address, both of which follow the handle."""
    text = str(st.session_state.get(Z) or next(iter(addresses.texts(Z)), ""))
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        x = y = 0.0
    z = max(-REACH, min(REACH, x)), max(-REACH, min(REACH, y))
    text = _text(z)
    st.session_state[Z] = text
    addresses.keep(Z, None if text == ORIGIN else [text])
    widgets.say(Z, "Point", text.replace(",", ", ").replace("-", "−"))
    if text != st.session_state.get(KNOWN):
        _move([])
        st.session_state[KNOWN] = text
    return z


def _text(z: Sequence[float]) -> str:
    return ",".join(f"{float(value) + 0.0:.2f}" for value in z[:2])


def _move(path: list[list[float]]) -> None:
    """Have the browser move the handle: along a path, or to the point at once."""
    number = st.session_state.get(WALK, (0, []))[0] + 1
    st.session_state[WALK] = number, path


def _dragged() -> None:
    """The handle was moved, or has come to the end of its path."""
    z = (st.session_state.get("latent_map") or {}).get("z")
    if z:
        st.session_state[Z] = st.session_state[KNOWN] = _text(z)
        st.session_state[WALK] = st.session_state.get(WALK, (0, []))[0], []


def _walks(settings: MapSettings, z: tuple[float, float], seed: int) -> None:
    """Buttons that move the point along a path."""
    larger = "extended" if settings.measure == "gyration" else "long"
    words: dict[Kind, tuple[str, str]] = {
        "up": (f"To {larger}", "Up the gradient of the colour, from the point."),
        "down": ("To compact", "Down the gradient, from the point."),
        "between": ("Between two chains", "From the code of one held-out chain to another's."),
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Walk**", width="content")
        for kind, (label, help) in words.items():
            if st.button(label, key=f"walk_{kind}", help=help):
                _move(finish(walk(settings, Walk(kind, z, seed))).tolist())


def _plane(made: LatentMap, z: tuple[float, float]) -> None:
    """The map and the chain at the point, drawn by the browser."""
    number, path = st.session_state.get(WALK, (0, []))
    mount(
        "explorer_latent_map",
        "latent-map",
        "latent_map",
        {"key": "polymer_map", "z": list(z), "path": path, "walk": number, "seconds": 4.0},
        packed("latent_map", partial(_block, made), made.settings),
        on_z_change=_dragged,
    )


def _block(made: LatentMap) -> bytes:
    """What of the map does not move, as ``assets/js/latent-map.js`` reads it."""
    step = float(made.decoded.abs().max()) / 32_767
    low, high = float(made.values.min()), float(made.values.max())
    label = MEASURES[made.settings.measure].label
    head = {
        "step": step,
        "cells": CELLS,
        "reach": REACH,
        "beads": BEADS,
        "room": ROOM,
        "limits": [low, high],
        "ends": [f"{label} {low:.2f}\u00a0σ", f"{high:.2f}\u00a0σ"],
        "scale": palette.SCALES["sequence"],
        "colour": [palette.role("model", dark) for dark in (False, True)],
    }
    whole = (made.decoded / step).round().to(torch.int16)
    arrays = {"chains": whole, "values": made.values.float(), "codes": made.codes.float()}
    return blob.encoded(head, {name: each.reshape(-1).numpy() for name, each in arrays.items()})


def _words(made: LatentMap) -> None:
    st.caption(
        f"Every point of the {term('latent_space', 'latent plane')} is a chain: drag over the "
        f"map, or use the arrow keys. Dots are the codes of {made.shown_codes:,} held-out "
        f"chains, given by the encoder of the {written_out('vae')}; the prior is N(0, 1) in both "
        f"directions. The median bond is {made.bond:.2f} σ long when decoded, and "
        f"{made.data_bond:.2f} σ in the simulation: many chains share a point, and the decoder "
        "returns their mean."
    )
