"""Guidance on the torus: attraction by a potential of contacts, repulsion of conformers.

In vacuum a flexible molecule is compact. The training ensembles have few such shapes, so the
model's samples are too extended, and attraction makes up for some of it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.molecule import PAIR_CLASSES, Molecule
from engine.torsional.batch import Batch

#: Two heavy atoms are half in contact at this distance, Angstrom.
REACH = 5.0


def distant_pairs(molecule: Molecule) -> Tensor:
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


def repulsion(tau: Tensor) -> Tensor:
    """Particle guidance (Corso et al. 2023, arXiv 2310.13102): conformers push each other apart.

    The gradient (K, M), per radian, of ``-sum_(i<j) exp(-d_ij / h)`` with respect to each row of
    ``tau`` (K, M); d_ij = mean_m 2 (1 - cos(tau_im - tau_jm)), the squared chord on the torus, and
    h = median d / log(K + 1), the usual bandwidth of Stein variational methods.
    """
    gap = tau[:, None] - tau[None]
    distance = 2 * (1 - gap.cos()).mean(-1)
    h = distance.median().clamp_min(1e-3) / math.log(len(tau) + 1)
    weight = torch.exp(-distance / h) / h
    return (weight[..., None] * 2 * gap.sin()).sum(1) / tau.shape[1]
