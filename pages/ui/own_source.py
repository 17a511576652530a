"""Where a reader's own points come from: the canvas, a table or an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from torch import Generator

from engine import own_drawing, own_files
from engine.figures import palette
from engine.own_files import IMAGES, TABLES, Table
from engine.own_points import OwnPoints
from pages.ui import widgets
from pages.ui.cloud import cloud
from pages.ui.component import component, serial
from pages.ui.scripts import literal

ORIGINS = {"draw": "Draw", "file": "Upload"}
DRAWING = "drawing"  #: the drawing in the address
KEPT = "_own_drawing"  #: and while the reader is on another page
FILE = "_own_upload"  #: the last ``File``, also while the reader is elsewhere
FIRST = next(iter(own_drawing.STARTERS.values())).text
LONGEST = 4000  #: letters of a drawing that an address may carry
HEIGHT = 400  #: of the canvas, pixels
MEGABYTES = 50
EXAMPLE = "length,weight\n17.2,0.81\n16.9,0.77\n21.4,1.30"
PIXELS = ("x, pixels", "y, pixels")
SHOWN = 3000  #: points of a file that are drawn


@dataclass(frozen=True)
class Ink:
    """How an image becomes points."""

    n: int = field(
        default=4000,
        metadata=dict(
            label="Points from the image", help="How many points fall on its ink.",
            min=200, max=20_000, step=200, unit="", format="%d",
        ),
    )  # fmt: skip
    faintest: float = field(
        default=0.15,
        metadata=dict(
            label="Faintest ink",
            help="Parts with less ink than this count as blank: the grain of a photograph, a "
            "greyish paper. 0 is white (or fully transparent), 1 is black (or opaque).",
            min=0.05, max=0.95, step=0.05, unit="", format="%.2f",
        ),
    )  # fmt: skip
    light: bool = field(
        default=False,
        metadata=dict(
            label="Light is ink",
            help="For light lines on a dark ground. Has no effect on images with transparency: "
            "there what is opaque is ink.",
        ),
    )


@dataclass(frozen=True, eq=False)
class File:
    """What a reader uploaded; another upload has another id."""

    name: str
    data: bytes
    id: str


@dataclass(frozen=True, eq=False)
class Origin:
    """Where points came from, for whoever takes them away.

    Attributes
    ----------
    about: in words.
    lines: Python that makes the data set ``data`` again.
    names: what these lines import, by module.
    """

    about: str
    lines: str
    names: dict[str, set[str]]


@dataclass(frozen=True, eq=False)
class Brought:
    """A reader's points, and where they came from."""

    data: OwnPoints
    origin: Origin


def choose() -> Brought | None:
    """Draw the controls and return the points; None where there are none yet."""
    kind = widgets.choice(
        "Points", ORIGINS, key="source", wide=True,
        help="Draw them here, or bring a table with two columns or an image.",
    )  # fmt: skip
    try:
        return _drawn() if kind == "draw" else _uploaded()
    except ValueError as problem:
        st.error(str(problem), icon=":material/error:")
        return None


# --------------------------------------------------------------------------------------- drawing


def _drawn() -> Brought | None:
    text, legible = _text(), True
    try:
        strokes = own_drawing.decode(text)
    except ValueError as problem:
        # The address stays as it is, and the sentence with it, until something else is drawn.
        st.error(str(problem), icon=":material/error:")
        text, legible = FIRST, False
        strokes = own_drawing.decode(text)
    data = {
        "text": text,
        "starters": [{"label": s.label, "text": s.text} for s in own_drawing.STARTERS.values()],
        "colour": [palette.role("data", dark) for dark in (False, True)],
        "height": HEIGHT,
        "name": DRAWING,
        "longest": LONGEST,
    }
    component("explorer_drawing", "drawing")(
        key="own_canvas",
        data={**data, "serial": serial("own_canvas", data)},
        on_drawing_change=lambda: None,
    )
    if legible:
        _remember(text)
    if not strokes:
        st.info("Draw something, or begin with one of the drawings.", icon=":material/draw:")
        return None
    origin = Origin(
        "a drawing",
        f'drawing = "{text}"\ndata = OwnPoints(points(decode(drawing)), ("x", "y"), shared=True)',
        {"engine.own_drawing": {"decode", "points"}},
    )
    return Brought(OwnPoints(own_drawing.points(strokes), ("x", "y"), True), origin)


def _text() -> str:
    """The drawing as the canvas last told it, else that of the address, else the one before."""
    told = (st.session_state.get("own_canvas") or {}).get("drawing")
    if told is not None:
        return str(told)
    return st.query_params.get(DRAWING, st.session_state.get(KEPT, FIRST))


