"""A molecule as frozen arrays: the record that crosses from chemistry to mathematics.

RDKit reads molecules (``engine.chem``); networks, samplers and figures see only this record.
Torsion convention: a rotatable bond ``rotors[m] = (b, c)`` has the quartet ``quartets[m] =
(a, b, c, d)``; turning the atoms ``moving[m]`` (the side of c, the smaller side of the bond)
about the axis b -> c by ``+delta`` adds ``delta`` to the dihedral angle of that quartet and
leaves every other quartet, every bond length and every bond angle unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

#: Classes of an atom pair, the integer in ``Molecule.pair_class``.
PAIR_CLASSES = (
    "apart",  # five or more bonds apart, or unconnected
    "single",
    "double",
    "triple",
    "aromatic",
    "rotatable",  # a single bond that the model turns
    "angle",  # 1-3
    "torsion",  # 1-4
    "far torsion",  # 1-5
)


@dataclass(frozen=True, eq=False)
class Molecule:
    """Topology and features of one molecule, shared by all of its conformers.

    Attributes
    ----------
    name: what a person calls it.
    numbers: (N,) int64, atomic numbers.
    bonds: (E, 2) int64, each bond once.
    bond_orders: (E,) float32, 1, 1.5, 2 or 3.
    rotors: (M, 2) int64, rotatable bonds as (b, c), c on the moving side.
    quartets: (M, 4) int64, the atoms a-b-c-d that define each torsion.
    moving: (M, N) bool, the atoms that turn with rotor m (c included, b not).
    atom_features: (N, F) float32, invariant and parity-even features.
    pair_class: (N, N) int64, index into PAIR_CLASSES; the diagonal is 0.
    paths: (Q, 4) int64, every quartet a-b-c-d around every rotor, oriented like its rotor.
    path_rotor: (Q,) int64, the rotor that each path belongs to.
    path_prior: (Q, 6) float32, V_k * sign_k of the ETKDGv3 torsion potential
        sum_k V_k (1 + sign_k cos(k tau)) where it names this path, else 0.
    xyz: (K, N, 3) float32, conformers in Angstrom (K may be 0).
    """

    name: str
    numbers: np.ndarray
    bonds: np.ndarray
    bond_orders: np.ndarray
    rotors: np.ndarray
    quartets: np.ndarray
    moving: np.ndarray
    atom_features: np.ndarray
    pair_class: np.ndarray
    paths: np.ndarray
    path_rotor: np.ndarray
    path_prior: np.ndarray
    xyz: np.ndarray

    @property
    def n_atoms(self) -> int:
        """N, hydrogens included."""
        return len(self.numbers)

    @property
    def n_rotors(self) -> int:
        """M, the number of torsions that the model turns."""
        return len(self.rotors)

    @property
    def rotor_bonds(self) -> np.ndarray:
        """(M,) int64, the index of each rotatable bond in ``bonds``."""
        index = {frozenset(pair): e for e, pair in enumerate(self.bonds.tolist())}
        found = [index[frozenset(pair)] for pair in self.rotors.tolist()]
        return np.array(found, dtype=np.int64)

    @property
    def heavy(self) -> np.ndarray:
        """(N,) bool, atoms other than hydrogen."""
        return self.numbers > 1

    def with_xyz(self, xyz: np.ndarray) -> Molecule:
        """The same molecule with other conformers, ``xyz`` (K, N, 3) in Angstrom.

        Raises
        ------
        ValueError: if the atom count does not agree.
        """
        xyz = np.asarray(xyz, dtype=np.float32)
        if xyz.ndim != 3 or xyz.shape[1:] != (self.n_atoms, 3):
            raise ValueError(f"xyz has shape {xyz.shape}, expected (K, {self.n_atoms}, 3).")
        return replace(self, xyz=xyz)


def align(
    xyz: np.ndarray, mask: np.ndarray | None = None, reference: np.ndarray | None = None
) -> np.ndarray:
    """Conformers laid over each other by rotation and translation (Kabsch 1976, least squares).

    Parameters
    ----------
    xyz: (K, N, 3), Angstrom.
    mask: (N,) bool, the atoms that are fitted (``molecule.heavy``); all by default.
    reference: (N, 3), what to lie on; the first conformer by default.

    Returns
    -------
    (K, N, 3), same dtype as ``xyz``.
    """
    if len(xyz) == 0:
        return xyz
    target = np.asarray(xyz[0] if reference is None else reference, dtype=np.float64)
    fitted = np.ones(xyz.shape[1], dtype=bool) if mask is None else np.asarray(mask)
    moved = np.asarray(xyz, dtype=np.float64)
    moved = moved - moved[:, fitted].mean(axis=1, keepdims=True)
    centre = target[fitted].mean(axis=0)
    covariance = moved[:, fitted].transpose(0, 2, 1) @ (target - centre)[fitted]
    left, _, right = np.linalg.svd(covariance)
    flip = np.sign(np.linalg.det(left @ right))
    left[:, :, -1] *= flip[:, None]
    return (moved @ (left @ right) + centre).astype(xyz.dtype)
