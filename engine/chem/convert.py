"""Between RDKit's molecules and the project's own record, and out to files."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers, rdPartialCharges

from engine.chem.errors import MoleculeError
from engine.chem.torsions import get_dihedral_atoms, identify_rotatable_bonds, moving_side
from engine.molecule import PAIR_CLASSES, Molecule

#: Elements with a feature column of their own; others share the last one.
ELEMENTS = (1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53)
_HYBRIDISATIONS = (
    Chem.HybridizationType.SP,
    Chem.HybridizationType.SP2,
    Chem.HybridizationType.SP3,
)
_RING_SIZES = (3, 4, 5, 6, 7)
_BOND_CLASS = {
    Chem.BondType.SINGLE: "single",
    Chem.BondType.DOUBLE: "double",
    Chem.BondType.TRIPLE: "triple",
    Chem.BondType.AROMATIC: "aromatic",
}


def to_molecule(mol: Chem.Mol, name: str = "") -> Molecule:
    """The frozen record of ``mol`` (explicit hydrogens), with all of its conformers.

    Every feature is parity-even and independent of atom order, so that a network on top of it
    can be invariant by construction.
    """
    reports = [r for r in identify_rotatable_bonds(mol) if r.rotatable]
    n = mol.GetNumAtoms()
    rotors = np.array([r.atoms for r in reports], dtype=np.int64).reshape(-1, 2)
    moving = np.zeros((len(rotors), n), dtype=bool)
    for m, (b, c) in enumerate(rotors.tolist()):
        moving[m, list(moving_side(mol, b, c))] = True
    quartets = [get_dihedral_atoms(mol, b, c) for b, c in rotors.tolist()]
    paths, path_rotor, path_prior = _paths(mol, rotors)
    bonds = list(mol.GetBonds())
    return Molecule(
        name=name or (mol.GetProp("_Name") if mol.HasProp("_Name") else ""),
        numbers=np.array([a.GetAtomicNum() for a in mol.GetAtoms()], dtype=np.int64),
        bonds=np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in bonds]).reshape(-1, 2),
        bond_orders=np.array([b.GetBondTypeAsDouble() for b in bonds], dtype=np.float32),
        rotors=rotors,
        quartets=np.array(quartets, dtype=np.int64).reshape(-1, 4),
        moving=moving,
        atom_features=_atom_features(mol),
        pair_class=_pair_class(mol, rotors),
        paths=paths,
        path_rotor=path_rotor,
        path_prior=path_prior,
        xyz=np.array([c.GetPositions() for c in mol.GetConformers()], dtype=np.float32).reshape(
            -1, n, 3
        ),
    )


def from_ensemble_smiles(smiles: str, n_atoms: int) -> Chem.Mol:
    """The molecule of an ensemble file from its SMILES alone, in the file's order of atoms.

    Raises
    ------
    MoleculeError: if the SMILES cannot be read or has not ``n_atoms`` atoms.
    """
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise MoleculeError(f"The ensemble's SMILES {smiles} cannot be read.")
    mol = Chem.AddHs(mol)
    if mol.GetNumAtoms() != n_atoms:
        raise MoleculeError(f"{smiles} has {mol.GetNumAtoms()} atoms and the ensemble {n_atoms}.")
    return mol


def from_reference(smiles: str, xyz: np.ndarray) -> Chem.Mol:
    """The molecule of an ensemble file: ``Chem.AddHs`` order, stereo read off its 3D shape.

    xyz (N, 3) Angstrom becomes its one conformer. A stereo centre that the SMILES leaves open
    takes the hand it has in ``xyz``, so that what is embedded later agrees with the reference.

    Raises
    ------
    MoleculeError: if the SMILES cannot be read or the atom count does not agree.
    """
    mol = from_ensemble_smiles(smiles, len(xyz))
    mol = with_conformers(mol, np.asarray(xyz)[None])
    Chem.AssignStereochemistryFrom3D(mol)
    return mol


def _atom_features(mol: Chem.Mol) -> np.ndarray:
    """(N, 28): element, degree, formal charge, aromatic, hybridisation, rings, H, charge."""
    charges = _partial_charges(mol)
    rings = mol.GetRingInfo()
    rows = []
    for atom in mol.GetAtoms():
        i, number = atom.GetIdx(), atom.GetAtomicNum()
        rows.append(
            [float(number == e) for e in ELEMENTS]
            + [float(number not in ELEMENTS)]
            + [atom.GetDegree() / 4, float(atom.GetFormalCharge()), float(atom.GetIsAromatic())]
            + [float(atom.GetHybridization() == h) for h in _HYBRIDISATIONS]
            + [float(rings.IsAtomInRingOfSize(i, size)) for size in _RING_SIZES]
            + [float(atom.IsInRing()), atom.GetTotalNumHs(includeNeighbors=True) / 3]
            + [float(charges[i]), abs(float(charges[i]))]
        )
    return np.array(rows, dtype=np.float32)


def _partial_charges(mol: Chem.Mol) -> np.ndarray:
    """(N,) partial charges in e: MMFF94's, or Gasteiger's where MMFF has no parameters."""
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(mol)
    if properties is not None:
        return np.array([properties.GetMMFFPartialCharge(i) for i in range(mol.GetNumAtoms())])
    copy = Chem.Mol(mol)
    rdPartialCharges.ComputeGasteigerCharges(copy)
    charges = np.array([a.GetDoubleProp("_GasteigerCharge") for a in copy.GetAtoms()])
    return np.nan_to_num(charges, nan=0.0, posinf=0.0, neginf=0.0)


def _pair_class(mol: Chem.Mol, rotors: np.ndarray) -> np.ndarray:
    """(N, N) index into PAIR_CLASSES."""
    code = {name: i for i, name in enumerate(PAIR_CLASSES)}
    distance = Chem.GetDistanceMatrix(mol)
    pair = np.zeros(distance.shape, dtype=np.int64)
    for bonds_apart, label in ((2, "angle"), (3, "torsion"), (4, "far torsion")):
        pair[distance == bonds_apart] = code[label]
    for bond in mol.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        pair[i, j] = pair[j, i] = code[_BOND_CLASS.get(bond.GetBondType(), "single")]
    for b, c in rotors.tolist():
        pair[b, c] = pair[c, b] = code["rotatable"]
    return pair


def _paths(mol: Chem.Mol, rotors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every quartet around every rotor, its rotor and its ETKDGv3 torsion coefficients."""
    prior: dict[tuple[int, ...], np.ndarray] = {}
    for term in rdDistGeom.GetExperimentalTorsions(mol, rdDistGeom.ETKDGv3()):
        atoms = tuple(term["atomIndices"])
        prior[atoms] = np.array(term["V"]) * np.array(term["signs"])
        prior[atoms[::-1]] = prior[atoms]
    paths, owner, coefficients = [], [], []
    for m, (b, c) in enumerate(rotors.tolist()):
        for a in mol.GetAtomWithIdx(b).GetNeighbors():
            for d in mol.GetAtomWithIdx(c).GetNeighbors():
                path = (a.GetIdx(), b, c, d.GetIdx())
                if path[0] != c and path[3] != b:
                    paths.append(path)
                    owner.append(m)
                    coefficients.append(prior.get(path, np.zeros(6)))
    return (
        np.array(paths, dtype=np.int64).reshape(-1, 4),
        np.array(owner, dtype=np.int64),
        np.array(coefficients, dtype=np.float32).reshape(-1, 6),
    )


