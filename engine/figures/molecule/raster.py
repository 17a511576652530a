"""A small renderer in numpy: round-ended sticks and balls with a depth buffer.

Every stick is a capsule, every ball a capsule of length zero. For each pixel of its box the first
point of the surface is found in closed form (the ray x, y = const meets a cylinder, or the sphere
at an end), so edges and crossings are exact; light, fog and contact shadows are added once at the
end. Supersampling smooths the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter

#: Direction to the lamp (x right, y up, z to the viewer) and half way from it to the eye.
LAMP = np.array([-0.38, 0.52, 0.765], dtype=np.float32)
HALF = (LAMP + np.array([0, 0, 1], dtype=np.float32)) / np.float32(
    np.linalg.norm(LAMP + np.array([0, 0, 1]))
)
FAR = np.float32(-1e9)


@dataclass(frozen=True, eq=False)
class Sticks:
    """S capsules.

    Attributes:
        ends: ``(S, 2, 3)`` Angstrom.
        radii: ``(S,)`` Angstrom.
        colours: ``(S, 2, 3)`` of the half at each end, 0 to 1.
    """

    ends: np.ndarray
    radii: np.ndarray
    colours: np.ndarray


@dataclass(frozen=True)
class Camera:
    """Looks down z.

    At ``centre``, with ``scale`` pixels per Angstrom there; ``depth`` is half the extent along z in
    Angstrom. Perspective as from ``distance`` Angstrom away.
    """

    centre: tuple[float, float, float]
    scale: float
    depth: float
    distance: float = 60.0

    @classmethod
    def fitting(cls, points: np.ndarray, width: int, height: int, margin: float) -> Camera:
        """The camera that shows all ``points`` (..., 3) with ``margin`` Angstrom around them."""
        flat = np.asarray(points).reshape(-1, 3)
        low, high = flat.min(axis=0), flat.max(axis=0)
        half = (high - low) / 2 + margin
        distance = max(6 * float(half.max()), 20.0)
        near = 1 - float(half[2]) / distance
        scale = near * min(width / 2 / half[0], height / 2 / half[1])
        x, y, z = ((low + high) / 2).tolist()
        return cls((x, y, z), float(scale), float(half[2]), distance)

    def enlarged(self, factor: int) -> Camera:
        """The same view with ``factor`` times as many pixels."""
        return Camera(self.centre, self.scale * factor, self.depth, self.distance)


@dataclass(frozen=True, eq=False)
class Canvas:
    """What is drawn on.

    Attributes:
        width: Pixels.
        height: Pixels.
        background: ``(3,)`` colour, 0 to 1.
        supersample: Finer pixels per pixel and direction.
        fog: How far the most distant atoms fade into the background, 0 to 1.
    """

    width: int
    height: int
    background: np.ndarray
    supersample: int = 2
    fog: float = 0.45


@dataclass(frozen=True, eq=False)
class _Buffers:
    """Depth ``(H, W)`` in pixels, surface normal and colour ``(H, W, 3)`` of the fine pixels."""

    depth: np.ndarray
    normal: np.ndarray
    colour: np.ndarray


def render(sticks: Sticks, camera: Camera, canvas: Canvas) -> np.ndarray:
    """The picture, ``(height, width, 3)`` uint8."""
    rows, columns = canvas.height * canvas.supersample, canvas.width * canvas.supersample
    large = camera.enlarged(canvas.supersample)
    buffers = _Buffers(
        depth=np.full((rows, columns), FAR, dtype=np.float32),
        normal=np.zeros((rows, columns, 3), dtype=np.float32),
        colour=np.zeros((rows, columns, 3), dtype=np.float32),
    )
    ends, radii = _projected(sticks, large, columns, rows)
    for s in np.argsort(-ends[:, :, 2].max(axis=1)).tolist():
        _draw(ends[s], radii[s], sticks.colours[s], buffers)
    lit = _lit(buffers, large, canvas)
    return np.asarray(Image.fromarray(lit).reduce(canvas.supersample))


def _projected(
    sticks: Sticks, camera: Camera, columns: int, rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Ends (S, 2, 3) and radii (S,) in pixels; y grows downwards, z to the viewer."""
    ends = np.asarray(sticks.ends, dtype=np.float32) - np.array(camera.centre, dtype=np.float32)
    near = camera.distance / (camera.distance - ends[..., 2:])
    out = ends * camera.scale
    out[..., :2] *= near
    out[..., 1] *= -1
    out[..., 0] += columns / 2
    out[..., 1] += rows / 2
    return out, sticks.radii * camera.scale * near.mean(axis=(1, 2))


