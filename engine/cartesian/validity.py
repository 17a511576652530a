"""Whether conformers are molecules: bonds of the right length.

Torsional diffusion cannot break a bond; diffusion of coordinates can, and so it has to be counted.
"""

from __future__ import annotations

import numpy as np

#: A bond counts as right within this share of its length.
TOLERANCE = 0.1


def bond_lengths(xyz: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(..., E) Angstrom, of conformers (..., N, 3) and bonds (E, 2)."""
    gap = xyz[..., bonds[:, 0], :] - xyz[..., bonds[:, 1], :]
    return np.asarray(np.linalg.norm(gap, axis=-1))


def bond_errors(xyz: np.ndarray, reference: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    """(..., E): every bond's deviation as a share of its reference length.

    Args:
        xyz: (..., N, 3) Angstrom.
        reference: (N, 3), or (R, N, 3), whose mean lengths count.
        bonds: (E, 2).
    """
    right = bond_lengths(reference, bonds).reshape(-1, len(bonds)).mean(axis=0)
    return np.abs(bond_lengths(xyz, bonds) / right - 1)


def bonds_valid(
    xyz: np.ndarray, reference: np.ndarray, bonds: np.ndarray, tolerance: float = TOLERANCE
) -> np.ndarray:
    """(...) bool: conformers with every bond within ``tolerance`` of its reference length."""
    return np.asarray((bond_errors(xyz, reference, bonds) <= tolerance).all(axis=-1))
