"""Charts of ensembles: where each torsion stands, what each conformer costs, how alike they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.figures import palette


@dataclass(frozen=True, eq=False)
class Distribution:
    """Where the torsions of one ensemble stand.

    Attributes:
        label: The name in the legend.
        role: The role of its colour in the palette.
        shares: ``(M, B)`` percent of the conformers in each of B bins, for each of M torsions.
    """

    label: str
    role: str
    shares: np.ndarray


@dataclass(frozen=True, eq=False)
class Levels:
    """The energies of one ensemble.

    Attributes:
        label: The name below its column.
        role: The role of its colour in the palette.
        energies: ``(K,)`` kcal/mol above a zero that all ensembles of the chart share.
        weights: ``(K,)`` Boltzmann weights within the ensemble, which add up to 1; None where
            there are none.
    """

    label: str
    role: str
    energies: np.ndarray
    weights: np.ndarray | None


def torsion_histograms(
    ensembles: Sequence[Distribution],
    centres: np.ndarray,
    labels: Sequence[str],
    colours: Sequence[str],
    dark: bool,
    columns: int = 2,
) -> go.Figure:
    """One histogram of angles per bond: the first ensemble as bars, the others as outlines.

    Args:
        ensembles: Shares in percent, so that ensembles of different size compare.
        centres: ``(B,)`` degrees, the middle of each bin, evenly spaced.
        labels: The name of each of the M bonds.
        colours: The colour ``#rrggbb`` of each bond.
        dark: Whether the theme is dark.
        columns: Histograms side by side.
    """
    rows = max(1, -(-len(labels) // columns))
    dots = [f'<span style="color:{colour}">●</span>' for colour in colours]
    titles = [f"{dot} {label}" for dot, label in zip(dots, labels, strict=True)]
    figure = make_subplots(
        rows, columns, subplot_titles=titles, vertical_spacing=min(0.5, 62 / (150 * rows)),
        horizontal_spacing=0.1,
    )  # fmt: skip
    for m in range(len(labels)):
        for e, ensemble in enumerate(ensembles):
            trace = _bars if e == 0 else _outline
            figure.add_trace(
                trace(ensemble, centres, m, palette.role(ensemble.role, dark)),
                m // columns + 1,
                m % columns + 1,
            )
    figure.update_xaxes(range=[-170, 190], tickvals=[-90, 0, 90, 180])
    figure.update_yaxes(rangemode="tozero", nticks=4, ticksuffix=" %")
    figure.update_annotations(font=dict(size=13))
    figure.update_layout(
        template=palette.plotly_template(dark),
        height=70 + 150 * rows,
        bargap=0.08,
        margin=dict(l=8, r=8, t=70, b=8),
        legend=dict(y=1 + 42 / (150 * rows)),
    )
    return figure


def _bars(ensemble: Distribution, centres: np.ndarray, m: int, colour: str) -> go.Bar:
    half = (centres[1] - centres[0]) / 2
    return go.Bar(
        x=centres,
        y=ensemble.shares[m],
        name=ensemble.label,
        legendgroup=ensemble.label,
        showlegend=m == 0,
        marker=dict(color=colour, line=dict(width=0)),
        opacity=0.85,
        hovertemplate=f"%{{x:.0f}}° ± {half:.0f}°: %{{y:.0f}} %<extra>{ensemble.label}</extra>",
    )


def _outline(ensemble: Distribution, centres: np.ndarray, m: int, colour: str) -> go.Scatter:
    width = centres[1] - centres[0]
    share = ensemble.shares[m]
    return go.Scatter(
        x=np.append(centres, centres[-1] + width) - width / 2,
        y=np.append(share, share[-1]),
        mode="lines",
        line=dict(shape="hv", width=1.8, color=colour),
        name=ensemble.label,
        legendgroup=ensemble.label,
        showlegend=m == 0,
        hoverinfo="skip",
    )


#: Half the width of a rung, where columns stand 1 apart; weights below the least are not written.
HALF_RUNG, LEAST_WEIGHT = 0.3, 0.03
#: Two weights are written if their rungs are this share of the chart's height apart.
APART = 1 / 18


def energy_ladder(ensembles: Sequence[Levels], field: str, dark: bool) -> go.Figure:
    """The energy of every conformer, a rung each, one column per ensemble.

    Dots grow with the Boltzmann weight, which is written beside a rung unless it is small or a
    lower rung is too close.

    Args:
        ensembles: Energies above the lowest of all.
        field: The name of the force field.
        dark: Whether the theme is dark.
    """
    highest = max(float(e.energies.max()) for e in ensembles)
    figure = go.Figure()
    for column, ensemble in enumerate(ensembles):
        order = np.argsort(ensemble.energies)
        colour = palette.role(ensemble.role, dark)
        figure.add_trace(_rungs(ensemble, column, order, colour))
        figure.add_trace(_weights(ensemble, column, order, colour))
        for k, weight in _legible(ensemble, order, APART * highest).items():
            figure.add_annotation(
                x=column + HALF_RUNG, y=ensemble.energies[k],
                text=f"{100 * weight:.0f} %",
                showarrow=False, xanchor="left", xshift=4,
            )  # fmt: skip
    columns = len(ensembles)
    names = [e.label.replace(", ", ",<br>").replace(" + ", "<br>+ ") for e in ensembles]
    figure.update_layout(
        template=palette.plotly_template(dark),
        height=380,
        showlegend=False,
        xaxis=dict(
            tickvals=list(range(columns)), ticktext=names, range=[-0.6, columns - 0.3],
            showgrid=False,
        ),
        yaxis=dict(
            title=f"{field} energy above the lowest, kcal/mol",
            range=[-0.05 * highest - 0.1, 1.05 * highest + 0.1],
        ),
        margin=dict(t=24),
    )  # fmt: skip
    return figure


def _rungs(ensemble: Levels, column: int, order: np.ndarray, colour: str) -> go.Scatter:
    ends = [column - HALF_RUNG, column + HALF_RUNG, np.nan]
    return go.Scatter(
        x=np.array([ends] * len(order)).ravel(),
        y=np.repeat(ensemble.energies[order], 3),
        mode="lines",
        line=dict(color=colour, width=2),
        opacity=0.8,
        hoverinfo="skip",
    )


def _weights(ensemble: Levels, column: int, order: np.ndarray, colour: str) -> go.Scatter:
    known = ensemble.weights is not None
    weights = ensemble.weights[order] if ensemble.weights is not None else np.zeros(len(order))
    share = ", %{customdata[1]:.1f} %" if known else ""
    return go.Scatter(
        x=np.full(len(order), float(column)),
        y=ensemble.energies[order],
        mode="markers",
        marker=dict(color=colour, size=5 + 22 * np.sqrt(weights)),
        customdata=np.column_stack([order + 1, 100 * weights]),
        hovertemplate="conformer %{customdata[0]:.0f}: %{y:.2f} kcal/mol"
        f"{share}<extra>{ensemble.label}</extra>",
    )


def _legible(ensemble: Levels, order: np.ndarray, room: float) -> dict[int, float]:
    """The weights that are written, from the lowest conformer up, ``room`` kcal/mol apart."""
    written: dict[int, float] = {}
    if ensemble.weights is None:
        return written
    highest = -np.inf
    for k in order.tolist():
        if ensemble.weights[k] >= LEAST_WEIGHT and ensemble.energies[k] - highest >= room:
            written[k], highest = float(ensemble.weights[k]), float(ensemble.energies[k])
    return written


def rmsd_map(rmsd: np.ndarray, order: np.ndarray, dark: bool) -> go.Figure:
    """The RMSD of all pairs of conformers, ``(K, K)`` in Angstrom, in the ``order`` ``(K,)``."""
    names = [str(k + 1) for k in order]
    figure = go.Figure(
        go.Heatmap(
            z=rmsd[np.ix_(order, order)],
            x=names,
            y=names,
            colorscale=palette.scale("distance", dark),
            zmin=0,
            colorbar=dict(title="Å", thickness=12),
            hovertemplate="%{y} and %{x}: %{z:.2f} Å<extra></extra>",
        )
    )
    axis = dict(type="category", constrain="domain", nticks=12)
    figure.update_layout(
        template=palette.plotly_template(dark),
        height=420,
        xaxis=axis | dict(title="Conformer"),
        yaxis=axis | dict(autorange="reversed", scaleanchor="x"),
        margin=dict(t=24),
    )
    return figure


def energy_colours(energies: np.ndarray, dark: bool) -> list[str]:
    """A colour for each conformer (K,): the lowest energy strong, the highest close to grey."""
    strong, weak = palette.role("model", dark), palette.role("noise", dark)
    rank = np.argsort(np.argsort(energies)) / max(1, len(energies) - 1)
    return [_blend(strong, weak, float(np.sqrt(share))) for share in rank]


def _blend(one: str, two: str, share: float) -> str:
    pair = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (one, two)]
    mixed = [round(a + (b - a) * share) for a, b in zip(*pair, strict=True)]
    return "#" + "".join(f"{value:02x}" for value in mixed)