def with_conformers(mol: Chem.Mol, xyz: np.ndarray) -> Chem.Mol:
    """A copy of ``mol`` whose conformers are ``xyz`` (K, N, 3), Angstrom."""
    out = Chem.Mol(mol)
    out.RemoveAllConformers()
    for positions in np.asarray(xyz, dtype=np.float64):
        conformer = Chem.Conformer(mol.GetNumAtoms())
        conformer.Set3D(True)
        conformer.SetPositions(positions)
        out.AddConformer(conformer, assignId=True)
    return out


def to_sdf(
    mol: Chem.Mol,
    xyz: np.ndarray,
    energies: np.ndarray | None = None,
    properties: Mapping[str, object] | None = None,
    energy_name: str = "MMFF94s",
) -> str:
    """A multi-conformer SDF: one record per conformer, atoms in the order of ``mol``.

    Parameters
    ----------
    xyz: (K, N, 3), Angstrom.
    energies: (K,) in kcal/mol, written as ``energy_kcal_per_mol`` with the lowest-relative
        ``relative_energy_kcal_per_mol`` and the ``energy_model`` called ``energy_name``.
    properties: further data fields; a list, tuple or array of length K gives each record its
        own value, anything else the same value to all.
    """
    copies = with_conformers(mol, xyz)
    name = mol.GetProp("_Name") if mol.HasProp("_Name") else ""
    for key in set(mol.GetPropNames(includePrivate=True)) - set(mol.GetPropNames()):
        copies.ClearProp(key)  # this project's own notes
    stream = StringIO()
    writer = Chem.SDWriter(stream)
    for k in range(copies.GetNumConformers()):
        for key, value in _record(k, energies, energy_name, properties or {}).items():
            copies.SetProp(key, value)
        copies.SetProp("_Name", f"{name} conformer {k + 1}".strip())
        writer.write(copies, confId=k)
    writer.close()
    return stream.getvalue()


def _record(
    k: int, energies: np.ndarray | None, energy_name: str, properties: Mapping[str, object]
) -> dict[str, str]:
    """The data fields of record ``k``."""
    fields = {"conformer": str(k + 1)}
    if energies is not None:
        fields["energy_kcal_per_mol"] = f"{energies[k]:.4f}"
        fields["relative_energy_kcal_per_mol"] = f"{energies[k] - np.min(energies):.4f}"
        fields["energy_model"] = energy_name
    for key, value in properties.items():
        own = value[k] if isinstance(value, list | tuple | np.ndarray) else value
        fields[key] = f"{own:.6g}" if isinstance(own, float) else str(own)
    return fields
