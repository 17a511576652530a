"""What a network draws while it trains: its samples, gliding over the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.figures import palette
from pages.ui.component import component, serial

REACH = (2.0, 4.0)  #: from the middle, in units of the data's spread: at least, at most
GLIDE = 900  #: milliseconds from one place to the next


def cloud(
    samples: ArrayLike, data: ArrayLike, key: str, height: int = 360, label: str = "Network"
) -> None:
    """Draw samples (n, 2) in the model's colour over data (m, 2); samples that move on glide.

    label: whose samples these are; none if empty.
    """
    packed: dict[str, Any] = {
        "data": _table(data),
        "samples": _table(samples),
        "colours": [
            [palette.role(role, dark) for dark in (False, True)] for role in ("data", "model")
        ],
        "names": ["Data", label] if label else ["Data"],
        "words": f"Data and {label.lower()}" if label else "Data",
        "window": _reach(np.asarray(data)),
        "glide": GLIDE,
        "height": height,
    }
    component("explorer_cloud", "cloud")(key=key, data={**packed, "serial": serial(key, packed)})


def _reach(data: NDArray) -> float:
    """How far the picture reaches, so that nearly all data are in it with room around them."""
    return float(np.clip(1.25 * np.quantile(np.abs(data), 0.995), *REACH))


def _table(points: ArrayLike) -> pd.DataFrame:
    return pd.DataFrame({"v": np.ascontiguousarray(points, dtype=np.float32).reshape(-1)})
