"""The entry: ``streamlit run app.py``. Serves the pages and, under /assets, what they load."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from pages.ui.navigation import ENTRIES
from pages.ui.serving import Assets, Hints, Prompt, warm

ROOT = Path(__file__).parent

opening = {entry.path: entry.opening for entry in ENTRIES}
app = st.App(
    str(ROOT / "pages" / "ui" / "main.py"),
    lifespan=warm,
    middleware=[Middleware(Prompt), Middleware(Hints, opening=opening)],
    routes=[Mount("/assets", Assets(directory=ROOT / "assets"))],
)
