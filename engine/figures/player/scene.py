"""What the player shows: a ``Scene`` of panels and layers, as numpy arrays.

The browser draws it with one clock for all panels and interpolates linearly between the frames.

F frames, N points, C chains of L beads. An array with F = 1 stands still. A colour is a role of
the palette ("data", "noise", "model", "reference", "accent", "ink", "muted") or "#rrggbb"; points
and chains may instead carry one number per item, ``c``, coloured by the named ``scale``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Layer:
    """What all layers share. label: its entry in the panel's legend, none if empty."""

    label: str = field(default="", kw_only=True)


@dataclass(frozen=True, eq=False)
class Points(Layer):
    """A cloud. xy (F, N, 2), NaN where a point is not to be seen. size: radius in pixels.

    c (N,): numbers coloured by ``scale``. fade (F,): how far ``colour`` has gone over to the colour
    of noise, 0 to 1, at each frame; without ``c``.
    """

    xy: ArrayLike
    colour: str = "data"
    size: float = 2.2
    alpha: float = 0.75
    c: ArrayLike | None = None
    scale: str = "sequence"
    fade: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class Chains(Layer):
    """Chains of beads. xyz (F, C, L, 2 or 3); in three dimensions they turn when dragged.

    NaN where a bead is not to be seen. c (L,) or (C, L): one number per bead, coloured by
    ``scale``. fade (F,): as for points, with or without ``c``. width: of the line; bead: radius,
    0 for none; both in pixels. smooth: curves instead of straight lines, in three dimensions.
    view: (yaw, pitch) in degrees at first sight. place (C, 2): where each chain stands on the
    panel, about which it turns. link: panels with the same link light up the same residues.
    """

    xyz: ArrayLike
    colour: str = "data"
    width: float = 2.0
    bead: float = 4.0
    alpha: float = 1.0
    c: ArrayLike | None = None
    scale: str = "sequence"
    fade: ArrayLike | None = None
    smooth: bool = False
    view: tuple[float, float] = (25.0, 15.0)
    place: ArrayLike | None = None
    link: str = ""


@dataclass(frozen=True, eq=False)
class Paths(Layer):
    """Paths over time. t (F,) along x, x (F, N) along y: the past solid, the future faint."""

    t: ArrayLike
    x: ArrayLike
    colour: str = "model"
    width: float = 1.0
    alpha: float = 0.35
    head: float = 2.4


@dataclass(frozen=True, eq=False)
class Bars(Layer):
    """A histogram. edges (B + 1,), heights (F, B). sideways: bars grow along x, edges along y."""

    edges: ArrayLike
    heights: ArrayLike
    colour: str = "data"
    alpha: float = 0.55
    sideways: bool = False


@dataclass(frozen=True, eq=False)
class Curve(Layer):
    """A line. x (F or 1, P), y (F or 1, P). cursor: a dot at the point of the present frame.

    With ``cursor`` the P points are spread evenly over the frames, usually P = F. fill: shades the
    area down to y = 0.
    """

    x: ArrayLike
    y: ArrayLike
    colour: str = "ink"
    width: float = 1.8
    alpha: float = 1.0
    dash: bool = False
    cursor: bool = False
    fill: bool = False


@dataclass(frozen=True, eq=False)
class Heat(Layer):
    """An image. values (F, H, W); row 0 lies at y0, column 0 at x0.

    extent: (x0, x1, y0, y1) of its outer edges. For a matrix with row 0 on top turn the panel's
    window round: ylim=(H, 0). limits: values at the ends of the scale, all values' if
    None. smooth: blends neighbouring cells, for densities; switch off for matrices.
    cover (F, H, W): how opaque each cell is, 0 to 1. unit: of the values, said when one points.
    """

    values: ArrayLike
    extent: tuple[float, float, float, float]
    scale: str = "density"
    alpha: float = 1.0
    limits: tuple[float, float] | None = None
    smooth: bool = True
    link: str = ""
    cover: ArrayLike | None = None
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Arrows(Layer):
    """A field of arrows. xy (F or 1, G, 2) their feet, uv (F, G, 2) in the units of the axes."""

    xy: ArrayLike
    uv: ArrayLike
    colour: str = "ink"
    width: float = 1.1
    alpha: float = 0.6


@dataclass(frozen=True, eq=False)
class Streams(Layer):
    """Streamlines. xy (F or 1, S, P, 2): S lines of P places each, in the direction of the flow.

    A bright head runs along each line as the clock runs.
    """

    xy: ArrayLike
    colour: str = "ink"
    width: float = 1.2
    alpha: float = 0.9


@dataclass(frozen=True, eq=False)
class Line(Layer):
    """A straight reference line, for instance a level."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str = "reference"
    width: float = 1.4
    dash: bool = True


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes. xlim, ylim: the window; (high, low) turns it round.

    equal: the same scale on both axes, for which the window may grow.
    span: columns it takes in a wide window. axes: thin axes with ticks; labels need them.
    ratio: height of this panel relative to the player's ``height``.
    """

    title: str
    layers: list[Layer]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    equal: bool = True
    xlabel: str = ""
    ylabel: str = ""
    span: int = 1
    axes: bool = True
    caption: str = ""
    ratio: float = 1.0


@dataclass(frozen=True, eq=False)
class Scene:
    """What the player shows. times: one label per frame, e.g. "t = 120".

    direction: what playing the frames in order means, "forward" (data to noise) or "reverse" (noise
    to data); the user may turn it round. seconds: length of one pass. columns: panels side by
    side in a wide window. loop: start again at the end. opening: the frame that is seen first, for
    a while; None: where playing begins.
    """

    panels: list[Panel]
    times: list[str]
    seconds: float = 4.0
    direction: Literal["forward", "reverse"] = "forward"
    columns: int = 1
    loop: bool = True
    opening: int | None = None
