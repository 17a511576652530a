"""A chart of lines: one quantity over another, for several series, with a level to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from engine.figures.palette import SERIES, plotly_template, role

DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True, eq=False)
class Line:
    """One series: x and y (N,), and for each point, if wanted, the words beside it.

    A single point is drawn as a mark. dots: marks on the line.
    """

    x: ArrayLike
    y: ArrayLike
    words: Sequence[str] = ()
    dots: bool = True


def lines(
    series: Mapping[str, Line],
    x: str,
    y: str,
    dark: bool = False,
    log: tuple[bool, bool] = (False, False),
    level: tuple[str, float] | None = None,
    mark: float | None = None,
    height: int = 260,
) -> go.Figure:
    """The series in the colours of the house, in order.

    x, y: titles of the axes. log: which axes are logarithmic. level: name and height of a
    horizontal line. mark: x of a vertical line.

    Raises
    ------
    ValueError: if x and y of a series differ in length.
    """
    figure = go.Figure()
    for k, (name, line) in enumerate(series.items()):
        figure.add_trace(_trace(name, line, SERIES[k % len(SERIES)], DASHES[k % len(DASHES)]))
    figure.update_layout(template=plotly_template(dark), height=height, showlegend=len(series) > 1)
    figure.update_xaxes(title=x, type="log" if log[0] else "linear")
    figure.update_yaxes(title=y, type="log" if log[1] else "linear")
    colour = role("reference", dark)
    if level is not None:
        name, value = level
        text = dict(text=name, font=dict(color=colour), yanchor="bottom")
        figure.add_hline(value, line=dict(color=colour, dash="dot", width=1.5), annotation=text)
    if mark is not None:
        figure.add_vline(mark, line=dict(color=role("muted", dark), dash="dot", width=1.5))
    return figure


def _trace(name: str, line: Line, colour: str, dash: str) -> go.Scatter:
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
        textposition="top center",
        textfont=dict(size=11),
        line=dict(color=colour, width=2, dash=dash),
        marker=dict(color=colour, size=11 if len(x) == 1 else 7),
        hovertemplate="%{x:.3g}: %{y:.3g}<extra>" + name + "</extra>",
    )
