"""Drawing atoms together while a molecule folds: guidance by a potential of contacts.

A free molecule folds upon itself. The search that made the training ensembles seldom found such
shapes, and the model has learned what it was shown: on 24 molecules kept for choosing its samples
had a radius of gyration 5 % larger than the conformers that a longer search finds.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.molecule import PAIR_CLASSES, Molecule
from engine.torsional.batch import Batch

#: Two heavy atoms are half in contact at this distance, Angstrom.
REACH = 5.0


def strangers(molecule: Molecule) -> Tensor:
    """(N, N) float, 1 for two heavy atoms that are five or more bonds apart."""
    apart = torch.from_numpy(molecule.pair_class == PAIR_CLASSES.index("apart"))
    heavy = torch.from_numpy(molecule.heavy)
    return (apart & heavy & heavy[:, None]).float().fill_diagonal_(0)


def contacts(xyz: Tensor, pairs: Tensor) -> Tensor:
    """How many of ``pairs`` (N, N) touch in each of ``xyz`` (B, N, 3), Angstrom: (B,).

    A pair at distance r counts as 1 / (1 + (r / REACH)^4).
    """
    return (pairs / (1 + _squares(xyz).square())).sum((1, 2)) / 2


def attraction(batch: Batch, pairs: Tensor) -> Tensor:
    """Gradient (B, M) of ``contacts`` along every torsion, per radian.

    The forces of a potential of distances have no torque on the molecule as a whole, so that on the
    moving side alone says how the potential changes.
    """
    xyz = batch.xyz - batch.xyz.mean(1, keepdim=True)
    squares = _squares(xyz)
    weight = 4 / REACH**2 * squares / (1 + squares.square()).square() * pairs
    force = weight @ xyz - weight.sum(-1, keepdim=True) * xyz
    rows = torch.arange(len(xyz), device=xyz.device)[:, None]
    origin = xyz[rows, batch.rotors[..., 0]]
    axis = torch.nn.functional.normalize(xyz[rows, batch.rotors[..., 1]] - origin, dim=-1, eps=1e-6)
    moving = batch.moving.to(xyz.dtype)
    moment = moving @ torch.linalg.cross(xyz, force)
    return (axis * (moment - torch.linalg.cross(origin, moving @ force))).sum(-1)


def _squares(xyz: Tensor) -> Tensor:
    """Squared distances (B, N, N) in units of ``REACH``."""
    xyz = (xyz - xyz.mean(1, keepdim=True)) / REACH  # far from the origin products lose digits
    length = xyz.square().sum(-1)
    product = xyz @ xyz.transpose(1, 2)
    return (length[:, :, None] + length[:, None] - 2 * product).clamp_min(0)
