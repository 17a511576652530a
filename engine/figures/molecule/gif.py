"""The reverse process as an animated GIF, drawn in software."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import palette
from engine.figures.molecule.drawing import Look, camera, draw, visible, write
from engine.figures.molecule.scene import noise_label
from engine.figures.molecule.views import present
from engine.molecule import Molecule

PASS_MS = 4200  #: one pass through all frames
FIRST_MS, LAST_MS = 500, 2200  #: how long the noise and the result stand still
SHORTEST_MS = 40


def pictures(
    molecule: Molecule,
    elements: Sequence[str],
    frames: np.ndarray,
    sigmas: Sequence[float],
    look: Look,
) -> Iterator[Image.Image]:
    """One picture per frame, the conformers superposed.

    Args:
        molecule: The molecule.
        elements: ``(N,)`` symbols.
        frames: ``(F, K, N, 3)`` Angstrom, noise first.
        sigmas: ``(F,)`` noise levels in radians.
        look: Size, theme and style.
    """
    laid = present(molecule, frames)
    stage = replace(look, height=look.height - _head(look))
    view = camera(laid[:, :, visible(molecule, elements, look.hydrogens)], stage)
    for f, xyz in enumerate(laid):
        picture = Image.new("RGB", (look.width, look.height), palette.BACKGROUND.on(look.dark))
        picture.paste(draw(molecule, elements, xyz, stage, view), (0, _head(look)))
        _label(picture, molecule.name, len(xyz), sigmas[f], f / max(1, len(laid) - 1), look)
        yield picture


def encoded(pictures: Sequence[Image.Image]) -> bytes:
    """The pictures as a GIF that plays for ever.

    All share one palette, chosen from a few of them, so that nothing flickers.
    """
    some = [pictures[i] for i in sorted({0, len(pictures) // 2, len(pictures) - 1})]
    sheet = Image.fromarray(np.concatenate([np.asarray(picture) for picture in some]))
    colours = sheet.quantize(256, Image.Quantize.MEDIANCUT)
    first, *others = [p.quantize(palette=colours, dither=Image.Dither.NONE) for p in pictures]
    step = max(SHORTEST_MS, 10 * round(PASS_MS / len(pictures) / 10))
    duration = [FIRST_MS, *[step] * max(0, len(others) - 1), LAST_MS][: len(pictures)]
    stream = BytesIO()
    first.save(stream, "GIF", save_all=True, append_images=others, duration=duration, loop=0)
    return stream.getvalue()


def _letters(look: Look) -> int:
    return max(11, round(look.height / 24))


def _head(look: Look) -> int:
    """Pixels kept free for two lines of text."""
    return 4 * _letters(look)


def _label(
    picture: Image.Image, name: str, count: int, sigma: float, share: float, look: Look
) -> None:
    """Name, number of conformers and noise level in the corner; a thin line for the time."""
    size = _letters(look)
    ink, muted = palette.INK.on(look.dark), palette.MUTED.on(look.dark)
    write(picture, name, (size, 1.9 * size), size, ink, 600)
    many = f"{count} conformer{'s' if count != 1 else ''}"
    words = f"{many}, {noise_label(sigma)}"
    write(picture, words, (size, 3.3 * size), round(0.85 * size), muted, 400)
    pen = ImageDraw.Draw(picture)
    foot = look.height - 3
    pen.rectangle((0, foot, look.width, look.height), palette.RULE.on(look.dark))
    pen.rectangle((0, foot, round(share * look.width), look.height), palette.ACCENT.on(look.dark))
