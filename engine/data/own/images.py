"""Images that a user uploads, sampled: points fall where the ink is.

A point falls on a pixel with a chance in proportion to its ink, and anywhere within that pixel.
"""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Generator, from_numpy, multinomial, rand

from engine.data.own.errors import OwnDataError

#: Asked for by name: Pillow would try all that it knows, and hands PostScript to another program.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_SIDE = 512  #: pixels; larger images are made smaller first
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 30_000  #: pixels; weights of making it smaller grow with the side, not the area
MAX_SCANS = 60  #: of a progressive JPEG; cameras and programs write about ten
_SCAN = b"\xff\xda"  #: begins each of them

#: What Pillow raises on files that are damaged or made to do harm, besides ``_TOO_LARGE``.
_DAMAGED = (
    OSError, SyntaxError, ValueError, NotImplementedError, struct.error, zlib.error, EOFError,
    IndexError, KeyError, TypeError, OverflowError,
)  # fmt: skip
_TOO_LARGE = (Image.DecompressionBombError, MemoryError)


def read_ink(data: bytes, light: bool = False, faintest: float = 0.1) -> NDArray[np.float64]:
    """(H, W) ink of an image, 0 to 1: how opaque a pixel is, else how dark.

    Opacity counts where the image has transparent parts, else darkness (lightness, if ``light``).
    Ink below ``faintest``, the grain of a photograph or of JPEG, counts as none.

    Raises:
        OwnDataError: in one sentence, if it is no image, too large, or blank.
    """
    pixels = _small(data)
    opacity = pixels[..., 3]
    luminance = pixels[..., :3] @ np.array([0.2126, 0.7152, 0.0722])
    ink = opacity if opacity.min() < 0.5 else luminance if light else 1 - luminance
    ink = np.where(ink >= faintest, ink, 0.0)
    if not ink.any():
        raise OwnDataError("The image is blank: no part of it is dark or opaque enough to be ink.")
    return ink


def _small(data: bytes) -> NDArray[np.float64]:
    """(H, W, 4) red, green, blue and opacity, 0 to 1, of an image made small and set upright."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, data)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            ImageOps.exif_transpose(image, in_place=True)
            whole = image.convert("RGBA")
        whole.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
        return np.asarray(whole, dtype=np.float64) / 255
    except OwnDataError:
        raise
    except _TOO_LARGE as problem:
        raise OwnDataError(
            f"The image is too large: at most {MAX_PIXELS // 10**6} million pixels can be read; "
            "please make it smaller."
        ) from problem
    except _DAMAGED as problem:
        raise OwnDataError(
            "This is not an image that can be read: please save it anew as PNG or JPEG."
        ) from problem


def _check_size(image: Image.Image, data: bytes) -> None:
    """Refuse an image that takes long to unpack; only its header has been read."""
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > LONGEST_SIDE:
        raise OwnDataError(
            f"The image has {width} x {height} pixels; at most {MAX_PIXELS // 10**6} million can "
            f"be read, and {LONGEST_SIDE:,} along a side."
        )
    if image.format == "JPEG" and data.count(_SCAN) > MAX_SCANS:
        raise OwnDataError(
            f"This JPEG is written in more than {MAX_SCANS} passes; please save it anew, without "
            "the progressive option."
        )


def sample_ink(ink: NDArray[np.float64], n: int, generator: Generator) -> NDArray[np.float64]:
    """(n, 2) points in pixels, x to the right and y upwards, in proportion to ink (H, W)."""
    height, width = ink.shape
    cells = multinomial(from_numpy(ink.reshape(-1)), n, replacement=True, generator=generator)
    within = rand(n, 2, generator=generator).double().numpy()
    rows, columns = np.divmod(cells.numpy(), width)
    return np.stack([columns + within[:, 0], height - rows - within[:, 1]], axis=-1)
