"""Charts of chains that stand still: how a length is distributed, and a few chains side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from engine.figures.palette import SERIES, plotly_template, role, with_alpha

BINS = 36


def distribution(
    data: ArrayLike,
    samples: Mapping[str, ArrayLike],
    unit: str,
    dark: bool = False,
    height: int = 230,
    mark: float | None = None,
) -> go.Figure:
    """Histograms of lengths: the data filled, each set of samples as an outline.

    The first set of samples has the colour of the model; others take those of a series, in order.

    Args:
        data: (N,) lengths.
        samples: (M,) lengths, by name.
        unit: title of the axis.
        dark: whether the page is dark.
        height: in pixels.
        mark: x of a vertical line.

    Raises:
        ValueError: if the data are empty.
    """
    data = np.asarray(data, dtype=float).ravel()
    if not data.size:
        raise ValueError("There are no data to draw.")
    sets = {name: np.asarray(x, dtype=float).ravel() for name, x in samples.items()}
    low, high = _window(data, *sets.values())
    edges = np.linspace(low, high, BINS + 1)
    colours = [role("model", dark), *SERIES[2:]]  # the first two look like data and model
    figure = go.Figure(_outline(data, edges, "Data", role("data", dark), fill=True))
    for k, (name, x) in enumerate(sets.items()):
        figure.add_trace(_outline(x, edges, name, colours[k % len(colours)], dash=k == 1))
    figure.update_layout(
        template=plotly_template(dark),
        height=height,
        margin=dict(t=30),
        showlegend=True,
    )
    figure.update_xaxes(title=unit, range=[low, high])
    figure.update_yaxes(showticklabels=False, rangemode="tozero", showgrid=False)
    if mark is not None:
        figure.add_vline(mark, line=dict(dash="dot", width=1.5))
    return figure


def _window(*sets: np.ndarray) -> tuple[float, float]:
    """A window that leaves out at most 0.2 % of any set on either side."""
    ends = np.array([np.quantile(x, [0.002, 0.998]) for x in sets if x.size])
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    room = 0.04 * (high - low) or 0.5
    return low - room, high + room


def _outline(
    x: np.ndarray, edges: np.ndarray, name: str, colour: str, fill: bool = False, dash: bool = False
) -> go.Scatter:
    share = np.histogram(x, edges)[0] / max(1, x.size)
    return go.Scatter(
        x=edges,
        y=[*share, 0.0],
        name=name,
        mode="lines",
        line=dict(
            color=colour, width=1 if fill else 2.2, shape="hv", dash="dash" if dash else "solid"
        ),
        fill="tozeroy" if fill else None,
        fillcolor=with_alpha(colour, 0.28) if fill else None,
        hovertemplate="%{x:.2f}: %{y:.1%}<extra>" + name + "</extra>",
    )


def sampled_chains(
    shape: tuple[int, int],
    samples: ArrayLike,
    dark: bool = False,
    count: int = 12,
    columns: int = 4,
) -> go.Figure:
    """The first ``count`` samples (n, L * d) as chains of ``shape`` (L, d), as ``side_by_side``.

    Raises:
        ValueError: if samples are no such chains.
    """
    chains = np.asarray(samples)[:count].reshape(-1, *shape)
    return side_by_side(chains, dark, columns=columns)


def side_by_side(
    chains: ArrayLike, dark: bool = False, height: int = 230, columns: int = 4
) -> go.Figure:
    """A few chains (n, L, 2 or 3) side by side, in the colour of the model.

    Chains in space are seen from the side: z to the right, x up.

    Raises:
        ValueError: if the chains are neither in the plane nor in space.
    """
    chains = np.asarray(chains, dtype=float)
    if chains.ndim != 3 or chains.shape[2] not in (2, 3):
        raise ValueError(f"Chains are (n, L, 2 or 3), not {chains.shape}.")
    flat = chains if chains.shape[2] == 2 else chains[..., [2, 0]]
    size = 1.15 * np.ptp(flat, axis=1).max(axis=0)
    figure = go.Figure()
    for k, chain in enumerate(flat):
        x, y = (chain + size * [k % columns, -(k // columns)]).T
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines+markers",
                line=dict(color=role("model", dark), width=1.6),
                marker=dict(color=role("model", dark), size=4),
                hoverinfo="skip",
            )
        )
    figure.update_layout(
        template=plotly_template(dark), height=height, showlegend=False, margin=dict(t=8)
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure
