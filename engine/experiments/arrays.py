"""The arrays of a record: what an archive holds, under which name, and what each of them is.

A record of an experiment that is exported derives from ``Exported`` and says in ``described`` once
what its arrays are called, hold and mean. ``arrays`` gives the values alone, which is what a script
saves; the archive and the tables of a page are made from ``described``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Array:
    """An array and what it is.

    Attributes:
        values: a process (F, N, D) of points or (F, C, L, d) of chains; else anything.
        about: one line with its shape and unit.
        t: (F,) the time of each frame, where it is a process.
        result: whether its last frame (or itself, if it is no process) is what was sampled.
    """

    values: ArrayLike
    about: str
    t: ArrayLike | None = None
    result: bool = False


class Exported(ABC):
    """A record with arrays to export."""

    @abstractmethod
    def described(self) -> dict[str, Array]:
        """Its arrays by their name in the archive."""

    def arrays(self) -> dict[str, np.ndarray]:
        """The values of ``described``."""
        return {name: np.asarray(array.values) for name, array in self.described().items()}
