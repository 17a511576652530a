"""The landing page: order dissolves into noise and comes back, and where to go from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from engine.experiments.film import Film
from engine.experiments.opening import HALF, SCHEDULE, Opening, opening
from engine.figures.player import Chains, Layer, Panel, Points, Scene
from pages.sections.home import route
from pages.ui import jobs, navigation, theme
from pages.ui.components.picture import picture
from pages.ui.components.player import player

CARDS = 4  # in a row


def acts(frames: Film, *shape: int) -> list[tuple[str, NDArray[np.float32]]]:
    """The two halves with their colours over all 2 HALF + 1 frames, each unseen in the other's."""
    there, back = frames.forward.numpy(), frames.reverse.numpy()
    unseen = np.full((HALF, *there.shape[1:]), np.nan, dtype=np.float32)
    data = np.concatenate([there, unseen]).reshape(2 * HALF + 1, *shape)
    model = np.concatenate([unseen, back]).reshape(2 * HALF + 1, *shape)
    return [("data", data), ("model", model)]


def roll(frames: Film, fade: NDArray[np.float64]) -> Panel:
    """A cloud of points."""
    layers: list[Layer] = [
        Points(xy, colour, size=1.7, alpha=0.7, fade=fade) for colour, xy in acts(frames, -1, 2)
    ]
    return Panel("Points on a roll", layers, (-2.6, 2.6), (-2.6, 2.6), axes=False)


def helix(frames: Film, fade: NDArray[np.float64]) -> Panel:
    """One chain in space, its axis upright."""
    layers: list[Layer] = [
        Chains(xyz[..., [0, 2, 1]], colour, width=6, bead=0, smooth=True, fade=fade, view=(20, 12))
        for colour, xyz in acts(frames, 1, -1, 3)
    ]
    return Panel("A helix of 24 residues", layers, (-3.2, 3.2), (-3.2, 3.2), axes=False)


def chains(frames: Film, fade: NDArray[np.float64]) -> Panel:
    """Nine chains in the plane, three by three."""
    place = np.stack(np.meshgrid([-6.4, 0, 6.4], [-4.6, 0, 4.6]), axis=-1).reshape(9, 1, 2)
    layers: list[Layer] = [
        Chains(xy + place, colour, width=2, bead=3.2, fade=fade)
        for colour, xy in acts(frames, 9, -1, 2)
    ]
    return Panel("Polymer chains", layers, (-9.5, 9.5), (-8, 8), axes=False)


PANELS: dict[str, Callable[[Film, NDArray[np.float64]], Panel]] = {
    "swiss_roll": roll,
    "helix_alpha": helix,
    "polymer": chains,
}


def scene(films: dict[str, Film]) -> Scene:
    """The data sets side by side on one clock: data turns to noise, noise to samples."""
    there = np.linspace(0, SCHEDULE.T, HALF + 1).astype(int)
    back = there[-2::-1]
    t = torch.from_numpy(np.concatenate([there, back]))
    fade = 1 - SCHEDULE.alpha_bar(t).sqrt().numpy()
    times = [f"adding noise, t = {k}" for k in there] + [f"removing noise, t = {k}" for k in back]
    panels = [PANELS[key](frames, fade) for key, frames in films.items()]
    return Scene(panels, times, seconds=9, columns=len(panels))


def cards() -> None:
    """Where to go from here: one card per page, with what is seen there."""
    entries = [entry for entry in navigation.ENTRIES if entry.seen]
    for start in range(0, len(entries), CARDS):
        row = entries[start : start + CARDS]
        for column, entry in zip(st.columns(CARDS), row, strict=False):
            with column.container(border=True, key=f"card_{entry.name}", height="stretch"):
                st.page_link(entry.page(), label=f"**{entry.title}**")
                st.caption(entry.seen)


theme.header(
    "Diffusion explorer",
    "A diffusion model learns to remove noise. Data (blue) dissolves until nothing is left of it; "
    "then a trained network generates new data from the same noise (orange).",
)
settings = Opening()
films = jobs.cached("home", opening, settings, label="Adding and removing noise")
moving = None if films is None else picture("home", partial(scene, films), settings, [*films])
player(moving, key="home", height=380, turn=False)
route.show()
with st.expander("All pages"):
    cards()
