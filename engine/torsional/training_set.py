"""A training set kept on the device as a few large tensors, from which batches are gathered.

Molecules differ in size; here they are padded once, to the largest of all, and a batch is cut to
the largest of its own. Gathering is indexing, so the loader costs next to nothing on a GPU too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.molecule import Molecule
from engine.torsional.batch import Batch


class TrainingSet:
    """All molecules of a training set with all their conformers ``Molecule.xyz``.

    Args:
        molecules: at least one.
        device: where the tensors are kept.
        origin: of all their conformers, see ``Batch``.

    Raises:
        ValueError: if there is no molecule.
    """

    def __init__(
        self,
        molecules: Sequence[Molecule],
        device: torch.device | str = "cpu",
        origin: float = 0.0,
    ) -> None:
        if not molecules:
            raise ValueError("There is no molecule to train on.")
        self.device, self.origin = torch.device(device), origin
        self._pad(molecules)
        self._join_conformers(molecules)
        self._join_paths(molecules)

    def _pad(self, molecules: Sequence[Molecule]) -> None:
        """Arrays of every molecule, as large as the largest molecule needs."""
        n, m = max(x.n_atoms for x in molecules), max(x.n_rotors for x in molecules)
        width = molecules[0].atom_features.shape[1]
        self._atoms = torch.tensor([x.n_atoms for x in molecules], device=self.device)
        self._rotors = torch.tensor([x.n_rotors for x in molecules], device=self.device)
        shapes = (
            ("atom_features", (n, width), torch.float32),
            ("pair_class", (n, n), torch.uint8),
            ("rotors", (m, 2), torch.int64),
            ("moving", (m, n), torch.bool),
            ("quartets", (m, 4), torch.int64),
        )
        self._features, self._pairs, self._ends, self._moving, self._quartets = (
            _padded([getattr(x, name) for x in molecules], shape, kind).to(self.device)
            for name, shape, kind in shapes
        )
        xyz = [conformer for x in molecules for conformer in x.xyz]
        self._xyz = _padded(xyz, (n, 3), torch.float32).to(self.device)

    def _join_conformers(self, molecules: Sequence[Molecule]) -> None:
        """Where the conformers of each molecule begin, and how many there are."""
        counts = torch.tensor([len(x.xyz) for x in molecules])
        self.n_conformers = int(counts.sum())
        self._conformers = counts.to(self.device)
        self._first = (counts.cumsum(0) - counts).to(self.device)

    def _join_paths(self, molecules: Sequence[Molecule]) -> None:
        """The quartets around all rotors of all molecules, one after another."""
        self._paths, self._path_rotor, self._path_prior = (
            torch.from_numpy(np.concatenate([getattr(x, name) for x in molecules])).to(self.device)
            for name in ("paths", "path_rotor", "path_prior")
        )
        counts = torch.tensor([len(x.paths) for x in molecules])
        self._path_count = counts.to(self.device)
        self._path_first = (counts.cumsum(0) - counts).to(self.device)

    def __len__(self) -> int:
        """The number of molecules."""
        return len(self._atoms)

    def draw(self, count: int, generator: torch.Generator) -> Batch:
        """``count`` molecules drawn uniformly, of each one conformer drawn uniformly.

        The benchmark counts every conformer once, so there are no Boltzmann weights.
        """
        place = generator.device
        chosen = torch.randint(len(self), (count,), generator=generator, device=place)
        unit = torch.rand(count, generator=generator, device=place).to(self.device)
        chosen = chosen.to(self.device)
        return self.gather(chosen, (unit * self._conformers[chosen]).long())

    def gather(self, chosen: Tensor, conformer: Tensor) -> Batch:
        """Molecules ``chosen`` (B,), of each its conformer number ``conformer`` (B,)."""
        atoms, rotors = self._atoms[chosen], self._rotors[chosen]
        n, m = int(atoms.max()), int(rotors.max())
        rows = torch.arange(len(chosen), device=self.device)
        counts = self._path_count[chosen]
        owner = rows.repeat_interleave(counts)
        start = self._path_first[chosen] - (counts.cumsum(0) - counts)
        path = torch.arange(len(owner), device=self.device) + start[owner]
        return Batch(
            xyz=self._xyz[self._first[chosen] + conformer, :n],
            atom_mask=torch.arange(n, device=self.device) < atoms[:, None],
            features=self._features[chosen, :n],
            pair_class=self._pairs[chosen, :n, :n].long(),
            rotors=self._ends[chosen, :m],
            rotor_mask=torch.arange(m, device=self.device) < rotors[:, None],
            moving=self._moving[chosen, :m, :n],
            quartets=self._quartets[chosen, :m],
            paths=self._paths[path] + (owner * n)[:, None],
            path_rotor=self._path_rotor[path] + owner * m,
            path_prior=self._path_prior[path],
            origin=torch.full((len(chosen),), self.origin, device=self.device),
        )


def _padded(arrays: list[np.ndarray], shape: tuple[int, ...], kind: torch.dtype) -> Tensor:
    """The arrays as rows of one tensor, zero beyond their own sizes."""
    out = torch.zeros(len(arrays), *shape, dtype=kind)
    for row, array in zip(out, arrays, strict=True):
        row[tuple(slice(size) for size in array.shape)] = torch.from_numpy(array)
    return out


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a network learns from.

    Attributes:
        reference: conformers of the method whose ensembles are wanted.
        pretraining: conformers of a cheaper method, to learn from first; None for none.
    """

    reference: TrainingSet
    pretraining: TrainingSet | None = None
