"""Export: everything that a page shows, as picture, film, table, archive, page and script.

A page draws it with one call below its player; the same section at the same place everywhere.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.progress import finish
from pages.ui import jobs
from pages.ui.components.mount import component, serial
from pages.ui.components.picture import Picture
from pages.ui.export import arrays
from pages.ui.export.arrays import Export, PlayerView
from pages.ui.export.buttons import download

OPEN = "take"  #: in the address, while the section is open
LONG = 400_000  #: rows from which on a table is written in a job
TABLE, ASKED = "take_table", "_take_table_asked"


def show(
    key: str,
    title: str,
    picture: Picture | None,
    made: Export | None,
    height: int = 380,
    turn: bool = True,
) -> None:
    """Draw the section of the player ``key``, whose name also begins the names of the files.

    Once on a page.

    Args:
        key: of the player.
        title: above the pictures.
        picture: as the player was given it; None where ``key`` is no player but draws its own
            picture.
        made: what is exported, None while it is computed.
        height: as the player was given it.
        turn: as the player was given it.
    """
    shown = None if picture is None else PlayerView(key, title, picture, height, turn)
    st.fragment(_section)(key, title, shown, made)


def _section(key: str, title: str, shown: PlayerView | None, made: Export | None) -> None:
    section = st.expander(
        "Export: pictures, data, script",
        key=OPEN,
        icon=":material/download:",
        on_change="rerun",
        bind="query-params",
    )
    if not section.open:
        return
    with section:
        if made is None:
            st.caption("Nothing to export yet: it is being computed.")
            return
        _pictures(key, title, shown, made)
        _numbers(key, shown, made)
        _script(key, made)


def _pictures(key: str, title: str, shown: PlayerView | None, made: Export) -> None:
    data = arrays.words(key, title, made.note, film=shown is not None)
    component("explorer_pictures", "player/picture-buttons")(
        key=f"{key}_pictures", data={**data, "serial": serial(f"{key}_pictures", data)}
    )
    st.caption("Drawn in your browser from the picture above, with its theme, width and rotation.")


def _numbers(key: str, shown: PlayerView | None, made: Export) -> None:
    with st.container(horizontal=True):
        if shown is not None:
            page = partial(arrays.webpage, shown, made)
            download("Page that plays offline (HTML)", f"{key}.html", page)
        if made.results:
            download("Samples (CSV)", f"{key}_samples.csv", partial(arrays.samples_table, made))
        if made.processes:
            _film_table(key, made)
        download("All arrays (NPZ)", f"{key}.npz", partial(arrays.archive, made))
    names = ", ".join(f"`{name}`" for name in made.arrays)
    st.caption(
        f"The archive holds {names}, what each of them is (`about`) and every option (`options`). "
        "Tables have one row a point, counted from 0."
    )


def _film_table(key: str, made: Export) -> None:
    """The table of all frames; a long one is written by a worker that shows how far it is."""
    rows, name = arrays.film_rows(made), f"{key}_film.csv"
    label = f"All frames (CSV, {rows:,} rows)"
    if rows < LONG:
        download(label, name, lambda: finish(arrays.film_table(made)))
        return
    job = jobs.current(TABLE)
    if job is None or st.session_state.get(ASKED) != made.script:
        st.button(label, key=TABLE, icon=":material/table:", on_click=_write, args=(made,))
        return
    jobs.show(job, key="take_job", label="Writing the table")
    written = job.result
    if written is not None:
        download(label, name, lambda: written)


def _write(made: Export) -> None:
    jobs.forget(TABLE)
    jobs.run(TABLE, arrays.film_table, made, pool="here")
    st.session_state[ASKED] = made.script  # a run is known by the script that repeats it


def _script(key: str, made: Export) -> None:
    st.markdown("**Copy as Python**")
    st.caption("Makes the same arrays, to the last digit, and saves them.")
    st.code(made.script, language="python", height=320)
    download("Script (Python)", f"{key}.py", lambda: made.script)
