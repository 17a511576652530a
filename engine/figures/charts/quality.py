"""Chart of quality against effort: how close samples come to the data at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.figures.palette import plotly_template, role, with_alpha

HEIGHT = 330  #: pixels


@dataclass(frozen=True)
class Series:
    """One method.

    Attributes:
        name: in the legend.
        colour: "#rrggbb".
        effort: at each point.
        mean: the distance there, in units of the floor.
        spread: its standard deviation.
        dash: whether the line is dashed.
    """

    name: str
    colour: str
    effort: Sequence[float]
    mean: Sequence[float]
    spread: Sequence[float]
    dash: bool = False


def quality_curves(
    series: Sequence[Series],
    floor_spread: float,
    title: str,
    effort: str,
    dark: bool = False,
) -> go.Figure:
    """Distances in units of the floor over effort, both on logarithmic axes, with error bars.

    Args:
        series: the methods.
        floor_spread: relative standard deviation of the floor, drawn as a band about 1.
        title: of the chart.
        effort: title of the horizontal axis.
        dark: whether the page is dark.
    """
    figure = go.Figure()
    low = max(0.05, 1 - floor_spread)
    muted = role("muted", dark)
    figure.add_hrect(y0=low, y1=1 + floor_spread, fillcolor=with_alpha(muted, 0.18), line_width=0)
    figure.add_hline(y=1, line=dict(color=muted, width=1.4, dash="dash"))
    for line in series:
        # A bar below a tenth of the mean would run off a logarithmic axis.
        down = [min(s, 0.9 * m) for s, m in zip(line.spread, line.mean, strict=True)]
        figure.add_trace(
            go.Scatter(
                x=list(line.effort),
                y=list(line.mean),
                error_y=dict(
                    type="data", array=list(line.spread), arrayminus=down, thickness=1.2, width=3
                ),
                name=line.name,
                mode="lines+markers",
                line=dict(color=line.colour, width=2, dash="dot" if line.dash else "solid"),
                marker=dict(size=6),
                hovertemplate="%{x} " + effort.lower() + "<br>%{y:.2f} × floor<extra>"
                + line.name + "</extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        template=plotly_template(dark), height=HEIGHT, showlegend=True, margin=dict(t=46),
        title=dict(text=title, y=0.98, yanchor="top"),
        legend=dict(orientation="h", y=-0.22, yanchor="top"),
    )  # fmt: skip
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    figure.update_xaxes(type="log", title=effort, tickvals=ticks, ticktext=[str(t) for t in ticks])
    figure.update_yaxes(type="log", title="× floor", dtick=1)
    return figure
