"""Take away: everything that a page shows, as picture, film, table, archive, page and script.

A page draws it with one call below its player; the same section at the same place everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from pages.ui import jobs, taken
from pages.ui.component import component, serial
from pages.ui.jobs import Report
from pages.ui.player import Scene
from pages.ui.taken import Shown, Taken

OPEN = "take"  #: in the address, while the section is open
LONG = 400_000  #: rows from which on a table is written in a job
TABLE, ASKED = "take_table", "_take_table_asked"
MIMES = {"csv": "text/csv", "npz": "application/zip", "html": "text/html", "py": "text/x-python"}


def show(
    key: str,
    title: str,
    scene: Scene | None,
    made: Taken | None,
    height: int = 380,
    turn: bool = True,
) -> None:
    """Draw the section of the player ``key``, whose name also begins the names of the files.

    Once on a page. title: above the pictures. scene, height, turn: as the player was given them;
    scene is None where ``key`` is no player but draws its own picture. made: what is taken away,
    None while it is computed.
    """
    shown = None if scene is None else Shown(key, title, scene, height, turn)
    st.fragment(_section)(key, title, shown, made)


def _section(key: str, title: str, shown: Shown | None, made: Taken | None) -> None:
    section = st.expander(
        "Take away: pictures, numbers, script",
        key=OPEN,
        icon=":material/download:",
        on_change="rerun",
        bind="query-params",
    )
    if not section.open:
        return
    with section:
        if made is None:
            st.caption("Nothing to take away yet: it is being computed.")
            return
        _pictures(key, title, shown, made)
        _numbers(key, shown, made)
        _script(key, made)


def _pictures(key: str, title: str, shown: Shown | None, made: Taken) -> None:
    data = taken.words(key, title, made.note, film=shown is not None)
    component("explorer_pictures", "pictures")(
        key=f"{key}_pictures", data={**data, "serial": serial(f"{key}_pictures", data)}
    )
    st.caption("Drawn in your browser from what stands above: theme, width and turn as there.")


def _numbers(key: str, shown: Shown | None, made: Taken) -> None:
    with st.container(horizontal=True):
        if shown is not None:
            page = partial(taken.webpage, shown, made)
            _button("Page that plays offline (HTML)", f"{key}.html", page)
        if made.results:
            _button("Samples (CSV)", f"{key}_samples.csv", partial(taken.samples_table, made))
        if made.ways:
            _film_table(key, made)
        _button("All arrays (NPZ)", f"{key}.npz", partial(taken.archive, made))
    names = ", ".join(f"`{name}`" for name in made.arrays)
    st.caption(
        f"The archive holds {names}, what each of them is (`about`) and every option (`options`). "
        "Tables have one row a point, counted from 0."
    )


def _film_table(key: str, made: Taken) -> None:
    """The table of all frames; a long one is written by a worker that shows how far it is."""
    rows, name = taken.film_rows(made), f"{key}_film.csv"
    label = f"All frames (CSV, {rows:,} rows)"
    if rows < LONG:
        _button(label, name, partial(taken.film_table, made))
        return
    job = jobs.current(TABLE)
    if job is None or st.session_state.get(ASKED) != made.script:
        st.button(label, key=TABLE, icon=":material/table:", on_click=_write, args=(made,))
        return
    jobs.show(job, key="take_job", label="Writing the table")
    if job.status == "done":
        _button(label, name, lambda: job.result)


def _write(made: Taken) -> None:
    jobs.forget(TABLE)
    jobs.run(TABLE, write, made)
    st.session_state[ASKED] = made.script  # a run is known by the script that repeats it


def write(report: Report, made: Taken) -> str:
    """The job: ``taken.film_table``."""
    return taken.film_table(made, report)


def _button(label: str, name: str, make: Callable[[], str | bytes]) -> None:
    """A download that is made when it is pressed."""
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=MIMES[name.rpartition(".")[2]],
        icon=":material/download:",
        key=f"take_{name}",
        on_click="ignore",
    )


def _script(key: str, made: Taken) -> None:
    st.markdown("**Copy as Python**")
    st.caption("It makes the same arrays, to the last digit, and saves them.")
    st.code(made.script, language="python", height=320)
    _button("Script (Python)", f"{key}.py", lambda: made.script)
