"""An ensemble by rising energy, with what was measured on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.chem.structure import Description, describe
from engine.experiments.molecule.record import Record
from engine.molecule import Ensemble


@dataclass(frozen=True, eq=False)
class Measured:
    """An ensemble by rising energy.

    Attributes:
        ensemble: K conformers.
        found: Measured on them.
        order: ``(K,)``, the number of each among those that the method gave.
    """

    ensemble: Ensemble
    found: Description
    order: np.ndarray


def measure(record: Record, ensemble: Ensemble) -> Measured:
    """Sort an ensemble of the molecule ``record`` and measure it."""
    order = ensemble.by_energy
    ordered = ensemble.take(order)
    return Measured(ordered, describe(record.mol, ordered.xyz, record.uploaded), order)
