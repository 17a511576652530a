"""Memory that is kept for the next step instead of being given back after every one.

The network makes and drops arrays of some megabytes hundreds of times a second. With its defaults
glibc returns them to the system each time, and every new page costs a fault, which makes a reverse
process up to half as long again. The price is memory (docs/decisions.md), until the run has ended.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any

#: Parameters of mallopt(3), and what they are set to, bytes: blocks up to the first come from the
#: heap (the most that glibc allows), and the heap may have the second unused at its end.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = (-3, 32 << 20), (-1, 256 << 20)


@lru_cache(maxsize=1)
def keep_memory() -> bool:
    """Ask the C library once; False where it is not glibc, which has no such switch."""
    library = _glibc()
    settings = (_MMAP_THRESHOLD, _TRIM_THRESHOLD)
    return library is not None and all(library.mallopt(*each) == 1 for each in settings)


def give_back() -> None:
    """After a run: what lies unused anywhere in the heap goes back to the system."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _glibc() -> Any:
    """The C library; None where it is another one."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
        library.mallopt, library.malloc_trim  # noqa: B018  # raises where there is none
    except (OSError, AttributeError):
        return None
    return library
