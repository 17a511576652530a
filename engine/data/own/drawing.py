"""Drawings: strokes of a brush that sprays points, as a short text and as points.

A stroke is a broken line and a brush. The k-th point lies at arc length (k + 1/2) / density, moved
by normal noise of the brush's width in both directions. The noise is counted, not drawn: the same
text gives the same points in Python and in the browser (``assets/js/drawing.js``)::

    bits = hash(2^20 stroke + 2 k), hash(2^20 stroke + 2 k + 1)       (Wellons' "lowbias32")
    noise = sqrt(-2 ln u) (cos 2 pi w, sin 2 pi w),    u, w = (bits + 1/2) / 2^32

The text: strokes joined by ``.``; in each, one letter of base64url for the width, one for the
density, two letters for each coordinate of the first corner (0 to 1023) and one for each coordinate
of every way to the next (-32 to 31). A stroke two canvas halves long takes about 90 letters.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.data.own.errors import OwnDataError

Corners = list[tuple[int, int]]

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
GRID = 1023  #: the canvas from -1 to 1 in so many steps
WIDTH_UNIT = 1 / 250  #: of the canvas' units, a step of the brush's width
DENSITY_UNIT = 10  #: points per canvas unit, a step of the brush's density
DAB = 0.25  #: a stroke without length sprays as much as one so long
FARTHEST = 31  #: steps of the grid between two corners
MAX_STROKES = 400
MAX_POINTS = 20_000
LONGEST = 200_000  #: letters of a text: a hand that draws for an hour stays below


@dataclass(frozen=True)
class Stroke:
    """One stroke of the brush.

    Attributes:
        width: standard deviation of the spray, 0 to 63 steps of ``WIDTH_UNIT``.
        density: points along the line, 1 to 63 steps of ``DENSITY_UNIT``.
        corners: at least one (x, y), each 0 to GRID; neighbours at most ``FARTHEST`` apart in each.
    """

    width: int
    density: int
    corners: tuple[tuple[int, int], ...]

    def path(self) -> NDArray[np.float64]:
        """(P, 2) the corners in canvas units, -1 to 1, y upwards."""
        return np.array(self.corners, dtype=np.float64) * (2 / GRID) - 1


def stroke(corners: Iterable[tuple[float, float]], width: int = 8, density: int = 15) -> Stroke:
    """A stroke through corners in canvas units; long ways are divided."""
    grid = [
        (_clip(round((x + 1) / 2 * GRID), GRID), _clip(round((y + 1) / 2 * GRID), GRID))
        for x, y in corners
    ]
    divided: Corners = grid[:1]
    for (x, y), (to_x, to_y) in pairwise(grid):
        parts = max(1, math.ceil(max(abs(to_x - x), abs(to_y - y)) / FARTHEST))
        for k in range(1, parts + 1):
            step = (round(x + (to_x - x) * k / parts), round(y + (to_y - y) * k / parts))
            if step != divided[-1]:
                divided.append(step)
    return Stroke(width, density, tuple(divided))


def _clip(value: int, high: int) -> int:
    return min(high, max(0, value))


# ------------------------------------------------------------------------------------------ text


def encode(strokes: Iterable[Stroke]) -> str:
    """The text of a drawing."""
    return ".".join(_encode_one(one) for one in strokes)


def _encode_one(one: Stroke) -> str:
    (x, y), *_ = one.corners
    letters = [one.width, one.density, *divmod(x, 64), *divmod(y, 64)]
    for (from_x, from_y), (to_x, to_y) in pairwise(one.corners):
        letters += [to_x - from_x + 32, to_y - from_y + 32]
    return "".join(LETTERS[value] for value in letters)


def decode(text: str) -> list[Stroke]:
    """The strokes of a text; none for an empty one.

    Raises:
        OwnDataError: if the text is not that of a drawing, or holds too many strokes.
    """
    if len(text) > LONGEST:
        raise OwnDataError(
            f"A drawing may have {LONGEST:,} letters; this one has {len(text):,}, so please draw "
            "it with fewer strokes."
        )
    parts = text.split(".") if text else []
    if len(parts) > MAX_STROKES:
        raise OwnDataError(f"A drawing may have {MAX_STROKES} strokes; this one has {len(parts)}.")
    return [_decode_one(part) for part in parts]


def _decode_one(text: str) -> Stroke:
    values = [LETTERS.find(letter) for letter in text]
    if len(values) < 6 or len(values) % 2 or min(values) < 0 or not values[1]:
        raise OwnDataError("The drawing in the address cannot be read: it is cut off or misspelt.")
    width, density, *place = values[:6]
    x, y = 64 * place[0] + place[1], 64 * place[2] + place[3]
    corners = [(x, y)]
    for dx, dy in zip(values[6::2], values[7::2], strict=True):
        x, y = x + dx - 32, y + dy - 32
        corners.append((x, y))
    if min(map(min, corners)) < 0 or max(map(max, corners)) > GRID:
        raise OwnDataError("The drawing in the address cannot be read: it leaves the canvas.")
    return Stroke(width, density, tuple(corners))


# ---------------------------------------------------------------------------------------- points


def points(strokes: Iterable[Stroke]) -> NDArray[np.float64]:
    """(N, 2) the points of a drawing in canvas units; at most ``MAX_POINTS``, the first ones."""
    sprayed, left = [np.empty((0, 2))], MAX_POINTS
    for index, one in enumerate(strokes):
        sprayed.append(_spray(one, index, left))
        left -= len(sprayed[-1])
    return np.concatenate(sprayed)


def _spray(one: Stroke, index: int, most: int) -> NDArray[np.float64]:
    """(n, 2) the points of the stroke number ``index``; at most ``most``, the first ones."""
    path, density = one.path(), one.density * DENSITY_UNIT
    ends = np.concatenate([[0.0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])
    count = min(most, int(max(ends[-1], DAB) * density))
    at = (np.arange(count) + 0.5) / density
    centre = np.stack([np.interp(at, ends, path[:, axis]) for axis in (0, 1)], axis=-1)
    return centre + one.width * WIDTH_UNIT * _counted_noise(count, index)


def _counted_noise(count: int, index: int) -> NDArray[np.float64]:
    """(count, 2) standard normal numbers that depend on nothing but the stroke's number."""
    counter = np.arange(2 * count, dtype=np.uint32) + np.uint32((index << 20) & 0xFFFFFFFF)
    u, w = ((_hash(counter) + 0.5) / 2**32).reshape(count, 2).T
    radius = np.sqrt(-2 * np.log(u))
    return np.stack([radius * np.cos(2 * np.pi * w), radius * np.sin(2 * np.pi * w)], axis=-1)


