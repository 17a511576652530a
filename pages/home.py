"""The landing page: order dissolves into noise and comes back, and where to go from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from engine.data import DATASETS
from engine.denoise import is_trained, load
from engine.forward import draw_noise, fixed_noise_path
from engine.noise import Cosine
from engine.sample import DDIM, sample
from engine.trajectory import Trajectory
from pages.ui import jobs, navigation, theme
from pages.ui.player import Chains, Layer, Panel, Points, Scene, player

COUNTS = {"swiss_roll": 4000, "helix_alpha": 1, "polymer": 9}  # how many of each are shown
HALF = 50  # steps there, and steps back
SCHEDULE = Cosine(T=100)
SEED = 7
CARDS = 4  # in a row


@dataclass(frozen=True, eq=False)
class Film:
    """Forward and reverse frames of one data set, (HALF + 1, N, D) each."""

    there: NDArray[np.float32]
    back: NDArray[np.float32]


def film(report: jobs.Report, keys: tuple[str, ...], seed: int) -> dict[str, Film]:
    """Every data set dissolves along fixed noise; a network takes that same noise back."""
    films = {}
    for done, key in enumerate(keys):
        report(done, len(keys), message="Adding and removing noise")
        generator = torch.Generator().manual_seed(seed)
        x_0 = DATASETS[key].sample(COUNTS[key], generator)
        times = range(2, SCHEDULE.T + 1, SCHEDULE.T // HALF)
        noising = fixed_noise_path(SCHEDULE, x_0, draw_noise(x_0, generator), times)
        there = Trajectory.record(noising)
        denoising = sample(load(key), SCHEDULE, there.x[-1], DDIM(steps=HALF), generator)
        films[key] = Film(there.x.numpy(), Trajectory.record(denoising).x.numpy())
    return films


def acts(frames: Film, *shape: int) -> list[tuple[str, NDArray[np.float32]]]:
    """The two halves with their colours over all 2 HALF + 1 frames, each unseen in the other's."""
    unseen = np.full((HALF, *frames.there.shape[1:]), np.nan, dtype=np.float32)
    data = np.concatenate([frames.there, unseen]).reshape(2 * HALF + 1, *shape)
    model = np.concatenate([unseen, frames.back]).reshape(2 * HALF + 1, *shape)
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
    "A diffusion model learns to undo noise. Data (blue) dissolves until nothing is left of it; "
    "then a trained network makes something new of that same noise (orange).",
)
trained = tuple(key for key in COUNTS if is_trained(key))
films = jobs.cached("home", film, trained, SEED, label="Adding and removing noise")
player(None if films is None else scene(films), key="home", height=380, turn=False)
cards()
