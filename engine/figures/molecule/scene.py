"""What the browser's scripts read of a molecule and of its frames: plain lists and integers.

Shared by the viewer of the page and by the player in the exported web page, so that one set of
scripts draws both. Coordinates travel as 16-bit integers in a unit of Angstrom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.figures import palette
from engine.figures.molecule.views import bond_colours, present
from engine.molecule import Molecule

#: Up to so many conformers in one picture are drawn in full, with the hydrogens on carbon and thick
#: sticks. More of them leave those hydrogens out, unless the user asks for them, and have thinner
#: sticks.
CROWD = 4
RANGE = 32_000
FINEST = 1e-3  #: Angstrom; finer than anything that is seen
LONGEST, SHORTEST, PER_FRAME = 9.0, 2.5, 0.15  #: seconds of one pass


@dataclass(frozen=True, eq=False)
class Packed:
    """Frames as integers: ``numbers * unit`` is in Angstrom.

    Attributes:
        numbers: ``(F * K * N * 3,)`` int16, little-endian.
        unit: Angstrom.
        shape: ``(F, K, N)``.
    """

    numbers: np.ndarray
    unit: float
    shape: tuple[int, int, int]


def packed(molecule: Molecule, frames: np.ndarray) -> Packed:
    """Frames ``(F, K, N, 3)`` superposed by ``present``, as integers."""
    return integers(present(molecule, frames))


def integers(laid: np.ndarray) -> Packed:
    """Frames ``(F, K, N, 3)`` Angstrom where they are, as integers."""
    unit = max(FINEST, float(np.abs(laid).max(initial=1.0)) / RANGE)
    numbers = np.round(laid / unit).astype("<i2").reshape(-1)
    return Packed(numbers, unit, laid.shape[:3])


def described(molecule: Molecule, elements: Sequence[str]) -> dict[str, Any]:
    """Atoms, bonds, what each rotatable bond turns, and the colours of both themes."""
    owner = {bond: m for m, bond in enumerate(molecule.rotor_bonds.tolist())}
    labels = [bond_label(elements, pair) for pair in molecule.rotors.tolist()]
    return {
        "name": molecule.name,
        "elements": list(elements),
        "bonds": [
            {
                "atoms": pair,
                "rotor": owner.get(e),
                "label": labels[owner[e]] if e in owner else bond_label(elements, pair),
            }
            for e, pair in enumerate(molecule.bonds.tolist())
        ],
        "rotors": [
            {
                "bond": bond,
                "b": b,
                "c": c,
                "quartet": molecule.quartets[m].tolist(),
                "moving": np.flatnonzero(molecule.moving[m]).tolist(),
                "colour": [bond_colours(molecule)[m]] * 2,
                "label": labels[m],
            }
            for (m, (b, c)), bond in zip(
                enumerate(molecule.rotors.tolist()), molecule.rotor_bonds.tolist(), strict=True
            )
        ],
        "colours": {name: [s.light, s.dark] for name, s in palette.ELEMENTS.items()},
        "crowd": CROWD,
    }


def bond_label(elements: Sequence[str], atoms: Sequence[int]) -> str:
    """ "C2–C4": element and number (from 1) of both ends."""
    return "–".join(f"{elements[i]}{i + 1}" for i in atoms)


def noise_label(sigma: float) -> str:
    """A noise level ``sigma`` in radians, as shown to people: "σ = 57°"."""
    return f"σ = {np.degrees(sigma):.0f}°"


def pass_seconds(frames: int) -> float:
    """How long one pass through so many frames takes on the clock."""
    return min(LONGEST, SHORTEST + PER_FRAME * frames)
