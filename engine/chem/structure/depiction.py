"""The flat drawing of a molecule, as an SVG whose bonds can be found and coloured.

Hydrogens are left out, as chemists draw; every rotatable bond joins two heavier atoms, so none is
lost. Black is written as ``currentColor``, so that the drawing follows the theme of a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

#: Ends (x1, y1, x2, y2) of a bond.
Line = tuple[float, float, float, float]
#: Properties of atoms that RDKit draws instead of the element, or beside it.
_LABELS = ("atomLabel", "_displayLabel", "_displayLabelW", "dummyLabel", "atomNote", "molFileAlias")
#: Room for the letters of an atom at the rim.
_MARGIN = 26


@dataclass(frozen=True)
class Depiction:
    """A drawing.

    Attributes:
        svg: one ``<svg>`` element; parts of bond e carry the class ``bond-e``.
        lines: of every bond that is drawn (its index in the molecule with hydrogens), the ends
            (x1, y1, x2, y2) in the units of the ``viewBox``.
        atoms: of every atom that is drawn, its place (x, y) in the same units, and the direction
            (dx, dy) of length 1 in which there is room beside it.
    """

    svg: str
    lines: dict[int, Line]
    atoms: dict[int, Line]


def depict(mol: Chem.Mol, width: int = 300, height: int = 220) -> Depiction:
    """Draw ``mol`` (explicit hydrogens); bonds keep the numbers that they have in it.

    The drawing fits into ``width`` x ``height`` pixels, less where the molecule is long or tall.
    """
    for_drawing = Chem.Mol(mol)
    for atom in for_drawing.GetAtoms():
        for label in _LABELS:  # a file or a CXSMILES may set them; the drawing shows elements
            atom.ClearProp(label)
        atom.SetIntProp("_full", atom.GetIdx())
    for bond in for_drawing.GetBonds():
        bond.ClearProp("bondNote")
    flat = Chem.RemoveHs(for_drawing)
    flat.RemoveAllConformers()
    rdDepictor.SetPreferCoordGen(False)
    rdDepictor.Compute2DCoords(flat)
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = drawer.drawOptions()  # rdkit's stubs know too little
    options.useBWAtomPalette()
    options.clearBackground = False
    options.bondLineWidth = 2
    options.prepareMolsBeforeDrawing = False  # it is prepared below, without ring hydrogens
    options.padding = 0.06
    options.maxFontSize = 14
    drawer.DrawMolecule(rdMolDraw2D.PrepareMolForDrawing(flat, addChiralHs=False))
    drawer.FinishDrawing()
    number: dict[int, int] = {}
    lines: dict[int, Line] = {}
    for bond in flat.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        full = mol.GetBondBetweenAtoms(*(end.GetIntProp("_full") for end in ends)).GetIdx()
        number[bond.GetIdx()] = full
        one, two = (drawer.GetDrawCoords(end.GetIdx()) for end in ends)
        lines[full] = (round(one.x, 1), round(one.y, 1), round(two.x, 1), round(two.y, 1))
    svg = _renumbered(drawer.GetDrawingText(), number)
    atoms = {atom.GetIntProp("_full"): _beside(drawer, atom) for atom in flat.GetAtoms()}
    return Depiction(_cropped(svg, width, height, lines), lines, atoms)


def _beside(drawer: Any, atom: Chem.Atom) -> Line:
    """Place of an atom, and the direction away from its neighbours."""
    here = drawer.GetDrawCoords(atom.GetIdx())
    away = np.zeros(2)
    for other in atom.GetNeighbors():
        there = drawer.GetDrawCoords(other.GetIdx())
        step = np.array([here.x - there.x, here.y - there.y])
        away += step / max(float(np.linalg.norm(step)), 1e-6)
    if np.linalg.norm(away) < 0.1:  # between two opposite neighbours: across
        away = np.array([-step[1], step[0]]) if atom.GetDegree() else np.array([0.0, -1.0])
    away /= np.linalg.norm(away)
    return round(here.x, 1), round(here.y, 1), round(float(away[0]), 2), round(float(away[1]), 2)


def _renumbered(svg: str, number: dict[int, int]) -> str:
    """The ``<svg>`` element alone, bonds renumbered, black as the colour of the text."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\bbond-(\d+)", lambda found: f"bond-{number[int(found[1])]}", svg)
    return svg.replace("#000000", "currentColor")


def _cropped(svg: str, width: int, height: int, lines: dict[int, Line]) -> str:
    """Without the empty margins above and below, or left and right, of the atoms."""
    if not lines:
        return svg
    xs = [x for line in lines.values() for x in line[::2]]
    ys = [y for line in lines.values() for y in line[1::2]]
    left, right = max(0.0, min(xs) - _MARGIN), min(float(width), max(xs) + _MARGIN)
    top, bottom = max(0.0, min(ys) - _MARGIN), min(float(height), max(ys) + _MARGIN)
    box = f"viewBox='{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}'"
    return re.sub(r"viewBox='[^']*'", box, svg, count=1)