def _remember(text: str) -> None:
    """Put the drawing into the address, if it fits there."""
    st.session_state[KEPT] = text
    if text == FIRST or len(text) > LONGEST:
        st.query_params.pop(DRAWING, None)
    elif st.query_params.get(DRAWING) != text:
        st.query_params[DRAWING] = text
    if len(text) <= LONGEST:
        return
    st.caption(
        ":material/link_off: This drawing is too long for the address of the page: a link brings "
        "the settings without it."
    )


# ----------------------------------------------------------------------------------------- files


def _uploaded() -> Brought | None:
    st.query_params.pop(DRAWING, None)
    ends = ", ".join(end.strip(".").upper() for end in (*TABLES, *IMAGES))
    uploaded = st.file_uploader(
        "A table with two columns, or an image",
        type=[end.strip(".") for end in (*TABLES, *IMAGES)],
        key="own_upload",
        max_upload_size=MEGABYTES,
        on_change=lambda: st.session_state.pop(FILE, None),
        help=f"{ends}; up to {MEGABYTES} MB. A table may have a header or not, and any number of "
        "columns, of which you choose two. Dark or opaque parts of an image become points.",
    )
    before: File | None = st.session_state.get(FILE)
    if uploaded is not None and (before is None or before.id != uploaded.file_id):
        st.session_state[FILE] = File(uploaded.name, uploaded.getvalue(), uploaded.file_id)
    st.caption(
        ":material/link_off: A link to this page cannot carry a file: it brings the settings, and "
        "whoever opens it has to upload the file again. The file is read on the machine that runs "
        "this app and goes nowhere else."
    )
    if FILE not in st.session_state:
        st.markdown("A table may look like this:")
        st.code(EXAMPLE, language=None)
        return None
    file: File = st.session_state[FILE]
    if uploaded is None:
        st.caption(f"Still open: {file.name}.")
    brought = _image(file) if own_files.kind(file.name) == "image" else _table(file)
    _picture(brought.data)
    return brought


def _table(file: File) -> Brought:
    """The points of two columns; raises ValueError where there are none."""
    table: Table = _once("table", (file.id,), lambda: own_files.read_table(file.name, file.data))
    names = list(table.columns)
    first, second = (table.numeric + [n for n in names if n not in table.numeric])[:2]
    x, y = first, second
    if len(names) > 2:
        left, right = st.columns(2)
        with left:
            x = st.selectbox("Across", names, names.index(first), key="own_x")
        with right:
            others = [n for n in names if n != x]
            start = others.index(second) if second in others else 0
            y = st.selectbox("Up", others, start, key=f"own_y_{x}")
    origin = Origin(
        f"the columns {x} and {y} of {file.name}",
        f"name, columns = {literal(file.name)}, ({literal(x)}, {literal(y)})\n"
        "table = read_table(name, Path(name).read_bytes())\n"
        "data = OwnPoints(table.pair(*columns), columns)",
        {"engine.own_files": {"read_table"}, "pathlib": {"Path"}},
    )

    def make() -> Brought:
        return Brought(OwnPoints(table.pair(x, y), (x, y)), origin)

    return _once("points", (file.id, x, y), make)


def _image(file: File) -> Brought:
    """The points of an image; raises ValueError where there are none."""
    with st.expander("How the image becomes points", icon=":material/tune:"):
        options = widgets.options(Ink, "ink")
        seed = widgets.seed("ink_seed", label="Seed of the points")
    origin = Origin(
        f"the image {file.name}",
        f"name, pixels = {literal(file.name)}, {PIXELS}\n"
        f"ink = read_ink(Path(name).read_bytes(), {options.light}, {options.faintest})\n"
        f"points = sample_ink(ink, {options.n}, Generator().manual_seed({seed}))\n"
        "data = OwnPoints(points, pixels, shared=True)",
        {"engine.own_files": {"read_ink", "sample_ink"}, "pathlib": {"Path"}},
    )

    def make() -> Brought:
        ink = own_files.read_ink(file.data, options.light, options.faintest)
        points = own_files.sample_ink(ink, options.n, Generator().manual_seed(seed))
        return Brought(OwnPoints(points, PIXELS, shared=True), origin)

    return _once("points", (file.id, options, seed), make)


def _once(slot: str, signature: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What ``make`` gives, made again only when the signature changes; kept by this session alone.

    Not a shared result (``jobs.cached``): a file may be large and is nobody else's.
    """
    kept = st.session_state.get(f"_own_{slot}")
    if kept is None or kept[0] != signature:
        with st.spinner("Reading the file"):
            kept = (signature, make())
        st.session_state[f"_own_{slot}"] = kept
    return kept[1]


def _picture(own: OwnPoints) -> None:
    """The points of a file, as the network will see them."""
    shown = own.train()[:SHOWN].numpy()
    cloud(np.empty((0, 2)), shown, key="own_picture", height=HEIGHT, label="")
