"""What goes into a file of conformers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rdkit import Chem

from engine.molecule import Ensemble, Molecule


@dataclass(frozen=True, eq=False)
class ConformerSet:
    """K conformers of one molecule, with what a file says of them.

    Files keep the atoms in the order of the molecule, hydrogens included, and the coordinates as
    they are: nothing is aligned, sorted or left out.

    Attributes:
        mol: RDKit's molecule, explicit hydrogens; its conformers are not looked at.
        ensemble: the conformers.
        properties: how they were made (method, seed, ...), the same for all.
        rows: what was measured on each, K values by name.
    """

    mol: Chem.Mol
    ensemble: Ensemble
    properties: Mapping[str, object] = field(default_factory=dict)
    rows: Mapping[str, Sequence[object]] = field(default_factory=dict)

    @property
    def molecule(self) -> Molecule:
        """The record of ``mol``."""
        return self.ensemble.molecule

    @property
    def xyz(self) -> np.ndarray:
        """(K, N, 3) Angstrom."""
        return self.ensemble.xyz

    @property
    def energies(self) -> np.ndarray:
        """(K,) kcal/mol; empty if they are unknown."""
        return self.ensemble.energies

    @property
    def relative(self) -> np.ndarray:
        """(K,) kcal/mol above the lowest; empty if energies are unknown."""
        return self.ensemble.relative_energies

    @property
    def energy_name(self) -> str:
        """The method of the energies; "" if they are unknown."""
        return self.ensemble.energy_name

    @property
    def energy_note(self) -> str:
        """What the energies are: "single point, not minimised", or "minimised"."""
        return "minimised" if self.ensemble.minimised else "single point, not minimised"

    @property
    def torsions(self) -> np.ndarray:
        """(K, M) degrees, in (-180, 180]."""
        return np.degrees(self.ensemble.torsions)
