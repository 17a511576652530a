"""A training set kept on the device as a few large tensors, from which batches are gathered.

Molecules differ in size; here they are padded once, to the largest of all, and a batch is cut to
the largest of its own. Gathering is indexing, so the loader costs next to nothing on a GPU too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.molecule import Molecule
from engine.torsional.batch import Batch


class Stock:
    """All molecules of a training set with all their conformers ``Molecule.xyz``.

    ``origin`` is that of all of them, see ``Batch``.

    Raises
    ------
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
        n, m = max(x.n_atoms for x in molecules), max(x.n_rotors for x in molecules)
        conformers = torch.tensor([len(x.xyz) for x in molecules])
        paths = torch.tensor([len(x.paths) for x in molecules])
        self.n_conformers = int(conformers.sum())

        def padded(arrays: list[np.ndarray], shape: tuple[int, ...], kind: torch.dtype) -> Tensor:
            out = torch.zeros(len(arrays), *shape, dtype=kind)
            for row, array in zip(out, arrays, strict=True):
                row[tuple(slice(size) for size in array.shape)] = torch.from_numpy(array)
            return out.to(self.device)

        def joined(arrays: list[np.ndarray]) -> Tensor:
            return torch.from_numpy(np.concatenate(arrays)).to(self.device)

        width = molecules[0].atom_features.shape[1]
        self._atoms = torch.tensor([x.n_atoms for x in molecules], device=self.device)
        self._rotors = torch.tensor([x.n_rotors for x in molecules], device=self.device)
        self._features = padded([x.atom_features for x in molecules], (n, width), torch.float32)
        self._pairs = padded([x.pair_class for x in molecules], (n, n), torch.uint8)
        self._ends = padded([x.rotors for x in molecules], (m, 2), torch.int64)
        self._moving = padded([x.moving for x in molecules], (m, n), torch.bool)
        self._quartets = padded([x.quartets for x in molecules], (m, 4), torch.int64)
        self._xyz = padded([c for x in molecules for c in x.xyz], (n, 3), torch.float32)
        self._conformers = conformers.to(self.device)
        self._first = (conformers.cumsum(0) - conformers).to(self.device)
        self._paths = joined([x.paths for x in molecules])
        self._path_rotor = joined([x.path_rotor for x in molecules])
        self._path_prior = joined([x.path_prior for x in molecules])
        self._path_count = paths.to(self.device)
        self._path_first = (paths.cumsum(0) - paths).to(self.device)

    def __len__(self) -> int:
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
