"""Conformers, or a reverse process, as a PDB of several models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from engine.chem.structure import with_conformers
from engine.chem.titles import one_line
from engine.chem.writing.conformer_set import ConformerSet
from engine.chem.writing.xyz import element_symbol, noise_levels, other_isotopes


def to_pdb_file(conformers: ConformerSet) -> str:
    """One MODEL per conformer with its bonds as CONECT, a double bond twice.

    Residues of an uploaded PDB keep their names and numbers.
    """
    remarks = [f"{key}: {value}" for key, value in conformers.properties.items()]
    if len(conformers.energies):
        remarks += [
            f"MODEL {k + 1}: {energy:.4f} kcal/mol ({conformers.ensemble.energy_words})"
            for k, energy in enumerate(conformers.energies)
        ]
    return _pdb(conformers.mol, conformers.xyz, remarks)


def to_trajectory_pdb(mol: Chem.Mol, frames: np.ndarray, sigmas: Sequence[float]) -> str:
    """The reverse process of one conformer as a PDB with one MODEL per frame, noise first.

    frames: (F, N, 3) Angstrom. sigmas: (F,) radians, given in degrees by REMARK records.
    """
    words = [f"MODEL {f + 1}: {text}" for f, text in enumerate(noise_levels(sigmas))]
    return _pdb(mol, frames, ["Reverse process of torsional diffusion, noise first.", *words])


#: What the columns of a coordinate hold, Angstrom.
_LOWEST, _HIGHEST = -999.0, 9999.0
#: RDKit's flag for no CONECT records: it would leave out those of an amino acid's hydrogens.
_NO_CONECT = 2


def _pdb(mol: Chem.Mol, xyz: np.ndarray, remarks: Sequence[str]) -> str:
    """A multi-model PDB; each MODEL ends with its bonds, which is where RDKit looks for them."""
    placed, moved = _in_columns(np.asarray(xyz, dtype=np.float64))
    copies, bonds = with_conformers(mol, placed), _connect(mol)
    symbols = [element_symbol(atom) for atom in mol.GetAtoms()]
    isotopes = [f"Atom {i + 1} is {label}." for i, label in other_isotopes(mol)]
    models = []
    for k in range(copies.GetNumConformers()):
        block = Chem.MolToPDBBlock(copies, k, _NO_CONECT).splitlines()
        lines = [line for line in block if line.startswith(("ATOM", "HETATM"))]
        atoms = [_with_isotope(line, name) for line, name in zip(lines, symbols, strict=True)]
        models += [f"MODEL     {k + 1:4d}", *atoms, *bonds, "ENDMDL"]
    name = one_line(mol.GetProp("_Name")) if mol.HasProp("_Name") else ""
    title = [f"COMPND    {name}"[:80]] if name else []
    notes = [f"REMARK 250 {one_line(text)}"[:80] for text in [*remarks, *moved, *isotopes]]
    return "\n".join([*title, *notes, *models, "END", ""])


def _in_columns(xyz: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Coordinates (K, N, 3) Angstrom that fit their eight columns, and a remark if moved."""
    if not xyz.size or (xyz.min() > _LOWEST and xyz.max() < _HIGHEST):
        return xyz, []
    shift = np.rint(xyz.mean(axis=(0, 1)))
    words = " ".join(f"{value:.0f}" for value in shift)
    return xyz - shift, [f"Too far out for PDB columns: moved by minus ({words}) Angstrom."]


def _with_isotope(line: str, name: str) -> str:
    """An atom's line whose element is D or T where the atom is."""
    return f"{line[:76]}{name:>2}{line[78:]}" if name in ("D", "T") else line


def _connect(mol: Chem.Mol) -> list[str]:
    """CONECT records of every bond from both ends, as often as its Kekulé order."""
    kekule = Chem.Mol(mol)
    Chem.Kekulize(kekule, clearAromaticFlags=True)
    lines = []
    for atom in kekule.GetAtoms():
        ends: list[int] = []
        for bond in atom.GetBonds():
            order = max(1, int(bond.GetBondTypeAsDouble()))
            ends += [bond.GetOtherAtomIdx(atom.GetIdx()) + 1] * order
        for start in range(0, len(ends), 4):
            numbers = [atom.GetIdx() + 1, *ends[start : start + 4]]
            lines.append("CONECT" + "".join(f"{number:5d}" for number in numbers))
    return lines
