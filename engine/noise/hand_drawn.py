"""A schedule drawn by hand: alpha_bar as a smooth falling curve through control points.

Between the points runs the monotone cubic of Fritsch and Carlson (1980, SIAM J. Numer. Anal. 17,
238) with the slopes of Fritsch and Butland (1984, SIAM J. Sci. Stat. Comput. 5, 300), known as
PCHIP: it never overshoots, so a falling row of points always gives betas in (0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engine.noise.schedules import Schedule, betas_from

Point = tuple[float, float]
MAX_POINTS = 12
APART = 1e-4  #: least distance of neighbours in time
LOWEST = 1e-12  #: least level above 0
FLAT = 1e-3  #: a fall by a smaller share of the level may round to no noise in one step


@dataclass(frozen=True)
class Drawn(Schedule):
    """alpha_bar through ``points`` (t/T, alpha_bar), which begin after (0, 1) and end at t/T = 1.

    Raises:
        ValueError: if the points do not rise in time to 1, or their alpha_bar does not fall, or so
            little that a beta rounds to 0.
    """

    points: tuple[Point, ...] = ((0.25, 0.85), (0.5, 0.55), (0.75, 0.25), (1.0, 0.05))

    key: ClassVar[str] = "own"
    label: ClassVar[str] = "Your own"
    help: ClassVar[str] = "The curve of ᾱ that you draw: drag its points."

    def _validate(self) -> None:
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise ValueError(f"A curve has 1 to {MAX_POINTS} points, not {len(self.points)}.")
        for (t, level), (later, lower) in pairwise([(0.0, 1.0), *self.points]):
            if not t < later <= 1:
                raise ValueError(f"Times rise from 0 to 1; {later:g} does not follow {t:g}.")
            if later - t < APART:
                raise ValueError(f"Times lie at least {APART:g} apart; {t:g} and {later:g} do not.")
            if not level > lower >= 0:
                raise ValueError(f"The signal falls from 1; {lower:g} does not follow {level:g}.")
            if 0 < lower < LOWEST:
                raise ValueError(f"The least level above 0 is {LOWEST:g}; {lower:g} is lower.")
        if self.points[-1][0] != 1:
            raise ValueError(f"The last point stands at time 1, not {self.points[-1][0]:g}.")
        levels = [1.0, *(level for _, level in self.points)]
        if any(a - b < FLAT * a for a, b in pairwise(levels)) and not self._noise_at_every_step():
            raise ValueError(
                f"The signal falls so little between two points that one of {self.T:,} steps adds "
                "no noise; please move them apart."
            )

    def _noise_at_every_step(self) -> bool:
        return bool((self.betas > 0).all() and (self.betas[:-1] < 1).all())

    def curve(self, time: Tensor) -> Tensor:
        """alpha_bar (...) at times t/T (...) in [0, 1]."""
        t, level = zip((0.0, 1.0), *self.points, strict=True)
        # Slow to load, and needed by nothing else here.
        from scipy.interpolate import PchipInterpolator

        return torch.from_numpy(np.asarray(PchipInterpolator(t, level)(time.double().numpy())))

    def _betas(self) -> Tensor:
        levels = self.curve(torch.linspace(0, 1, self.T + 1, dtype=torch.float64)[1:])
        levels[-1] = self.points[-1][1]
        return betas_from(levels)
