"""Which local structures are worth folding: those without strain.

A torsional model leaves rings, bond angles and pyramidal nitrogens as its seeds have them, and
embedding gives many seeds a twisted boat where a chair is 5 kcal/mol lower. On 13 molecules kept
for choosing that have such rings, 67 % of the seeds had the ring shapes of some conformer of
GFN2-xTB, and 90 % of those within 5 kcal/mol of the lowest (MMFF94s).
"""

from __future__ import annotations

import math

import numpy as np

from engine.chem import Mol
from engine.chem.energy import ForceField
from engine.chem.errors import MoleculeError

#: Seeds further above the lowest lend their local structure to nobody, kcal/mol ...
STRAIN = 5.0
#: ... unless fewer than this share would be left: their energies also tell how they are folded.
LEAST = 0.25


def unstrained(mol: Mol, seeds: np.ndarray, count: int) -> np.ndarray:
    """Indices (count,) into ``seeds`` (S, N, 3), Angstrom, that are relaxed: the low ones in turn.

    All in turn if no force field knows the molecule.
    """
    try:
        height = ForceField(mol).energies(seeds)
    except MoleculeError:
        height = np.zeros(len(seeds))
    low = max(math.ceil(LEAST * len(seeds)), int((height < height.min() + STRAIN).sum()))
    kept = np.sort(np.argsort(height, kind="stable")[:low])
    return kept[np.arange(count) % len(kept)]
