"""Molecules as one padded batch of graphs: what a network on coordinates knows of them.

Atoms are padded to the largest molecule; pairs are lists over the B * N flat atoms, each unordered
pair once. Near pairs are bonds, 1-3 and 1-4 pairs, far ones all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from engine.molecule import PAIR_CLASSES, Molecule

#: Classes of the pairs that are at most three bonds apart.
NEAR = tuple(i for i, name in enumerate(PAIR_CLASSES) if name not in ("apart", "far torsion"))


@dataclass(frozen=True, eq=False)
class Graph:
    """B molecules padded to N atoms; P near pairs and Q far ones in all.

    Attributes:
        mask: (B, N) bool, which atoms there are.
        features: (B, N, F), see ``Molecule.atom_features``.
        near: (2, P) indices of flat atoms; near_class: (P,), index into ``PAIR_CLASSES``.
        far: (2, Q) and far_class: (Q,), the same for all other pairs of a molecule.
    """

    mask: Tensor
    features: Tensor
    near: Tensor
    near_class: Tensor
    far: Tensor
    far_class: Tensor

    def to(self, dtype: torch.dtype) -> Graph:
        """The same with floating-point tensors in ``dtype``."""
        tensors = {f.name: getattr(self, f.name) for f in fields(self)}
        return Graph(**{k: x.to(dtype) if x.is_floating_point() else x for k, x in tensors.items()})


@dataclass(frozen=True, eq=False)
class Parts:
    """One molecule, ready to be put into a batch: made once, used in many.

    Attributes:
        features: (n, F) float32.
        near, far: (2, p) int64, pairs i < j; near_class, far_class: (p,) int64.
    """

    features: np.ndarray
    near: np.ndarray
    near_class: np.ndarray
    far: np.ndarray
    far_class: np.ndarray

    @classmethod
    def of(cls, molecule: Molecule) -> Parts:
        """The parts of a molecule."""
        pairs = np.stack(np.triu_indices(molecule.n_atoms, 1))
        kinds = molecule.pair_class[pairs[0], pairs[1]]
        near = np.isin(kinds, NEAR)
        return cls(
            molecule.atom_features, pairs[:, near], kinds[near], pairs[:, ~near], kinds[~near]
        )


def collate(parts: Sequence[Parts]) -> Graph:
    """The molecules in one batch.

    Raises:
        ValueError: if there is none.
    """
    if not parts:
        raise ValueError("A batch needs at least one molecule.")
    sizes = [len(p.features) for p in parts]
    n = max(sizes)
    features = np.zeros((len(parts), n, parts[0].features.shape[1]), np.float32)
    for row, p in zip(features, parts, strict=True):
        row[: len(p.features)] = p.features
    near, far = (
        np.concatenate([getattr(p, name) + row * n for row, p in enumerate(parts)], axis=1)
        for name in ("near", "far")
    )
    return Graph(
        torch.arange(n) < torch.tensor(sizes)[:, None],
        torch.from_numpy(features),
        torch.from_numpy(near),
        torch.from_numpy(np.concatenate([p.near_class for p in parts])),
        torch.from_numpy(far),
        torch.from_numpy(np.concatenate([p.far_class for p in parts])),
    )


def repeat(molecule: Molecule, count: int) -> Graph:
    """``count`` copies of one molecule."""
    return collate([Parts.of(molecule)] * count)
