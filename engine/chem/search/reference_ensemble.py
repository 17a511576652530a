"""Reference conformers of a molecule given by its SMILES: found by searches, kept in files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ReferenceEnsemble:
    """K reference conformers of one molecule.

    Attributes:
        smiles: isomeric SMILES, which fixes the order of the atoms:
            ``Chem.AddHs(Chem.MolFromSmiles(smiles))``.
        xyz: (K, N, 3) Angstrom.
        energy: (K,) kcal/mol above the molecule's minimum, or None where unknown.
        source: where the SMILES came from, or "".
    """

    smiles: str
    xyz: np.ndarray
    energy: np.ndarray | None = None
    source: str = ""

    def best_first(self) -> np.ndarray:
        """``xyz`` by rising energy; as it is where energies are unknown."""
        return self.xyz if self.energy is None else self.xyz[np.argsort(self.energy)]
