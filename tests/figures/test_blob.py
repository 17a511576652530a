"""A picture as one block of bytes: what comes back, where it stands, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from engine.figures.blob import ALIGNED, decoded, encoded


def test_head_and_arrays_come_back_and_every_array_stands_aligned() -> None:
    head = {"title": "σ = 57°", "limits": [0.5, -1e-9], "none": None}
    arrays = {
        "bytes": np.arange(7, dtype=np.uint8),
        "numbers": np.linspace(-1, 1, 5, dtype=np.float32),
        "nothing": np.empty(0, np.int16),
        "whole": np.arange(-3, 4, dtype=">i2"),
    }
    data = encoded(head, arrays)
    back, read = decoded(data)
    assert back == head
    assert [*read] == [*arrays]
    for name, values in arrays.items():
        np.testing.assert_array_equal(read[name], values)
        start = (
            read[name].__array_interface__["data"][0] - np.frombuffer(data, np.uint8).ctypes.data
        )
        assert start % ALIGNED == 0 or not values.size


def test_what_a_browser_cannot_read_is_refused() -> None:
    with pytest.raises(ValueError):
        encoded({"limit": float("nan")}, {})
    with pytest.raises(ValueError, match="float64"):
        encoded({}, {"a": np.zeros(2)})
