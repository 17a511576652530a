"""Export: files, trajectories, pictures and the script of a finished run."""

from __future__ import annotations

import streamlit as st

from engine.experiments.molecule.conformer_run import Run
from engine.experiments.molecule.downloads import Download, Section, downloads, file_stem
from engine.molecule import Ensemble
from pages.sections.molecule.pictures import WIDTHS, Picture, film, picture, player
from pages.sections.molecule.script import script
from pages.ui import jobs, theme
from pages.ui.export.buttons import download

FILM = "export_film"
ASKED = "_export_film_asked"
FILM_WIDTH = 420


def exports(run: Run, relaxed: Ensemble | None) -> None:
    """The section; files are made when they are asked for."""
    st.subheader("Export", anchor=False)
    conformers, trajectory, drawn, again = st.tabs(
        ["Conformers", "Trajectory", "Pictures", "Reproduce"]
    )
    with conformers:
        superposed = _superposed()
    with trajectory:
        conformer = _conformer(run)
    files = downloads(run, relaxed, superposed, conformer)
    with conformers:
        for section in ("samples", "relaxed", "start"):
            _row(files, section)
        st.caption(
            "Atoms keep their order. SDF: energies, torsions, how each conformer was made, and the "
            "data fields of an uploaded file. PDB: one MODEL per conformer, with bonds. Table: "
            "energies, torsions in degrees, clashes, stereo."
        )
    with trajectory:
        _trajectory(run, files)
    with drawn:
        _pictures(run)
    with again:
        _script(run)


def _row(files: tuple[Download, ...], section: Section) -> None:
    """The buttons of one section side by side."""
    found = [file for file in files if file.section == section]
    if found:
        with st.container(horizontal=True):
            for file in found:
                download(file.label, file.filename, file.make)


def _superposed() -> bool:
    return st.toggle(
        "Superpose the conformers",
        key="export_aligned",
        help="On the first, by their heavy atoms, as most molecular viewers expect. Otherwise they "
        "stay where they were sampled. Only position and orientation differ.",
    )


def _conformer(run: Run) -> int:
    """The sample whose trajectory is exported: at first the one of lowest energy."""
    best = run.samples.lowest

    def label(k: int) -> str:
        return f"{k + 1} (lowest energy)" if run.energy_name and k == best else str(k + 1)

    return st.selectbox(
        "Conformer",
        range(len(run.samples)),
        index=best,
        format_func=label,
        key=f"export_conformer_{run.serial}",
        width=240,
    )


def _trajectory(run: Run, files: tuple[Download, ...]) -> None:
    with st.container(horizontal=True):
        for file in files:
            if file.section == "trajectory":
                download(file.label, file.filename, file.make, key=f"trajectory_{file.suffix}")
        download(
            "All conformers, to play (HTML)",
            f"{file_stem(run.record)}_player.html",
            lambda: player(run),
            help="One file that opens in any browser, also without a network.",
        )
    st.caption(
        "The reverse process from noise to conformer, one frame per denoising step, each with its "
        "noise level."
    )


def _pictures(run: Run) -> None:
    wanted, stem = _wanted(), file_stem(run.record)
    with st.container(horizontal=True):
        download("Picture (PNG)", f"{stem}.png", lambda: picture(run, wanted))
        if st.button("Make the film (GIF)", icon=":material/movie:", key="export_film"):
            jobs.forget(FILM)
            jobs.run(FILM, film, run, wanted)
            st.session_state[ASKED] = (run.serial, wanted)
    job = jobs.current(FILM)
    if job is None or st.session_state.get(ASKED) != (run.serial, wanted):
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


def _script(run: Run) -> None:
    stem = file_stem(run.record)
    text = script(run.record.source, run.request, stem)
    st.caption("This script repeats the run, with the same seed and to the same coordinates.")
    st.code(text, language="python")
    download("Script (Python)", f"{stem}_conformers.py", lambda: text)
