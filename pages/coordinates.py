"""Coordinates or torsions: the same molecule, one clock, noise on either."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.experiments.cartesian.records import Settings
from pages.sections.coordinates import running
from pages.sections.coordinates.export import exports
from pages.sections.coordinates.lessons import EXERCISES
from pages.sections.coordinates.results import published, results
from pages.sections.coordinates.words import words
from pages.ui import jobs, theme, widgets
from pages.ui.molecule.choosing import choose

KEY = "ways"
DIRECTIONS = {"both": "Both ways", "forward": "Into noise", "backward": "From noise"}
HELP = (
    "From a structure into noise, from noise to conformers, or there and back: on the way back "
    "each side starts from noise of its own, as a sampler must."
)
OTHERS = ["conformers", "steps", "denoiser", "sampler", "references"]

place = theme.header(
    "Coordinates or torsions",
    "On the left noise moves every atom, on the right it only turns bonds. Which stays a molecule?",
)
EXERCISES.arrive()
with place:
    direction = widgets.choice("Direction", DIRECTIONS, f"{KEY}_direction", help=HELP, wide=True)
strip = st.container()
pictures = st.container()
with st.sidebar:
    first, aside = st.container(), st.container()
    with first:
        molecule = choose(aside)
    chosen = widgets.options(Settings, KEY, only=OTHERS)
    settings = replace(chosen, direction=direction, seed=widgets.seed(default=1))
with strip:
    EXERCISES.show()
job = None
if molecule.record is not None and molecule.current:
    job = running.start(molecule.record, settings)
with pictures:
    if molecule.record is not None:
        running.stage(molecule.record, settings, job, molecule.why_not)
    else:
        st.caption("The molecule is being read.")
    with st.container():
        if job is not None and job.status != "done":
            jobs.show(job, key="coordinates_job", label="Diffusing")
made = None if job is None else job.result
with st.container():
    exports(made, running.KEY)
with st.container():
    if made is not None:
        results(made)
        published(made)
words()
