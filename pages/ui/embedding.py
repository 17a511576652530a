"""What a network is told about time: the embedding of each t, and which times look alike."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from engine.denoise import Learned
from engine.nets import embedding_rows, similarity
from engine.noise import Schedule
from pages.ui.player import Bars, Curve, Heat, Layer, Panel, Scene, player
from pages.ui.points import frame_times

FRAMES = 100


def scene(schedule: Schedule, size: int) -> Scene:
    """Three panels on one clock: all rows, the row of the moment, and who resembles whom."""
    times = frame_times(schedule.T, FRAMES)
    levels = torch.stack([schedule.alpha_bar(t) for t in times.long().tolist()]).float()
    rows = embedding_rows(levels, size)
    alike, t, T = similarity(rows).numpy(), times.float().numpy(), float(schedule.T)
    across = np.array([[0.0, size]])
    level = np.repeat(t[:, None], 2, axis=1)
    edges = np.arange(size + 1.0)
    everything: list[Layer] = [
        Heat(rows.numpy()[None], (0, size, 0, T), "diverging", limits=(-1, 1), smooth=False),
        Curve(across, level, "ink", width=2),
    ]
    now: list[Layer] = [Bars(edges, rows.numpy(), "model")]
    pairs: list[Layer] = [
        Heat(alike[None], (0, T, 0, T), "diverging", limits=(-1, 1), smooth=False),
        Curve(np.array([[0.0, T]]), level, "ink", width=2),
        Curve(t[None], (0.5 + 0.5 * alike) * T, "reference", width=1.6),
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
            caption=f"These {size} numbers are all that the network is told about time.",
        ),
        Panel(
            "Who resembles whom", pairs, (0, T), (0, T), equal=False, xlabel="t'", ylabel="t",
            caption="Orange: the same direction. Line: this row, from −1 at the bottom to 1.",
        ),
    ]  # fmt: skip
    return Scene(panels, [f"t = {int(v)}" for v in t], seconds=8.0, columns=3)


def show(network: Learned, schedule: Schedule) -> None:
    """Draw the section for this network under this schedule."""
    st.subheader("What the network sees of time", anchor=False)
    st.markdown(
        "The network is not told t but the noise level as an angle, the phase u from 0 (data) to 1 "
        "(noise), spread over sines and cosines of many frequencies. Slow ones say roughly how "
        "much noise there is; fast ones tell neighbouring steps apart."
    )
    size = network.net.net.embedding
    player(scene(schedule, size), key="embedding", height=330)
    left, right = st.columns(2, gap="large")
    left.latex(
        r"u=\tfrac{2}{\pi}\arctan\!\sqrt{\tfrac{1-\bar\alpha_t}{\bar\alpha_t}},\qquad"
        rf"\omega_k=2^{{6(k-1)/(K-1)}}\pi,\; K={size // 2}"
    )
    right.latex(
        r"\gamma(u)=\big(\sin\omega_1u,\dots,\sin\omega_Ku,\cos\omega_1u,\dots,\cos\omega_Ku\big)"
    )
    st.caption(
        "How alike two times look depends on the difference of their phases alone: γ(u)·γ(u′) = Σ "
        "cos ω(u − u′). Under another schedule the same t has another phase: choose one on the "
        "left and see the stripes bend. The network itself serves every schedule."
    )
