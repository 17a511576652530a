"""What the page Symmetry exports: its arrays, and the scripts that make them again."""

from __future__ import annotations

from engine.experiments.symmetry.directions import Directions, sample_directions
from engine.experiments.symmetry.turning import Turning, turn
from pages.ui.export import scripts
from pages.ui.export.arrays import Export, plain


def of_turning(made: Turning) -> Export:
    """The noised shape and what the networks say of it."""
    chosen = made.settings
    note = f"Noised to ᾱ = {chosen.alpha_bar:.2f}, seed {chosen.seed}"
    script = scripts.run("One noised shape, three networks.", "symmetry_turn", turn, chosen)
    options = {"page": "symmetry, turn the input", **plain(chosen)}
    return Export(note, options, made.described(), script)


def of_directions(made: Directions) -> Export:
    """The shapes that the networks sample."""
    chosen = made.settings
    note = f"{chosen.sampler.label}, {chosen.sampler.steps or 'all'} steps, seed {chosen.seed}"
    title = "Shapes sampled by three networks that were taught in one direction."
    script = scripts.run(title, "symmetry_taught", sample_directions, chosen)
    options = {"page": "symmetry, taught in one direction", **plain(chosen)}
    return Export(note, options, made.described(), script)
