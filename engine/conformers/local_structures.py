"""Which local structures are worth denoising: those without strain.

A torsional model leaves rings, bond angles and pyramidal nitrogens as its local structures have
them, and embedding gives many a twisted boat where a chair is 5 kcal/mol lower.
"""

from __future__ import annotations

import math

import numpy as np

from engine.chem import Mol, MoleculeError
from engine.chem.energy import ForceField

#: Structures further above the lowest are left out, kcal/mol ...
STRAIN = 5.0
#: ... unless a smaller share would be left: their energies depend on their torsions too.
LEAST = 0.25


def unstrained(mol: Mol, local: np.ndarray, count: int) -> np.ndarray:
    """Indices (count,) into the relaxed structures ``local`` (S, N, 3), the low ones in turn.

    Coordinates in Angstrom. All in turn if no force field knows the molecule.
    """
    try:
        height = ForceField(mol).energies(local)
    except MoleculeError:
        height = np.zeros(len(local))
    low = max(math.ceil(LEAST * len(local)), int((height < height.min() + STRAIN).sum()))
    kept = np.sort(np.argsort(height, kind="stable")[:low])
    return kept[np.arange(count) % len(kept)]
