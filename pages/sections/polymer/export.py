"""What the polymer laboratory exports: its arrays, and the scripts that make them again."""

from __future__ import annotations

from typing import Any

from engine.experiments.polymer.comparison import ComparisonFilm, compare
from engine.experiments.polymer.guidance import GuidedChains, guide
from engine.experiments.polymer.latent_map import LatentMap, decode_plane
from engine.polymer import MEASURES, MODELS
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain


def of_comparison(made: ComparisonFilm) -> Export:
    """Chains of three models beside each other."""
    chosen = made.settings
    keys = chosen.diffusion.key, chosen.latent.key, chosen.vae.key
    labels = ", ".join(MODELS[key].label for key in keys)
    sampler = chosen.sampler
    note = f"{labels}; {sampler.label} in {sampler.steps} steps, seed {chosen.seed}"
    title = "Chains of three models."
    script = scripts.run(title, "polymer_compare", compare, chosen, source=[compare])
    return Export(note, _options("VAE against diffusion", chosen), made.described(), script)


def of_guidance(made: GuidedChains) -> Export:
    """Chains with and without a target size."""
    chosen, shifts = made.settings, made.asked.shift is not None
    sampler = chosen.sampler
    note = (
        f"Conditioned on R_g = {chosen.target:g} σ, scale {chosen.scale:g}, "
        f"{sampler.label} in {sampler.steps} steps, seed {chosen.seed}"
    )
    title = "Chains guided to a size."
    script = scripts.run(title, "polymer_guidance", guide, chosen, shifts, source=[guide])
    return Export(note, _options("guidance", chosen), made.described(), script)


def of_map(made: LatentMap) -> Export:
    """The latent plane of the VAE, decoded."""
    chosen = made.settings
    label = MEASURES[chosen.measure].label.lower()
    note = f"{MODELS[chosen.vae.key].label}, coloured by the {label}"
    title = "The latent plane, decoded."
    script = scripts.run(title, "polymer_map", decode_plane, chosen, source=[decode_plane])
    return Export(note, _options("latent map", chosen), made.described(), script)


def _options(view: str, settings: Any) -> dict[str, Any]:
    """The settings of an experiment as JSON, with the view of the page that made them."""
    return {"page": f"polymer, {view}", **plain(settings)}
