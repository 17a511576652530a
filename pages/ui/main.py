"""The main script: theme and navigation. Runs before every page."""

from pathlib import Path

import streamlit as st

from engine.paths import AssetError
from pages.ui import navigation, theme
from pages.ui.addressing import addresses
from pages.ui.wording import show_problem

ICON = Path(__file__).parents[2] / "assets" / "icon.png"

st.set_page_config(
    page_title=navigation.TITLE,
    page_icon=str(ICON),  # without it a page's icon in the menu would be fetched from Google
    layout="wide",
    initial_sidebar_state="auto",
)
st.logo(str(ICON), size="large")
theme.apply()
try:
    with addresses.run():
        st.navigation(navigation.menu()).run()
except AssetError as missing:  # what the page shows above does not need that file
    show_problem(str(missing))
