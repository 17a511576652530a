"""Force-field energies of conformers, in kcal/mol.

MMFF94s (Halgren 1999, doi:10.1002/(SICI)1096-987X(199905)20:7<720::AID-JCC7>3.0.CO;2-X), or
UFF (Rappe et al. 1992, doi:10.1021/ja00051a040) for molecules without MMFF parameters, boron
compounds for example. Energies of different fields must not be compared, so the name of the
field travels with the numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers
from rdkit.Geometry import Point3D
from rdkit.rdBase import BlockLogs

from engine.chem.energy.hypervalent import check_parameters
from engine.chem.errors import MoleculeError

#: Pairs of atoms up to this far apart count, Angstrom: all of them. RDKit leaves out those that are
#: farther apart where the field is built, and there the atoms stand in a line.
_REACH = 1e6

#: Boltzmann's constant times Avogadro's number, kcal / (mol K).
GAS_CONSTANT = 1.987204259e-3


class ForceField:
    """The force field of one molecule, built once and used at any coordinates.

    Attributes:
        name: "MMFF94s" or "UFF".

    Raises:
        MoleculeError: if neither field has parameters for every atom.
    """

    def __init__(self, mol: Chem.Mol) -> None:
        self._mol = Chem.Mol(mol)
        self._mol.RemoveAllConformers()
        self._mol.AddConformer(_spread_out(mol.GetNumAtoms()))
        with BlockLogs():
            self.name, self._field = _build(self._mol)

    def energies(self, xyz: np.ndarray) -> np.ndarray:
        """(K,) float64 energies in kcal/mol of conformers ``xyz`` (K, N, 3) in Angstrom."""
        flat = np.asarray(xyz, dtype=np.float64).reshape(-1, 3 * self._mol.GetNumAtoms())
        return np.array([self._field.CalcEnergy(row.tolist()) for row in flat])

    def relax(self, xyz: np.ndarray, max_iterations: int = 200) -> np.ndarray:
        """The nearest minimum of one conformer: (N, 3) float64 from ``xyz`` (N, 3), Angstrom."""
        conformer = self._mol.GetConformer()
        conformer.SetPositions(np.asarray(xyz, dtype=np.float64))
        with BlockLogs():
            self._field.Minimize(maxIts=max_iterations)
        return conformer.GetPositions()


def _build(mol: Chem.Mol) -> tuple[str, Any]:
    """The name and RDKit's field, MMFF94s first."""
    check_parameters(mol)
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol, mmffVariant="MMFF94s")
    if properties is not None:
        field = rdForceFieldHelpers.MMFFGetMoleculeForceField(
            mol, properties, nonBondedThresh=_REACH
        )
        name = "MMFF94s"
    elif rdForceFieldHelpers.UFFHasAllMoleculeParams(mol):
        field = rdForceFieldHelpers.UFFGetMoleculeForceField(mol, vdwThresh=_REACH)
        name = "UFF"
    else:
        raise MoleculeError(
            "No force field has parameters for every atom of this molecule, so its energy cannot "
            "be computed; try a molecule with more common atoms."
        )
    field.Initialize()
    return name, field


def _spread_out(n: int) -> Chem.Conformer:
    """Placeholder coordinates without coincident atoms."""
    conformer = Chem.Conformer(n)
    for i in range(n):
        conformer.SetAtomPosition(i, Point3D(1.5 * i, 0.3 * (i % 7), 0.2 * (i % 5)))
    return conformer


def boltzmann_weights(energies: np.ndarray, temperature: float = 298.15) -> np.ndarray:
    """(K,) populations exp(-E/RT) / sum, from energies (K,) in kcal/mol at ``temperature`` K."""
    energies = np.asarray(energies, dtype=np.float64)
    if energies.size == 0:
        return energies
    weights = np.exp(-(energies - energies.min()) / (GAS_CONSTANT * temperature))
    return weights / weights.sum()