def _hash(x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    return x ^ (x >> np.uint32(16))


# -------------------------------------------------------------------------------------- starters


@dataclass(frozen=True)
class Starter:
    """A drawing to begin with: its name and its text."""

    label: str
    text: str


def _arc(x: float, y: float, radius: float, start: float, end: float) -> Stroke:
    """Part of a circle, from one angle to another in turns."""
    angles = 2 * np.pi * np.linspace(start, end, max(8, int(60 * abs(end - start) * radius)))
    return stroke((x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles)


def _smile() -> list[Stroke]:
    eyes = [stroke([(x, 0.27)], width=16, density=40) for x in (-0.28, 0.28)]
    return [_arc(0, 0, 0.8, 0.25, 1.25), _arc(0, 0.02, 0.45, 0.56, 0.94), *eyes]


def _heart() -> list[Stroke]:
    angles = np.linspace(0, 2 * np.pi, 60)
    x = 16 * np.sin(angles) ** 3
    y = 13 * np.cos(angles) - 5 * np.cos(2 * angles) - 2 * np.cos(3 * angles) - np.cos(4 * angles)
    return [stroke(zip(x / 20, y / 20 + 0.1, strict=True))]


def _star() -> list[Stroke]:
    angles = np.pi * (0.5 + 0.8 * np.arange(6))
    return [stroke(zip(0.85 * np.cos(angles), 0.85 * np.sin(angles), strict=True))]


def _spiral() -> list[Stroke]:
    angles = np.linspace(1.5, 15, 120)
    return [stroke(zip(angles / 18 * np.cos(angles), angles / 18 * np.sin(angles), strict=True))]


STARTERS: dict[str, Starter] = {
    "smile": Starter("Smile", encode(_smile())),
    "heart": Starter("Heart", encode(_heart())),
    "star": Starter("Star", encode(_star())),
    "spiral": Starter("Spiral", encode(_spiral())),
}
