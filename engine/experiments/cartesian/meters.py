"""What is read of every frame of a molecule, against its local structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.cartesian.validity import TOLERANCE, bond_errors, bond_lengths
from engine.chem.structure import count_clashes, hands_changed, max_angle_change
from engine.experiments.molecule.record import Record


@dataclass(frozen=True, eq=False)
class Meters:
    """What is read of frames (..., K, N, 3); all arrays are (..., K).

    Attributes:
        bond: largest deviation of a bond length, as a share of the local structure's.
        angle: largest deviation of a bond angle, degrees.
        flips: labelled stereo centres whose hand is not that of the local structure.
        clashes: pairs of atoms, four or more bonds apart, that come too close.
    """

    bond: np.ndarray
    angle: np.ndarray
    flips: np.ndarray
    clashes: np.ndarray

    @property
    def valid(self) -> np.ndarray:
        """(..., K) bool: all bonds within 10 % and every hand kept."""
        return np.asarray((self.bond <= TOLERANCE) & (self.flips == 0))

    @property
    def table(self) -> np.ndarray:
        """(4, ..., K) float32: bond, angle, flips, clashes."""
        rows = (self.bond, self.angle, self.flips, self.clashes)
        return np.stack(rows).astype(np.float32)

    @staticmethod
    def joined(each: Sequence[Meters]) -> Meters:
        """Those of S frames, (S, ..., K), of the meters of each."""
        names = ("bond", "angle", "flips", "clashes")
        return Meters(*(np.stack([getattr(one, name) for one in each]) for name in names))


def meters(record: Record, start: np.ndarray, frames: np.ndarray) -> Meters:
    """The meters of frames (..., K, N, 3) against the local structure ``start`` (N, 3)."""
    bonds, shape = record.molecule.bonds, frames.shape[:-2]
    flat = frames.reshape(-1, *frames.shape[-2:])
    return Meters(
        bond_errors(flat, start, bonds).max(axis=-1, initial=0.0).reshape(shape),
        np.degrees(max_angle_change(start, flat, bonds)).reshape(shape),
        hands_changed(record.mol, start, flat).reshape(shape),
        count_clashes(record.mol, flat).reshape(shape),
    )


def lengths(record: Record, start: np.ndarray) -> np.ndarray:
    """(E,) Angstrom: the bonds of the local structure ``start`` (N, 3)."""
    return bond_lengths(start, record.molecule.bonds)
