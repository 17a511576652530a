"""Molecules as one padded batch of tensors, ready for the network.

Sampling batches K conformers of one molecule (no padding); training batches conformers of
different molecules. Both are the same record, so the network is one program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from engine.molecule import Molecule


@dataclass(frozen=True, eq=False)
class Batch:
    """B conformers padded to N atoms and M rotors; Q paths in all.

    Attributes:
        xyz: (B, N, 3) Angstrom, zero where padded.
        atom_mask: (B, N) bool.
        features: (B, N, F); pair_class: (B, N, N) integers.
        rotors: (B, M, 2) atom indices; rotor_mask: (B, M) bool; moving: (B, M, N) bool.
        quartets: (B, M, 4) atom indices.
        paths: (Q, 4) indices into the B * N flat atoms.
        path_rotor: (Q,) indices into the B * M flat rotors.
        path_prior: (Q, 6), see ``Molecule``.
        origin: (B,), where a conformer comes from: 0 for the reference method, whose conformers are
            wanted, 1 for a cheaper one that the network learns from as well.
    """

    xyz: Tensor
    atom_mask: Tensor
    features: Tensor
    pair_class: Tensor
    rotors: Tensor
    rotor_mask: Tensor
    moving: Tensor
    quartets: Tensor
    paths: Tensor
    path_rotor: Tensor
    path_prior: Tensor
    origin: Tensor

    def with_xyz(self, xyz: Tensor) -> Batch:
        """The same topology at other coordinates (B, N, 3)."""
        return replace(self, xyz=xyz)

    def split(self, size: int) -> list[Batch]:
        """The same conformers in order, in batches of ``size`` and a smaller last one."""
        conformers, atoms = self.atom_mask.shape
        rotors, row = self.rotor_mask.shape[1], self.paths[:, 0] // atoms
        flat = {"paths", "path_rotor", "path_prior"}
        pieces = []
        for first in range(0, conformers, size):
            here = (row >= first) & (row < first + size)
            parts = {
                f.name: getattr(self, f.name)[
                    here if f.name in flat else slice(first, first + size)
                ]
                for f in fields(self)
            }
            parts["paths"] = parts["paths"] - first * atoms
            parts["path_rotor"] = parts["path_rotor"] - first * rotors
            pieces.append(Batch(**parts))
        return pieces

    def to(self, device: torch.device | str, dtype: torch.dtype = torch.float32) -> Batch:
        """On another device, floating-point tensors in ``dtype``."""
        tensors = {f.name: getattr(self, f.name) for f in fields(self)}
        return Batch(
            **{
                name: x.to(device, dtype) if x.is_floating_point() else x.to(device)
                for name, x in tensors.items()
            }
        )


def collate(molecules: Sequence[Molecule], xyz: Sequence[np.ndarray]) -> Batch:
    """One conformer ``xyz[i]`` (N_i, 3) of each molecule ``molecules[i]``, padded.

    Raises:
        ValueError: if there is nothing to batch.
    """
    if not molecules:
        raise ValueError("A batch needs at least one molecule.")
    size = len(molecules)
    n = max(m.n_atoms for m in molecules)
    rotors = max(m.n_rotors for m in molecules)
    out = _Arrays(size, n, rotors, molecules[0].atom_features.shape[1])
    for row, (molecule, positions) in enumerate(zip(molecules, xyz, strict=True)):
        out.fill(row, molecule, positions)
    return out.batch()


def repeat(molecule: Molecule, xyz: np.ndarray) -> Batch:
    """K conformers ``xyz`` (K, N, 3) of one molecule."""
    return collate([molecule] * len(xyz), list(xyz))


class _Arrays:
    """The padded numpy arrays of a batch while it is being filled."""

    def __init__(self, size: int, n: int, rotors: int, width: int) -> None:
        self.n, self.m = n, rotors
        self.xyz = np.zeros((size, n, 3), np.float32)
        self.atom_mask = np.zeros((size, n), bool)
        self.features = np.zeros((size, n, width), np.float32)
        self.pair_class = np.zeros((size, n, n), np.int64)
        self.rotors = np.zeros((size, rotors, 2), np.int64)
        self.rotor_mask = np.zeros((size, rotors), bool)
        self.moving = np.zeros((size, rotors, n), bool)
        self.quartets = np.zeros((size, rotors, 4), np.int64)
        self.paths: list[np.ndarray] = []
        self.path_rotor: list[np.ndarray] = []
        self.path_prior: list[np.ndarray] = []

    def fill(self, row: int, molecule: Molecule, xyz: np.ndarray) -> None:
        n, m = molecule.n_atoms, molecule.n_rotors
        self.xyz[row, :n] = xyz
        self.atom_mask[row, :n] = True
        self.features[row, :n] = molecule.atom_features
        self.pair_class[row, :n, :n] = molecule.pair_class
        self.rotors[row, :m] = molecule.rotors
        self.rotor_mask[row, :m] = True
        self.moving[row, :m, :n] = molecule.moving
        self.quartets[row, :m] = molecule.quartets
        self.paths.append(molecule.paths + row * self.n)
        self.path_rotor.append(molecule.path_rotor + row * self.m)
        self.path_prior.append(molecule.path_prior)

    def batch(self) -> Batch:
        return Batch(
            xyz=torch.from_numpy(self.xyz),
            atom_mask=torch.from_numpy(self.atom_mask),
            features=torch.from_numpy(self.features),
            pair_class=torch.from_numpy(self.pair_class),
            rotors=torch.from_numpy(self.rotors),
            rotor_mask=torch.from_numpy(self.rotor_mask),
            moving=torch.from_numpy(self.moving),
            quartets=torch.from_numpy(self.quartets),
            paths=torch.from_numpy(np.concatenate(self.paths)),
            path_rotor=torch.from_numpy(np.concatenate(self.path_rotor)),
            path_prior=torch.from_numpy(np.concatenate(self.path_prior)),
            origin=torch.zeros(len(self.xyz)),
        )
