"""The polymer laboratory: chains of beads, simulated, and learned in several ways.

``simulation`` makes the data (``python -m engine.polymer``), ``data`` holds them in sigma and as
points, ``models`` has the recipes and the bundled networks, ``training`` trains them, ``sampling``
draws chains, ``guides`` asks for a size, and ``evaluation`` compares with chains that were kept
from training::

    from torch import Generator
    from engine.polymer import GUIDES, adherence, distances, draw, draw_guided, shipped

    chains = draw(shipped("ddpm"), 100, Generator().manual_seed(0))  # (100, 12, 2) in sigma
    print(distances(chains)["gyration"])
    coils = draw_guided(GUIDES["free"].denoiser(1.4, 1.0), 100, Generator().manual_seed(0))
    print(adherence(coils, 1.4))
"""

from engine.polymer.data import CHAINS, POLYMER, held_out, training_chains
from engine.polymer.evaluation import MEASURES, adherence, assess, distances, floors
from engine.polymer.guides import GUIDES
from engine.polymer.models import MODELS, Model, load, shipped
from engine.polymer.sampling import draw, draw_guided, trajectory
from engine.polymer.training import Options, fit

__all__ = [
    "CHAINS", "GUIDES", "MEASURES", "MODELS", "POLYMER", "Model", "Options", "adherence", "assess",
    "distances", "draw", "draw_guided", "fit", "floors", "held_out", "load", "shipped",
    "training_chains", "trajectory",
]  # fmt: skip
