"""What a chemist asks of every conformer: energy order, likeness, size, hydrogen bonds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.ML.Cluster import Butina

from engine.chem.structure.geometry import count_clashes, stereo_errors
from engine.chem.structure.rmsd import mappings, rmsd_matrix

#: Conformers closer than this (heavy-atom RMSD, Angstrom) to the middle of a cluster belong to it.
CLUSTER_RMSD = 0.75
#: A hydrogen bond: H to acceptor at most (Angstrom), donor-H-acceptor at least (degrees).
HYDROGEN_BOND = 2.5, 120.0
#: Bonds between the hydrogen and its acceptor, at least.
_APART = 4


@dataclass(frozen=True, eq=False)
class Description:
    """Of K conformers.

    Attributes:
        rmsd: (K, K) heavy-atom RMSD over symmetry, Angstrom.
        rmsd_uploaded: (K,) to the nearest conformer that was uploaded; None if there is none.
        cluster: (K,) number of the Butina cluster from 1, the largest first.
        gyration: (K,) mass-weighted radius of gyration, Angstrom.
        hydrogen_bonds: (K,) within the molecule.
        clashes: (K,) pairs of atoms that come too close.
        stereo_errors: (K,) bool.
    """

    rmsd: np.ndarray
    rmsd_uploaded: np.ndarray | None
    cluster: np.ndarray
    gyration: np.ndarray
    hydrogen_bonds: np.ndarray
    clashes: np.ndarray
    stereo_errors: np.ndarray


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
        cluster=clusters(rmsd),
        gyration=radius_of_gyration(mol, xyz),
        hydrogen_bonds=hydrogen_bonds(mol, xyz),
        clashes=count_clashes(mol, xyz),
        stereo_errors=stereo_errors(mol, xyz),
    )


def clusters(rmsd: np.ndarray, threshold: float = CLUSTER_RMSD) -> np.ndarray:
    """(K,) cluster numbers from 1, by Butina 1999 (doi:10.1021/ci9803381), the largest first."""
    count = len(rmsd)
    rows = [float(rmsd[i, j]) for i in range(count) for j in range(i)]
    found = Butina.ClusterData(rows, count, threshold, isDistData=True, reordering=True)
    numbers = np.zeros(count, dtype=np.int64)
    for number, members in enumerate(sorted(found, key=len, reverse=True), start=1):
        numbers[list(members)] = number
    return numbers


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
