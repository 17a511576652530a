"""Finished conformers as files: SDF, PDB, XYZ and a table.

Every file keeps the atoms in the order of the molecule, hydrogens included, and the coordinates as
they are: nothing is aligned, sorted or left out here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np
from rdkit import Chem

from engine.chem.convert import to_sdf, with_conformers
from engine.chem.geometry import count_clashes, stereo_errors
from engine.chem.torsions import calculate_dihedral_angle
from engine.molecule import Molecule


@dataclass(frozen=True, eq=False)
class ConformerSet:
    """K conformers of one molecule, as they go into a file.

    Attributes
    ----------
    mol: RDKit's molecule, explicit hydrogens; its conformers are not looked at.
    molecule: the record of ``mol``.
    xyz: (K, N, 3) Angstrom.
    energies: (K,) kcal/mol; empty if no force field knows the molecule.
    energy_name: the force field, "" if there is none.
    properties: how they were made (model, seed, ...), the same for all.
    """

    mol: Chem.Mol
    molecule: Molecule
    xyz: np.ndarray
    energies: np.ndarray
    energy_name: str
    properties: Mapping[str, object]

    @property
    def torsions(self) -> np.ndarray:
        """(K, M) degrees, in (-180, 180]."""
        return np.degrees(calculate_dihedral_angle(self.xyz, self.molecule.quartets))

    @property
    def relative(self) -> np.ndarray:
        """(K,) kcal/mol above the lowest; empty if there are no energies."""
        return self.energies - self.energies.min(initial=np.inf)


def to_sdf_file(conformers: ConformerSet) -> str:
    """One record per conformer, with its energy, its torsions, and what the input file said.

    ``torsion_atoms`` names the quartets by atom numbers from 1, as ``1-2-4-5 2-4-6-9``;
    ``torsions_degrees`` has the angles in the same order. A property of the input that has the
    name of one of ours stays as ``input_<name>``.
    """
    quartets = (conformers.molecule.quartets + 1).tolist()
    ours: dict[str, object] = {
        **conformers.properties,
        "torsion_atoms": " ".join("-".join(map(str, atoms)) for atoms in quartets),
        "torsions_degrees": [
            " ".join(f"{angle:.1f}" for angle in row) for row in conformers.torsions
        ],
    }
    energies = conformers.energies if len(conformers.energies) else None
    mol = _renamed(conformers.mol, {*ours, *_MEASURED})
    return to_sdf(mol, conformers.xyz, energies, ours, conformers.energy_name)


#: Names that ``to_sdf`` gives away itself.
_MEASURED = (
    "conformer",
    "energy_kcal_per_mol",
    "relative_energy_kcal_per_mol",
    "energy_model",
)


def _renamed(mol: Chem.Mol, taken: set[str]) -> Chem.Mol:
    """A copy of ``mol`` whose properties leave the names ``taken`` free."""
    out = Chem.Mol(mol)
    for key in taken.intersection(mol.GetPropNames()):
        out.SetProp(f"input_{key}", mol.GetProp(key))
        out.ClearProp(key)
    return out


def to_pdb_file(conformers: ConformerSet) -> str:
    """One MODEL per conformer with its bonds as CONECT, a double bond named twice.

    Residues of an uploaded PDB keep their names and numbers.
    """
    remarks = [f"{key}: {value}" for key, value in conformers.properties.items()]
    if len(conformers.energies):
        remarks += [
            f"MODEL {k + 1}: {energy:.4f} kcal/mol ({conformers.energy_name})"
            for k, energy in enumerate(conformers.energies)
        ]
    return _pdb(conformers.mol, conformers.xyz, remarks)


def to_trajectory_pdb(mol: Chem.Mol, frames: np.ndarray, sigmas: Sequence[float]) -> str:
    """The reverse process of one conformer as a PDB with one MODEL per frame, noise first.

    frames: (F, N, 3) Angstrom. sigmas: (F,) radians, told in degrees by REMARK records.
    """
    words = [f"MODEL {f + 1}: {text}" for f, text in enumerate(_noise(sigmas))]
    return _pdb(mol, frames, ["Reverse process of torsional diffusion, noise first.", *words])


def _noise(sigmas: Sequence[float]) -> list[str]:
    return [f"sigma {np.degrees(sigma):.2f} degrees" for sigma in sigmas]


#: RDKit's flag for no CONECT records: it would leave out those of an amino acid's hydrogens.
_NO_CONECT = 2


def _pdb(mol: Chem.Mol, xyz: np.ndarray, remarks: Sequence[str]) -> str:
    """A multi-model PDB; each MODEL ends with its bonds, which is where RDKit looks for them."""
    copies, bonds = with_conformers(mol, xyz), _connect(mol)
    title, models = [], []
    for k in range(copies.GetNumConformers()):
        block = Chem.MolToPDBBlock(copies, k, _NO_CONECT).splitlines()
        title = [line for line in block if line.startswith("COMPND")]
        atoms = [line for line in block if line.startswith(("ATOM", "HETATM"))]
        models += [f"MODEL     {k + 1:4d}", *atoms, *bonds, "ENDMDL"]
    notes = [f"REMARK 250 {text}"[:80] for text in remarks]
    return "\n".join([*title, *notes, *models, "END", ""])


def _connect(mol: Chem.Mol) -> list[str]:
    """CONECT records of every bond from both ends, named as often as its Kekulé order."""
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


def to_xyz_file(conformers: ConformerSet) -> str:
    """One frame per conformer; the second line tells number, energy and total charge."""
    energies = [f" energy_kcal_per_mol={energy:.4f}" for energy in conformers.energies]
    energies = energies or [""] * len(conformers.xyz)
    charge = Chem.GetFormalCharge(conformers.mol)
    comments = [
        f"{conformers.molecule.name} conformer {k + 1}{energy} charge={charge}".strip()
        for k, energy in enumerate(energies)
    ]
    return _xyz(conformers.mol, conformers.xyz, comments)


def to_trajectory_xyz(mol: Chem.Mol, frames: np.ndarray, sigmas: Sequence[float]) -> str:
    """The reverse process of one conformer, (F, N, 3) Angstrom, one frame per noise level."""
    comments = [f"frame {f + 1} {text}" for f, text in enumerate(_noise(sigmas))]
    return _xyz(mol, frames, comments)


def _xyz(mol: Chem.Mol, xyz: np.ndarray, comments: Sequence[str]) -> str:
    symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
    lines = []
    for positions, comment in zip(np.asarray(xyz, dtype=np.float64), comments, strict=True):
        lines += [str(len(symbols)), " ".join(comment.split())]
        for symbol, (x, y, z) in zip(symbols, positions, strict=True):
            lines.append(f"{symbol:<2} {x:14.8f} {y:14.8f} {z:14.8f}")
    return "\n".join([*lines, ""])


def to_csv_file(conformers: ConformerSet) -> str:
    """A table with one row per conformer: energies, torsions in degrees, what was checked.

    A torsion's column is named by its atoms, ``torsion C2-C4-C5-O1``, numbers from 1.
    """
    columns: dict[str, list[str]] = {
        "conformer": [str(k + 1) for k in range(len(conformers.xyz))],
    }
    if len(conformers.energies):
        field = conformers.energy_name
        columns[f"energy {field} (kcal/mol)"] = [f"{e:.4f}" for e in conformers.energies]
        columns[f"relative energy {field} (kcal/mol)"] = [f"{e:.4f}" for e in conformers.relative]
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
