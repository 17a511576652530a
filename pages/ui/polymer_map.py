"""Polymer, mapped: the latent plane of the VAE, where every point is a chain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
import torch
from torch import Generator, Tensor

from engine import latent
from engine.chains.measure import held_out
from engine.chains.models import BEADS, POLYMER, Model
from engine.figures import palette
from engine.metrics import bond_lengths, end_to_end, radius_of_gyration
from pages.ui import jobs, polymer_training, takeaway, taken_polymer, widgets
from pages.ui.component import component, serial
from pages.ui.jobs import Report

REACH = 3.2  #: the map shows -REACH to REACH in both latent numbers
CELLS = 65
CODES = 1500  #: held-out chains shown as dots
STEPS = 60  #: of a walk
STRIDE = 0.05
ROOM = 8.0  #: sigma across the picture of the chain
Z = "z"  #: the point in the address

COLOURS = {"gyration": "Radius of gyration", "ends": "End-to-end distance"}
MEASURES = {"gyration": radius_of_gyration, "ends": end_to_end}


@dataclass(frozen=True, eq=False)
class Map:
    """The plane decoded.

    chains: (CELLS, CELLS, 24) in sigma. values: (CELLS, CELLS) the measure. codes: (CODES, 2)
    means of q(z | x) of held-out chains.
    """

    chains: Tensor
    values: Tensor
    codes: Tensor


def chart(report: Report, vae: Model, colour: str) -> Map:
    """The job: decode the whole plane."""
    report(0, 1, message="Decoding the plane")
    points = latent.grid(REACH, CELLS)
    values = latent.chart(vae.net, _measure(colour), REACH, CELLS)
    with torch.no_grad():
        chains = vae.net.decode(points.flatten(0, 1)).reshape(CELLS, CELLS, -1) * POLYMER.scale
        codes, _ = vae.net.encode(held_out()[:CODES].flatten(1) / POLYMER.scale)
    return Map(chains, values, codes)


def _measure(colour: str) -> latent.Measure:
    measure = MEASURES[colour]
    return lambda x: measure(POLYMER.to_chain(x))


def walk(vae: Model, kind: str, colour: str, z: tuple[float, float], seed: int) -> Tensor:
    """(steps, 2) a path over the map: "up" or "down" from z, or "between" two held-out chains."""
    start, measure = torch.tensor(z), _measure(colour)
    if kind == "between":
        order = torch.randperm(len(held_out()), generator=Generator().manual_seed(seed))
        with torch.no_grad():
            ends, _ = vae.net.encode(held_out()[order[:2]].flatten(1) / POLYMER.scale)
        return latent.line(ends[0], ends[1], STEPS)
    sign = 1 if kind == "up" else -1
    return latent.climb(vae.net, lambda x: sign * measure(x), start, STEPS, STRIDE, REACH)


def show() -> None:
    """Draw this view of the page."""
    with st.sidebar:
        colour = widgets.choice("Colour", COLOURS, "map_colour", help="Of the decoded chain.")
        seed = widgets.seed()
    vae = polymer_training.model("vae")
    made = jobs.cached("map", chart, vae, colour, label="Decoding the plane")
    if made is None:
        return
    z = _point()
    _walks(vae, colour, z, seed)
    _plane(made, colour, z)
    taken = taken_polymer.of_map(vae, made.chains, made.values, made.codes, colour, REACH)
    takeaway.show("polymer_map", "Latent map", None, taken)
    _words(made)


def _point() -> tuple[float, float]:
    """Where the handle stands: by the address, which follows the handle."""
    told = (st.session_state.get("latent_map") or {}).get("z")
    if told:
        text = ",".join(f"{float(value):.2f}" for value in told[:2])
        if st.query_params.get(Z) != text:
            st.query_params[Z] = text
    try:
        x, y = (float(part) for part in st.query_params.get(Z, "0,0").split(","))
    except ValueError:
        return 0.0, 0.0
    if not (math.isfinite(x) and math.isfinite(y)):
        return 0.0, 0.0
    return max(-REACH, min(REACH, x)), max(-REACH, min(REACH, y))


def _walks(vae: Model, colour: str, z: tuple[float, float], seed: int) -> None:
    larger = "extended" if colour == "gyration" else "long"
    words = {
        "up": (f"Walk to {larger}", "Up the gradient of the colour, from the point."),
        "down": ("Walk to compact", "Down the gradient, from the point."),
        "between": ("Between two chains", "From the code of one held-out chain to another's."),
    }
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for kind, (label, help) in words.items():
            if st.button(label, key=f"walk_{kind}", help=help):
                path = walk(vae, kind, colour, z, seed)
                number = st.session_state.get("_walk", (0, []))[0] + 1
                st.session_state["_walk"] = number, path.tolist()


def _plane(made: Map, colour: str, z: tuple[float, float]) -> None:
    number, path = st.session_state.get("_walk", (0, []))
    step = float(made.chains.abs().max()) / 32_767
    whole = (made.chains / step).round().to(torch.int16).numpy().reshape(-1)
    low, high = float(made.values.min()), float(made.values.max())
    data: dict[str, Any] = {
        "chains": pd.DataFrame({"v": whole}),
        "values": _table(made.values),
        "codes": _table(made.codes),
        "step": step,
        "key": "polymer_map",
        "cells": CELLS,
        "reach": REACH,
        "beads": BEADS,
        "room": ROOM,
        "limits": [low, high],
        "ends": [f"{COLOURS[colour]} {low:.2f}\u00a0σ", f"{high:.2f}\u00a0σ"],
        "scale": palette.SCALES["sequence"],
        "colour": [palette.role("model", dark) for dark in (False, True)],
        "z": list(z),
        "path": path,
        "walk": number,
        "seconds": 4.0,
    }
    component("explorer_latent_map", "latent")(
        key="latent_map",
        data={**data, "serial": serial("latent_map", data)},
        on_z_change=lambda: None,
    )


def _table(values: Tensor) -> pd.DataFrame:
    return pd.DataFrame({"v": np.ascontiguousarray(values.numpy(), dtype=np.float32).reshape(-1)})


def _words(made: Map) -> None:
    inside = made.codes.abs().max(dim=1).values < REACH
    bonds = bond_lengths(made.chains.unflatten(-1, (BEADS, 2)))
    st.caption(
        "Drag over the map, or move by the arrow keys. Dots are the codes of "
        f"{int(inside.sum()):,} held-out chains, which the encoder finds; the prior is N(0, 1) in "
        f"both directions. A decoded bond is {float(bonds.median()):.2f} σ long in the median, one "
        f"of the simulation {float(bond_lengths(held_out()).median()):.2f} σ: many chains share a "
        "point, and the decoder answers with their mean."
    )