def _draw(ends: np.ndarray, radius: float, colours: np.ndarray, buffers: _Buffers) -> None:
    """One capsule into the buffers."""
    rows, columns = buffers.depth.shape
    low, high = ends.min(axis=0) - radius, ends.max(axis=0) + radius
    left, right = max(0, int(low[0])), min(columns, int(high[0]) + 2)
    top, bottom = max(0, int(low[1])), min(rows, int(high[1]) + 2)
    if left >= right or top >= bottom:
        return
    box = (slice(top, bottom), slice(left, right))
    start, axis = ends[0], ends[1] - ends[0]
    length = float(np.linalg.norm(axis))
    axis = axis / max(length, 1e-6)
    x = np.arange(left, right, dtype=np.float32)[None] + np.float32(0.5) - start[0]
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5) - start[1]
    z = _surface(x, y, axis, length, radius)
    visible = z + start[2] > buffers.depth[box]
    row, column = np.nonzero(visible)
    if not len(row):
        return
    hit = np.stack([x[0, column], y[row, 0], z[row, column]], axis=1)
    along = np.clip(hit @ axis, 0, length)
    place = (row + top, column + left)
    buffers.depth[place] = hit[:, 2] + start[2]
    buffers.normal[place] = (hit - along[:, None] * axis) / np.float32(radius)
    buffers.colour[place] = colours[(along > length / 2).astype(np.intp)]


def _surface(
    x: np.ndarray, y: np.ndarray, axis: np.ndarray, length: float, radius: float
) -> np.ndarray:
    """(H, W) height z of the capsule from the origin along ``axis`` over each pixel; FAR beside it.

    x (1, W) and y (H, 1) pixels from its first end.
    """
    square = x * x + y * y
    z = _cap(square, radius)
    if length < 1e-3:
        return z
    tip = axis * length
    z = np.maximum(z, _cap((x - tip[0]) ** 2 + (y - tip[1]) ** 2, radius) + tip[2])
    flat = np.float32(1 - axis[2] ** 2)
    if flat < 1e-4:
        return z
    along = x * axis[0] + y * axis[1]
    slope = along * axis[2]
    root = slope * slope - flat * (square - along * along - np.float32(radius**2))
    body = (slope + np.sqrt(np.maximum(root, 0))) / flat
    position = along + body * axis[2]
    inside = (root > 0) & (position > 0) & (position < length)
    return np.where(inside, body, z)


def _cap(square: np.ndarray, radius: float) -> np.ndarray:
    """Height of a sphere over pixels at squared distance ``square`` from its centre."""
    rest = np.float32(radius**2) - square
    return np.where(rest > 0, np.sqrt(np.maximum(rest, 0)), FAR)


def _lit(buffers: _Buffers, camera: Camera, canvas: Canvas) -> np.ndarray:
    """``(H, W, 3)`` uint8: light, contact shadows and fog on what the buffers hold."""
    depth = buffers.depth
    filled = depth > FAR / 2
    scale, back = np.float32(camera.scale), np.float32(-camera.depth * camera.scale)
    size = max(3, int(0.55 * camera.scale) | 1)
    around = uniform_filter(np.where(filled, depth, back), size)[filled]
    flip = np.array([1, -1, 1], dtype=np.float32)
    height, towards = depth[filled], buffers.normal[filled] * flip
    shadow = np.clip((around - height) / scale / 1.6, 0, 1)
    light = (0.44 + 0.6 * np.maximum(towards @ LAMP, 0)) * (1 - 0.5 * shadow)
    shine = 0.22 * np.maximum(towards @ HALF, 0) ** 36
    lit = buffers.colour[filled] * light[:, None] + shine[:, None]
    share = canvas.fog * np.clip((1 + height / back) / 2, 0, 1)[:, None]
    out = np.empty((*depth.shape, 3), dtype=np.uint8)
    out[:] = _bytes(canvas.background)
    out[filled] = _bytes(lit + share * (canvas.background - lit))
    return out


def _bytes(colour: np.ndarray) -> np.ndarray:
    return (np.clip(colour, 0, 1) * 255 + 0.5).astype(np.uint8)
