"""Dihedral angles, superposition and bond rotation of conformers, in NumPy.

One place for all that works on arrays. ``engine.torsional.geometry`` has the same three in torch,
for batches of different molecules on any device; a test holds the two equal.
"""

from __future__ import annotations

import numpy as np


def dihedral_angles(xyz: np.ndarray, quartets: np.ndarray) -> np.ndarray:
    """Dihedral angles in radians in (-pi, pi], IUPAC sign.

    Args:
        xyz: (..., N, 3), Angstrom.
        quartets: (4,) or (M, 4), atom indices a-b-c-d.

    Returns:
        (...) for one quartet, (..., M) for several.
    """
    quartets = np.asarray(quartets)
    a, b, c, d = (xyz[..., quartets[..., k], :] for k in range(4))
    before, axis, after = b - a, c - b, d - c
    left, right = np.cross(before, axis), np.cross(axis, after)
    sine = np.linalg.norm(axis, axis=-1) * (before * right).sum(-1)
    return np.arctan2(sine, (left * right).sum(-1))


def superpose(
    xyz: np.ndarray, mask: np.ndarray | None = None, reference: np.ndarray | None = None
) -> np.ndarray:
    """Conformers rotated and translated onto a reference (Kabsch 1976, least squares).

    Proper rotations only: a mirror image is never superposed by reflection.

    Args:
        xyz: (K, N, 3), Angstrom.
        mask: (N,) bool, the atoms that are fitted (``molecule.heavy``); all by default.
        reference: (N, 3), the target; the first conformer by default.

    Returns:
        (K, N, 3), same dtype as ``xyz``.
    """
    if len(xyz) == 0:
        return xyz
    turn, middle, centre = fitting(xyz, mask, reference)
    moved = np.asarray(xyz, dtype=np.float64)
    return ((moved - middle) @ turn + centre).astype(xyz.dtype)


def fitting(
    xyz: np.ndarray, mask: np.ndarray | None = None, reference: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rigid motion of ``superpose``: ``(xyz - middle) @ turn + centre``; arguments as there.

    Returns:
        turn (K, 3, 3), middle (K, 1, 3), centre (3,), float64.
    """
    target = np.asarray(xyz[0] if reference is None else reference, dtype=np.float64)
    fitted = np.ones(xyz.shape[1], dtype=bool) if mask is None else np.asarray(mask)
    moved = np.asarray(xyz, dtype=np.float64)
    middle = moved[:, fitted].mean(axis=1, keepdims=True)
    moved = moved - middle
    centre = target[fitted].mean(axis=0)
    covariance = moved[:, fitted].transpose(0, 2, 1) @ (target - centre)[fitted]
    left, _, right = np.linalg.svd(covariance)
    flip = np.sign(np.linalg.det(left @ right))
    left[:, :, -1] *= flip[:, None]
    return left @ right, middle, centre


def rotate_about(xyz: np.ndarray, b: np.ndarray, c: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Points (K, S, 3) turned about the axes b -> c (K, 3) by ``angle`` (K,) radians (Rodrigues).

    Turning the side of c of a bond b-c by ``angle`` adds it to every dihedral a-b-c-d.
    """
    axis = ((c - b) / np.linalg.norm(c - b, axis=-1, keepdims=True))[:, None]
    relative, cosine, sine = xyz - c[:, None], np.cos(angle), np.sin(angle)
    along = (relative * axis).sum(-1, keepdims=True) * axis
    across = relative - along
    turned = cosine[:, None, None] * across + sine[:, None, None] * np.cross(axis, across)
    return c[:, None] + along + turned


def broad_side(points: np.ndarray) -> np.ndarray:
    """The rotation that turns the largest spread of points to x, the next to y.

    Args:
        points: (N, 3).

    Returns:
        (3, 3) float32, proper: ``points @ rotation`` has its broad side towards z.
    """
    _, _, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=True)
    axes = axes * np.where(axes[np.arange(3), np.abs(axes).argmax(axis=1)] < 0, -1, 1)[:, None]
    axes[2] *= np.sign(np.linalg.det(axes))
    return np.asarray(axes.T, dtype=np.float32)
