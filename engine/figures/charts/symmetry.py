"""Charts of symmetry: where sampled shapes point, and what more training shapes bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from engine.figures.palette import SERIES, plotly_template, role

DASHES = ("solid", "dash", "dot")


def directions_chart(
    labels: Sequence[str], samples: ArrayLike, dark: bool = False, height: int = 210
) -> go.Figure:
    """Arrows from the first to the last bead of shapes samples (networks, n, N, 3), seen along z.

    Args:
        labels: one for each network.
        samples: shapes of each.
        dark: whether the page is dark.
        height: in pixels.
    """
    figure = make_subplots(1, len(labels), subplot_titles=list(labels), horizontal_spacing=0.04)
    for k, shapes in enumerate(np.asarray(samples), 1):
        way = shapes[:, -1] - shapes[:, 0]
        way = way / np.linalg.norm(way, axis=-1, keepdims=True)
        x = np.stack([0 * way[:, 0], way[:, 0], np.full(len(way), np.nan)], 1).reshape(-1)
        y = np.stack([0 * way[:, 1], way[:, 1], np.full(len(way), np.nan)], 1).reshape(-1)
        lines = dict(mode="lines", line=dict(color=role("muted", dark), width=1), opacity=0.5)
        heads = dict(mode="markers", marker=dict(color=role("model", dark), size=5))
        figure.add_trace(go.Scatter(x=x, y=y, hoverinfo="skip", **lines), 1, k)
        figure.add_trace(go.Scatter(x=way[:, 0], y=way[:, 1], hoverinfo="skip", **heads), 1, k)
        figure.update_yaxes(scaleanchor=f"x{k}" if k > 1 else "x", row=1, col=k)
    figure.update_xaxes(range=[-1.15, 1.15], visible=False)
    figure.update_yaxes(range=[-1.15, 1.15], visible=False)
    figure.update_annotations(font=dict(size=12))
    figure.update_layout(
        template=plotly_template(dark), height=height, showlegend=False,
        margin=dict(l=4, r=4, t=30, b=4),
    )  # fmt: skip
    return figure


def learning_curves(
    shapes: Sequence[int],
    errors: Sequence[tuple[str, Sequence[float]]],
    own: Sequence[tuple[int, float]] = (),
    dark: bool = False,
    height: int = 300,
) -> go.Figure:
    """Error over the number of training shapes, both on logarithmic axes, 1 marked.

    Args:
        shapes: numbers of training shapes.
        errors: name and errors of each network.
        own: (shapes, error) of the networks that the user has trained, in the same order.
        dark: whether the page is dark.
        height: in pixels.
    """
    figure = go.Figure()
    figure.add_hline(y=1, line=dict(color=role("muted", dark), width=1.2, dash="dash"))
    for k, (name, values) in enumerate(errors):
        line = dict(color=SERIES[k], width=2.4, dash=DASHES[k % len(DASHES)])
        figure.add_trace(
            go.Scatter(x=list(shapes), y=list(values), name=name, mode="lines+markers", line=line)
        )
    for k, (n, value) in enumerate(own):
        marker = dict(color=SERIES[k], size=13, symbol="star")
        figure.add_trace(
            go.Scatter(
                x=[n], y=[value], mode="markers", marker=marker, name=f"yours: {errors[k][0]}"
            )
        )
    figure.update_xaxes(type="log", title="training shapes", tickvals=list(shapes))
    figure.update_yaxes(type="log", title="error", tickvals=[0.3, 0.5, 1, 2, 5])
    figure.update_layout(
        template=plotly_template(dark), height=height, title="Learning curve",
        margin=dict(l=8, r=8, t=78, b=8),
    )  # fmt: skip
    return figure
