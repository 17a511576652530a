"""Charts of an ensemble: where each torsion stands, and what each conformer costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.figures import palette

BIN_DEGREES = 20


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Conformers of one origin.

    Attributes
    ----------
    label: as in the legend. role: its colour in the palette.
    torsions: (K, M) radians. energies: (K,) kcal/mol; empty if no field knows the molecule.
    """

    label: str
    role: str
    torsions: np.ndarray
    energies: np.ndarray


def torsion_histograms(
    ensembles: Sequence[Ensemble],
    labels: Sequence[str],
    colours: Sequence[str],
    dark: bool,
    columns: int = 2,
) -> go.Figure:
    """One histogram of angles per bond: the first ensemble as bars, the others as outlines.

    labels, colours: (M,) name and "#rrggbb" of each bond. Shares in percent, so that ensembles of
    different size compare.
    """
    rows = max(1, -(-len(labels) // columns))
    dots = [f'<span style="color:{colour}">●</span>' for colour in colours]
    titles = [f"{dot} {label}" for dot, label in zip(dots, labels, strict=True)]
    figure = make_subplots(
        rows, columns, subplot_titles=titles, vertical_spacing=min(0.5, 62 / (150 * rows)),
        horizontal_spacing=0.1,
    )  # fmt: skip
    for m, colour in enumerate(colours):
        for e, ensemble in enumerate(ensembles):
            trace = _bars if e == 0 else _outline
            figure.add_trace(
                trace(ensemble, m, colour, dark, m == 0), m // columns + 1, m % columns + 1
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


def shares(torsions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bin centres in degrees, (-180, 180], and the share of angles (K,) radians in each, percent.

    Bins are centred on multiples of their width, so that 60 and 180 degrees, where torsions like
    to be, do not fall between two of them.
    """
    count = 360 // BIN_DEGREES
    index = np.round(np.degrees(torsions) / BIN_DEGREES).astype(int) % count
    centres = BIN_DEGREES * (np.arange(count) - count // 2 + 1)
    share = 100 * np.bincount(index, minlength=count) / max(1, len(torsions))
    return centres, share[(centres // BIN_DEGREES) % count]


def _bars(ensemble: Ensemble, m: int, colour: str, dark: bool, first: bool) -> go.Bar:
    centres, share = shares(ensemble.torsions[:, m])
    return go.Bar(
        x=centres,
        y=share,
        name=ensemble.label,
        legendgroup=ensemble.label,
        showlegend=first,
        marker=dict(color=palette.role(ensemble.role, dark), line=dict(width=0)),
        opacity=0.85,
        hovertemplate="%{x:.0f}° ± 10°: %{y:.0f} %<extra>" + ensemble.label + "</extra>",
    )


def _outline(ensemble: Ensemble, m: int, colour: str, dark: bool, first: bool) -> go.Scatter:
    centres, share = shares(ensemble.torsions[:, m])
    return go.Scatter(
        x=np.append(centres, 200) - BIN_DEGREES / 2,
        y=np.append(share, share[-1]),
        mode="lines",
        line=dict(shape="hv", width=1.8, color=palette.role(ensemble.role, dark)),
        name=ensemble.label,
        legendgroup=ensemble.label,
        showlegend=first,
        hoverinfo="skip",
    )


#: Half the width of a level in the ladder, where methods stand 1 apart, and the least share of
#: the population that is written beside it.
_HALF, _TOLD = 0.3, 0.03


def energy_ladder(
    ensembles: Sequence[Ensemble], weights: Sequence[np.ndarray], field: str, dark: bool
) -> go.Figure:
    """The energy of every conformer above the lowest of all, a rung each, a column per method.

    weights: (K,) of each ensemble, Boltzmann populations within it; written beside the rungs that
    hold enough, unless a lower one is too close to leave room.
    """
    lowest = min(float(e.energies.min()) for e in ensembles)
    highest = max(float(e.energies.max()) for e in ensembles) - lowest
    figure = go.Figure()
    for column, (ensemble, weight) in enumerate(zip(ensembles, weights, strict=True)):
        above, colour = ensemble.energies - lowest, palette.role(ensemble.role, dark)
        order = np.argsort(above)
        figure.add_trace(
            go.Scatter(
                x=np.array([[column - _HALF, column + _HALF, np.nan]] * len(order)).ravel(),
                y=np.repeat(above[order], 3),
                mode="lines",
                line=dict(color=colour, width=2),
                opacity=0.8,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=np.full(len(order), float(column)),
                y=above[order],
                mode="markers",
                marker=dict(color=colour, size=5 + 22 * np.sqrt(weight[order])),
                customdata=np.column_stack([order + 1, 100 * weight[order]]),
                hovertemplate="conformer %{customdata[0]:.0f}: %{y:.2f} kcal/mol, "
                "%{customdata[1]:.1f} %<extra>" + ensemble.label + "</extra>",
            )
        )
        for k in _legible(above, weight, order, highest / 18):
            figure.add_annotation(
                x=column + _HALF, y=above[k], text=f"{100 * weight[k]:.0f} %",
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


def _legible(above: np.ndarray, weight: np.ndarray, order: np.ndarray, room: float) -> list[int]:
    """The conformers whose weight is written, from the lowest up, ``room`` kcal/mol apart."""
    told: list[int] = []
    for k in order:
        if weight[k] >= _TOLD and (not told or above[k] - above[told[-1]] >= room):
            told.append(int(k))
    return told


def rmsd_map(rmsd: np.ndarray, order: np.ndarray, dark: bool) -> go.Figure:
    """How far all conformers are from each other: rmsd (K, K) in Angstrom, in ``order`` (K,)."""
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
        xaxis=axis | dict(title="Conformer, lowest energy first"),
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
