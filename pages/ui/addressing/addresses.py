"""What stands in a page's address: the key of every choice, never the words that it shows.

Streamlit's own ``bind="query-params"`` writes the text of the chosen option, so a link would break
whenever a label is reworded. Controls whose options have labels are therefore kept here: before
such a control is drawn it is set from the address (``restore``), afterwards the address is brought
up to date (``keep``). Defaults are left out, as Streamlit does. Links that still hold a label of
former days open the same state (``pages.ui.addressing.old_links``).

A page's settings are its own (``run``). What it says in its address when it is left opens it again
from the menu; a link with parameters of its own starts from the defaults, as in a new window.
Several pages may therefore use the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.ui.addressing.old_links import key_of_label
from pages.ui.jobs.sessions import of_session
from pages.ui.server import streamlit_queries as queries
from pages.ui.server.streamlit_internals import history_navigation

_BEFORE = "_addressed_before"  #: the controls kept here that the last full run of a page drew
_NOW = "_addressed_now"
_HELD = "_addressed_by_browser"
_SAID = "_addressed_said"  #: by control of this page: the texts of what it said when it was there
_WAITS = "_addressed_waits"  #: whether controls are still to come
_PAGE = "_addressed_page"
_PAGES = "_addressed_pages"  #: by page: its address when it was left


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


def texts(key: str) -> list[str]:
    """What the address says of the control ``key``, or what that said when it was last there."""
    given = st.query_params.get_all(key)
    if given or history_navigation():
        return given
    said: list[str] = st.session_state.get(_SAID, {}).get(key, [])
    return said


def _set(key: str, values: Mapping[str, Any], default: Any, many: bool) -> None:
    given = texts(key)
    legible = [_known(key, text, values) for text in given]
    found = [values[text] for text in legible if text is not None]
    if many and given == [""]:
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
    st.session_state.setdefault(_SAID, {})[key] = wanted or []
    if wanted == (st.query_params.get_all(key) or None):
        return
    if wanted is None:
        del st.query_params[key]
    else:
        st.query_params[key] = wanted[0] if len(wanted) == 1 else wanted


def hold(key: str) -> None:
    """Leave a parameter to the browser, which keeps what concerns the picture alone.

    It is not put back when the page is opened from the menu.
    """
    st.session_state.setdefault(_NOW, set()).add(key)
    st.session_state.setdefault(_HELD, set()).add(key)


def wait() -> None:
    """Controls are still to come, as of a file that has not been chosen: keep what is theirs."""
    st.session_state[_WAITS] = True


def forget(key: str) -> None:
    """The control ``key`` starts anew: what it said belongs to something that is gone."""
    st.session_state.pop(key, None)
    st.session_state.get(_SAID, {}).pop(key, None)
    if key in st.query_params and key not in queries.bound():
        del st.query_params[key]


def this_run() -> object:
    """This run of the page, to be compared by identity with ``finished``."""
    return st.session_state.get(_NOW)


def finished() -> object:
    """The last run that came to its end, and so has told the browser all that it set."""
    return st.session_state.get(_BEFORE)


@contextmanager
def run(page: str) -> Iterator[None]:
    """One run of a page: its own settings before, nothing but its own parameters afterwards.

    Not when it is interrupted or stops early: then nobody knows what it would have drawn. While
    something is computed, a parameter waits for the control that comes with the result.

    page: its name.
    """
    _enter(page)
    now: set[str] = set()
    st.session_state[_NOW] = now
    st.session_state[_WAITS] = of_session().awaited = False
    yield
    gone = st.session_state.get(_BEFORE, set()) - now
    jobs = of_session()
    computes = any(job.status == "running" for job in jobs.values())
    if not (computes or jobs.awaited or st.session_state[_WAITS]):
        gone |= {*st.query_params} - now
    for key in gone - queries.bound():
        st.query_params.pop(key, None)
    st.session_state[_BEFORE] = now


def _enter(page: str) -> None:
    """Where the page has changed: no control of the other one, and the address of this one.

    At every look into the session this run may be ended by the next, which then does it again.
    """
    queries.keep_apart()
    left, before = queries.left(), st.session_state.get(_PAGE)
    if left is not None and before is not None and (before != page or left.browser):
        _change(left, before, page)
    queries.taken()
    st.session_state[_PAGE] = page


def _change(left: queries.Left, before: str, page: str) -> None:
    asked = queries.now()
    history = history_navigation()
    brought = {} if history else left.brought(asked)
    held = st.session_state.get(_HELD, set())
    known: dict[str, queries.Query] = st.session_state.setdefault(_PAGES, {})
    known[before] = {k: texts for k, texts in (left.query | brought).items() if k not in held}
    for key in [*st.session_state]:
        if not str(key).startswith("_"):  # controls; what pages remember besides begins so
            del st.session_state[key]
    for key in (_BEFORE, _SAID):
        st.session_state.pop(key, None)
    if not history:
        rest = {key: texts[len(brought.get(key, [])) :] for key, texts in asked.items()}
        asked = {key: texts for key, texts in rest.items() if texts} or known.get(page, {})
    queries.ask(asked)


def _known(key: str, text: str, values: Mapping[str, Any]) -> str | None:
    """The text among ``values``: as it is, or by the label that former links hold."""
    if text in values:
        return text
    found = key_of_label(key, text)
    return found if found in values else None
