"""Charts of noise schedules: betas, alpha_bars and log-SNR over time."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from engine.figures.palette import DASHES, SERIES, plotly_template, role
from engine.noise import SCHEDULES, Schedule

#: table of a schedule -> title of its chart
QUANTITIES = {
    "betas": "β_t: noise added at step t",
    "alpha_bars": "ᾱ_t: signal left after step t",
    "log_snr": "log SNR: log of signal to noise",
}

#: plotly's dashes for the legend: lengths of line and gap in turn, in pixels
STROKES: dict[str, tuple[float, ...]] = {
    "solid": (34,),
    "dash": (8, 5),
    "dot": (2.4, 3),
    "dashdot": (8, 4, 2.4, 4),
    "longdash": (13, 5),
    "longdashdot": (13, 4, 2.4, 4),
}


def colour(key: str) -> str:
    """ "#rrggbb" of a schedule, the same in every chart and panel."""
    return SERIES[list(SCHEDULES).index(key) % len(SERIES)]


def dash(key: str) -> str:
    """The dash of a schedule's line, which tells it apart without colour."""
    return DASHES[list(SCHEDULES).index(key) % len(DASHES)]


def curves(
    schedules: Mapping[str, Schedule], quantity: str, dark: bool = False, height: int = 270
) -> go.Figure:
    """One of ``QUANTITIES`` over t, one line per schedule; betas on a logarithmic axis.

    schedules: registry key -> schedule; they may differ in T.

    Raises
    ------
    KeyError: if the quantity is unknown.
    """
    title = QUANTITIES[quantity]
    figure = go.Figure([_line(key, schedule, quantity) for key, schedule in schedules.items()])
    figure.update_layout(
        template=plotly_template(dark),
        height=height,
        title=dict(text=title, font=dict(size=14.5), y=0.97, yanchor="top"),
        hovermode="x",
        showlegend=False,
        margin=dict(t=40, b=8),
    )
    figure.update_xaxes(title="time t", rangemode="tozero")
    if quantity == "betas":
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    elif quantity == "alpha_bars":
        figure.update_yaxes(range=[-0.02, 1.02])
    else:
        figure.update_yaxes(range=[-16, 10])
        figure.add_hline(0, line=dict(color=role("muted", dark), width=1, dash="dot"))
    return figure


def legend(schedules: Mapping[str, Schedule]) -> str:
    """One legend for all charts, as HTML: the line of each schedule and its name."""
    entries = [
        '<span style="display:inline-flex;align-items:center;gap:.5rem">'
        f'<span style="width:34px;height:2.5px;background:{_stripes(key)}"></span>'
        f"{schedule.label}</span>"
        for key, schedule in schedules.items()
    ]
    style = "display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.9rem"
    return f'<div style="{style}">{"".join(entries)}</div>'


def _stripes(key: str) -> str:
    """A schedule's dashes as a CSS background."""
    stops, at = [], 0.0
    for k, length in enumerate(STROKES[dash(key)]):
        ink = colour(key) if k % 2 == 0 else "transparent"
        stops.append(f"{ink} {at:g}px {at + length:g}px")
        at += length
    return f"repeating-linear-gradient(90deg,{','.join(stops)})"


def _line(key: str, schedule: Schedule, quantity: str) -> go.Scatter:
    return go.Scatter(
        x=list(range(1, schedule.T + 1)),
        y=getattr(schedule, quantity).tolist(),
        name=schedule.label,
        legendgroup=key,
        mode="lines",
        line=dict(color=colour(key), dash=dash(key), width=2.2),
        hovertemplate=f"{schedule.label}: %{{y:.3g}}<extra></extra>",
    )
