"""Polymer: chains of beads, learned by a VAE and by diffusion, also conditioned on a size."""

from __future__ import annotations

import streamlit as st

from pages.sections.polymer import comparison, guidance, latent_map, process, training
from pages.ui import theme, widgets

VIEWS = {
    "process": "Noise and back",
    "compare": "VAE against diffusion",
    "guide": "Guidance",
    "map": "Latent map",
}
#: What each view shows, and the models that can be trained there.
LABORATORIES = {
    "process": (process.show, ()),
    "compare": (comparison.show, ("ddpm", "vae", "latent", "steep", "lecture")),
    "guide": (guidance.show, ("told", "size")),
    "map": (latent_map.show, ("vae",)),
}
HELP = (
    "**Noise and back**: any schedule, sampler and denoiser, forward and reverse. **VAE against "
    "diffusion**: a variational autoencoder (VAE) and diffusion models of the same size on the "
    "same chains. **Guidance**: chains conditioned on a size. **Latent map**: every point of a "
    "plane is a chain."
)

#: Controls of the view that this page opened with when addresses left it out.
FORMER = {"rival", "rival_sampler", "rival_steps", "curve", "bound"}


def open_former() -> None:
    """A link from that time, which names no view, leads to the same one still."""
    if not {"lab"} & {*st.query_params, *st.session_state} and FORMER & {*st.query_params}:
        st.session_state["lab"] = "compare"


theme.header(
    "Polymer",
    "Chains of beads from a simulation, learned in three ways. Which model reproduces their sizes "
    "and bond lengths? Lengths are in bead diameters, σ.",
)
with st.container(key="page_row"):
    open_former()
    view = widgets.choice("Laboratory", VIEWS, "lab", help=HELP, wide=True)
laboratory, models = LABORATORIES[view]
with st.container():
    laboratory()
if models:
    training.panel(models)
