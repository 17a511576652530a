"""How the app is served: what stands before Streamlit, and what is made ready when it starts."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from engine import execution, limits
from engine.figures.offline.bundling import bundle, names
from engine.paths import ASSETS
from pages.ui.components.mount import preloads
from pages.ui.navigation import ENTRIES, TITLE
from pages.ui.server import streamlit_internals
from pages.ui.server.connections import Prompt
from pages.ui.server.health import PARTS, health
from pages.ui.server.index_page import index_page, inline_hashes
from pages.ui.server.pictures import PATH, picture
from pages.ui.server.preparing import prepare
from pages.ui.server.security import SecurityHeaders, content_policy
from pages.ui.server.static_files import StaticFile, StaticFiles, folder, from_path

#: What pages import that takes long: PyTorch, RDKit, plotly.
_HEAVY = (
    "engine.polymer.sampling",
    "engine.torsional.model",
    "engine.chem.reading.reader",
    "engine.figures.charts.lines",
)
#: What the processes import that compute.
_WORKERS = ("engine.experiments.film", *_HEAVY[:3])
#: What the processes import that read the files of users.
_READERS = ("engine.experiments.molecule.record",)
#: The name of the thread that makes ready.
WARMING = "warming"

#: Torch gives the interpreter lock away at every operation. With Python's default of 5 ms a worker
#: would wait that long to get it back whenever a page is being drawn.
SWITCH_SECONDS = 5e-4

#: Sites that may show the app in a frame, as "https://school.example https://*.hf.space".
FRAME_ANCESTORS = "EXPLORER_FRAME_ANCESTORS"

_NAMED = re.compile(r'="\./([^"?]+)')  #: an address that a page names, without its version


def _load() -> None:
    compress()
    for module in _HEAVY:
        importlib.import_module(module)
    # Imports stay for good. Walking their quarter of a million objects holds everybody up for
    # 0.14 s, and as long as they count Python waits until as many others have gathered.
    gc.collect()
    gc.freeze()
    # Last, so that they do not take the processor from the first page.
    execution.prepare()
    limits.prepare()


def _log_jobs() -> None:
    """A line a job in the log of the server: how long it waited, and what it took."""
    log, handler = logging.getLogger(execution.__name__), logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.setLevel(logging.INFO)
    log.handlers[:] = [handler]
    log.propagate = False


@asynccontextmanager
async def warm(_: Any) -> AsyncIterator[None]:
    """ASGI lifespan: imports what pages need while the first browser still loads Streamlit.

    As long as the server runs, work is done in processes of its own, and what users bring is read
    in processes with limits.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    limits.start(_READERS)
    execution.start(_WORKERS)
    _log_jobs()
    streamlit_internals.keep_theme()
    PARTS["work"] = execution.numbers
    warming = threading.Thread(target=_load, name=WARMING, daemon=True)
    warming.start()
    preparing = asyncio.create_task(prepare(warming))
    try:
        yield
    finally:
        preparing.cancel()
        execution.stop()
        limits.stop()


def middleware() -> list[Middleware]:
    """What an answer passes through last, the outermost first."""
    static = streamlit_internals.pages_folder()
    ancestors = os.environ.get(FRAME_ANCESTORS, "'self'")
    policy = f"frame-ancestors {ancestors}"  # what an unknown Streamlit needs cannot be said
    if static:
        policy = content_policy(inline_hashes(streamlit_pages(static).values()), ancestors)
    return [
        Middleware(Prompt),
        Middleware(SecurityHeaders, policy=policy),
        Middleware(StaticFiles, files=files(), base=st.get_option("server.baseUrlPath")),
    ]


def routes() -> list[BaseRoute]:
    """What is answered beside Streamlit's own addresses."""
    base = st.get_option("server.baseUrlPath").strip("/")
    at = f"/{base}" if base else ""
    return [Route(f"{at}/health", health), Route(f"{at}/{PATH}/{{name}}", picture)]


@cache
def files() -> dict[str, StaticFile]:
    """All static files by address."""
    static = streamlit_internals.pages_folder()
    return own_files() | (streamlit_files(static, streamlit_pages(static)) if static else {})


def compress() -> None:
    """Compress the pages and what they name, before the first browser asks for it."""
    pages = [files()[entry.path] for entry in ENTRIES if entry.path in files()]
    named = {f"/{path}" for page in pages for path in _NAMED.findall(page.plain.body.decode())}
    for file in (*pages, *(files()[path] for path in sorted(named & files().keys()))):
        _ = file.packed


def own_files() -> dict[str, StaticFile]:
    """Fonts, libraries, the icon and the scripts of components, by address."""
    files = {"/assets/icon.png": from_path(ASSETS / "icon.png")}
    for name in ("fonts", "vendor"):
        files |= folder(ASSETS / name, f"/assets/{name}")
    for name in names():
        script = StaticFile(partial(_bundle, name), "text/javascript")
        files[f"/assets/bundles/{name}.js"] = script
    return files


def _bundle(name: str) -> bytes:
    return bundle(name).encode()


def streamlit_pages(static: Path) -> dict[str, str]:
    """Streamlit's page for every page of ours, by address."""
    text = (static / "index.html").read_text(encoding="utf-8")
    theirs = streamlit_internals.component_scripts()
    return {
        entry.path: index_page(
            text, TITLE, [*preloads(entry.opening), *theirs], *preloads("address")
        )
        for entry in ENTRIES
    }


def streamlit_files(static: Path, pages: Mapping[str, str]) -> dict[str, StaticFile]:
    """The pages, and what Streamlit's page loads, by address."""
    html = "text/html; charset=utf-8"
    return (
        folder(static / "static", "/static", hashed=True)
        | {"/favicon.png": from_path(ASSETS / "icon.png")}
        | {path: StaticFile(text.encode, html) for path, text in pages.items()}
    )
