"""Conformers as a table: energies, torsions and checks, a row each."""

from __future__ import annotations

import csv
from io import StringIO

from engine.chem.structure import count_clashes, stereo_errors
from engine.chem.writing.conformer_set import ConformerSet


def to_csv_file(conformers: ConformerSet) -> str:
    """A table with one row per conformer: energies, torsions in degrees, what was checked.

    A torsion's column is named by its atoms, ``torsion C2-C4-C5-O1``, numbers from 1.
    """
    columns: dict[str, list[str]] = {
        "conformer": [str(k + 1) for k in range(len(conformers.xyz))],
    }
    if len(conformers.energies):
        field = conformers.ensemble.energy_words
        columns[f"energy {field} (kcal/mol)"] = [f"{e:.4f}" for e in conformers.energies]
        columns[f"relative energy {field} (kcal/mol)"] = [f"{e:.4f}" for e in conformers.relative]
    for name, values in conformers.rows.items():
        columns[name] = [f"{v:.4f}" if isinstance(v, float) else str(v) for v in values]
    for label, angles in zip(_labels(conformers), conformers.torsions.T, strict=True):
        columns[f"torsion {label} (degrees)"] = [f"{angle:.2f}" for angle in angles]
    columns["clashing atom pairs"] = list(map(str, count_clashes(conformers.mol, conformers.xyz)))
    wrong = stereo_errors(conformers.mol, conformers.xyz)
    columns["stereo kept"] = ["no" if error else "yes" for error in wrong]
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def _labels(conformers: ConformerSet) -> list[str]:
    symbols = [atom.GetSymbol() for atom in conformers.mol.GetAtoms()]
    quartets = conformers.molecule.quartets.tolist()
    return ["-".join(f"{symbols[i]}{i + 1}" for i in atoms) for atoms in quartets]
