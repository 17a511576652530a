"""What pages open with is made before anybody asks for it.

Once the server stands, a visitor without a browser opens one page after another; what that computes
and packs is kept for all sessions. It waits while anybody else is there, who makes what is needed
by looking at it.
"""

from __future__ import annotations

import asyncio
import os
import threading

from pages.ui.navigation import ENTRIES
from pages.ui.server.streamlit_internals import Visitor, known, sessions

SWITCH = "EXPLORER_PREPARE"  #: the environment variable that, as "0", leaves this out
PAUSE = 2.0  #: seconds between two looks whether others are there, and between two pages
LOOK = 1.0  #: seconds between two looks at a page that still computes
LOOKS = 60


async def prepare(warming: threading.Thread) -> None:
    """Open every page once, when ``warming`` has ended; not with a Streamlit that is not known."""
    if os.environ.get(SWITCH) == "0" or not known():
        return
    await asyncio.to_thread(warming.join)
    for entry in ENTRIES:
        while True:
            await asyncio.sleep(PAUSE)
            if not sessions():
                break
        await _opened(entry.name)


async def _opened(name: str) -> None:
    """Look at a page until it no longer computes."""
    with Visitor() as visitor:
        for _ in range(LOOKS):
            if not await visitor.waits_at(name):
                return
            await asyncio.sleep(LOOK)
