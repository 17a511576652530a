"""Export: files, trajectories, pictures and the script of a finished run."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import streamlit as st

from engine.chem.export import (
    ConformerSet,
    to_csv_file,
    to_pdb_file,
    to_sdf_file,
    to_trajectory_pdb,
    to_trajectory_xyz,
    to_xyz_file,
)
from engine.figures.conformers import Ensemble
from pages.ui import jobs, theme
from pages.ui.molecule_jobs import Record, Relaxation, Run
from pages.ui.molecule_takeaway import Picture, film, gathered, lowest, picture, player, script

FILM = "export_film"
ASKED = "_export_film_asked"
FILM_WIDTH = 420
MIMES = {
    "sdf": "chemical/x-mdl-sdfile",
    "pdb": "chemical/x-pdb",
    "xyz": "chemical/x-xyz",
    "csv": "text/csv",
    "html": "text/html",
    "png": "image/png",
    "gif": "image/gif",
    "py": "text/x-python",
}
FORMATS: dict[str, tuple[str, Callable[[ConformerSet], str]]] = {
    "pdb": ("PDB", to_pdb_file),
    "xyz": ("XYZ", to_xyz_file),
    "csv": ("Table (CSV)", to_csv_file),
}


def exports(record: Record, run: Run, relaxation: Relaxation | None) -> None:
    """The section; files are made when they are asked for."""
    st.subheader("Export", anchor=False)
    stem = file_stem(record)
    shapes, moving, drawn, again = st.tabs(["Conformers", "Trajectory", "Pictures", "Reproduce"])
    with shapes:
        _conformers(record, run, relaxation, stem)
    with moving:
        _trajectory(record, run, stem)
    with drawn:
        _pictures(record, run, stem)
    with again:
        _script(record, run, stem)


def file_stem(record: Record) -> str:
    """The molecule's name as the beginning of a file name."""
    return re.sub(r"[^A-Za-z0-9]+", "_", record.molecule.name).strip("_").lower() or "molecule"


def _button(
    label: str, make: Callable[[], str | bytes], file_name: str, key: str, help: str | None = None
) -> None:
    """A download whose content is made when it is pressed."""
    st.download_button(
        label,
        data=make,
        file_name=file_name,
        mime=MIMES[file_name.rpartition(".")[2]],
        icon=":material/download:",
        key=key,
        help=help,
        on_click="ignore",
    )


def _conformers(record: Record, run: Run, relaxation: Relaxation | None, stem: str) -> None:
    aligned = st.toggle(
        "Lay the conformers over each other",
        key="export_aligned",
        help="By their heavy atoms, as programs for molecules like it. Otherwise they stay where "
        "they were sampled. Only the position in space differs.",
    )

    def row(first: str, suffix: str, xyz: np.ndarray, ensemble: Ensemble) -> None:
        def make(write: Callable[[ConformerSet], str]) -> Callable[[], str]:
            return lambda: write(gathered(record, xyz, ensemble, run, aligned))

        name, key = f"{stem}_conformers{suffix}", f"download{suffix}"
        with st.container(horizontal=True):
            _button(first, make(to_sdf_file), f"{name}.sdf", key)
            for extension, (label, write) in FORMATS.items():
                _button(label, make(write), f"{name}.{extension}", f"{key}_{extension}")

    row(f"Download {len(run.frames[0])} conformers (SDF)", "", run.frames[-1], run.model)
    if relaxation is not None:
        row("Download them relaxed (SDF)", "_relaxed", relaxation.xyz, relaxation.ensemble)
    row("Starting structures (SDF)", "_start", run.classical_xyz, run.classical)
    st.caption(
        "The atoms keep their order. SDF: energies, torsions, how each was made, and the data "
        "fields of an uploaded file. PDB: one MODEL each, with bonds. Table: energies, torsions "
        "in degrees, clashes, stereo."
    )


def _trajectory(record: Record, run: Run, stem: str) -> None:
    count, best = len(run.frames[0]), lowest(run) + 1
    chosen = st.selectbox(
        "Conformer",
        range(1, count + 1),
        index=best - 1,
        format_func=lambda k: f"{k} (lowest energy)" if run.field and k == best else str(k),
        key=f"export_conformer_{id(run)}",
        width=240,
    )
    frames = run.frames[:, chosen - 1]
    name = f"{stem}_trajectory_{chosen}"
    with st.container(horizontal=True):
        _button(
            f"{len(frames)} frames (PDB)",
            lambda: to_trajectory_pdb(record.mol, frames, run.sigmas),
            f"{name}.pdb",
            "download_trajectory_pdb",
        )
        _button(
            f"{len(frames)} frames (XYZ)",
            lambda: to_trajectory_xyz(record.mol, frames, run.sigmas),
            f"{name}.xyz",
            "download_trajectory_xyz",
        )
        _button(
            "All conformers, to play (HTML)",
            lambda: player(record, run),
            f"{stem}_player.html",
            "download_player",
            help="One file that opens in any browser, also without a network.",
        )
    st.caption(
        "The reverse process from noise to conformer, one frame per denoising step. The file says "
        "the noise level of each."
    )


def _pictures(record: Record, run: Run, stem: str) -> None:
    wanted = _wanted()
    with st.container(horizontal=True):
        _button(
            "Picture (PNG)",
            lambda: picture(record, run, wanted),
            f"{stem}.png",
            "download_png",
        )
        if st.button("Make the film (GIF)", icon=":material/movie:", key="export_film"):
            jobs.forget(FILM)
            jobs.run(FILM, film, record, run, wanted)
            st.session_state[ASKED] = (record.identity, id(run), wanted)
    job = jobs.current(FILM)
    if job is None or st.session_state.get(ASKED) != (record.identity, id(run), wanted):
        st.caption("Drawn on this machine in software; a film takes some seconds.")
        return
    job.wait(0.1)
    jobs.show(job, key="film", label="Drawing")
    if job.status == "done":
        st.image(job.result, width=FILM_WIDTH)
        _button("Film (GIF)", lambda: job.result, f"{stem}.gif", "download_gif")


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
        who = st.segmented_control(
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
            help="Otherwise those on carbon are left out.",
        )
    return Picture(background == "Dark", who == "Lowest energy", hydrogens)


def _script(record: Record, run: Run, stem: str) -> None:
    text = script(record.source, run.request, stem)
    st.caption("This script repeats the run, with the same seed and to the same coordinates.")
    st.code(text, language="python")
    _button("Script (Python)", lambda: text, f"{stem}_conformers.py", "download_script")
