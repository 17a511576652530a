"""Polymer, mapped: the latent plane of the VAE, where every point is a chain."""

from __future__ import annotations

import math
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
from pages.sections.polymer import export, training
from pages.ui import jobs, widgets
from pages.ui.addressing import addresses
from pages.ui.components.mount import mount
from pages.ui.components.picture import packed
from pages.ui.export import downloads
from pages.ui.glossary import term, written_out

ROOM = 8.0  #: sigma across the picture of the chain
Z = "z"  #: the point in the address


def show() -> None:
    """Draw this view of the page."""
    with st.sidebar:
        choices = {key: MEASURES[key] for key in COLOURS}
        measure = widgets.choice("Colour", choices, "map_colour", help="Of the decoded chain.")
        seed = widgets.seed()
    settings = MapSettings(training.chosen("vae"), measure)
    made = jobs.cached("map", decode_plane, settings, label="Decoding the plane")
    if made is None:
        return
    z = _point()
    _walks(settings, z, seed)
    _plane(made, z)
    downloads.show("polymer_map", "Latent map", None, export.of_map(made))
    _words(made)


def _point() -> tuple[float, float]:
    """Where the handle stands: by the address, which follows the handle."""
    dragged = (st.session_state.get("latent_map") or {}).get("z")
    said = ",".join(f"{float(value):.2f}" for value in (dragged or ())[:2])
    text = said or next(iter(addresses.texts(Z)), "")
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        addresses.keep(Z, None)
        return 0.0, 0.0
    addresses.keep(Z, [text])
    return max(-REACH, min(REACH, x)), max(-REACH, min(REACH, y))


def _walks(settings: MapSettings, z: tuple[float, float], seed: int) -> None:
    """Buttons that move the point along a path."""
    larger = "extended" if settings.measure == "gyration" else "long"
    words: dict[Kind, tuple[str, str]] = {
        "up": (f"Walk to {larger}", "Up the gradient of the colour, from the point."),
        "down": ("Walk to compact", "Down the gradient, from the point."),
        "between": ("Between two chains", "From the code of one held-out chain to another's."),
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for kind, (label, help) in words.items():
            if st.button(label, key=f"walk_{kind}", help=help):
                path = finish(walk(settings, Walk(kind, z, seed)))
                number = st.session_state.get("_walk", (0, []))[0] + 1
                st.session_state["_walk"] = number, path.tolist()


def _plane(made: LatentMap, z: tuple[float, float]) -> None:
    """The map and the chain at the point, drawn by the browser."""
    number, path = st.session_state.get("_walk", (0, []))
    mount(
        "explorer_latent_map",
        "latent-map",
        "latent_map",
        {"key": "polymer_map", "z": list(z), "path": path, "walk": number, "seconds": 4.0},
        packed("latent_map", partial(_block, made), made.settings),
        on_z_change=lambda: None,
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
