"""The table of the conformers shown: energies, weights and what was measured on each."""

from __future__ import annotations

import numpy as np

from engine.chem import Mol
from engine.chem.energy import boltzmann_weights
from engine.chem.energy.quantum import TightBinding, has_tight_binding
from engine.experiments.molecule.ensembles import KELVIN, Shown
from engine.experiments.molecule.measuring import Measured
from engine.progress import Step, Steps

__all__ = ["cell", "columns", "has_tight_binding", "tight_binding", "title"]


def tight_binding(mol: Mol, measured: Measured) -> Steps[np.ndarray]:
    """``(K,)`` GFN2-xTB energies, kcal/mol, infinite where the calculation does not converge."""
    field, count = TightBinding(mol), len(measured.ensemble)
    energies: list[float] = []
    for xyz in measured.ensemble.xyz:
        yield Step(len(energies), count, f"GFN2-xTB, {len(energies)} of {count}")
        energies.append(field.energy(xyz))
    return np.array(energies)


def columns(shown: Shown, quantum: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """The table by columns ``(K,)``, rows by rising energy.

    Args:
        shown: The conformers.
        quantum: ``(K,)`` kcal/mol, GFN2-xTB energies, if there are any.
    """
    found, weights = shown.found, shown.weights
    table: dict[str, np.ndarray] = {"Conformer": np.arange(1, len(shown) + 1)}
    if shown.ensemble.energy_name:
        table["Energy"] = shown.ensemble.relative_energies
    if weights is not None:
        table["Weight"] = 100 * weights
    table["RMSD to the lowest"] = shown.to_lowest
    if found.rmsd_uploaded is not None:
        table["RMSD to the file"] = found.rmsd_uploaded
    table["Cluster"] = shown.cluster
    table["Found"] = shown.copies
    if quantum is not None:
        table["GFN2"] = quantum - quantum.min()
        if weights is not None:
            table["GFN2 weight"] = 100 * boltzmann_weights(quantum, KELVIN)
    table["Radius of gyration"] = found.gyration
    table["H bonds"] = found.hydrogen_bonds
    table["Clashes"] = found.clashes
    table["Stereo"] = np.where(found.stereo_errors, "changed", "unchanged")
    return table


def title(shown: Shown, k: int) -> str:
    """One conformer in a line: "Conformer 5 · 0.0 kcal/mol · cluster 1"."""
    parts = [f"Conformer {k + 1}"]
    if shown.ensemble.energy_name:
        state = "" if shown.ensemble.minimised else ", not minimised"
        parts.append(f"{shown.ensemble.relative_energies[k]:.1f} kcal/mol{state}")
    return " · ".join([*parts, f"cluster {shown.cluster[k]}"])


def cell(shown: Shown, k: int) -> str:
    """The same in a few letters: "5 · 0.0"."""
    if not shown.ensemble.energy_name:
        return f"{k + 1}"
    return f"{k + 1} · {shown.ensemble.relative_energies[k]:.1f}"
