"""A conformer whose torsions the user sets by hand, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.chem import MoleculeError
from engine.chem.energy import ForceField
from engine.chem.structure import count_clashes
from engine.experiments.molecule.record import Record
from engine.molecule import Molecule
from engine.torsional import repeat
from engine.torsional.geometry import dihedrals, rotate


@dataclass(frozen=True)
class Cost:
    """What a conformer costs once its torsions have been turned.

    Attributes:
        energy: The change in kcal/mol; None if no force field knows the molecule.
        field: The name of the force field, or "".
        clashes: Pairs of atoms that come too close.
    """

    energy: float | None
    field: str
    clashes: int


def cost(record: Record, xyz: np.ndarray, angles: Sequence[float]) -> Cost:
    """The cost of turning the conformer ``xyz`` ``(N, 3)`` to torsions ``angles`` ``(M,)``.

    Angstrom and degrees.
    """
    moved = posed(record.molecule, xyz, angles)
    clashes = int(count_clashes(record.mol, moved)[0])
    try:
        field = ForceField(record.mol)
    except MoleculeError:
        return Cost(None, "", clashes)
    before, after = field.energies(np.stack([xyz, moved[0]]))
    return Cost(float(after - before), field.name, clashes)


def posed(molecule: Molecule, xyz: np.ndarray, angles: Sequence[float]) -> np.ndarray:
    """``(1, N, 3)``: the conformer ``xyz`` ``(N, 3)`` with torsions ``angles`` ``(M,)`` degrees."""
    batch = repeat(molecule, xyz[None])
    target = torch.from_numpy(np.radians(np.asarray(angles, dtype=np.float64)))
    here = dihedrals(torch.from_numpy(xyz[None]).double(), torch.from_numpy(molecule.quartets))
    return rotate(batch.xyz, batch.rotors, batch.moving, (target - here).float()).numpy()
