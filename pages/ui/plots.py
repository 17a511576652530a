"""Plotly charts on a page: one look, and never before the moving picture."""

from __future__ import annotations

import time

import plotly.graph_objects as go
import streamlit as st
from streamlit import runtime

_CONFIG = {"displayModeBar": False}
#: Seconds between what a session sees first and its first chart. Plotly's code keeps a browser
#: busy for about a second when it is first needed; a picture that comes together with it stands
#: still, or is not there, until then.
_AFTER = 1.0


def draw(figure: go.Figure, key: str) -> None:
    """Draw ``figure``, which brings its own look (``engine.figures.palette``)."""
    if "_charted" not in st.session_state:
        st.session_state["_charted"] = True
        if runtime.exists():
            time.sleep(_AFTER)
    st.plotly_chart(figure, key=key, config=_CONFIG, theme=None)
