"""Points that a user brings: checked, thinned out, standardised, and made a data set.

Networks here expect data of a size near 1, so points are standardised, z = (x - m) / s, with the
mean m and the standard deviation s of each column (or one s for both, where the columns share a
unit and the shape matters). ``restore`` is the way back, for what is exported.
"""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from engine.data.contract import Dataset
from engine.data.own.errors import OwnDataError

MAX_POINTS = 20_000  #: more are thinned out
HELD_OUT = 0.2  #: share kept from training, to compare samples with
FEWEST_TO_HOLD = 100  #: points below which all are trained on
SEED = 0  #: of thinning out and of what is held out


class OwnPoints(Dataset):
    """Points of the plane as a data set; equal to any other with the same points.

    Attributes:
        given: rows that came in, before thinning out.
        points: (N, 2) float64 as they came in, at most ``MAX_POINTS``, in random order.
        names: of the two columns.
        mean, spread: (2,) float64, m and s.
        shared: whether both columns have one s.
    """

    group = "own"

    def __init__(
        self, points: NDArray[np.float64], names: tuple[str, str], shared: bool = False
    ) -> None:
        """Check, thin out and standardise points (N, 2).

        Raises:
            OwnDataError: if there is no distribution to be learned in them.
        """
        check(points, names, shared)
        order = np.random.default_rng(SEED).permutation(len(points))[:MAX_POINTS]
        self.given, self.names, self.shared = len(points), names, shared
        self.points = np.ascontiguousarray(points[order], dtype=np.float64)
        self.mean = self.points.mean(axis=0)
        deviations = self.points.std(axis=0)
        both = np.full(2, np.sqrt(np.square(deviations).mean()))
        self.spread = both if shared else deviations
        digest = hashlib.sha256(self.points.tobytes() + repr((names, shared)).encode())
        super().__init__(f"own_{digest.hexdigest()[:16]}", "Your points", "", 2)
        scaled = torch.from_numpy((self.points - self.mean) / self.spread).float()
        held = int(HELD_OUT * len(scaled)) if len(scaled) >= FEWEST_TO_HOLD else 0
        self._held, self._trained = scaled[:held], scaled[held:]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnPoints) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def train(self) -> Tensor:
        return self._trained

    def held_out(self) -> Tensor:
        """(N, 2) float32, points never trained on; none where there are few."""
        return self._held

    def sample(self, n: int, generator: Generator) -> Tensor:
        return _rows(self._trained, n, generator)

    def fresh(self, n: int, generator: Generator) -> Tensor:
        return _rows(self._held if len(self._held) else self._trained, n, generator)

    def restore(self, z: Tensor) -> NDArray[np.float64]:
        """Points z (n, 2) in the units that came in: m + s z."""
        return self.mean + self.spread * z.double().numpy()

    @property
    def count(self) -> str:
        """How many points there are, of how many."""
        if self.given == len(self.points):
            return f"{self.given:,} points"
        return f"{len(self.points):,} of {self.given:,} points, drawn at random"

    @property
    def summary(self) -> str:
        """How many points there are, and how many of them are not trained on."""
        held = f"; {len(self._held):,} are kept from training." if len(self._held) else ""
        return f"{self.count}{held}"

    @property
    def description(self) -> str:
        """How many points there are and how they are standardised, in a sentence or two."""
        x, y = (
            f"{name} = {mean:.4g} + {spread:.4g} z"
            for name, mean, spread in zip(self.names, self.mean, self.spread, strict=True)
        )
        how = "one scale for both" if self.shared else "each column by itself"
        held = f" {len(self._held):,} are kept from training." if len(self._held) else ""
        return f"{self.count}, standardised, {how}: {x}, {y}.{held}"


def _rows(points: Tensor, n: int, generator: Generator) -> Tensor:
    """(n, D) rows of points (N, D) in random order, none repeated while they last."""
    rounds = [
        torch.randperm(len(points), generator=generator)
        for _ in range(max(1, -(-n // len(points))))
    ]
    return points[torch.cat(rounds)[:n]]


def check(points: NDArray[np.float64], names: tuple[str, str], shared: bool = False) -> None:
    """Refuse points (N, 2) from which nothing can be learned.

    Raises:
        OwnDataError: in one sentence, if there are fewer than two, a number is missing, infinite
            or too large, or a column (both, if ``shared``) does not vary.
    """
    if points.ndim != 2 or points.shape[1] != 2:
        raise OwnDataError(f"Points of the plane are (N, 2) numbers, not {points.shape}.")
    if len(points) < 2:
        count = "is only one point" if len(points) else "are no points"
        raise OwnDataError(f"There {count} here; a distribution to be learned needs at least two.")
    for column, name in zip(points.T, names, strict=True):
        wrong = np.flatnonzero(~np.isfinite(column))
        if len(wrong):
            row, kind = wrong[0], "missing (NaN)" if np.isnan(column[wrong[0]]) else "infinite"
            more = f", and {len(wrong) - 1:,} more are not finite" if len(wrong) > 1 else ""
            raise OwnDataError(f"Row {row + 1:,} of {name} is {kind}{more}.")
        if np.abs(column).max() > 1e100:
            raise OwnDataError(f"The numbers in {name} are too large to be squared.")
    constant = points.std(axis=0) <= 1e-9 * np.abs(points).max(axis=0)
    if shared and constant.all():
        raise OwnDataError("All points lie at one place; at least two places are needed.")
    if not shared and constant.any():
        name, value = names[int(constant.argmax())], points[0, int(constant.argmax())]
        raise OwnDataError(f"{name} is {value:g} in every row; a column that varies is needed.")
