"""What is read from inside Streamlit, with what is done where it is not found.

All but the addresses of pages (``streamlit_queries``).

Streamlit promises none of this; it is known to hold for the versions in ``KNOWN``. With any other
version every reading still has a fallback: that costs comfort, never a page.
"""

from __future__ import annotations

import asyncio
import re
import socket
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import streamlit as st
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import get_script_run_ctx

_THEME = "_populate_theme_msg"  #: of ``app_session``: puts a section of the theme into a message
KNOWN = ("1.67",)  #: versions of Streamlit whose files and objects look as described here


@cache
def known() -> bool:
    """Whether this Streamlit is one that has been looked into."""
    return ".".join(version("streamlit").split(".")[:2]) in KNOWN


def served() -> bool:
    """Whether a browser may be looking: False under AppTest and where a page runs as a script."""
    return runtime.exists() and not (known() and config.get_option("global.appTest"))


def history_navigation() -> bool:
    """Whether this run was asked for by the browser's Back or Forward; False where unknown."""
    context = get_script_run_ctx(suppress_warning=True)
    return bool(getattr(context, "is_history_navigation", False))


def session_id() -> str | None:
    """Names the browser session whose script runs in this thread; None outside one."""
    context = get_script_run_ctx(suppress_warning=True)
    return getattr(context, "session_id", None)


def browser_id() -> str | None:
    """Names the browser of this run by the random token of its XSRF cookie; None without one."""
    cookie = st.context.cookies.get("_streamlit_xsrf") if served() else None
    if not cookie:
        return None
    try:
        from streamlit.web.server.starlette import starlette_app_utils
    except ImportError:
        return None
    token, _ = starlette_app_utils.decode_xsrf_token_string(cookie)
    return token.hex() if token else None


def connected(session: str) -> bool:
    """Whether the browser of ``session`` is connected; True where that cannot be known."""
    if not served():
        return True
    asked = getattr(runtime.get_instance(), "is_active_session", None)
    return True if asked is None else bool(asked(session))


async def ready() -> bool:
    """Whether browsers may connect; True where that cannot be known."""
    asked = getattr(_runtime(), "is_ready_for_browser_connection", None)
    return True if asked is None else bool((await asked)[0])


def sessions() -> int | None:
    """How many browsers are connected; None where that cannot be known."""
    asked = getattr(getattr(_runtime(), "_session_mgr", None), "num_active_sessions", None)
    return None if asked is None else int(asked())


def _runtime() -> Any:
    return runtime.get_instance() if runtime.exists() else None


def keep_theme() -> None:
    """Read the theme from the configuration once, not at every rerun of every page.

    Streamlit does so for each of six sections, option by option: a tenth of what a rerun takes. To
    be called once, when the configuration stands.
    """
    fill = getattr(app_session, _THEME, None)
    if not known() or fill is None:
        return
    kept: dict[str, Any] = {}

    def filled(message: Any, section: str = "theme") -> None:
        if section not in kept:
            made = type(message)()
            fill(made, section)
            kept[section] = made
        message.MergeFrom(kept[section])

    setattr(app_session, _THEME, filled)


def pages_folder() -> Path | None:
    """Where index.html lies, and in its folder "static" what it loads, each named by a hash.

    None where that may look different: then Streamlit serves it all.
    """
    static = Path(st.__file__).parent / "static"
    return static if known() and (static / "index.html").is_file() else None


@cache
def component_scripts() -> list[str]:
    """Streamlit's own scripts that mount a component, without those that it always loads.

    Addresses relative to the app's own. None where the bundle may look different: then the browser
    finds them one after the other.
    """
    static = pages_folder()
    return _scripts(static) if static else []


def _scripts(static: Path) -> list[str]:
    page = static / "index.html"
    if not page.is_file():
        return []
    always = page.read_text(encoding="utf-8")
    found: list[Path] = []
    waiting = sorted((static / "static" / "js").glob("BidiComponent.*.js"))
    while waiting:
        script = waiting.pop()
        found.append(script)
        for name in re.findall(r'from"./([^"]+)"', script.read_text(encoding="utf-8")):
            needed = script.with_name(name)
            if name not in always and needed.is_file() and needed not in (*found, *waiting):
                waiting.append(needed)
    return [path.relative_to(static).as_posix() for path in found]


def connection(receive: Any) -> socket.socket | None:
    """The TCP connection behind an ASGI ``receive``; None where the server does not tell it."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    asked = getattr(transport, "get_extra_info", None)
    found: socket.socket | None = asked("socket") if asked else None
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    return found


class Visitor:
    """A session without a browser, on the server's event loop; open inside a ``with``."""

    def __init__(self) -> None:
        self._runtime = runtime.get_instance()
        self._ended = asyncio.Event()
        self._waits = False

    def __enter__(self) -> Self:
        self._session = self._runtime.connect_session(self, {})
        return self

    def __exit__(self, *_: object) -> None:
        self._runtime.close_session(self._session)

    async def waits_at(self, page: str) -> bool:
        """Run the page of that name; whether it is to look again for what it has begun."""
        self._ended.clear()
        self._waits = False
        asked = BackMsg()
        asked.rerun_script.page_name = page
        self._runtime.handle_backmsg(self._session, asked)
        await self._ended.wait()
        return self._waits

    def write_forward_msg(self, message: ForwardMsg) -> None:
        """What a browser would be sent."""
        kind = message.WhichOneof("type")
        self._waits |= kind == "auto_rerun"
        if kind == "script_finished":
            self._ended.set()

    @property
    def client_context(self) -> None:
        """Of its connection: there is none."""
        return None
