"""Charts of a training run: the loss as it falls, and what the network draws by now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from engine.figures.palette import plotly_template, role, with_alpha


def loss_curve(
    steps: Sequence[int],
    losses: Sequence[float],
    total: int,
    dark: bool = False,
    height: int = 230,
) -> go.Figure:
    """The loss over the updates made so far, on an axis as long as the whole run.

    steps, losses: of equal length, one pair per point. total: updates the run will make.
    """
    line = go.Scatter(
        x=list(steps),
        y=list(losses),
        mode="lines",
        line=dict(color=role("model", dark), width=2),
        hovertemplate="update %{x:,}<br>loss %{y:.3f}<extra></extra>",
    )
    figure = go.Figure(line)
    figure.update_layout(
        template=plotly_template(dark), height=height, showlegend=False, margin=dict(t=12)
    )
    figure.update_xaxes(title="Update", range=[0, total])
    figure.update_yaxes(title="Loss")
    return figure


def preview(
    samples: ArrayLike, data: ArrayLike, dark: bool = False, height: int = 270
) -> go.Figure:
    """What the network draws (role model) over data (role data): bars in 1D, points in 2D.

    samples (n, D), data (m, D) with D = 1 or 2.

    Raises
    ------
    ValueError: if D is neither 1 nor 2.
    """
    samples, data = np.asarray(samples), np.asarray(data)
    if samples.shape[1] not in (1, 2):
        raise ValueError(f"Only points of one or two numbers can be drawn, not {samples.shape[1]}.")
    draw = _bars if samples.shape[1] == 1 else _cloud
    figure = go.Figure([draw(data, "data", "Data", dark), draw(samples, "model", "Network", dark)])
    figure.update_layout(
        template=plotly_template(dark),
        height=height,
        barmode="overlay",
        margin=dict(t=28),
        legend=dict(itemsizing="constant"),
    )
    if samples.shape[1] == 2:
        figure.update_xaxes(range=[-2.6, 2.6], visible=False)
        figure.update_yaxes(range=[-2.6, 2.6], visible=False, scaleanchor="x")
    return figure


def _bars(x: np.ndarray, name: str, label: str, dark: bool) -> go.Histogram:
    return go.Histogram(
        x=x[:, 0],
        name=label,
        histnorm="probability density",
        xbins=dict(start=-4, end=4, size=0.1),
        marker=dict(color=with_alpha(role(name, dark), 0.55)),
        hoverinfo="skip",
    )


def _cloud(xy: np.ndarray, name: str, label: str, dark: bool) -> go.Scatter:
    return go.Scatter(
        x=xy[:, 0],
        y=xy[:, 1],
        name=label,
        mode="markers",
        marker=dict(color=with_alpha(role(name, dark), 0.6), size=3.5),
        hoverinfo="skip",
    )
