"""What stands in a page's address: the key of every choice, never the words that it shows.

Streamlit's own ``bind="query-params"`` writes the text of the chosen option, so a link would break
whenever a label is reworded. Controls whose options have labels are therefore kept here: before
such a control is drawn it is set from the address (``restore``), afterwards the address is brought
up to date (``keep``). Defaults are left out, as Streamlit does. Links that still hold a label of
former days open the same state (``pages.ui.addressing.old_links``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.ui.addressing.old_links import key_of_label
from pages.ui.server.streamlit_internals import history_navigation

_BEFORE = "_addressed_before"  #: the controls kept here that the last full run of a page drew
_NOW = "_addressed_now"


def restore(key: str, values: Mapping[str, Any], default: Any, many: bool = False) -> Any:
    """Set the control ``key`` from the address, before it is drawn for the first time.

    Returns what the control says: give it to the control as its default. Streamlit tells a browser
    once that a control was set, and drops that message if the run is interrupted before it leaves;
    a default is told in every run.

    Args:
        key: The control's key, which is also the name of the parameter.
        values: What the control may say, by the text that stands for it in the address.
        default: What it says when the address has nothing (legible) to say.
        many: The control holds a list of values.
    """
    if key not in st.session_state or history_navigation():
        _set(key, values, default, many)
    said = st.session_state.get(key, default)
    known = list(values.values())
    legible = all(value in known for value in said) if many else said in known
    return said if legible else default


def _set(key: str, values: Mapping[str, Any], default: Any, many: bool) -> None:
    texts = [_known(key, text, values) for text in st.query_params.get_all(key)]
    found = [values[text] for text in texts if text is not None]
    if many and st.query_params.get_all(key) == [""]:
        st.session_state[key] = []  # emptied on purpose
    elif found:
        st.session_state[key] = found if many else found[-1]
    elif history_navigation():
        st.session_state[key] = default


def keep(key: str, texts: Sequence[str] | None) -> None:
    """Bring the address up to date.

    Args:
        key: The control's key.
        texts: What the control says, one text for each value; None where that is its default.
    """
    st.session_state.setdefault(_NOW, set()).add(key)
    wanted = None if texts is None else list(texts) or [""]
    if wanted == (st.query_params.get_all(key) or None):
        return
    if wanted is None:
        del st.query_params[key]
    else:
        st.query_params[key] = wanted[0] if len(wanted) == 1 else wanted


@contextmanager
def run() -> Iterator[None]:
    """One run of a page: controls that are no longer drawn leave the address when it ends.

    Not when it is interrupted or stops early: then nobody knows what it would have drawn.
    """
    now: set[str] = set()
    st.session_state[_NOW] = now
    yield
    for key in st.session_state.get(_BEFORE, set()) - now:
        st.query_params.pop(key, None)
    st.session_state[_BEFORE] = now


def _known(key: str, text: str, values: Mapping[str, Any]) -> str | None:
    """The text among ``values``: as it is, or by the label that former links hold."""
    if text in values:
        return text
    found = key_of_label(key, text)
    return found if found in values else None
