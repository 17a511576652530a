"""The parameters of an address as Streamlit holds them, for pages that use the same names.

When the page changes, Streamlit takes out of the new page's address, and so out of its controls,
every parameter that a control of the page before was bound to. Here an address belongs to the page
that it is asked for with. With a Streamlit that is not known (``streamlit_internals``) nothing is
changed: then pages only do not remember.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import query_params

from pages.ui.server.streamlit_internals import known

Query = dict[str, list[str]]  #: by parameter, its texts
_LEFT = "left_by_page"  #: the attribute of Streamlit's object in which a page leaves its address


@dataclass(frozen=True)
class Left:
    """What a page has left behind.

    Attributes:
        query: its address.
        bound: the parameters that controls were bound to.
        browser: whether a browser has left it, and not a test that runs the same page anew.
    """

    query: Query
    bound: frozenset[str]
    browser: bool

    def brought(self, query: Query) -> Query:
        """What the browser brings along to the next page: it puts bound parameters first."""
        known = self.bound & self.query.keys() & query.keys() if self.browser else ()
        return {key: query[key][:1] for key in known}


@cache
def keep_apart() -> None:
    """From now on no parameter is lost because another page has one of that name."""
    kind = query_params.QueryParams
    original: Any = getattr(kind, "populate_from_query_string", None)
    if not known() or original is None:
        return

    def populate(self: Any, text: str, scripts: set[str] | None = None) -> None:
        if scripts is not None:  # the page changes; a run may be ended before it has looked
            if getattr(self, _LEFT, None) is None:
                context = get_script_run_ctx()
                browser = context is not None and context.page_script_hash != ""
                bound = frozenset(self._bindings_by_param)
                setattr(self, _LEFT, Left(_listed(self), bound, browser))
            self._bindings_by_param.clear()
            self._bindings_by_widget.clear()
        original(self, text)

    setattr(kind, "populate_from_query_string", populate)  # noqa: B010  # a method is replaced


def left() -> Left | None:
    """What the page before has left behind, until it is ``taken``; None where it is not known."""
    with _held() as held:
        return getattr(held, _LEFT, None)


def taken() -> None:
    """What the page before has left behind is known."""
    with _held() as held:
        if held is not None:
            setattr(held, _LEFT, None)


def now() -> Query:
    """The address of this run."""
    with _held() as held:
        return {} if held is None else _listed(held)


def ask(query: Query) -> None:
    """Let the controls start from ``query``, and the browser show it."""
    with _held() as held:
        context = get_script_run_ctx()
        if held is None or context is None:
            return
        shown = context.query_string
        for key in _listed(held):
            held.discard_param_no_forward_msg(key)
        for key, texts in query.items():
            held.set_with_no_forward_msg(key, texts if len(texts) > 1 else texts[0])
        held.set_initial_query_params_from_current()
        if urlencode(held._query_params, doseq=True) != shown:  # noqa: SLF001
            held._send_query_param_msg()  # noqa: SLF001


def bound() -> frozenset[str]:
    """The parameters that controls are bound to, which Streamlit looks after."""
    with _held() as held:
        return frozenset(getattr(held, "_bindings_by_param", ()))


@contextmanager
def _held() -> Iterator[Any]:
    """Streamlit's object; None outside a session and where it may look different."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not known():
        yield None
        return
    with context.session_state.query_params() as held:
        yield held


def _listed(held: Any) -> Query:
    return {key: held.get_all(key) for key in held}
