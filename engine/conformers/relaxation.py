"""Conformers moved to the nearest minimum of a force field: lower energies, less variety."""

from __future__ import annotations

import time

import numpy as np

from engine.chem import Mol
from engine.chem.energy import ForceField
from engine.molecule import Ensemble
from engine.progress import Step, Steps

#: Iterations that a molecule of up to so many atoms may take, and what each further atom adds:
#: after 200, large ones can still be tens of kcal/mol above their minimum.
_ITERATIONS, _ATOMS, _MORE = 200, 67, 20


def relax(mol: Mol, ensemble: Ensemble) -> Steps[Ensemble]:
    """The nearest minimum of every conformer by MMFF94s (UFF without its parameters).

    Raises:
        MoleculeError: if no force field knows the molecule.
    """
    field, start, count = ForceField(mol), time.perf_counter(), len(ensemble)
    iterations = _ITERATIONS + _MORE * max(0, ensemble.molecule.n_atoms - _ATOMS)
    found: list[np.ndarray] = []
    for xyz in ensemble.xyz:
        yield Step(len(found), count, f"Relaxing, {len(found)} of {count}")
        found.append(field.relax(xyz, iterations))
    relaxed = np.array(found, dtype=np.float32).reshape(ensemble.xyz.shape)
    seconds = time.perf_counter() - start
    return Ensemble(
        molecule=ensemble.molecule,
        xyz=relaxed,
        source=f"{ensemble.source}, then {field.name}",
        energies=field.energies(relaxed),
        energy_name=field.name,
        seconds=seconds,
        minimised=True,
    )
