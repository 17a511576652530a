"""Turning torsions and superposing conformers, batched in torch.

A torsion update turns one side of a bond rigidly about the bond, so it changes one dihedral
angle and no bond length, bond angle or stereo centre. Updates of several torsions of one
molecule commute up to a rigid motion, so they are applied one rotor after the other, for all
conformers at once. ``engine.geometry`` is the same in NumPy.
"""

from __future__ import annotations

import torch
from torch import Tensor


def dihedrals(xyz: Tensor, quartets: Tensor) -> Tensor:
    """Dihedral angles in radians, (-pi, pi].

    xyz (B, N, 3) Angstrom; quartets (M, 4) shared by the batch or (B, M, 4). Returns (B, M).
    """
    if quartets.dim() == 2:
        quartets = quartets.expand(len(xyz), -1, -1)
    atoms = xyz.gather(1, quartets.flatten(1)[..., None].expand(-1, -1, 3))
    a, b, c, d = atoms.view(*quartets.shape, 3).unbind(2)
    before, axis, after = b - a, c - b, d - c
    left, right = torch.linalg.cross(before, axis), torch.linalg.cross(axis, after)
    sine = axis.norm(dim=-1) * (before * right).sum(-1)
    return torch.atan2(sine, (left * right).sum(-1))


def rotate(xyz: Tensor, rotors: Tensor, moving: Tensor, delta: Tensor) -> Tensor:
    """Turn every rotor m of every conformer by ``delta`` radians.

    xyz (B, N, 3); rotors (B, M, 2) atom indices (b, c); moving (B, M, N) bool; delta (B, M).
    Returns (B, N, 3). Padded rotors have no moving atoms and do nothing.
    """
    rows = torch.arange(len(xyz), device=xyz.device)
    for m in range(rotors.shape[1]):
        origin = xyz[rows, rotors[:, m, 0]][:, None]
        axis = xyz[rows, rotors[:, m, 1]][:, None] - origin
        axis = axis / axis.norm(dim=-1, keepdim=True).clamp_min(1e-6)
        angle = delta[:, m, None, None]
        arm = xyz - origin
        along = axis * (arm * axis).sum(-1, keepdim=True)
        across = torch.linalg.cross(axis.expand_as(arm), arm)
        turned = origin + along + (arm - along) * angle.cos() + across * angle.sin()
        xyz = torch.where(moving[:, m, :, None], turned, xyz)
    return xyz


def superpose(xyz: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """``xyz`` moved rigidly onto ``target`` (Kabsch 1976), both (B, N, 3), weight (N,) or (B, N).

    Proper rotations only: a mirror image is never superposed by reflection.
    """
    weight = (weight / weight.sum(-1, keepdim=True))[..., None]
    centre, goal = (weight * xyz).sum(-2, keepdim=True), (weight * target).sum(-2, keepdim=True)
    covariance = (weight * (xyz - centre)).transpose(-1, -2) @ (target - goal)
    u, _, vh = torch.linalg.svd(covariance)
    flip = torch.ones_like(u[..., 0])
    flip[..., 2] = torch.sign(torch.linalg.det(u @ vh))
    return (xyz - centre) @ (u * flip[..., None, :] @ vh) + goal


def rmsd(xyz: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Root mean square deviation (B,) in Angstrom after superposition."""
    moved = superpose(xyz, target, weight)
    share = weight / weight.sum(-1, keepdim=True)
    return (share * ((moved - target) ** 2).sum(-1)).sum(-1).sqrt()
