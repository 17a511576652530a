"""Helix: a chain and the matrix of its distances, noised and denoised on one clock."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.data import DATASETS
from engine.experiments.film import Process
from engine.experiments.helix import SAMPLES, helix_film
from engine.figures.charts.chains import sampled_chains
from pages.sections.helix.lessons import EXERCISES
from pages.sections.helix.pictures import CONTACT, scene
from pages.sections.helix.reading import BANDS, numbers
from pages.ui import jobs, theme, widgets
from pages.ui.components.picture import picture
from pages.ui.export import points
from pages.ui.process_controls import controls
from pages.ui.stage import Stage, equations
from pages.ui.training import training_panel
from pages.ui.wording import show_reading

VIEWS = {"reverse": "Denoise", "forward": "Add noise", "both": "Side by side"}


def words(process: Process) -> None:
    """The formulas behind what is seen."""
    scale = DATASETS[process.dataset].scale
    with equations():
        st.markdown("**Forward.** Coordinates shrink towards 0 and noise takes their place:")
        st.latex(r"x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon")
        st.markdown(
            f"One unit is {scale:.1f} Å here, so pure noise spreads every coordinate by "
            f"{scale:.1f} Å: neighbours end up as far apart as any two residues.\n\n"
            "**Reverse.** The denoiser predicts the clean helix. The pale chain is this prediction:"
        )
        st.latex(r"\hat x_0(x_t) \approx \mathbb E[x_0 \mid x_t]")
        st.markdown(
            "Each step moves $x_t$ a little towards it. The prediction is a *mean* over all "
            "helices that may have led to $x_t$: at first it is blurred near the axis, and it "
            "becomes a helix only once the orientation of the turns is decided."
        )


place = theme.header(
    "Helix",
    "A helix of 24 residues forms from noise. Beside it, the distances between all residues: "
    "point at a cell or at a residue to see which belong together.",
)
EXERCISES.arrive()
with place:
    helices = {key: data for key, data in DATASETS.items() if data.group == "helix"}
    data = helices[
        widgets.choice(
            "Helix",
            helices,
            "data",
            "helix_alpha",
            help="The alpha helix of proteins, in space: drag to turn it. Or a helix seen along "
            "its axis that widens as it turns.",
            wide=True,
        )
    ]
strip = st.container()
with st.sidebar:
    view = widgets.choice(
        "Show", VIEWS, "view", help="From noise to data, from data to noise, or both at once."
    )
    ghosts = widgets.toggle(
        "Prediction as a pale chain",
        "ghost",
        default=True,
        help="On the way to noise: the original chain, x_0. On the way back: the denoiser's "
        "prediction of x_0 at this moment.",
    )
    contacts = widgets.toggle(
        f"Only contacts, below {CONTACT:g} Å",
        "contacts",
        default=False,
        help="Spreads the colours of the matrix over short distances, so that the bands of "
        "residues that touch each other stand out.",
    )
    process = controls(data, lambda: SAMPLES)
with strip:
    EXERCISES.show()
stage = Stage("helix", height=390)
film = jobs.cached("helix_film", helix_film, process, label="Sampling helices")
if film is None:
    stage.show(data.label, None, None)
else:
    export = points.of_process("helix", data.label, process, film, helix_film)
    looks = data.key, view, ghosts, contacts
    stage.show(data.label, picture("helix", partial(scene, film, *looks), process, looks), export)
show_reading(process.schedule)
left, right = st.columns([5, 6], gap="large")
left.markdown(BANDS[data.key])
with right:
    st.markdown("#### Is it a helix?")
    if film is not None:
        numbers(film, data.key)
words(process)
assert data.chain_shape is not None
training_panel.panel(data.key, draw=partial(sampled_chains, data.chain_shape, count=6, columns=2))
