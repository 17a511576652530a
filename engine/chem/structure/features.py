"""Between RDKit's molecules and the project's own record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers, rdPartialCharges

from engine.chem.errors import MoleculeError
from engine.chem.structure.axes import label_axes
from engine.chem.structure.elements import ELEMENTS
from engine.chem.structure.quartets import quartets
from engine.chem.structure.torsions import BondReport, identify_rotatable_bonds, moving_side
from engine.molecule import PAIR_CLASSES, Molecule

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


def to_molecule(
    mol: Chem.Mol, name: str = "", reports: Sequence[BondReport] | None = None
) -> Molecule:
    """The frozen record of ``mol`` (explicit hydrogens), with all of its conformers.

    Every feature is parity-even and independent of atom order, so that a network on top of it
    can be invariant by construction.

    Args:
        mol: RDKit's molecule.
        name: what to call it; by default its own name.
        reports: on its bonds, where they are known already.
    """
    reports = identify_rotatable_bonds(mol) if reports is None else reports
    n = mol.GetNumAtoms()
    turned = [report.atoms for report in reports if report.rotatable]
    rotors = np.array(turned, dtype=np.int64).reshape(-1, 2)
    moving = np.zeros((len(rotors), n), dtype=bool)
    for m, (b, c) in enumerate(rotors.tolist()):
        moving[m, list(moving_side(mol, b, c))] = True
    paths, path_rotor, path_prior = _paths(mol, rotors)
    bonds = list(mol.GetBonds())
    return Molecule(
        name=name or (mol.GetProp("_Name") if mol.HasProp("_Name") else ""),
        numbers=np.array([a.GetAtomicNum() for a in mol.GetAtoms()], dtype=np.int64),
        bonds=np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in bonds]).reshape(-1, 2),
        bond_orders=np.array([b.GetBondTypeAsDouble() for b in bonds], dtype=np.float32),
        rotors=rotors,
        quartets=np.array(quartets(mol, turned), dtype=np.int64).reshape(-1, 4),
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

    Raises:
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

    xyz (N, 3) Angstrom becomes its one conformer. A stereo centre or axis that the SMILES leaves
    open takes the hand it has in ``xyz``, so that what is embedded later agrees with the reference.

    Raises:
        MoleculeError: if the SMILES cannot be read or the atom count does not agree.
    """
    mol = from_ensemble_smiles(smiles, len(xyz))
    mol = with_conformers(mol, np.asarray(xyz)[None])
    Chem.AssignStereochemistryFrom3D(mol)
    label_axes(mol, xyz)
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
