"""Polymer: chains of beads, learned by a VAE and by diffusion, also conditioned on a size."""

from __future__ import annotations

from pages.sections.polymer import comparison, guidance, latent_map, process, training
from pages.ui import theme, widgets

VIEWS = {
    "compare": "VAE against diffusion",
    "guide": "Guidance",
    "map": "Latent map",
    "process": "Noise and back",
}
HELP = (
    "**VAE against diffusion**: the same chains, the same number of parameters. **Guidance**: "
    "chains conditioned on a size. **Latent map**: every point of a plane is a chain. **Noise and "
    "back**: any schedule, sampler and denoiser, forward and reverse."
)

theme.header(
    "Polymer",
    "Chains of beads from a simulation, learned in three ways. Which model reproduces the sizes "
    "and bond lengths of the simulation?",
)
view = widgets.choice("Laboratory", VIEWS, "lab", help=HELP, wide=True)
if view == "compare":
    comparison.show()
    training.panel(("ddpm", "vae", "latent", "steep", "lecture"))
elif view == "guide":
    guidance.show()
    training.panel(("told", "size"))
elif view == "map":
    latent_map.show()
    training.panel(("vae",))
else:
    process.show()
