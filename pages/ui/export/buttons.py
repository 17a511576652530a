"""Download buttons: every file that a page offers is made when its button is pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

#: what each ending of a file's name means
MIMES = {
    "csv": "text/csv",
    "gif": "image/gif",
    "html": "text/html",
    "npz": "application/zip",
    "pdb": "chemical/x-pdb",
    "png": "image/png",
    "py": "text/x-python",
    "sdf": "chemical/x-mdl-sdfile",
    "xyz": "chemical/x-xyz",
}


def download(
    label: str,
    name: str,
    make: Callable[[], str | bytes],
    key: str | None = None,
    help: str | None = None,
) -> None:
    """Draw a button that downloads the file ``name``.

    Args:
        label: What it is, with its format in brackets.
        name: The file's name; its ending says the MIME type.
        make: Makes the content, when the button is pressed.
        key: The widget's key, by default from the name.
        help: Shown when the mouse rests on the button.
    """
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=MIMES[name.rpartition(".")[2]],
        icon=":material/download:",
        key=key or f"take_{name}",
        on_click="ignore",
        help=help,
    )
