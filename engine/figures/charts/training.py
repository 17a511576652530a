"""Charts of a training: the loss as it falls, and samples of the network so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from engine.figures.palette import plotly_template, role, with_alpha
from engine.notation import subscripts


@dataclass(frozen=True)
class LossAxis:
    """What a loss is: the title of its axis, and the loss of a model that knows nothing."""

    title: str = "Loss"
    nothing: float | None = None


LOSS = LossAxis()


def loss_curve(
    steps: Sequence[int],
    losses: Sequence[float],
    total: int,
    dark: bool = False,
    height: int = 230,
    axis: LossAxis = LOSS,
) -> go.Figure:
    """The loss over the updates made so far, on an axis as long as the whole run.

    Args:
        steps: updates, one for each point of the curve.
        losses: of equal length.
        total: updates that the run will make.
        dark: whether the theme is dark.
        height: in pixels.
        axis: what the loss is.
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
    figure.update_yaxes(title=subscripts(axis.title))
    if axis.nothing is not None:
        text = dict(text=f"{axis.nothing:g}: knows nothing", yanchor="bottom")
        muted = role("muted", dark)
        figure.add_hline(
            axis.nothing, line=dict(color=muted, dash="dot", width=1.4), annotation=text,
            annotation_position="top right", annotation_font_color=muted,
        )  # fmt: skip
    return figure


def preview(
    samples: ArrayLike, data: ArrayLike, dark: bool = False, height: int = 270
) -> go.Figure:
    """Samples of the network (role model) over data (role data) in one dimension, as histograms.

    Args:
        samples: (n, 1) of the network.
        data: (m, 1) to compare with.
        dark: whether the theme is dark.
        height: in pixels.

    Raises:
        ValueError: if points have more than one coordinate.
    """
    samples, data = np.asarray(samples), np.asarray(data)
    if samples.shape[1] != 1:
        raise ValueError(f"Only points of one number can be drawn, not {samples.shape[1]}.")
    figure = go.Figure(
        [_bars(data, "data", "Data", dark), _bars(samples, "model", "Network", dark)]
    )
    figure.update_layout(
        template=plotly_template(dark),
        height=height,
        barmode="overlay",
        margin=dict(t=28),
        legend=dict(itemsizing="constant"),
    )
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
