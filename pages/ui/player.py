"""The player: one canvas component for everything that moves.

A page describes a ``Scene`` of panels and layers as numpy arrays; the browser draws it, with one
clock for all panels, and interpolates linearly between the frames. Arrays travel as Arrow tables
and reach the script in ``assets/js/player.js`` as typed arrays; large ones rounded to 1 / 32,767
of their largest value, films of many points to a tenth of a pixel, as codes (``engine.figures.
packing``).

F frames, N points, C chains of L beads. An array with F = 1 stands still. A colour is a role of
the palette ("data", "noise", "model", "reference", "accent", "ink", "muted") or "#rrggbb"; points
and chains may instead carry one number per item, ``c``, coloured by the named ``scale``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.figures import packing, palette
from pages.ui.component import component, serial

Array = NDArray[np.float32]
LARGE = 2_000  #: numbers from which on an array travels as 16-bit integers, half the bytes
FILM = 50_000  #: numbers from which on a cloud's frames travel as what changes between them
GRAIN = 4_096  #: steps across the window to which such a cloud is rounded


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
    cover (F, H, W): how opaque each cell is, 0 to 1.
    """

    values: ArrayLike
    extent: tuple[float, float, float, float]
    scale: str = "density"
    alpha: float = 1.0
    limits: tuple[float, float] | None = None
    smooth: bool = True
    link: str = ""
    cover: ArrayLike | None = None


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
    to data); the reader may turn it round. seconds: length of one pass. columns: panels side by
    side in a wide window. loop: start again at the end.
    """

    panels: list[Panel]
    times: list[str]
    seconds: float = 4.0
    direction: Literal["forward", "reverse"] = "forward"
    columns: int = 1
    loop: bool = True


def player(
    scene: Scene | None, key: str, height: int = 380, controls: bool = True, turn: bool = True
) -> None:
    """Draw the scene, moving, and a bar of controls below it.

    scene: None keeps the picture that stands (a result is being computed).
    height: of the panels in pixels; narrow windows may use less. controls: show the bar.
    turn: offer the forward/reverse toggle.

    Raises
    ------
    ValueError: if an array's number of frames is neither 1 nor that of the scene.
    """
    data: dict[str, Any] = {"keep": True}
    if scene is not None:
        head, arrays = pack(scene)
        data = {**head, **{name: pd.DataFrame({"v": values}) for name, values in arrays.items()}}
    options = dict(height=height, controls=controls, turn=turn, key=key)
    data = {**data, "options": options}
    component("explorer_player", "player")(key=key, data={**data, "serial": serial(key, data)})


def pack(scene: Scene) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The scene as JSON, and its arrays, flat, by the names that stand for them in the JSON."""
    arrays: dict[str, NDArray[Any]] = {}
    frames = len(scene.times)
    panels = [
        {
            **{f.name: getattr(panel, f.name) for f in fields(Panel) if f.name != "layers"},
            "layers": [_pack_layer(layer, frames, arrays, _grain(panel)) for layer in panel.layers],
        }
        for panel in scene.panels
    ]
    head = {f.name: getattr(scene, f.name) for f in fields(Scene) if f.name != "panels"}
    head["noise"] = _colour("noise")
    return {"scene": {**head, "panels": panels}, "scales": palette.SCALES}, arrays


def _grain(panel: Panel) -> float:
    """A step that nobody sees: a small part of the panel's window."""
    return max(abs(panel.xlim[1] - panel.xlim[0]), abs(panel.ylim[1] - panel.ylim[0])) / GRAIN


def _pack_layer(
    layer: Layer, frames: int, arrays: dict[str, NDArray[Any]], grain: float
) -> dict[str, Any]:
    packed: dict[str, Any] = {"kind": type(layer).__name__}
    for f in fields(layer):
        value = getattr(layer, f.name)
        if f.name == "colour":
            packed[f.name] = _colour(value)
        elif f.name in _AXES and value is not None:
            array = np.ascontiguousarray(value, dtype=np.float32)
            _check(layer, f.name, array, frames)
            name = f"a{len(arrays)}"
            arrays[name], how = _encoded(layer, array, grain)
            packed[f.name] = {"array": name, "shape": array.shape, **how}
        else:
            packed[f.name] = value
    return packed


# The dimensions each array may have; F is the frames, everything else is free.
_AXES: dict[str, dict[str, tuple[str, ...]]] = {
    "xy": {"Points": ("FN2",), "Arrows": ("FN2",), "Streams": ("FSP2",)},
    "uv": {"Arrows": ("FN2",)},
    "xyz": {"Chains": ("FCLD",)},
    "place": {"Chains": ("C2",)},
    "c": {"Points": ("N",), "Chains": ("L", "CL")},
    "fade": {"Points": ("F",), "Chains": ("F",)},
    "t": {"Paths": ("T",)},
    "x": {"Paths": ("FN",), "Curve": ("FP",)},
    "y": {"Curve": ("FP",)},
    "edges": {"Bars": ("E",)},
    "heights": {"Bars": ("FB",)},
    "values": {"Heat": ("FHW",)},
    "cover": {"Heat": ("FHW",)},
}


def _encoded(layer: Layer, array: Array, grain: float) -> tuple[NDArray[Any], dict[str, Any]]:
    """An array as it travels, flat, and how it is to be read."""
    if isinstance(layer, Points) and len(array) > 1 and array.size >= FILM:
        codes = packing.packed(array, grain)
        if codes is not None:
            return codes, {"step": grain, "coded": True}
    values, step = _quantised(array) if array.size >= LARGE else (array, 0.0)
    return values.reshape(-1), {"step": step}


def _quantised(array: Array) -> tuple[NDArray[np.int16], float]:
    """Whole multiples of a step, at most 32,767 of them; -32,768 stands for NaN."""
    missing = np.isnan(array)
    largest = float(np.abs(np.where(missing, 0, array)).max())
    step = largest / 32_767 or 1.0
    whole = np.where(missing, -32_768, np.rint(array / step))
    return whole.astype(np.int16), step


def _check(layer: Layer, name: str, array: Array, frames: int) -> None:
    kind = type(layer).__name__
    patterns = _AXES[name][kind]
    if array.ndim not in [len(p) for p in patterns]:
        raise ValueError(f"{kind}.{name} has shape {array.shape}; it must be {patterns}.")
    if patterns[0][0] == "F" and array.shape[0] not in (1, frames):
        raise ValueError(f"{kind}.{name} has {array.shape[0]} frames, the scene {frames}.")


def _colour(name: str) -> list[str]:
    """[on light, on dark]."""
    if name.startswith("#"):
        return [name, name]
    return [palette.role(name, dark=False), palette.role(name, dark=True)]
