"""Symmetry: networks that turn with their input, and what those learn that do not."""

from __future__ import annotations

import streamlit as st

from pages.sections.symmetry import directions, training, turning
from pages.ui import theme, widgets

VIEWS = {"turn": "Turn the input", "taught": "Taught in one direction"}
SHOW = {"turn": turning.show, "taught": directions.show}
HELP = (
    "**Turn the input**: drag a noised chain; do the arrows of a network follow? **Taught in one "
    "direction**: all training shapes lie along x; which network makes shapes in every direction?"
)

theme.header(
    "Symmetry",
    "A molecule has no up or down. Which networks know that, and what does it cost the others?",
)
with st.container(key="page_row"):
    view = widgets.choice("Show", VIEWS, "view", help=HELP, wide=True)
with st.container():
    SHOW[view]()
training.panel()
