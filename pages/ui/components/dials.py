"""One dial per torsion: what a network samples while it trains, gliding to where it must go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.figures import blob, palette
from pages.ui.components.mount import mount

GLIDE = 600  #: milliseconds from one place to the next


def dials(
    samples: ArrayLike,
    taught: ArrayLike,
    labels: Sequence[str],
    colours: Sequence[str],
    key: str,
) -> None:
    """Draw samples (n, M) as dots on M dials, and training conformers (K, M) as marks.

    Args:
        samples: radians, of the network; those that move on glide the shorter way round.
        taught: radians.
        labels: of the M dials.
        colours: ``#rrggbb`` of the M dials.
        key: The component's key.
    """
    angles = {"samples": _flat(samples), "taught": _flat(taught)}
    words: dict[str, Any] = {
        "labels": [*labels],
        "colours": [[colour, colour] for colour in colours],
        "mark": [palette.role("ink", dark) for dark in (False, True)],
        "glide": GLIDE,
    }
    mount("explorer_dials", "training-dials", key, words, block=blob.encoded({}, angles))


def _flat(angles: ArrayLike) -> NDArray[np.float32]:
    return np.ascontiguousarray(angles, dtype=np.float32).reshape(-1)
