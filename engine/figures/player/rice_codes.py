"""Films of points in few bytes: whole steps, differences between frames, Rice codes.

Neighbouring frames of a film are alike, so what is kept of a frame is how many steps each number
has moved since the frame before (or the number itself, where that is shorter). Whole numbers do not
drift. A small number takes few bits in a Rice code (Rice and Plaunt 1971): with a parameter r the
number u >= 0 is u >> r zeros, a one, and the r lowest bits of u; a signed d is u = 2 d for d >= 0
and -2 d - 1 below. ``assets/js/player/packing.js`` reads what stands here.

The bytes: one per frame, r plus 128 where the frame holds differences; then frame by frame the
zeros and ones of all its numbers, and behind them all their lowest bits. Either begins a new byte.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIFFERENCES = 128
MOST = 2**21  #: steps from zero to the farthest number
PADDING = 4  #: bytes behind the codes, which the decoder may read


def packed(values: NDArray[np.float32], step: float) -> NDArray[np.uint8] | None:
    """``values`` (F, ...) as bytes, rounded to multiples of ``step``.

    None where codes are no gain over two bytes a number, or a value is not finite or too large.
    """
    flat = values.reshape(len(values), -1)
    if not flat.size or not np.isfinite(flat).all() or np.abs(flat).max() >= step * MOST:
        return None
    whole = np.rint(flat / np.float64(step)).astype(np.int32)
    modes = np.empty(len(whole), dtype=np.uint8)
    parts: list[NDArray[np.uint8]] = []
    for k, frame in enumerate(whole):
        modes[k], u = _zigzag(frame)
        length = _length(u, int(modes[k]))
        if k:
            r, v = _zigzag(frame - whole[k - 1])
            if _length(v, r) < length:
                modes[k], u, length = r + DIFFERENCES, v, _length(v, r)
        if length > 16 * len(u):
            return None
        parts += _codes(u, int(modes[k]) % DIFFERENCES)
    return np.concatenate([modes, *parts, np.zeros(PADDING, dtype=np.uint8)])


def unpacked(data: NDArray[np.uint8], shape: tuple[int, ...], step: float) -> NDArray[np.float64]:
    """What ``packed`` has rounded, (F, ...) of ``shape``; slow and plain, to check others by."""
    frames, count = shape[0], int(np.prod(shape[1:], dtype=int))
    whole = np.zeros((frames, count), dtype=np.int64)
    at = frames
    for k, mode in enumerate(data[:frames].tolist()):
        r = mode % DIFFERENCES
        ones = np.flatnonzero(np.unpackbits(data[at:]))[:count]
        high = np.diff(ones, prepend=-1) - 1
        at += int(ones[-1]) // 8 + 1
        size = -(-count * r // 8)
        bits = np.unpackbits(data[at : at + size])[: count * r].reshape(count, r)
        at += size
        u = (high << r) + bits @ (1 << np.arange(r)[::-1])
        whole[k] = np.where(u % 2 == 0, u // 2, -(u + 1) // 2)
        if mode >= DIFFERENCES:
            whole[k] += whole[k - 1]
    return np.multiply(whole.reshape(shape), step, dtype=np.float64)


def _zigzag(numbers: NDArray[np.int32]) -> tuple[int, NDArray[np.int32]]:
    """A good Rice parameter for these numbers, and they as u >= 0."""
    u = (numbers << 1) ^ (numbers >> 31)
    return int(np.log2(max(1.0, 2 * np.log(2) * float(u.mean())))), u


def _length(u: NDArray[np.int32], r: int) -> int:
    """Bits that the codes of ``u`` take."""
    return int((u >> r).sum(dtype=np.int64)) + len(u) * (1 + r)


def _codes(u: NDArray[np.int32], r: int) -> list[NDArray[np.uint8]]:
    """The codes of ``u``: zeros and ones, then lowest bits."""
    ends = np.cumsum((u >> r) + 1)
    bits = np.zeros(int(ends[-1]), dtype=bool)
    bits[ends - 1] = True
    low = (u[:, None] & (1 << np.arange(r - 1, -1, -1, dtype=np.int32))) != 0
    return [np.packbits(bits), np.packbits(low)]
