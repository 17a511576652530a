"""The entry: ``streamlit run app.py``. Serves the pages and, under /assets, what they load."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from pages.ui.navigation import ENTRIES, HOME
from pages.ui.serving import Assets, Hints, Prompt, warm

ROOT = Path(__file__).parent
#: The component that each page opens with, by address.
OPENING = {"" if entry.name == HOME else entry.name: "player" for entry in ENTRIES} | {
    "molecule": "viewer"
}

app = st.App(
    str(ROOT / "pages" / "ui" / "main.py"),
    lifespan=warm,
    middleware=[Middleware(Prompt), Middleware(Hints, pages=OPENING)],
    routes=[Mount("/assets", Assets(directory=ROOT / "assets"))],
)
