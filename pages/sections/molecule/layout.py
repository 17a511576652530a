"""Where the parts of the molecule page stand.

In a wide window the picture stands on the left and all controls beside it; on a phone the molecule
and the button that samples it come first, then the picture, then what else can be set. The rules
are in ``pages/ui/look/phone.css``.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_STALE = "<style>.st-key-molecule_results { opacity: .45; }</style>"


def places() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Containers for the molecule and its button, the picture, and what else can be set."""
    with st.container(key="molecule_top"):
        first = st.container(key="molecule_first")
        picture = st.container(key="molecule_picture")
        more = st.container(key="molecule_more")
    return first, picture, more


def dim(stale: bool) -> None:
    """Dim the results if they are those of an earlier run."""
    st.html(_STALE if stale else "<style></style>")
