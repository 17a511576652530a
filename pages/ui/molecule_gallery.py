"""The example gallery: still views by py3Dmol and stmol, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from stmol import showmol

from engine.chem.convert import to_sdf
from engine.chem.library import MOLECULES
from engine.chem.read import from_smiles
from engine.figures.molecule import broad_side, still
from pages.ui import jobs, theme

PER_PAGE = 6
HEIGHT = 160


def gallery_button() -> None:
    """A button that opens the gallery."""
    if st.button("Browse the examples", icon=":material/grid_view:", width="stretch"):
        _gallery()


@st.dialog("Examples", width="large", icon=":material/grid_view:")
def _gallery() -> None:
    names = list(MOLECULES)
    pages = -(-len(names) // PER_PAGE)
    page = st.segmented_control(
        "Page", range(1, pages + 1), default=1, key="gallery_page", label_visibility="collapsed"
    )
    first = ((page or 1) - 1) * PER_PAGE
    shown = tuple(names[first : first + PER_PAGE])
    drawings = jobs.cached("gallery", draw, shown, label="Drawing")
    columns = st.columns(3)
    for k, name in enumerate(shown):
        with columns[k % 3]:
            st.markdown(f"**{MOLECULES[name].name}**")
            if drawings is not None:
                showmol(
                    still(drawings[k], theme.is_dark(), height=HEIGHT), height=HEIGHT, width=None
                )
            st.caption(MOLECULES[name].why)
            if st.button("Take this one", key=f"take_{name}", on_click=_take, args=(name,)):
                st.rerun()


def _take(name: str) -> None:
    st.session_state["source"] = "example"
    st.session_state["example"] = name


def draw(report: Callable[..., None], names: tuple[str, ...]) -> list[str]:
    """One SDF record per example."""
    records = []
    for k, name in enumerate(names):
        report(k, len(names), message=f"Building {MOLECULES[name].name}")
        mol = from_smiles(MOLECULES[name].smiles, name=MOLECULES[name].name)
        xyz = mol.GetConformer().GetPositions()
        records.append(to_sdf(mol, (xyz @ broad_side(xyz))[None]))
    return records
