"""A run as one HTML file that plays anywhere, without a network: 3Dmol.js, scripts and data inside.

The page is ``assets/export/player.html`` and its script ``assets/js/takeaway.js``, which stands on
the modules of the molecule viewer; each module travels as a data URL under its bare name.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.figures import palette
from engine.figures.scene import described, noise_label, packed, pass_seconds
from engine.molecule import Molecule

ASSETS = Path(__file__).parents[2] / "assets"
ENTRY = "takeaway"
_IMPORT = re.compile(r'from "\./([\w-]+)\.js"')


def webpage(
    molecule: Molecule,
    elements: Sequence[str],
    frames: np.ndarray,
    sigmas: Sequence[float],
    caption: str = "",
) -> str:
    """The text of the file.

    Parameters
    ----------
    frames: (F, K, N, 3) Angstrom, noise first. sigmas: (F,) radians.
    caption: one line below the molecule's name.
    """
    title = html.escape(molecule.name or "Molecule")
    parts = {
        "title": title,
        "caption": html.escape(caption),
        "light": _variables(False),
        "dark": _variables(True),
        "imports": json.dumps({"imports": modules(ENTRY)}),
        "data": embedded(_data(molecule, elements, frames, sigmas)),
        "library": (ASSETS / "vendor" / "3Dmol-min.js").read_text(encoding="utf-8"),
    }
    licence = (ASSETS / "vendor" / "3Dmol-LICENSE").read_text(encoding="utf-8")
    parts["licence"] = html.escape(licence)
    return filled((ASSETS / "export" / "player.html").read_text(encoding="utf-8"), parts)


def filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with every ``{{name}}`` replaced by the part of that name."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def modules(entry: str) -> dict[str, str]:
    """The script ``entry`` and all that it imports, as data URLs by bare module name."""
    found: dict[str, str] = {}
    for name, text in scripts(entry).items():
        bare = _IMPORT.sub(r'from "\1"', text)
        code = base64.b64encode(bare.encode()).decode()
        found[name] = f"data:text/javascript;base64,{code}"
    return found


def scripts(entry: str) -> dict[str, str]:
    """The text of the script ``entry`` and of all that it imports, by module name."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = (ASSETS / "js" / f"{name}.js").read_text(encoding="utf-8")
            waiting += _IMPORT.findall(found[name])
    return found


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


def embedded(value: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
