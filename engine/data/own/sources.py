"""From what a user brings to a data set: a drawing, two columns of a table, or an image."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.own import drawing
from engine.data.own.images import read_ink, sample_ink
from engine.data.own.points import OwnPoints
from engine.data.own.table import Table
from engine.options import count, number, switch
from engine.streams import stream

AXES = ("x", "y")  #: of a drawing
PIXELS = ("x, pixels", "y, pixels")  #: of an image


@dataclass(frozen=True)
class Ink:
    """How an image becomes points."""

    n: int = count(
        4000,
        "Points from the image",
        "How many points are drawn from the ink of the image.",
        (200, 20_000, 200),
    )
    faintest: float = number(
        0.15,
        "Faintest ink",
        "Parts with less ink than this count as blank: the grain of a photograph, a greyish "
        "paper. 0 is white (or fully transparent), 1 is black (or opaque).",
        (0.05, 0.95, 0.05),
    )
    light: bool = switch(
        False,
        "Light is ink",
        "For light lines on a dark ground. Has no effect on images with transparency: there what "
        "is opaque is ink.",
    )


def of_drawing(text: str) -> OwnPoints:
    """The points of a drawing, as an address carries it.

    Raises:
        OwnDataError: if the text is no drawing, or there is no distribution to be learned in it.
    """
    return OwnPoints(drawing.points(drawing.decode(text)), AXES, shared=True)


def of_table(table: Table, x: str, y: str) -> OwnPoints:
    """The points of two columns of a table.

    Raises:
        OwnDataError: if one of them holds text, or there is no distribution to be learned in them.
    """
    return OwnPoints(table.pair(x, y), (x, y))


def of_image(image: bytes, ink: Ink, seed: int) -> OwnPoints:
    """Points drawn from the ink of an image.

    Raises:
        OwnDataError: if it is no image, too large, or blank.
    """
    found = read_ink(image, ink.light, ink.faintest)
    return OwnPoints(sample_ink(found, ink.n, stream(seed, "data")), PIXELS, shared=True)
