"""What a network draws while it trains: its samples, gliding over the data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.figures import blob, palette
from pages.ui.components.mount import mount

REACH = (2.0, 4.0)  #: from the middle, in units of the data's spread: at least, at most
GLIDE = 900  #: milliseconds from one place to the next


def cloud(
    samples: ArrayLike, data: ArrayLike, key: str, height: int = 360, label: str = "Network"
) -> None:
    """Draw samples (n, 2) in the model's colour over data (m, 2); samples that move on glide.

    Args:
        samples: (n, 2), of the network.
        data: (m, 2), standing still.
        key: The component's key.
        height: In pixels.
        label: Of the samples in the legend; none if empty.
    """
    words: dict[str, Any] = {
        "colours": [
            [palette.role(role, dark) for dark in (False, True)] for role in ("data", "model")
        ],
        "names": ["Data", label] if label else ["Data"],
        "words": f"Data and {label.lower()}" if label else "Data",
        "window": _reach(np.asarray(data)),
        "glide": GLIDE,
        "height": height,
    }
    clouds = {"data": _flat(data), "samples": _flat(samples)}
    mount("explorer_cloud", "training-cloud", key, words, block=blob.encoded({}, clouds))


def _reach(data: NDArray[Any]) -> float:
    """How far the picture reaches, so that nearly all data are in it with room around them."""
    return float(np.clip(1.25 * np.quantile(np.abs(data), 0.995), *REACH))


def _flat(points: ArrayLike) -> NDArray[np.float32]:
    return np.ascontiguousarray(points, dtype=np.float32).reshape(-1)
