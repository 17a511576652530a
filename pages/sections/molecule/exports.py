"""Export: files, trajectories, pictures and the script of a finished run."""

from __future__ import annotations

import streamlit as st

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.conformer_table import title
from engine.experiments.molecule.downloads import Download, Section, downloads, file_stem, part
from engine.experiments.molecule.ensembles import Shown
from pages.sections.molecule.pictures import WIDTHS, Picture, film, picture, player
from pages.sections.molecule.script import script
from pages.sections.molecule.table import chosen
from pages.ui import jobs, theme, widgets
from pages.ui.export.buttons import download

FILM = "export_film"
ASKED = "_export_film_asked"
FILM_WIDTH = 420


def exports(run: Run, shown: Shown) -> None:
    """The section; files are made when they are asked for."""
    st.subheader("Export", anchor=False)
    conformers, trajectory, drawn, again = st.tabs(
        ["Conformers", "Trajectory", "Pictures", "Reproduce"]
    )
    with conformers:
        some = _part(run, shown)
        superposed = _superposed()
        _row(downloads(run, some, superposed), "conformers")
        st.caption(
            "What is shown above, from the lowest energy up; atoms keep their order. SDF: energies "
            "and whether they are of minima, clusters, torsions, how each conformer was made, and "
            "the data fields of an uploaded file. PDB: one MODEL per conformer, with bonds. Table: "
            "energies, torsions in degrees, clashes, stereo."
        )
    with trajectory:
        _trajectory(run, shown)
    with drawn:
        _pictures(run, shown)
    with again:
        _script(run, shown)


PARTS = {
    "all": "All shown",
    "lowest": "The lowest",
    "clusters": "One per cluster",
    "row": "The row chosen",
}


def _part(run: Run, shown: Shown) -> Shown:
    """The conformers that the files hold."""
    which = widgets.choice("Conformers in the file", PARTS, key="export_part", wide=True)
    return part(shown, which, chosen(run, shown))


def _row(files: tuple[Download, ...], section: Section) -> None:
    """The buttons of one section side by side."""
    found = [file for file in files if file.section == section]
    if found:
        with st.container(horizontal=True):
            for file in found:
                download(file.label, file.filename, file.make)


def _superposed() -> bool:
    return st.toggle(
        "Align conformers (heavy atoms)",
        key="export_aligned",
        help="On the first, as most molecular viewers expect. Otherwise they stay where they were "
        "made. Only position and orientation differ.",
    )


def _trajectory(run: Run, shown: Shown) -> None:
    if shown.method != "model":
        st.caption("Only the model's samples have a trajectory: choose Samples above the picture.")
        return
    number = st.selectbox(
        "Conformer",
        range(len(shown)),
        format_func=lambda k: title(shown, k),
        key=f"export_conformer_{run.serial}_{len(shown)}",
        width=360,
    )
    with st.container(horizontal=True):
        for file in downloads(run, shown, conformer=number):
            if file.section == "trajectory":
                download(file.label, file.filename, file.make, key=f"trajectory_{file.suffix}")
        download(
            "All conformers, to play (HTML)",
            f"{file_stem(run.record)}_player.html",
            lambda: player(run, shown),
            help="One file that opens in any browser, also without a network.",
        )
    st.caption(
        "The reverse process from noise to conformer, one frame per denoising step, each with its "
        "noise level."
    )


def _pictures(run: Run, shown: Shown) -> None:
    wanted, stem = _wanted(), file_stem(run.record)
    asked = (run.serial, shown.method, shown.selection, wanted)
    with st.container(horizontal=True):
        download("Picture (PNG)", f"{stem}.png", lambda: picture(run, shown, wanted))
        if shown.method == "model" and st.button(
            "Make the film (GIF)", icon=":material/movie:", key="export_film"
        ):
            jobs.forget(FILM)
            jobs.run(FILM, film, run, shown.selection, wanted)
            st.session_state[ASKED] = asked
    job = jobs.current(FILM)
    if job is None or st.session_state.get(ASKED) != asked:
        st.caption("Drawn in software on the machine of the app; a film takes some seconds.")
        return
    job.wait(0.1)
    jobs.show(job, key="film", label="Drawing")
    drawn = job.result
    if drawn is not None:
        st.image(drawn, width=FILM_WIDTH)
        download("Film (GIF)", f"{stem}.gif", lambda: drawn)


def _wanted() -> Picture:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        background = st.segmented_control(
            "Background",
            ["Light", "Dark"],
            default="Dark" if theme.is_dark() else "Light",
            required=True,
            key="export_background",
            width="content",
        )
        which = st.segmented_control(
            "Conformers",
            ["All", "Lowest energy"],
            default="All",
            required=True,
            key="export_who",
            width="content",
        )
        hydrogens = st.toggle(
            "All hydrogens",
            key="export_hydrogens",
            help="Otherwise hydrogens on carbon are not drawn.",
        )
        width = st.segmented_control(
            "Width, pixels",
            WIDTHS,
            default=WIDTHS[0],
            required=True,
            key="export_width",
            width="content",
        )
    return Picture(background == "Dark", which == "Lowest energy", hydrogens, width)


def _script(run: Run, shown: Shown) -> None:
    stem = file_stem(run.record)
    text = script(run.record.source, run.request, stem, shown.method, shown.selection)
    st.caption("This script repeats the run, with the same seed and to the same coordinates.")
    st.code(text, language="python")
    download("Script (Python)", f"{stem}_conformers.py", lambda: text)
