"""A film of points, chains or curves as one HTML file that plays anywhere, without a network.

The page is ``assets/export/film.html`` and its script ``assets/js/film-page.js``: the player of the
app itself, with all that it draws inside the file.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from engine.figures import palette
from engine.figures.webpage import ASSETS, embedded, filled, modules

ENTRY = "film-page"
#: The alphabets of our typeface that films are written in, and which letters each has.
FONTS = {
    "inter-latin-wght-normal": "U+0000-00FF, U+2000-206F, U+2190-2193, U+2212",
    "inter-greek-wght-normal": "U+0370-03FF",
}


def filmpage(
    title: str,
    caption: str,
    head: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    pictures: Mapping[str, Any],
    script: str,
) -> str:
    """The text of the file.

    Parameters
    ----------
    caption: one line below the title.
    head: what the player is told, but for its arrays, which ``head`` names.
    arrays: by that name, as the player takes them: flat, of type int16, uint8 or float32.
    pictures: what the buttons for pictures are told.
    script: the Python that makes the numbers, to be read.
    """
    parts = {
        "title": html.escape(title),
        "caption": html.escape(caption),
        "fonts": "\n".join(_font(name, letters) for name, letters in FONTS.items()),
        "light": _variables(False),
        "dark": _variables(True),
        "imports": json.dumps({"imports": modules(ENTRY)}),
        "script": html.escape(script),
        "data": embedded(
            {
                "head": head,
                "pictures": pictures,
                "arrays": {name: _column(values) for name, values in arrays.items()},
            }
        ),
    }
    return filled((ASSETS / "export" / "film.html").read_text(encoding="utf-8"), parts)


def _column(values: NDArray[Any]) -> dict[str, str]:
    """Bytes in little endian order, in base64, and what they are: "f4", "i2" or "u1"."""
    plain = values.astype(values.dtype.newbyteorder("<"))
    return {"kind": values.dtype.str[1:], "packed": base64.b64encode(plain.tobytes()).decode()}


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
