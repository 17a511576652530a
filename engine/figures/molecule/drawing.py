"""Conformers drawn in software: sticks, balls and their colours; pictures as PNG.

As in the viewer on the page, the middle of every rotatable bond has a colour of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.figures import palette
from engine.figures.molecule.raster import Camera, Canvas, Sticks, render
from engine.figures.molecule.scene import CROWD
from engine.figures.molecule.views import bond_colours, present
from engine.molecule import Molecule
from engine.paths import ASSETS

FONTS = ASSETS / "fonts"
MARGIN = 0.45
#: Parallel sticks of a multiple bond: their distance from the axis, Angstrom.
APART = 0.13


@dataclass(frozen=True)
class Look:
    """How a picture is made.

    Attributes:
        width: Pixels.
        height: Pixels.
        dark: Whether the theme is dark.
        balls: Ball and stick instead of sticks.
        hydrogens: Whether hydrogens on carbon are drawn.
        supersample: Finer pixels per pixel and direction.
    """

    width: int = 480
    height: int = 480
    dark: bool = False
    balls: bool = False
    hydrogens: bool = False
    supersample: int = 2


def sticks(molecule: Molecule, elements: Sequence[str], xyz: np.ndarray, look: Look) -> Sticks:
    """Bonds and atoms of the conformers ``xyz`` (K, N, 3) as capsules."""
    shown = visible(molecule, elements, look.hydrogens)
    thin = 0.8 if len(xyz) > CROWD else 1.0
    tint = np.stack([_element(symbol, look.dark) for symbol in elements])
    light = molecule.numbers == 1
    rotor = _rotors(molecule)
    ends, radii, colours = [], [], []
    for e, (i, j) in enumerate(molecule.bonds.tolist()):
        if not (shown[i] and shown[j]):
            continue
        radius = _radius(bool(light[i] or light[j]), look.balls) * thin
        pair = tint[[i, j]]
        if e in rotor:
            ends.append(_middle(xyz[:, i], xyz[:, j]))
            radii.append((0.17 if look.balls else 0.15) * thin)
            colours.append(np.stack([rotor[e]] * 2))
        for shift in _shifts(molecule, e, xyz, shown) if look.balls else [np.zeros(3)]:
            ends.append(xyz[:, [i, j]] + np.reshape(shift, (-1, 1, 3)))
            radii.append(radius if np.ndim(shift) == 1 else 0.065)
            colours.append(pair)
    for i in np.flatnonzero(shown) if look.balls else ():
        ends.append(xyz[:, [i, i]])
        radii.append(0.24 if light[i] else 0.36)
        colours.append(tint[[i, i]])
    count = len(xyz)
    return Sticks(
        np.concatenate(ends).astype(np.float32),
        np.repeat(np.array(radii, dtype=np.float32), count),
        np.repeat(np.stack(colours), count, axis=0).astype(np.float32),
    )


def visible(molecule: Molecule, elements: Sequence[str], hydrogens: bool) -> np.ndarray:
    """(N,) bool: all atoms, or all but the hydrogens on carbon."""
    shown = np.ones(molecule.n_atoms, dtype=bool)
    if hydrogens:
        return shown
    for i, j in molecule.bonds.tolist():
        if elements[i] == "H" and elements[j] == "C":
            shown[i] = False
        if elements[j] == "H" and elements[i] == "C":
            shown[j] = False
    return shown


def _radius(light: bool, balls: bool) -> float:
    if balls:
        return 0.12
    return 0.055 if light else 0.095


#: Where the coloured middle of a rotatable bond begins and ends; its ends show their elements.
MIDDLE = (0.27, 0.73)


def _middle(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """(K, 2, 3) from the ends (K, 3) of a bond."""
    return np.stack([one + share * (two - one) for share in MIDDLE], axis=1)


def _rotors(molecule: Molecule) -> dict[int, np.ndarray]:
    """Colour of each rotatable bond by its index in ``molecule.bonds``."""
    pairs = zip(molecule.rotor_bonds.tolist(), bond_colours(molecule), strict=True)
    return {bond: rgb(colour) for bond, colour in pairs}


def _shifts(molecule: Molecule, e: int, xyz: np.ndarray, shown: np.ndarray) -> list[np.ndarray]:
    """Where the parallel sticks of bond ``e`` lie: one (3,) zero, or several (K, 3), Angstrom.

    They spread in the plane of the bond and a neighbour.
    """
    order = int(np.ceil(molecule.bond_orders[e]))
    if order < 2:
        return [np.zeros(3)]
    i, j = molecule.bonds[e].tolist()
    axis = xyz[:, j] - xyz[:, i]
    across = np.tile(np.array([0.0, 1.0, 0.0]), (len(xyz), 1))
    for one, two in molecule.bonds.tolist():
        for inner, outer in ((one, two), (two, one)):
            if inner in (i, j) and outer not in (i, j) and (shown[outer] or order == 2):
                across = xyz[:, outer] - xyz[:, inner]
    unit = axis / np.linalg.norm(axis, axis=1, keepdims=True)
    side = across - (across * unit).sum(axis=1, keepdims=True) * unit
    norm = np.linalg.norm(side, axis=1, keepdims=True)
    if (norm < 1e-3).any():
        side = np.cross(unit, np.array([0.0, 0.0, 1.0]))
        norm = np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    steps = np.linspace(-1, 1, order) * (1 if order == 2 else 1.4)
    return [side / norm * APART * step for step in steps]


def rgb(colour: str) -> np.ndarray:
    """(3,) from "#rrggbb", 0 to 1."""
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float32) / 255


def _element(symbol: str, dark: bool) -> np.ndarray:
    return rgb(palette.ELEMENTS.get(symbol, palette.ELEMENTS["*"]).on(dark))


def camera(points: np.ndarray, look: Look) -> Camera:
    """The camera for all conformers ``points`` (..., 3) that a film or a picture will show."""
    return Camera.fitting(points, look.width, look.height, MARGIN + 0.3 * look.balls)


def draw(
    molecule: Molecule, elements: Sequence[str], xyz: np.ndarray, look: Look, view: Camera
) -> Image.Image:
    """One picture of conformers ``(K, N, 3)`` as they stand; ``present`` superposes them."""
    background = rgb(palette.BACKGROUND.on(look.dark))
    canvas = Canvas(look.width, look.height, background, look.supersample)
    return Image.fromarray(render(sticks(molecule, elements, xyz, look), view, canvas))


def png(molecule: Molecule, elements: Sequence[str], xyz: np.ndarray, look: Look) -> bytes:
    """Conformers ``(K, N, 3)``, superposed, as the bytes of a PNG."""
    laid = present(molecule, xyz)
    shown = visible(molecule, elements, look.hydrogens)
    picture = draw(molecule, elements, laid, look, camera(laid[:, shown], look))
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def write(
    picture: Image.Image, text: str, place: tuple[float, float], size: int, colour: str, weight: int
) -> float:
    """Text in Inter with its baseline's left end at ``place``; returns where it ends, pixels."""
    pen = ImageDraw.Draw(picture)
    x, y = place
    for letter in text:
        font = _font("greek" if "\u0370" <= letter <= "\u03ff" else "latin", size, weight)
        pen.text((x, y), letter, colour, font, anchor="ls")
        x += font.getlength(letter)
    return x


@lru_cache(maxsize=32)
def _font(alphabet: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / f"inter-{alphabet}-wght-normal.woff2", size)
    font.set_variation_by_axes([weight])
    return font
