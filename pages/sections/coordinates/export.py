"""What this page exports: pictures, all arrays, the script, and the conformers of both sides."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.chem import MOLECULES
from engine.experiments.cartesian.clock import clock
from engine.experiments.cartesian.downloads import ends_sdf
from engine.experiments.cartesian.records import Clock
from engine.experiments.molecule.downloads import file_stem
from pages.ui.export import downloads, scripts
from pages.ui.export.arrays import Export, plain
from pages.ui.export.buttons import download
from pages.ui.molecule.scripted import as_argument

SIDES = {"coordinates": "Coordinates", "torsions": "Torsions"}


def exports(made: Clock | None, key: str) -> None:
    """The section, and the files of conformers beside it."""
    title = "Coordinates or torsions" if made is None else made.record.molecule.name
    downloads.show(key, title, None, None if made is None else of_clock(made))
    if made is None or not made.settings.returns:
        return
    stem = file_stem(made.record)
    with st.container(horizontal=True):
        for side, label in SIDES.items():
            name = f"{stem}_{side}.sdf"
            download(f"{label}: conformers (SDF)", name, partial(ends_sdf, made, side))


def of_clock(made: Clock) -> Export:
    """Both processes."""
    source, chosen = made.record.source, made.settings
    known = MOLECULES[source.text].name if source.kind == "example" else made.record.molecule.name
    note = f"{known}, {chosen.steps} steps, seed {chosen.seed}"
    title = "One molecule: noise on its coordinates beside noise on its torsions."
    script = scripts.run(title, "coordinates", clock, as_argument(source), chosen)
    options = {"page": "coordinates or torsions", "molecule": known, **plain(chosen)}
    return Export(note, options, made.described(), script)
