"""Dialogs that stay open until they are closed.

Streamlit closes a dialog when the page behind it runs again without opening it anew, and a page of
ours runs again whenever a job of it ends, be it one that the dialog itself waits for. So the
session remembers which dialog is open, and every run of the page draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVarTuple

import streamlit as st

_OPEN = "_dialog_open"
Ts = TypeVarTuple("Ts")


def button(label: str, key: str, icon: str) -> None:
    """A button that opens the dialog ``key``."""
    st.button(label, key=f"{key}_open", icon=icon, width="stretch", on_click=_open, args=(key,))


def draw(key: str, title: str, icon: str, content: Callable[[*Ts], None], *args: *Ts) -> None:
    """The dialog ``key`` with ``content(*args)`` in it, if it is open.

    The arguments are those of the moment at which it was opened.
    """
    opened = st.session_state.get(_OPEN)
    if opened is None or opened[0] != key:
        return
    if len(opened) == 1:
        st.session_state[_OPEN] = opened = (key, args)
    st.dialog(title, width="large", icon=icon, on_dismiss=close)(content)(*opened[1])


def close() -> None:
    """Close what is open, at the next run of the page."""
    st.session_state.pop(_OPEN, None)


def _open(key: str) -> None:
    st.session_state[_OPEN] = (key,)
