"""A molecule and its conformers as frozen arrays: the records that leave chemistry.

RDKit reads molecules (``engine.chem``); networks, samplers and figures see only these records.
Torsion convention: a rotatable bond ``rotors[m] = (b, c)`` has the quartet ``quartets[m] =
(a, b, c, d)``; turning the atoms ``moving[m]`` (the side of c, the smaller side of the bond)
about the axis b -> c by ``+delta`` adds ``delta`` to the dihedral angle of that quartet and
leaves every other quartet, every bond length and every bond angle unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from engine.geometry import dihedral_angles, superpose

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

    Attributes:
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

        Raises:
            ValueError: if the atom count does not agree.
        """
        xyz = np.asarray(xyz, dtype=np.float32)
        if xyz.ndim != 3 or xyz.shape[1:] != (self.n_atoms, 3):
            raise ValueError(f"xyz has shape {xyz.shape}, expected (K, {self.n_atoms}, 3).")
        return replace(self, xyz=xyz)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """K conformers of one molecule, and how they were made.

    Attributes:
        molecule: atoms, bonds and torsions; its own ``xyz`` are not looked at.
        xyz: (K, N, 3) Angstrom.
        source: the method that made them, as in a legend.
        energies: (K,) kcal/mol; empty if they are unknown.
        energy_name: the force field or method of the energies; "" if they are unknown.
        seconds: how long it took to make them; 0 if that was not measured.
        minimised: whether every one is a minimum of the method of the energies.
        zero: what relative energies count from, kcal/mol; None for the lowest of these.

    Raises:
        ValueError: if shapes do not agree, or energies have no name.
    """

    molecule: Molecule
    xyz: np.ndarray
    source: str = ""
    energies: np.ndarray = field(default_factory=lambda: np.empty(0))
    energy_name: str = ""
    seconds: float = 0.0
    minimised: bool = False
    zero: float | None = None

    def __post_init__(self) -> None:
        """Check that all arrays speak of the same conformers."""
        if self.xyz.ndim != 3 or self.xyz.shape[1:] != (self.molecule.n_atoms, 3):
            expected = f"(K, {self.molecule.n_atoms}, 3)"
            raise ValueError(f"xyz has shape {self.xyz.shape}, expected {expected}.")
        if self.energies.shape not in ((0,), (len(self),)):
            raise ValueError(f"{len(self)} conformers cannot have {self.energies.shape} energies.")
        if len(self.energies) and not self.energy_name:
            raise ValueError("Energies need the name of the method that gave them.")

    def __len__(self) -> int:
        """K, the number of conformers."""
        return len(self.xyz)

    @property
    def torsions(self) -> np.ndarray:
        """(K, M) radians in (-pi, pi]."""
        return dihedral_angles(self.xyz, self.molecule.quartets)

    @property
    def energy_words(self) -> str:
        """What the energies are: "MMFF94s, not minimised"; "" if they are unknown."""
        state = "minimised" if self.minimised else "not minimised"
        return f"{self.energy_name}, {state}" if self.energy_name else ""

    @property
    def by_energy(self) -> np.ndarray:
        """(K,) indices from low to high energy; as they stand if energies are unknown."""
        if not len(self.energies):
            return np.arange(len(self))
        return np.argsort(self.energies, kind="stable")

    @property
    def relative_energies(self) -> np.ndarray:
        """(K,) kcal/mol above the lowest, or above ``zero``; empty if energies are unknown."""
        lowest = self.energies.min(initial=np.inf) if self.zero is None else self.zero
        return self.energies - lowest

    @property
    def lowest(self) -> int:
        """The conformer of lowest energy; the first if energies are unknown."""
        return int(self.energies.argmin()) if len(self.energies) else 0

    def superposed(self) -> Ensemble:
        """The same conformers laid on the first by their heavy atoms."""
        return replace(self, xyz=superpose(self.xyz, self.molecule.heavy))

    def take(self, chosen: np.ndarray) -> Ensemble:
        """Only the conformers ``chosen`` (indices), in that order."""
        energies = self.energies[chosen] if len(self.energies) else self.energies
        return replace(self, xyz=self.xyz[chosen], energies=energies)
