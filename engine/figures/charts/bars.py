"""A chart of bars that add up: each begins where the one before ends, the last is the sum."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from engine.figures.palette import plotly_template, role
from engine.notation import subscripts

HEIGHT = 260  #: pixels


def waterfall(parts: Mapping[str, float], unit: str, dark: bool = False) -> go.Figure:
    """The ``parts`` by name in order, and their sum."""
    names = [subscripts(name) for name in parts]
    figure = go.Figure(
        go.Waterfall(
            x=[*names, "Sum"],
            y=[*parts.values(), 0.0],
            measure=["relative"] * len(parts) + ["total"],
            text=[f"{value:,.1f}" for value in (*parts.values(), sum(parts.values()))],
            textposition="outside",
            increasing=dict(marker=dict(color=role("model", dark))),
            decreasing=dict(marker=dict(color=role("data", dark))),
            totals=dict(marker=dict(color=role("accent", dark))),
            connector=dict(line=dict(color=role("muted", dark), width=1)),
            hovertemplate="%{x}: %{text} " + unit + "<extra></extra>",
            cliponaxis=False,
        )
    )
    figure.update_layout(template=plotly_template(dark), height=HEIGHT, showlegend=False)
    figure.update_yaxes(title=unit)
    return figure
