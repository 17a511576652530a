"""The table of a run's conformers: energies, weights and what was measured on each."""

from __future__ import annotations

import numpy as np

from engine.chem.energy import boltzmann_weights
from engine.chem.energy.quantum import TightBinding, has_tight_binding
from engine.chem.structure import Description, describe
from engine.chem.structure.description import CLUSTER_RMSD
from engine.experiments.molecule.conformer_run import Run
from engine.progress import Step, Steps

__all__ = [
    "CLUSTER_RMSD",
    "KELVIN",
    "Description",
    "columns",
    "described",
    "has_tight_binding",
    "tight_binding",
]

#: The temperature of the Boltzmann weights.
KELVIN = 298.15


def described(run: Run) -> Steps[Description]:
    """RMSD, clusters, radius of gyration, hydrogen bonds, clashes and stereo of the samples."""
    yield Step(0, 1, "Measuring the conformers")
    return describe(run.record.mol, run.samples.xyz, run.record.uploaded)


def tight_binding(run: Run) -> Steps[np.ndarray]:
    """``(K,)`` GFN2-xTB energies, kcal/mol, infinite where the calculation does not converge."""
    field, count = TightBinding(run.record.mol), len(run.samples)
    energies: list[float] = []
    for xyz in run.samples.xyz:
        yield Step(len(energies), count, f"GFN2-xTB, {len(energies)} of {count}")
        energies.append(field.energy(xyz))
    return np.array(energies)


def columns(
    run: Run, found: Description, quantum: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The table by columns ``(K,)``, rows by rising energy (``run.order``).

    Args:
        run: The samples and their force-field energies.
        found: What was measured on them.
        quantum: ``(K,)`` kcal/mol, GFN2-xTB energies, if there are any.
    """
    order = run.order
    table: dict[str, np.ndarray] = {"Conformer": order + 1}
    if run.energy_name:
        table["Energy"] = run.samples.relative_energies[order]
        table["Weight"] = 100 * boltzmann_weights(run.samples.energies, KELVIN)[order]
    if quantum is not None:
        table["GFN2"] = (quantum - quantum.min())[order]
        table["GFN2 weight"] = 100 * boltzmann_weights(quantum, KELVIN)[order]
    table["RMSD to the first"] = found.rmsd[order[0]][order]
    if found.rmsd_uploaded is not None:
        table["RMSD to the file"] = found.rmsd_uploaded[order]
    table["Cluster"] = found.cluster[order]
    table["Radius of gyration"] = found.gyration[order]
    table["H bonds"] = found.hydrogen_bonds[order]
    table["Clashes"] = found.clashes[order]
    table["Stereo"] = np.where(found.stereo_errors[order], "wrong", "kept")
    return table
