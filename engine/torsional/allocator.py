"""Memory that is kept for the next step instead of being given back after every one.

The network makes and drops arrays of some megabytes hundreds of times a second. With its defaults
glibc returns them to the system each time, and every new page costs a fault, which makes a reverse
process up to half as long again. The price is memory (docs/decisions.md).
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache

#: Parameters of mallopt(3), and what they are set to, bytes: blocks up to the first come from the
#: heap (the most that glibc allows), and the heap may have the second unused at its end.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = (-3, 32 << 20), (-1, 256 << 20)


@lru_cache(maxsize=1)
def keep_memory() -> bool:
    """Ask the C library once; False where it is not glibc, which has no such switch."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    return all(mallopt(*setting) == 1 for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD))
