"""A run as one HTML file that plays anywhere, without a network: 3Dmol.js, scripts and data inside.

The page is ``assets/export/player.html`` and its script ``assets/js/takeaway.js``, which stands on
the modules of the molecule viewer; each module travels as a data URL under its bare name.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.figures import palette
from engine.figures.molecule import bond_colours, present
from engine.molecule import Molecule

ASSETS = Path(__file__).parents[2] / "assets"
ENTRY = "takeaway"
RANGE = 32_000
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
        "data": _embedded(_data(molecule, elements, frames, sigmas)),
        "library": (ASSETS / "vendor" / "3Dmol-min.js").read_text(encoding="utf-8"),
    }
    licence = (ASSETS / "vendor" / "3Dmol-LICENSE").read_text(encoding="utf-8")
    parts["licence"] = html.escape(licence)
    template = (ASSETS / "export" / "player.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def modules(entry: str) -> dict[str, str]:
    """The script ``entry`` and all that it imports, as data URLs by bare module name."""
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        text = (ASSETS / "js" / f"{name}.js").read_text(encoding="utf-8")
        waiting += _IMPORT.findall(text)
        bare = _IMPORT.sub(r'from "\1"', text)
        code = base64.b64encode(bare.encode()).decode()
        found[name] = f"data:text/javascript;base64,{code}"
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
    """What the script reads; coordinates are 16-bit integers in ``unit`` Angstrom."""
    laid = present(molecule, frames)
    unit = max(1e-3, float(np.abs(laid).max(initial=1.0)) / RANGE)
    packed = np.round(laid / unit).astype("<i2").tobytes()
    return {
        "molecule": _described(molecule, elements),
        "packed": base64.b64encode(packed).decode(),
        "unit": unit,
        "shape": list(laid.shape[:3]),
        "times": [f"σ = {np.degrees(sigma):.0f}°" for sigma in sigmas],
        "seconds": min(9.0, 2.5 + 0.15 * len(laid)),
    }


def _described(molecule: Molecule, elements: Sequence[str]) -> dict[str, Any]:
    pairs = molecule.bonds.tolist()
    owner = {frozenset(pair): m for m, pair in enumerate(molecule.rotors.tolist())}
    return {
        "name": molecule.name,
        "elements": list(elements),
        "bonds": [{"atoms": pair, "rotor": owner.get(frozenset(pair))} for pair in pairs],
        "rotors": [
            {
                "b": b,
                "c": c,
                "quartet": molecule.quartets[m].tolist(),
                "moving": np.flatnonzero(molecule.moving[m]).tolist(),
                "colour": [bond_colours(molecule)[m]] * 2,
            }
            for m, (b, c) in enumerate(molecule.rotors.tolist())
        ],
        "colours": {name: [s.light, s.dark] for name, s in palette.ELEMENTS.items()},
    }


def _embedded(value: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
