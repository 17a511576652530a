"""Plotly charts on a page: one look, made once, and never before the moving picture.

Plotly looks at every property of a figure, which takes longer than all else that a page does. A
figure is therefore made once for what it shows, and kept for all sessions.

Plotly's code keeps a browser busy for about a second when it is first needed; a picture that comes
together with it stands still until then. So the first charts of a session wait for the browser to
say that the picture moves and that it has time (``assets/js/idle.js``).
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec

import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from pages.ui.components.mount import component
from pages.ui.server.streamlit_internals import served

P = ParamSpec("P")
_CONFIG = {"displayModeBar": False}
_IDLE = "_browser_idle"
_KEPT = 128  #: figures


def draw(key: str, chart: Callable[P, go.Figure], /, *args: P.args, **options: P.kwargs) -> None:
    """Draw ``chart(*args, **options)``, which brings its own look (``engine.figures.palette``).

    Args:
        key: the chart's key on the page.
        chart: a function of a module, or a ``partial`` of one.
        args: numbers, texts, arrays, and containers and dataclasses of these. Tensors say where
            they lie in memory, so a figure of them is made again: hand over arrays.
        options: as ``args``.

    Raises:
        pickle.PicklingError: if it is not known by its name, as a function within a function.
    """
    # As bytes, whatever it holds is told apart; these are hashed, never read back.
    mark = hashlib.blake2b(pickle.dumps((chart, args, options)), digest_size=16).digest()
    make = partial(_figure, mark, partial(chart, *args, **options))
    if st.session_state.get(_IDLE) or not served():
        _chart(make, key)
    else:
        st.fragment(_when_idle)(make, key)


class _Made(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """A figure that is no more than its dictionary, all that Streamlit asks a figure for.

    Plotly would write it anew each time; a dictionary by itself it would look through again.
    """

    def __init__(self, figure: go.Figure) -> None:
        self._written: dict[str, Any] = figure.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The figure as JSON holds it; not to be changed."""
        return self._written


@st.cache_resource(show_spinner=False, max_entries=_KEPT)
def _figure(mark: bytes, _make: Callable[[], go.Figure]) -> _Made:  # noqa: ARG001
    """The figure of that mark, which alone is the key: names with a leading line are left out."""
    return _Made(_make())


def _when_idle(make: Callable[[], _Made], key: str) -> None:
    """A fragment: runs again, and draws, once the browser has time."""
    if st.session_state.get(_IDLE):
        _chart(make, key)
    else:
        component("explorer_idle", "idle")(key=f"{key}_idle", on_idle_change=_note)


def _note() -> None:
    st.session_state[_IDLE] = True


def _chart(make: Callable[[], _Made], key: str) -> None:
    st.plotly_chart(make(), key=key, config=_CONFIG, theme=None)
