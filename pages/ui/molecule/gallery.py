"""The example gallery: still views, a few at a time."""

from __future__ import annotations

import streamlit as st

from engine.chem import MOLECULES
from engine.experiments.molecule.gallery import example_sdf
from engine.figures.molecule.views import still
from pages.ui import dialogs, jobs, theme
from pages.ui.components.still_view import still_view

PER_PAGE = 6
HEIGHT = 160


def gallery_button() -> None:
    """A button that opens the gallery."""
    dialogs.button("Browse the examples", "gallery", ":material/grid_view:")
    dialogs.draw("gallery", "Examples", ":material/grid_view:", _gallery)


def _gallery() -> None:
    names = list(MOLECULES)
    pages = -(-len(names) // PER_PAGE)
    page = st.segmented_control(
        "Page", range(1, pages + 1), default=1, key="gallery_page", label_visibility="collapsed"
    )
    first = ((page or 1) - 1) * PER_PAGE
    shown = tuple(names[first : first + PER_PAGE])
    drawings = jobs.cached("gallery", example_sdf, shown, label="Building the examples")
    columns = st.columns(3)
    for k, name in enumerate(shown):
        with columns[k % 3]:
            st.markdown(f"**{MOLECULES[name].name}**")
            if drawings is not None:
                still_view(still(drawings[k], theme.is_dark(), height=HEIGHT), HEIGHT)
            st.caption(MOLECULES[name].why)
            if st.button("Use it", key=f"example_{name}", on_click=_choose, args=(name,)):
                st.rerun()


def _choose(name: str) -> None:
    dialogs.close()
    st.session_state["source"] = "example"
    st.session_state["example"] = name
