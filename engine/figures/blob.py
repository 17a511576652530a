"""One picture as one block of bytes: what a browser fetches, and what an offline page holds.

The bytes are: the length of the JSON, four bytes; the JSON, padded with spaces; then the arrays.
Each array begins at a multiple of eight bytes, so that a browser reads it where it stands, without
a copy. All numbers are little-endian. The JSON is

    {"head": ..., "arrays": {name: {"kind": "f4", "start": bytes, "length": numbers}}}

with ``start`` counted from the end of the JSON. ``assets/js/shared/blob.js`` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNED = 8  #: bytes
KINDS = ("f4", "i2", "u1")  #: float32, int16, uint8


def encoded(head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The block of ``head``, as JSON holds it, and of flat arrays by name.

    Raises:
        ValueError: If ``head`` holds a number that is not finite, or an array is not of float32,
            int16 or uint8.
    """
    places: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    start = 0
    for name, values in arrays.items():
        kind = values.dtype.str[1:]
        if kind not in KINDS:
            raise ValueError(f"An array of {values.dtype} does not travel; it must be of {KINDS}.")
        places[name] = {"kind": kind, "start": start, "length": values.size}
        parts.append(_padded(values.astype(f"<{kind}", copy=False).tobytes(), b"\0"))
        start += len(parts[-1])
    whole = {"head": head, "arrays": places}
    text = json.dumps(whole, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode()
    text = _padded(b"    " + text, b" ")[4:]
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


def decoded(data: bytes) -> tuple[Any, dict[str, NDArray[Any]]]:
    """What ``encoded`` was given."""
    first = 4 + int.from_bytes(data[:4], "little")
    whole = json.loads(data[4:first])
    return whole["head"], {
        name: np.frombuffer(data, f"<{how['kind']}", how["length"], first + how["start"])
        for name, how in whole["arrays"].items()
    }


def _padded(data: bytes, filling: bytes) -> bytes:
    """With as much behind as it takes to where the next array may begin."""
    return data.ljust(-(-len(data) // ALIGNED) * ALIGNED, filling)
