"""Conformers, or a reverse process, as an XYZ of several frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from engine.chem.titles import one_line
from engine.chem.writing.conformer_set import ConformerSet


def to_xyz_file(conformers: ConformerSet) -> str:
    """One frame per conformer; the second line has number, energy and total charge.

    Deuterium and tritium are D and T; other isotopes, for which the format has no place, stand in
    the second line by the number of the atom.
    """
    energies = [f" energy_kcal_per_mol={energy:.4f}" for energy in conformers.energies]
    energies = energies or [""] * len(conformers.xyz)
    charge = Chem.GetFormalCharge(conformers.mol)
    labels = ",".join(f"{i + 1}:{label}" for i, label in other_isotopes(conformers.mol))
    isotopes = f" isotopes={labels}" if labels else ""
    comments = [
        f"{conformers.molecule.name} conformer {k + 1}{energy}{isotopes} charge={charge}".strip()
        for k, energy in enumerate(energies)
    ]
    return _xyz(conformers.mol, conformers.xyz, comments)


def to_trajectory_xyz(mol: Chem.Mol, frames: np.ndarray, sigmas: Sequence[float]) -> str:
    """The reverse process of one conformer, (F, N, 3) Angstrom, one frame per noise level."""
    comments = [f"frame {f + 1} {text}" for f, text in enumerate(noise_levels(sigmas))]
    return _xyz(mol, frames, comments)


def _xyz(mol: Chem.Mol, xyz: np.ndarray, comments: Sequence[str]) -> str:
    symbols = [element_symbol(atom) for atom in mol.GetAtoms()]
    lines = []
    for positions, comment in zip(np.asarray(xyz, dtype=np.float64), comments, strict=True):
        lines += [str(len(symbols)), one_line(comment)]
        for symbol, (x, y, z) in zip(symbols, positions, strict=True):
            lines.append(f"{symbol:<2} {x:14.8f} {y:14.8f} {z:14.8f}")
    return "\n".join([*lines, ""])


def element_symbol(atom: Chem.Atom) -> str:
    """The element; D and T for the isotopes of hydrogen that have a symbol."""
    heavy = {2: "D", 3: "T"}.get(atom.GetIsotope(), "H")
    return heavy if atom.GetAtomicNum() == 1 else str(atom.GetSymbol())


def other_isotopes(mol: Chem.Mol) -> list[tuple[int, str]]:
    """Index and name (13C) of the isotopes that ``element_symbol`` does not tell."""
    atoms = [a for a in mol.GetAtoms() if a.GetIsotope() and element_symbol(a) not in ("D", "T")]
    return [(a.GetIdx(), f"{a.GetIsotope()}{a.GetSymbol()}") for a in atoms]


def noise_levels(sigmas: Sequence[float]) -> list[str]:
    """What a file says of the noise (F,) of each frame, radians."""
    return [f"sigma {np.degrees(sigma):.2f} degrees" for sigma in sigmas]
