"""The entry: ``streamlit run app.py``. Serves the pages and, under /assets, what they load."""

from pathlib import Path

import streamlit as st

from pages.ui.server.serving import middleware, routes, warm

app = st.App(
    str(Path(__file__).parent / "pages" / "ui" / "main.py"),
    lifespan=warm,
    middleware=middleware(),
    routes=routes(),
)
