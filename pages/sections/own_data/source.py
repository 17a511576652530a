"""Where a user's own points come from: the canvas, a table or an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from engine import limits
from engine.data.own import drawing
from engine.data.own import files as own_files
from engine.data.own.files import IMAGES, MEGABYTES, TABLES, read_table
from engine.data.own.points import OwnPoints
from engine.data.own.sources import Ink, of_drawing, of_image, of_table
from engine.data.own.table import OPEN, Layout, Table
from engine.experiments.own_reading import own_image, own_table
from engine.figures import palette
from engine.progress import finish
from pages.ui import widgets
from pages.ui.addressing import addresses
from pages.ui.components.cloud import cloud
from pages.ui.components.mount import component, serial
from pages.ui.export.scripts import Code, Names, literal, written
from pages.ui.server.streamlit_internals import session_id
from pages.ui.uploads.control import chosen, one_of, upload
from pages.ui.uploads.store import Upload
from pages.ui.wording import show_problem

ORIGINS = {"draw": "Draw", "file": "Upload"}
DRAWING = "drawing"  #: the drawing in the address
KEPT = "_own_drawing"  #: and while the user is on another page
GIVEN = "_own_given"  #: (how often, what) the canvas was last given a drawing, or gave one
FIRST = next(iter(drawing.STARTERS.values())).text
LONGEST = 4000  #: letters of a drawing that an address may carry
HEIGHT = 400  #: of the canvas, pixels
EXAMPLE = "length,weight\n17.2,0.81\n16.9,0.77\n21.4,1.30"
SHOWN = 3000  #: points of a file that are drawn

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Source:
    """A user's points, and where they came from.

    Attributes:
        data: the points.
        about: where they came from, in words.
        code: Python that makes ``data`` again.
    """

    data: OwnPoints
    about: str
    code: Code


def choose() -> Source | None:
    """Draw the controls and return the points; None where there are none yet."""
    kind = widgets.choice(
        "Points", ORIGINS, key="source", wide=True,
        help="Draw them here, or upload a table with two columns or an image.",
    )  # fmt: skip
    try:
        return _drawn() if kind == "draw" else _uploaded()
    except ValueError as refusal:
        show_problem(str(refusal))
        return None


def _call(function: Callable[..., Any], *arguments: Any) -> Code:
    """Python that calls ``function``; arguments may be ``Code`` themselves."""
    names: Names = {function.__module__: {function.__name__}}
    given = ", ".join(written(argument, names) for argument in arguments)
    imports = tuple((module, name) for module, found in names.items() for name in sorted(found))
    return Code(f"{function.__name__}({given})", imports)


def _contents(name: str) -> Code:
    """Python that reads a file which lies beside the script."""
    return Code(f"Path({literal(name)}).read_bytes()", (("pathlib", "Path"),))


# --------------------------------------------------------------------------------------- drawing


def _drawn() -> Source | None:
    text, legible = _text(), True
    try:
        strokes = drawing.decode(text)
    except ValueError as refusal:
        # The address stays as it is, and the sentence with it, until something else is drawn.
        show_problem(str(refusal))
        addresses.keep(DRAWING, [text])
        text, legible = FIRST, False
        strokes = drawing.decode(text)
    _canvas(text)
    if legible:
        _remember(text)
    widgets.say(DRAWING, "Drawing", "nothing")
    if not strokes:
        st.info("Draw something, or begin with one of the drawings.", icon=":material/draw:")
        return None
    own = of_drawing(text)
    names = {starter.text: starter.label for starter in drawing.STARTERS.values()}
    widgets.say(DRAWING, "Drawing", f"{names.get(text, 'by hand')}, {own.count}")
    return Source(own, "a drawing", _call(of_drawing, text))


def _canvas(text: str) -> None:
    """The canvas with a drawing on it, its own or another that it is given."""
    number, known = st.session_state.get(GIVEN, (0, None))
    if text != known:
        number += 1
        st.session_state[GIVEN] = number, text
    data = {
        "text": text,
        "given": number,
        "starters": [{"label": s.label, "text": s.text} for s in drawing.STARTERS.values()],
        "colour": [palette.role("data", dark) for dark in (False, True)],
        "height": HEIGHT,
        "name": DRAWING,
        "longest": LONGEST,
    }
    component("explorer_drawing", "drawing")(
        key="own_canvas",
        data={**data, "serial": serial("own_canvas", data)},
        on_drawing_change=_sent,
    )


def _sent() -> None:
    """The canvas has another drawing on it."""
    sent = (st.session_state.get("own_canvas") or {}).get("drawing")
    if sent is not None:
        number, _ = st.session_state.get(GIVEN, (0, None))
        st.session_state[DRAWING] = str(sent)
        st.session_state[GIVEN] = number, str(sent)


def _text() -> str:
    """The drawing of the canvas or an exercise, else that of the address, else the one before."""
    if DRAWING not in st.session_state:
        kept = st.session_state.get(KEPT, FIRST)
        st.session_state[DRAWING] = st.query_params.get(DRAWING, kept)
    return str(st.session_state[DRAWING])


def _remember(text: str) -> None:
    """Put the drawing into the address, if it fits there."""
    st.session_state[KEPT] = text
    addresses.keep(DRAWING, None if text == FIRST or len(text) > LONGEST else [text])
    if len(text) <= LONGEST:
        return
    st.caption(
        ":material/link_off: This drawing is too long for the address of the page: a link carries "
        "the settings without it."
    )


# ----------------------------------------------------------------------------------------- files


def _uploaded() -> Source | None:
    ends = ", ".join(end.strip(".").upper() for end in (*TABLES, *IMAGES))
    file = upload(
        "A table with two columns, or an image",
        types=[end.strip(".") for end in (*TABLES, *IMAGES)],
        key="own_upload",
        help=f"{ends}; up to {MEGABYTES} MB. A table may have a header or not, and any number of "
        "columns, of which you choose two. Dark or opaque parts of an image become points.",
    )
    if file is None:
        st.markdown("A table may look like this:")
        st.code(EXAMPLE, language=None)
        return None
    source = _image(file) if own_files.kind(file.name) == "image" else _table(file)
    _picture(source.data)
    return source


def _table(file: Upload) -> Source:
    """The points of two columns; raises ValueError where there are none."""

    def read(layout: Layout) -> Table:
        return finish(own_table(file.name, file.data, layout))

    found = _once("found", (file.key,), lambda: read(OPEN))
    layout = _layout(file, found.layout)
    table = found
    if layout != found.layout:
        table = _once("table", (file.key, layout), lambda: read(layout))
    x, y = _columns(file, table)
    contents = _call(read_table, file.name, _contents(file.name), layout)
    return Source(
        _once("points", (file.key, layout, x, y), lambda: of_table(table, x, y)),
        f"the columns {x} and {y} of {file.name}",
        _call(of_table, contents, x, y),
    )


def _layout(file: Upload, found: Layout) -> Layout:
    """How the file is read: as found, unless the user knows better."""

    def switch(name: str, start: bool, label: str, help: str) -> bool:
        def draw(value: int, key: str) -> int:
            return int(st.toggle(label, bool(value), key=key, help=help))

        return bool(chosen(file, name, int(start), one_of((0, 1)), draw))

    header, turned = found.header, found.turned
    if header is not None:
        header = switch(
            "header", header, "The first line names the columns",
            "The first line holds numbers. Off: it is a point like the others.",
        )  # fmt: skip
    if turned is not None:
        turned = switch(
            "turned", turned, "Rows of the file are columns",
            "The file has fewer rows than columns. On: each row is a coordinate, and each column "
            "a point.",
        )  # fmt: skip
    return Layout(header, turned)


def _columns(file: Upload, table: Table) -> tuple[str, str]:
    """The two columns to use, chosen by the user where there are more."""
    names = list(table.columns)
    first, second = (table.numeric + [n for n in names if n not in table.numeric])[:2]
    if len(names) == 2:
        return first, second

    def column(name: str, label: str, start: str, numbers: list[int], part: object) -> int:
        def draw(value: int, key: str) -> int:
            start = numbers.index(value)
            return int(st.selectbox(label, numbers, start, format_func=lambda k: names[k], key=key))

        return chosen(file, name, names.index(start), one_of(numbers), draw, part)

    every = list(range(len(names)))
    left, right = st.columns(2)
    with left:
        x = column("across", "Across", first, every, table.layout)
    with right:
        others = [k for k in every if k != x]
        start = second if names.index(second) in others else names[others[0]]
        y = column("up", "Up", start, others, (table.layout, x))
    return names[x], names[y]


def _image(file: Upload) -> Source:
    """The points of an image; raises ValueError where there are none."""
    with st.expander("How the image becomes points", icon=":material/tune:"):
        ink = widgets.options(Ink, "ink")
        seed = widgets.seed("ink_seed", label="Seed of the points")
    return Source(
        _once("points", (file.key, ink, seed), lambda: finish(own_image(file.data, ink, seed))),
        f"the image {file.name}",
        _call(of_image, _contents(file.name), ink, seed),
    )


def _once(slot: str, signature: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What ``make`` gives, made again only when the signature changes; kept by this session alone.

    Not a shared result (``jobs.cached``): a file may be large and belongs to this user alone.
    """
    kept: tuple[tuple[Any, ...], T] | None = st.session_state.get(f"_own_{slot}")
    if kept is None or kept[0] != signature:
        with st.spinner("Reading the file"), limits.asking(session_id() or ""):
            kept = (signature, make())
        st.session_state[f"_own_{slot}"] = kept
    return kept[1]


def _picture(own: OwnPoints) -> None:
    """The points of a file, as the network is given them."""
    shown = own.train()[:SHOWN].numpy()
    cloud(np.empty((0, 2)), shown, key="own_picture", height=HEIGHT, label="")
