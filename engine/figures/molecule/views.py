"""Molecules as pictures: how conformers are superposed, and still 3D views.

Moving pictures are drawn by the viewer (``pages/ui/components/viewer.py``), still ones by py3Dmol
with the copy of 3Dmol.js in ``assets/vendor``, so nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import py3Dmol

from engine.figures import palette
from engine.geometry import broad_side, fitting, superpose
from engine.molecule import Molecule

#: Relative to the page's address: the page's own server.
SCRIPT = "assets/vendor/3Dmol-min.js"


def core(molecule: Molecule) -> np.ndarray:
    """``(N,)`` bool: the atoms that no torsion moves, and the ends of the bonds that leave them.

    Turning any bond of the molecule leaves these atoms where they are, so conformers superposed
    on them show exactly how their torsions differ.
    """
    still = np.asarray(np.logical_not(molecule.moving.any(axis=0)))
    out = still.copy()
    for b, c in molecule.rotors:
        if still[b]:
            out[c] = True
    return out


def present(molecule: Molecule, xyz: np.ndarray) -> np.ndarray:
    """Conformers ``(..., N, 3)`` superposed on their core, the broad side towards the viewer.

    The frame of reference is the first conformer of ``molecule``, so that every later picture of
    this molecule stands in the same place.
    """
    flat = np.asarray(xyz).reshape(-1, molecule.n_atoms, 3)
    laid = superpose(flat, core(molecule), _towards_viewer(molecule))
    return laid.reshape(np.shape(xyz)).astype(np.float32)


def present_whole(molecule: Molecule, frames: np.ndarray, landmark: np.ndarray) -> np.ndarray:
    """Frames ``(F, K, N, 3)`` in which every atom may move, each conformer as one rigid whole.

    Where noise moves all coordinates there is no core to superpose on: so one motion for all
    frames of a conformer, the one that lays its ``landmark`` ``(K, N, 3)`` where ``present`` would.
    """
    turn, middle, centre = fitting(landmark, molecule.heavy, _towards_viewer(molecule))
    return np.asarray((np.asarray(frames) - middle) @ turn + centre, dtype=np.float32)


def _towards_viewer(molecule: Molecule) -> np.ndarray:
    """``(N, 3)``: the first conformer, centred, its broad side towards the viewer."""
    reference = molecule.xyz[0] @ broad_side(molecule.xyz[0][molecule.heavy])
    return np.asarray(reference - reference.mean(axis=0))


def bond_colours(molecule: Molecule) -> list[str]:
    """One colour ``#rrggbb`` per rotatable bond; they repeat after a dozen."""
    colours = palette.BOND_COLOURS
    return [colours[m % len(colours)] for m in range(molecule.n_rotors)]


def still(sdf: str, dark: bool, width: int | str = "100%", height: int = 220) -> py3Dmol.view:
    """One molecule, an SDF record with explicit hydrogens, as thin sticks."""
    view = _view(dark, width, height)
    view.addModel(sdf, "sdf", {"keepH": True})
    view.setStyle({}, _stick(_carbon(palette.role("ink", dark), dark), 0.11))
    view.setStyle({"elem": "H"}, _stick(_carbon(palette.role("ink", dark), dark), 0.05))
    view.zoomTo()
    view.zoom(1.3)
    return view


def overlay(sdf: str, colours: Sequence[str], dark: bool, height: int = 360) -> py3Dmol.view:
    """Superposed conformers without hydrogens, the carbons of each in its own colour.

    Args:
        sdf: One record per conformer, already superposed.
        colours: One ``#rrggbb`` for each.
        dark: Whether the theme is dark.
        height: Pixels.
    """
    view = _view(dark, "100%", height)
    view.addModels(sdf, "sdf", {"keepH": True})
    for k, colour in enumerate(colours):
        view.setStyle({"model": k}, _stick(_carbon(colour, dark), 0.09))
        view.setStyle({"model": k, "elem": "H"}, {})
    view.zoomTo()
    return view


def _view(dark: bool, width: int | str, height: int) -> py3Dmol.view:
    view = py3Dmol.view(width=width, height=height, js=SCRIPT, options={"antialias": True})
    view.setBackgroundColor(palette.BACKGROUND.on(dark))
    return view


def _stick(colours: dict[str, str], radius: float) -> dict[str, object]:
    scheme = {"prop": "elem", "map": colours}
    return {"stick": {"radius": radius, "colorscheme": scheme, "singleBonds": True}}


def _carbon(colour: str, dark: bool) -> dict[str, str]:
    """Element colours with ``colour`` for carbon."""
    elements = {name: shade.on(dark) for name, shade in palette.ELEMENTS.items() if name != "*"}
    return {**elements, "C": colour}
