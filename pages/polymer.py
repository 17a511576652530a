"""Polymer: chains of beads, learned by a VAE and by diffusion, freely and with a wish."""

from __future__ import annotations

from pages.ui import (
    polymer_compare,
    polymer_guidance,
    polymer_map,
    polymer_process,
    polymer_training,
    theme,
    widgets,
)

VIEWS = {
    "compare": "VAE against diffusion",
    "guide": "Guidance",
    "map": "Latent map",
    "process": "Noise and back",
}
HELP = (
    "**VAE against diffusion**: the same chains, the same budget. **Guidance**: chains of the size "
    "that you ask for. **Latent map**: every point of a plane is a chain. **Noise and back**: any "
    "schedule, sampler and denoiser, forward and reverse."
)

theme.header(
    "Polymer",
    "Chains of beads from a simulation, learned in three ways. Which of them make chains "
    "as long, as large and as crisp as the real ones?",
)
view = widgets.choice("Laboratory", VIEWS, "lab", help=HELP, wide=True)
if view == "compare":
    polymer_compare.show()
    polymer_training.panel(("ddpm", "vae", "latent", "steep", "lecture"))
elif view == "guide":
    polymer_guidance.show()
    polymer_training.panel(("told", "size"))
elif view == "map":
    polymer_map.show()
    polymer_training.panel(("vae",))
else:
    polymer_process.show()
