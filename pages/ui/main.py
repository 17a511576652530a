"""The main script: theme and navigation. Runs before every page."""

from pathlib import Path

import streamlit as st

from pages.ui import navigation, theme

ICON = Path(__file__).parents[2] / "assets" / "icon.png"

st.set_page_config(
    page_title="Diffusion explorer",
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state="auto",
)
st.logo(str(ICON), size="large")
theme.apply()
st.navigation(navigation.menu()).run()
