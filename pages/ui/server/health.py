"""How the server is: one answer in JSON for load balancers and people, without running a page."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from pages.ui.server import streamlit_internals

#: What else is told, by name: each is asked at every request, and so has to answer at once.
PARTS: dict[str, Callable[[], Any]] = {}

_PROJECT = Path(__file__).parents[3] / "pyproject.toml"
_MEMORY = Path("/proc/self/statm")
_RESIDENT = 1  #: the number of pages in memory, in that file


@cache
def version() -> str:
    """Of this project."""
    return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def memory_mb() -> int | None:
    """What this process has in memory, in megabytes; None where the system does not tell."""
    if not _MEMORY.is_file():
        return None
    pages = int(_MEMORY.read_text(encoding="ascii").split()[_RESIDENT])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


async def health(_: Request) -> JSONResponse:
    """Status 200 where browsers may come, else 503; how many are here; memory; ``PARTS``."""
    ready = await streamlit_internals.ready()
    told = {
        "ready": ready,
        "version": version(),
        "sessions": streamlit_internals.sessions(),
        "memory_mb": memory_mb(),
        **{name: ask() for name, ask in PARTS.items()},
    }
    headers = {"Cache-Control": "no-store"}
    return JSONResponse(told, status_code=200 if ready else 503, headers=headers)
