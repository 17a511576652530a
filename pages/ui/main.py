"""The main script: theme and navigation. Runs before every page."""

from pathlib import Path

import streamlit as st

from engine.paths import AssetError
from pages.ui import glossary, navigation, theme
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
    words = st.container(key=glossary.PLACE)
    page = st.navigation(navigation.menu(), expanded=True)
    name = page.url_path or navigation.HOME
    with addresses.run(name):
        page.run()
        with words:
            glossary.listen(name)
except AssetError as missing:  # what the page shows above does not need that file
    show_problem(str(missing))
