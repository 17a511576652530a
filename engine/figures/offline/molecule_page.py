"""A run as one HTML file that plays anywhere, without a network: 3Dmol.js, scripts and data inside.

The page is ``assets/export/player.html`` and its script ``assets/js/offline/molecule-page.js``,
which uses the modules of the molecule viewer.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.figures import palette
from engine.figures.molecule.scene import described, noise_label, packed, pass_seconds
from engine.figures.offline.inlining import bundled, embedded, filled
from engine.molecule import Molecule
from engine.paths import ASSETS

ENTRY = "offline/molecule-page"


def webpage(
    molecule: Molecule,
    elements: Sequence[str],
    frames: np.ndarray,
    sigmas: Sequence[float],
    caption: str = "",
) -> str:
    """The text of the file.

    Args:
        molecule: The molecule.
        elements: ``(N,)`` symbols.
        frames: ``(F, K, N, 3)`` Angstrom, noise first.
        sigmas: ``(F,)`` radians.
        caption: One line below the molecule's name.
    """
    title = html.escape(molecule.name or "Molecule")
    parts = {
        "title": title,
        "caption": html.escape(caption),
        "light": _variables(False),
        "dark": _variables(True),
        "code": bundled(ENTRY),
        "data": embedded(_data(molecule, elements, frames, sigmas)),
        "library": (ASSETS / "vendor" / "3Dmol-min.js").read_text(encoding="utf-8"),
    }
    licence = (ASSETS / "vendor" / "3Dmol-LICENSE").read_text(encoding="utf-8")
    parts["licence"] = html.escape(licence)
    return filled((ASSETS / "export" / "player.html").read_text(encoding="utf-8"), parts)


def _variables(dark: bool) -> str:
    shades = {
        "background": palette.BACKGROUND,
        "ink": palette.INK,
        "muted": palette.MUTED,
        "rule": palette.RULE,
        "accent": palette.ACCENT,
    }
    return " ".join(f"--{name}: {shade.on(dark)};" for name, shade in shades.items())


def _data(
    molecule: Molecule, elements: Sequence[str], frames: np.ndarray, sigmas: Sequence[float]
) -> dict[str, Any]:
    """What the script reads; the integers of the coordinates in base64."""
    frames_packed = packed(molecule, frames)
    return {
        "molecule": described(molecule, elements),
        "packed": base64.b64encode(frames_packed.numbers.tobytes()).decode(),
        "unit": frames_packed.unit,
        "shape": list(frames_packed.shape),
        "times": [noise_label(sigma) for sigma in sigmas],
        "seconds": pass_seconds(len(frames)),
    }
