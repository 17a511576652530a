"""Numbers as files write them; whatever is none is None, never an exception."""

from __future__ import annotations

import math
import re

from engine.chem.reading import checks

_LONGEST = 60
_REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_UNCERTAINTY = re.compile(r"\(\d+\)$", re.ASCII)
_CHARGE = re.compile(r"[+-]?\d{1,2}(?:\.0*)?|\d{1,2}[+-]", re.ASCII)


def real(word: str) -> float | None:
    """A finite number, its standard uncertainty in brackets left out: "1.234(5)" is 1.234."""
    plain = _UNCERTAINTY.sub("", word) if len(word) <= _LONGEST else ""
    value = float(plain) if _REAL.fullmatch(plain) else math.inf
    return value if math.isfinite(value) else None


def coordinate(word: str) -> float | None:
    """A coordinate in Angstrom that is not absurdly far away."""
    value = real(word)
    return value if value is not None and abs(value) <= checks.FARTHEST else None


def whole(word: str) -> int | None:
    """A count or a number of an atom, not negative, of at most nine digits."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else None


def formal_charge(word: str) -> int | None:
    """A whole charge, as "-1", "+1", "1-" or "2.0"."""
    if not _CHARGE.fullmatch(word):
        return None
    if word[-1] in "+-":
        word = word[-1] + word[:-1]
    return int(float(word))
