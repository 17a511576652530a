"""Conformer matching: reference ensembles rebuilt with the local structures of sampling.

At sampling time only cheap local structures (ETKDG + MMFF94s seeds) are at hand, so the network
must be trained on the same: each reference conformer is replaced by a seed whose torsions are
turned until it lies on the reference (Jing et al. 2022, arXiv 2206.01729, section 4.1 and
appendix: conformer matching). The residual RMSD is the floor that no torsional model passes.
"""

from __future__ import annotations

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from engine.molecule import Molecule
from engine.torsional.geometry import dihedrals, rmsd, rotate, superpose
from engine.torsional.torus import wrap


def match(
    molecule: Molecule, reference: Tensor, seeds: Tensor, iterations: int = 10
) -> tuple[Tensor, Tensor]:
    """Local structures turned onto the references, one for each.

    Args:
        reference: (K, N, 3) Angstrom; seeds: (S, N, 3) with S >= K.

    Returns:
        matched (K, N, 3), same local structures as the assigned seeds, and residual (K,), the
        heavy-atom RMSD in Angstrom.
    """
    heavy = torch.from_numpy(molecule.heavy).to(reference.dtype)
    k, s = len(reference), len(seeds)
    everyone = seeds.repeat(k, 1, 1)
    targets = reference.repeat_interleave(s, 0)
    moved = transfer_torsions(molecule, everyone, targets)
    cost = rmsd(moved, targets, heavy).view(k, s)
    rows, columns = linear_sum_assignment(cost.numpy())
    chosen = moved.view(k, s, *moved.shape[1:])[rows, columns]
    return refine(molecule, chosen, reference, heavy, iterations)


def transfer_torsions(molecule: Molecule, xyz: Tensor, target: Tensor) -> Tensor:
    """``xyz`` (B, N, 3) turned so that every torsion equals that of ``target`` (B, N, 3)."""
    quartets = torch.from_numpy(molecule.quartets)
    delta = wrap(dihedrals(target, quartets) - dihedrals(xyz, quartets))
    return rotate(xyz, *_expanded(molecule, len(xyz)), delta)


def refine(
    molecule: Molecule, xyz: Tensor, target: Tensor, weight: Tensor, iterations: int
) -> tuple[Tensor, Tensor]:
    """Damped Gauss-Newton on the torsions for the weighted RMSD; never makes it worse.

    xyz, target (B, N, 3), weight (N,). Returns the turned xyz, superposed, and the RMSD (B,).
    """
    rotors, moving = _expanded(molecule, len(xyz))
    best = superpose(xyz, target, weight)
    error = rmsd(best, target, weight)
    damping = torch.full_like(error, 1e-2)
    for _ in range(iterations):
        step = _gauss_newton_step(best, target, weight, rotors, moving, damping)
        trial = superpose(rotate(best, rotors, moving, step), target, weight)
        trial_error = rmsd(trial, target, weight)
        better = trial_error < error
        best = torch.where(better[:, None, None], trial, best)
        error = torch.where(better, trial_error, error)
        damping = torch.where(better, damping * 0.3, damping * 10.0)
    return best, error


def _gauss_newton_step(
    xyz: Tensor, target: Tensor, weight: Tensor, rotors: Tensor, moving: Tensor, damping: Tensor
) -> Tensor:
    """Torsion changes (B, M) that bring xyz toward target to first order, rigid motion free."""
    index = rotors[..., None].expand(-1, -1, -1, 3).flatten(1, 2)
    ends = xyz.gather(1, index).view(*rotors.shape, 3)
    origin = ends[:, :, 0]
    axis = torch.nn.functional.normalize(ends[:, :, 1] - origin, dim=-1)
    arms = xyz[:, None] - origin[:, :, None]
    turn = torch.linalg.cross(axis[:, :, None].expand_as(arms), arms) * moving[..., None]
    units = torch.eye(3, dtype=xyz.dtype)[None, :, None, :]
    spin = torch.linalg.cross(
        units.expand(len(xyz), 3, xyz.shape[1], 3), xyz[:, None].expand(-1, 3, -1, -1)
    )
    shift = units.expand(len(xyz), 3, xyz.shape[1], 3)
    root = weight.sqrt()[None, None, :, None]
    jacobian = (torch.cat([turn, spin, shift], 1) * root).flatten(2)
    residual = ((target - xyz) * root[:, 0]).flatten(1)
    normal = jacobian @ jacobian.transpose(1, 2)
    diagonal = normal.diagonal(dim1=1, dim2=2)
    normal = normal + torch.diag_embed(damping[:, None] * diagonal + 1e-4)
    step = torch.linalg.solve(normal, jacobian @ residual[..., None])[..., 0]
    return step[:, : rotors.shape[1]]


def _expanded(molecule: Molecule, batch: int) -> tuple[Tensor, Tensor]:
    rotors = torch.from_numpy(molecule.rotors).expand(batch, -1, -1)
    moving = torch.from_numpy(molecule.moving).expand(batch, -1, -1)
    return rotors, moving
