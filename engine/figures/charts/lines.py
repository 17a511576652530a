"""A chart of lines: one quantity over another, for several series, with a level to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from engine.figures.palette import SERIES, plotly_template, role
from engine.notation import subscripts

DASHES = ("solid", "dash", "dot", "dashdot")
HEIGHT = 260  #: pixels


@dataclass(frozen=True, eq=False)
class Line:
    """One series; a single point is drawn as a mark.

    Attributes:
        x: (N,).
        y: (N,).
        words: text beside each point, if any.
        dots: whether points are marked on the line.
    """

    x: ArrayLike
    y: ArrayLike
    words: Sequence[str] = ()
    dots: bool = True


@dataclass(frozen=True)
class Axes:
    """Titles of the axes, and which of them are logarithmic."""

    x: str
    y: str
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Level:
    """A horizontal line with a name."""

    name: str
    y: float


def lines(
    series: Mapping[str, Line],
    axes: Axes,
    dark: bool = False,
    level: Level | None = None,
    mark: float | None = None,
) -> go.Figure:
    """The series in the colours of the house, in order.

    Args:
        series: by name.
        axes: titles and scales.
        dark: whether the page is dark.
        level: a horizontal line, for comparison.
        mark: x of a vertical line.

    Raises:
        ValueError: if x and y of a series differ in length.
    """
    figure = go.Figure()
    for k, (name, line) in enumerate(series.items()):
        figure.add_trace(_trace(name, line, k))
    figure.update_layout(template=plotly_template(dark), height=HEIGHT, showlegend=len(series) > 1)
    figure.update_xaxes(title=subscripts(axes.x), type="log" if axes.log_x else "linear")
    figure.update_yaxes(title=subscripts(axes.y), type="log" if axes.log_y else "linear")
    colour = role("reference", dark)
    if level is not None:
        text = dict(text=level.name, font=dict(color=colour), yanchor="bottom")
        figure.add_hline(level.y, line=dict(color=colour, dash="dot", width=1.5), annotation=text)
    if mark is not None:
        figure.add_vline(mark, line=dict(color=role("muted", dark), dash="dot", width=1.5))
    return figure


def _trace(name: str, line: Line, k: int) -> go.Scatter:
    """The k-th series; words of neighbouring ones stand above and below their points."""
    colour, dash = SERIES[k % len(SERIES)], DASHES[k % len(DASHES)]
    x, y = np.asarray(line.x, dtype=float).ravel(), np.asarray(line.y, dtype=float).ravel()
    if len(x) != len(y):
        raise ValueError(f"{name} has {len(x)} values along x and {len(y)} along y.")
    mode = "markers" if len(x) == 1 else "lines+markers" if line.dots else "lines"
    return go.Scatter(
        x=x,
        y=y,
        name=name,
        mode=mode + ("+text" if line.words else ""),
        text=list(line.words) or None,
        textposition="bottom center" if k % 2 else "top center",
        textfont=dict(size=11),
        line=dict(color=colour, width=2, dash=dash),
        marker=dict(color=colour, size=11 if len(x) == 1 else 7),
        hovertemplate="%{x:.3~r}: %{y:.3~r}<extra>" + name + "</extra>",
    )
