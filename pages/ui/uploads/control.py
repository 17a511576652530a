"""The control that takes a file; its key stands in the address, which opens the file again."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import streamlit as st

from pages.ui.addressing import addresses
from pages.ui.server.streamlit_internals import history_navigation
from pages.ui.uploads.store import FOLDER, SECONDS, Store, Upload
from pages.ui.wording import plain, show_problem

PARAMETER = "file"  #: the key of the file in the address
TIDY_SECONDS = 3600.0
_CHOSEN = "_chosen_for_files"  #: what was chosen for each file: widget key to value
_GIVEN = "_given_for_file"  #: what the address says of the file that it opened, until it is read
_GONE = (
    "The file of this address is no longer kept on the machine of the app, or never was: "
    "upload it again."
)

Value = TypeVar("Value", bool, int, str)


def upload(
    label: str,
    key: str,
    help: str,
    types: Sequence[str] | None = None,
) -> Upload | None:
    """The file that the user chose here or that the address holds; None where there is none.

    Args:
        label: Of the control.
        key: Of the control.
        help: What may be uploaded.
        types: Endings without a dot; None takes all.
    """
    slot, seen = f"_{key}_file", f"_{key}_seen"

    def forget() -> None:
        st.session_state.pop(slot, None)
        st.query_params.pop(PARAMETER, None)

    found = st.file_uploader(label, type=types, key=key, on_change=forget, help=help)
    current: Upload | None = st.session_state.get(slot)
    if found is not None and st.session_state.get(seen) != found.file_id:
        st.session_state.pop(_GIVEN, None)
        current = _store().keep(found.name, found.getvalue())
        st.session_state[slot] = current
        # Last: at every look into the session's state this run may be ended by the next one.
        st.session_state[seen] = found.file_id
    elif current is None or history_navigation():
        current = _addressed()
        st.session_state[slot] = current
    st.caption(
        "The file is read on the machine of the app and sent nowhere else. It is kept there until "
        f"it has not been opened for {SECONDS / 3600:.0f} hours; till then the address of this "
        "page opens it for everybody who has that address."
    )
    if current is not None:
        addresses.keep(PARAMETER, [current.key])
        if found is None:
            st.caption(f"Still open: {plain(current.name)}.")
    else:
        addresses.wait()
    return current


def _addressed() -> Upload | None:
    """The file of the address; a sentence where it has gone."""
    key = st.query_params.get(PARAMETER)
    if key is None:
        return None
    found = _store().find(key)
    st.session_state[_GIVEN] = st.query_params.to_dict()
    if found is None:
        show_problem(_GONE)
        addresses.keep(PARAMETER, [key])  # and the sentence with it, until a file is chosen
    return found


def chosen(
    file: Upload,
    name: str,
    default: Value,
    read: Callable[[str], Value],
    draw: Callable[[Value, str], Value],
    part: object = 0,
) -> Value:
    """A choice that belongs to ``file``: it starts where it was left, also after a reload.

    Args:
        file: The file.
        name: Of the choice, also in the address.
        default: What is not written into the address.
        read: The value of a text of the address; raises ValueError where it has none.
        draw: Draws a control with a value and a key and returns what it says.
        part: Of the file, where each part has a choice of its own.
    """
    kept: dict[str, Value] = st.session_state.setdefault(_CHOSEN, {})
    key = f"{name}_{file.key}_{part}"
    kept.setdefault(key, default)
    given: dict[str, str] = st.session_state.get(_GIVEN, {})
    if name in given:
        st.session_state.pop(key, None)
        with suppress(ValueError):
            kept[key] = read(given[name])
        del given[name]
    kept[key] = draw(kept[key], key)
    addresses.keep(name, None if kept[key] == default else [str(kept[key])])
    return kept[key]


def one_of(values: Collection[int]) -> Callable[[str], int]:
    """Reads one of these numbers, for ``chosen``."""

    def read(text: str) -> int:
        if int(text) not in values:
            raise ValueError(text)
        return int(text)

    return read


@st.cache_resource(show_spinner=False)
def _store() -> Store:
    """The folder of this server, where a restarted one finds it again; looked after by a thread."""
    user = os.getuid() if os.name == "posix" else 0
    default = Path(tempfile.gettempdir()) / f"diffusion-explorer-uploads-{user}"
    store = Store(Path(os.environ.get(FOLDER) or default))
    threading.Thread(target=_look_after, args=(store,), name="uploads", daemon=True).start()
    return store


def _look_after(store: Store) -> None:
    """Files go when their time is over, also where nobody uploads another."""
    while True:
        with suppress(OSError):
            store.tidy()
        time.sleep(TIDY_SECONDS)
