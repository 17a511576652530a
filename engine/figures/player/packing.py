"""A scene as the browser receives it: one block of bytes (``engine.figures.blob``).

Large arrays are rounded to 1 / 32,767 of their largest value, films of many points to a tenth of a
pixel, as codes (``engine.figures.player.rice_codes``). ``assets/js/player.js`` draws what stands
here.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.figures import blob, palette
from engine.figures.player import rice_codes
from engine.figures.player.scene import Layer, Panel, Points, Scene

Array = NDArray[np.float32]
LARGE = 2_000  #: numbers from which on an array travels as 16-bit integers, half the bytes
FILM = 50_000  #: numbers from which on a cloud's frames travel as what changes between them
GRAIN = 4_096  #: steps across the window to which such a cloud is rounded


def encoded(scene: Scene) -> bytes:
    """The scene as one block of bytes.

    Raises:
        ValueError: If an array's number of frames is neither 1 nor that of the scene.
    """
    return blob.encoded(*pack(scene))


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
        codes = rice_codes.packed(array, grain)
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
