"""What a network sees of time: the embedding of each t, and which times look alike."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.experiments.networks import Network
from engine.experiments.time_embedding import Embedding, embedding
from engine.figures.player import Bars, Curve, Heat, Layer, Panel, Scene
from engine.noise import Schedule
from pages.ui import jobs
from pages.ui.components.picture import picture
from pages.ui.components.player import player


def scene(made: Embedding) -> Scene:
    """Three panels on one clock: all rows, the row of the moment, and which times are alike."""
    t, T, size = made.t, float(made.t[-1]), made.rows.shape[1]
    across = np.array([[0.0, size]])
    level = np.repeat(t[:, None], 2, axis=1)
    edges = np.arange(size + 1.0)
    everything: list[Layer] = [
        Heat(made.rows[None], (0, size, 0, T), "diverging", limits=(-1, 1), smooth=False),
        Curve(across, level, "ink", width=2),
    ]
    now: list[Layer] = [Bars(edges, made.rows, "model")]
    pairs: list[Layer] = [
        Heat(made.alike[None], (0, T, 0, T), "diverging", limits=(-1, 1), smooth=False),
        Curve(np.array([[0.0, T]]), level, "ink", width=2),
        Curve(t[None], (0.5 + 0.5 * made.alike) * T, "reference", width=1.6),
    ]
    half = size // 2
    panels = [
        Panel(
            "Embedding of every t", everything, (0, size), (0, T), equal=False,
            xlabel="number", ylabel="t",
            caption=f"Numbers 1 to {half} are sines, the rest cosines; slow ones first.",
        ),
        Panel(
            "The row of this t", now, (0, size), (-1, 1), equal=False, xlabel="number",
            caption=f"These {size} numbers are all that the network is given about time.",
        ),
        Panel(
            "Which times are alike", pairs, (0, T), (0, T), equal=False, xlabel="t'", ylabel="t",
            caption="Orange: the same direction. Line: this row, from −1 at the bottom to 1.",
        ),
    ]  # fmt: skip
    return Scene(panels, [f"t = {int(v)}" for v in t], seconds=8.0, columns=3)


def show(network: Network, schedule: Schedule) -> None:
    """Draw the section for this network under this schedule."""
    st.subheader("What the network sees of time", anchor=False)
    st.markdown(
        "The network is not given t but the noise level as an angle, the phase u from 0 (data) to "
        "1 (noise), spread over sines and cosines of many frequencies. Slow ones say roughly how "
        "much noise there is; fast ones distinguish neighbouring steps."
    )
    stage = st.container()
    made = jobs.cached("embedding", embedding, network, schedule, label="Embedding")
    with stage:
        moving = None
        if made is not None:
            moving = picture("embedding", partial(scene, made), network, schedule)
        player(moving, key="embedding", height=330, moment="frame_embedding")
    left, right = st.columns(2, gap="large")
    half = "K" if made is None else f"{made.rows.shape[1] // 2}"
    left.latex(
        r"u=\tfrac{2}{\pi}\arctan\!\sqrt{\tfrac{1-\bar\alpha_t}{\bar\alpha_t}},\qquad"
        rf"\omega_k=2^{{6(k-1)/(K-1)}}\pi,\; K={half}"
    )
    right.latex(
        r"\gamma(u)=\big(\sin\omega_1u,\dots,\sin\omega_Ku,\cos\omega_1u,\dots,\cos\omega_Ku\big)"
    )
    st.caption(
        "How alike two times are depends on the difference of their phases alone: γ(u)·γ(u′) = Σ "
        "cos ω(u − u′). Under another schedule the same t has another phase: choose one on the "
        "left and see the stripes bend. The network itself serves every schedule."
    )
