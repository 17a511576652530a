"""Components of the PDB's dictionary as the perception of bond orders needs them.

Used to make ``assets/data/components.tsv.xz`` and the examples that the network learns from.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from rdkit.rdBase import BlockLogs

from engine.chem.reading.perception.network import STATES
from engine.chem.reading.perception.skeleton import ELEMENTS, MAX_DEGREE, Skeleton
from engine.chem.reading.perception.template import graph_of

PARTS = 10
_SIZES = range(3, 121)  # heavy atoms of a component that is listed
_LEARNED = range(4, 56)  # of one that is learned from
_BONDS = (0.9, 2.6)  # Angstrom, lengths beyond which coordinates are broken
_TYPES = {
    "SING": Chem.BondType.SINGLE,
    "DOUB": Chem.BondType.DOUBLE,
    "TRIP": Chem.BondType.TRIPLE,
}


@dataclass(frozen=True, eq=False)
class Example:
    """One component to learn from, or to be tested on.

    Attributes:
        skeleton: its heavy atoms.
        states: (N,) index into ``network.STATES``.
        kinds: (E,) index into ``network.KINDS``.
        shapes: (K, N, 3) Angstrom, its conformers.
    """

    skeleton: Skeleton
    states: np.ndarray
    kinds: np.ndarray
    shapes: np.ndarray


@dataclass(frozen=True, eq=False)
class Component:
    """A row of the dictionary.

    Attributes:
        elements: symbols of its atoms, hydrogens included.
        charges: formal charges.
        bonds: pairs of atoms with the order as the dictionary names it.
        shapes: (K, N, 3) Angstrom, ideal and model coordinates; NaN where they are missing.
    """

    elements: list[str]
    charges: list[int]
    bonds: list[tuple[int, int, str]]
    shapes: np.ndarray

    def molecule(self) -> Chem.Mol | None:
        """Without hydrogens and stereo, its conformers in order; None if the model has no use.

        That is so for metals, radicals, several pieces, and for very small or large components.
        """
        table = Chem.GetPeriodicTable()
        mol = Chem.RWMol()
        for symbol, charge in zip(self.elements, self.charges, strict=True):
            name = "H" if symbol == "D" else symbol.capitalize()
            number = table.GetAtomicNumber(name) if symbol != "X" else 0
            if number not in (1, *ELEMENTS):
                return None
            atom = Chem.Atom(number)
            atom.SetFormalCharge(charge)
            atom.SetNoImplicit(True)
            mol.AddAtom(atom)
        for i, j, order in self.bonds:
            mol.AddBond(i, j, _TYPES[order])
        for xyz in self.shapes:
            conformer = Chem.Conformer(len(xyz))
            conformer.SetPositions(np.asarray(xyz, dtype=float))
            mol.AddConformer(conformer, assignId=True)
        with BlockLogs():
            if len(Chem.GetMolFrags(mol)) > 1 or Chem.SanitizeMol(mol, catchErrors=True):
                return None
            heavy = Chem.RemoveAllHs(mol)
        Chem.RemoveStereochemistry(heavy)
        atoms = list(heavy.GetAtoms())
        odd = any(a.GetNumRadicalElectrons() or a.GetAtomicNum() == 1 for a in atoms)
        return None if odd or len(atoms) not in _SIZES else heavy


def part_of(mol: Chem.Mol) -> int:
    """Which of ``PARTS`` a molecule belongs to, by its elements and neighbours; 0 is held out."""
    return zlib.crc32(Chem.MolToSmiles(graph_of(mol)).encode()) % PARTS


def example_of(mol: Chem.Mol) -> Example | None:
    """The example that a molecule of ``Component.molecule`` makes; None if it makes none."""
    degrees = [atom.GetDegree() for atom in mol.GetAtoms()]
    if mol.GetNumAtoms() not in _LEARNED or max(degrees) > MAX_DEGREE:
        return None
    plain = Chem.Mol(mol)
    Chem.Kekulize(plain)
    ends = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in plain.GetBonds()])
    order = np.array([int(bond.GetBondTypeAsDouble()) for bond in plain.GetBonds()])
    pi = np.bincount(ends.ravel(), weights=np.repeat(order - 1, 2), minlength=len(degrees))
    states = [
        (atom.GetTotalNumHs(), atom.GetFormalCharge(), int(count))
        for atom, count in zip(mol.GetAtoms(), pi, strict=True)
    ]
    shapes = [
        xyz
        for xyz in (conformer.GetPositions() for conformer in mol.GetConformers())
        if np.isfinite(xyz).all() and _whole(xyz, ends)
    ]
    if not shapes or not set(states) <= set(STATES):
        return None
    aromatic = np.array([bond.GetIsAromatic() for bond in mol.GetBonds()])
    return Example(
        Skeleton.of(mol),
        np.array([STATES.index(state) for state in states]),
        np.where(aromatic, 3, order - 1),
        np.stack(shapes),
    )


def _whole(xyz: np.ndarray, ends: np.ndarray) -> bool:
    """Whether all bonds have the length of bonds."""
    length = np.linalg.norm(np.subtract(*xyz[ends.T]), axis=1)
    return bool(_BONDS[0] < length.min() and length.max() < _BONDS[1])
