"""The entry: ``streamlit run app.py``. Serves the pages and, under /assets, what they load."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from pages.ui.component import Hints

ROOT = Path(__file__).parent


class Assets(StaticFiles):
    """Static files that the browser revalidates by etag, so that an update arrives at once."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


app = st.App(
    str(ROOT / "pages" / "ui" / "main.py"),
    middleware=[Middleware(Hints, pages={"molecule": "viewer"})],
    routes=[Mount("/assets", Assets(directory=ROOT / "assets"))],
)
