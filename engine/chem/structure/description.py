"""What a chemist asks of every conformer: energy order, likeness, size, hydrogen bonds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.ML.Cluster import Butina

from engine.chem.structure.geometry import count_clashes, stereo_errors
from engine.chem.structure.rmsd import mappings, rmsd_matrix

#: A hydrogen bond: H to acceptor at most (Angstrom), donor-H-acceptor at least (degrees).
HYDROGEN_BOND = 2.5, 120.0
#: Bonds between the hydrogen and its acceptor, at least.
_APART = 4


@dataclass(frozen=True, eq=False)
class Description:
    """What was measured on K conformers.

    Attributes:
        rmsd: (K, K) heavy-atom RMSD over symmetry, Angstrom.
        rmsd_uploaded: (K,) to the nearest conformer that was uploaded; None if there is none.
        gyration: (K,) mass-weighted radius of gyration, Angstrom.
        hydrogen_bonds: (K,) within the molecule.
        clashes: (K,) pairs of atoms that come too close.
        stereo_errors: (K,) bool.
    """

    rmsd: np.ndarray
    rmsd_uploaded: np.ndarray | None
    gyration: np.ndarray
    hydrogen_bonds: np.ndarray
    clashes: np.ndarray
    stereo_errors: np.ndarray

    def take(self, chosen: np.ndarray) -> Description:
        """Of the conformers ``chosen`` (indices) alone, in that order."""
        uploaded = self.rmsd_uploaded
        return replace(
            self,
            rmsd=self.rmsd[np.ix_(chosen, chosen)],
            rmsd_uploaded=None if uploaded is None else uploaded[chosen],
            gyration=self.gyration[chosen],
            hydrogen_bonds=self.hydrogen_bonds[chosen],
            clashes=self.clashes[chosen],
            stereo_errors=self.stereo_errors[chosen],
        )


def describe(mol: Chem.Mol, xyz: np.ndarray, uploaded: np.ndarray | None = None) -> Description:
    """Describe the conformers ``xyz`` (K, N, 3) of ``mol``; ``uploaded`` (U, N, 3) or None."""
    mapping = mappings(mol)
    rmsd = rmsd_matrix(xyz, xyz, mapping)
    np.fill_diagonal(rmsd, 0.0)
    nearest = None
    if uploaded is not None and len(uploaded):
        nearest = rmsd_matrix(uploaded, xyz, mapping).min(axis=0)
    return Description(
        rmsd=rmsd,
        rmsd_uploaded=nearest,
        gyration=radius_of_gyration(mol, xyz),
        hydrogen_bonds=hydrogen_bonds(mol, xyz),
        clashes=count_clashes(mol, xyz),
        stereo_errors=stereo_errors(mol, xyz),
    )


def distinct(rmsd: np.ndarray, cutoff: float) -> np.ndarray:
    """(K,) for each item the one that stands for it: itself, or an earlier one it is like.

    An item is like the first distinct one whose RMSD to it is below ``cutoff``, Angstrom; so sort
    by energy first. rmsd (K, K).
    """
    owner = np.arange(len(rmsd))
    kept: list[int] = []
    for k, row in enumerate(rmsd):
        near = [j for j in kept if row[j] < cutoff]
        if near:
            owner[k] = near[0]
        else:
            kept.append(k)
    return owner


def clusters(rmsd: np.ndarray, cutoff: float) -> np.ndarray:
    """(K,) cluster numbers from 1, by Butina 1999 (doi:10.1021/ci9803381).

    Members lie within ``cutoff``, Angstrom, of the middle of their cluster. Clusters are numbered
    by their first member: sorted by energy, cluster 1 holds the lowest. rmsd (K, K).
    """
    count = len(rmsd)
    rows = [float(rmsd[i, j]) for i in range(count) for j in range(i)]
    found = Butina.ClusterData(rows, count, cutoff, isDistData=True, reordering=True)
    numbers = np.zeros(count, dtype=np.int64)
    for number, members in enumerate(sorted(found, key=min), start=1):
        numbers[list(members)] = number
    return numbers


def formula(mol: Chem.Mol) -> str:
    """The molecular formula in Hill's order, with the charge: "C4H9NO2"."""
    return str(rdMolDescriptors.CalcMolFormula(mol))


def weight(mol: Chem.Mol) -> float:
    """The molecular weight of ``mol`` (explicit hydrogens), g/mol."""
    return float(sum(atom.GetMass() for atom in mol.GetAtoms()))


def has_charges(mol: Chem.Mol) -> bool:
    """Whether an atom is charged, apart from those beside the opposite charge: nitro groups."""
    return any(
        atom.GetFormalCharge()
        and not any(n.GetFormalCharge() * atom.GetFormalCharge() < 0 for n in atom.GetNeighbors())
        for atom in mol.GetAtoms()
    )


def radius_of_gyration(mol: Chem.Mol, xyz: np.ndarray) -> np.ndarray:
    """(K,) root of the mass-weighted mean square distance from the centre of mass, Angstrom."""
    mass = np.array([atom.GetMass() for atom in mol.GetAtoms()])
    share = mass / mass.sum()
    centre = np.einsum("n,knd->kd", share, xyz)
    square = ((xyz - centre[:, None]) ** 2).sum(-1)
    return np.sqrt(square @ share)


def hydrogen_bonds(mol: Chem.Mol, xyz: np.ndarray) -> np.ndarray:
    """(K,) hydrogens on N, O or S that meet an N or O within the molecule (HYDROGEN_BOND)."""
    bonds_apart = Chem.GetDistanceMatrix(mol)
    count = np.zeros(len(xyz), dtype=np.int64)
    longest, least = HYDROGEN_BOND
    acceptors = [a.GetIdx() for a in mol.GetAtoms() if _accepts(a)]
    for hydrogen in mol.GetAtoms():
        if hydrogen.GetAtomicNum() != 1 or hydrogen.GetDegree() != 1:
            continue
        donor = hydrogen.GetNeighbors()[0]
        h = hydrogen.GetIdx()
        far = [a for a in acceptors if bonds_apart[h, a] >= _APART]
        if donor.GetAtomicNum() not in (7, 8, 16) or not far:
            continue
        reach = xyz[:, far] - xyz[:, h, None]
        back = (xyz[:, donor.GetIdx()] - xyz[:, h])[:, None]
        length = np.linalg.norm(reach, axis=-1)
        cosine = (reach * back).sum(-1) / (length * np.linalg.norm(back, axis=-1))
        count += ((length <= longest) & (cosine <= np.cos(np.radians(least)))).any(axis=1)
    return count


def _accepts(atom: Chem.Atom) -> bool:
    """Whether it has a lone pair to give: oxygen, or nitrogen that does not lend it to a ring."""
    if atom.GetAtomicNum() == 8:
        return True
    lends = atom.GetIsAromatic() and (atom.GetTotalNumHs() or atom.GetDegree() > 2)
    return atom.GetAtomicNum() == 7 and atom.GetFormalCharge() <= 0 and not lends
