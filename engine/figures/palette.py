"""The colours of the app: the only place where they are defined.

Every colour has a light-theme and a dark-theme value and the same meaning on every page: data,
noise, model and reference. The hues follow Okabe and Ito (2008), which stay apart for people with
deuteranopia and protanopia; tests/figures/test_palette.py measures that.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

FONT = "Inter, system-ui, sans-serif"


@dataclass(frozen=True)
class Shade:
    """One colour, as "#rrggbb" on a light and on a dark background."""

    light: str
    dark: str

    def on(self, dark: bool) -> str:
        """The value for the theme in use."""
        return self.dark if dark else self.light


BACKGROUND = Shade("#FCFBF8", "#101418")
INK = Shade("#1C2126", "#E7EAED")
MUTED = Shade("#646A70", "#98A1AA")
RULE = Shade("#E2DED4", "#2B333B")
ACCENT = Shade("#0B766F", "#3CC4B4")

ROLES: dict[str, Shade] = {
    "data": Shade("#0067A6", "#5DB3F2"),
    "noise": Shade("#858A91", "#737C88"),
    "model": Shade("#CC5500", "#FF9D52"),
    "reference": Shade("#7E1F5E", "#ECB1D0"),
    "accent": ACCENT,
    "ink": INK,
    "muted": MUTED,
}

# Lines that stand beside each other (noise schedules, samplers): readable on both themes. Dashes
# tell them apart as well.
SERIES: list[str] = [
    "#0A78C2", "#D9730D", "#0E9C72", "#C0569B", "#8A7A12", "#6F6BD6", "#C2413B", "#4C8FA3",
]  # fmt: skip

# Rotatable bonds: as many as a drug-like molecule has before they repeat.
BOND_COLOURS: list[str] = [*SERIES, "#A06A2C", "#5C9E3A", "#B0568A", "#3E7BE0"]

# Named scales from low to high, as evenly spaced stops; the player and plotly share them.
SCALES: dict[str, tuple[list[str], list[str]]] = {
    "sequence": (
        ["#3D3A9E", "#1F6FB0", "#12907F", "#6B9A1E", "#C98A00", "#CF5318"],
        ["#8F8BFF", "#55B4F5", "#3FD3B0", "#A9DB63", "#FFCF4D", "#FF9468"],
    ),
    "density": (
        ["#FCFBF8", "#D5E4EE", "#9DC3DF", "#5C9CC9", "#2A78B0", "#0B4F86"],
        ["#101418", "#132A3C", "#174462", "#1F6591", "#3C8FC4", "#8CCBF7"],
    ),
    "distance": (
        ["#08306B", "#1C64A5", "#4B97C9", "#94C4DF", "#D0E2F2", "#FCFBF8"],
        ["#BCE4FF", "#74BDF0", "#3D8FCB", "#22638F", "#183E58", "#101418"],
    ),
    "diverging": (
        ["#0067A6", "#7FB2D3", "#EDEBE6", "#E9A97C", "#CC5500"],
        ["#5DB3F2", "#2F6084", "#20262C", "#8B5630", "#FF9D52"],
    ),
}


def role(name: str, dark: bool = False) -> str:
    """The colour "#rrggbb" of a role.

    Raises:
        KeyError: If the role is unknown.
    """
    return ROLES[name].on(dark)


def scale(name: str, dark: bool = False) -> list[list[float | str]]:
    """A named scale as a plotly colorscale: [[0.0, "#..."], ..., [1.0, "#..."]].

    Raises:
        KeyError: If the scale is unknown.
    """
    stops = SCALES[name][dark]
    return [[i / (len(stops) - 1), colour] for i, colour in enumerate(stops)]


def with_alpha(colour: str, alpha: float) -> str:
    """ "#rrggbb" as "rgba(r, g, b, alpha)" for plotly fills."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r}, {g}, {b}, {alpha:g})"


def plotly_template(dark: bool = False) -> go.layout.Template:
    """Layout shared by all charts: Inter, thin axes, transparent background, legend on top."""
    ink, muted, rule = INK.on(dark), MUTED.on(dark), RULE.on(dark)
    axis = dict(
        showgrid=True,
        gridcolor=rule,
        gridwidth=1,
        zeroline=False,
        linecolor=rule,
        ticks="",
        tickfont=dict(color=muted, size=12),
        title=dict(font=dict(color=muted, size=13), standoff=8),
        automargin=True,
        exponentformat="power",
    )
    return go.layout.Template(
        layout=go.Layout(
            font=dict(family=FONT, size=13, color=ink),
            dragmode=False,
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            colorway=SERIES,
            margin=dict(l=8, r=8, t=36, b=8),
            title=dict(font=dict(size=15, color=ink), x=0, xanchor="left"),
            legend=dict(orientation="h", x=0, y=1.02, yanchor="bottom", font=dict(color=ink)),
            hoverlabel=dict(
                bgcolor=BACKGROUND.on(dark),
                bordercolor=rule,
                font=dict(family=FONT, color=ink),
            ),
            xaxis=axis,
            yaxis=axis,
        )
    )


# Chemical elements in molecule pictures, restrained; "*" is any other element.
ELEMENTS: dict[str, Shade] = {
    "C": Shade("#80868D", "#8C949D"),
    "H": Shade("#C9CDD2", "#59616A"),
    "N": Shade("#3F6FC4", "#7FA6F0"),
    "O": Shade("#CF4A40", "#F0857B"),
    "S": Shade("#B8901A", "#E0BE55"),
    "P": Shade("#C9772B", "#E8A463"),
    "F": Shade("#4E9B52", "#86CC8A"),
    "Cl": Shade("#3C8C46", "#74C27D"),
    "Br": Shade("#96503A", "#CC8B76"),
    "I": Shade("#7A4BA3", "#B48CDB"),
    "B": Shade("#C98B82", "#E5B2AB"),
    "Si": Shade("#A58C5C", "#CDB68A"),
    "*": Shade("#8A6FA8", "#B7A0D0"),
}
