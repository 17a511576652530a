"""A film of points, chains or curves as one HTML file that plays anywhere, without a network.

The page is ``assets/export/film.html`` and its script ``assets/js/offline/film-page.js``: the
player of the app itself, with all that it draws inside the file.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from typing import Any

from engine.figures import palette
from engine.figures.offline.inlining import bundled, embedded, filled
from engine.paths import ASSETS

ENTRY = "offline/film-page"
#: The alphabets of our typeface that films are written in, and which letters each has.
FONTS = {
    "inter-latin-wght-normal": "U+0000-00FF, U+2000-206F, U+2190-2193, U+2212",
    "inter-greek-wght-normal": "U+0370-03FF",
}


def filmpage(
    title: str,
    caption: str,
    picture: bytes,
    options: Mapping[str, Any],
    buttons: Mapping[str, Any],
    script: str,
) -> str:
    """The text of the file.

    Args:
        title: Above the film.
        caption: One line below the title.
        picture: The scene, as the app's player reads it (``engine.figures.player.packing``).
        options: Of the player.
        buttons: The data of the buttons for pictures.
        script: The Python that makes the numbers, shown as text.
    """
    block = base64.b64encode(picture).decode()
    film = {"blocks": [block], "options": options, "serial": 0}
    parts = {
        "title": html.escape(title),
        "caption": html.escape(caption),
        "fonts": "\n".join(_font(name, letters) for name, letters in FONTS.items()),
        "light": _variables(False),
        "dark": _variables(True),
        "code": bundled(ENTRY),
        "script": html.escape(script),
        "data": embedded({"film": film, "pictures": buttons}),
    }
    return filled((ASSETS / "export" / "film.html").read_text(encoding="utf-8"), parts)


def _font(name: str, letters: str) -> str:
    """One alphabet of Inter, inside the page."""
    data = base64.b64encode((ASSETS / "fonts" / f"{name}.woff2").read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return (
        f"@font-face {{ font-family: Inter; font-weight: 100 900; src: {source}; "
        f"unicode-range: {letters}; }}"
    )


def _variables(dark: bool) -> str:
    """The colours under the names that the player knows from Streamlit."""
    shades = {
        "st-background-color": palette.BACKGROUND,
        "st-secondary-background-color": palette.BACKGROUND,
        "st-text-color": palette.INK,
        "st-border-color": palette.RULE,
        "st-primary-color": palette.ACCENT,
        "muted": palette.MUTED,
    }
    colours = " ".join(f"--{name}: {shade.on(dark)};" for name, shade in shades.items())
    return f"--st-font: Inter; {colours}"
