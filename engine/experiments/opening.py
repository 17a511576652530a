"""The film of the start page: a data set dissolves, and a trained network samples it again."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data import DATASETS
from engine.denoisers.learned import is_trained
from engine.experiments.film import Film, Walk, noise_and_back
from engine.experiments.networks import Network, denoising
from engine.noise import Cosine
from engine.progress import Steps
from engine.samplers import DDIM
from engine.streams import stream

HALF = 50  #: steps into noise, and steps back
SCHEDULE = Cosine(T=100)


@dataclass(frozen=True)
class Opening:
    """What the start page shows.

    Attributes:
        counts: data sets by key, and how many points or chains of each.
        seed: of all of them.
    """

    counts: tuple[tuple[str, int], ...] = (("swiss_roll", 4000), ("helix_alpha", 1), ("polymer", 9))
    seed: int = 7


def opening(settings: Opening) -> Steps[dict[str, Film]]:
    """The films by data set, of those whose network ships.

    Each data set dissolves along one fixed noise, and its network takes that same noise back.
    """
    walk = Walk(
        SCHEDULE, DDIM(steps=HALF), path="fixed", same=True, seed=settings.seed, frames=HALF
    )
    films: dict[str, Film] = {}
    for key, count in settings.counts:
        if is_trained(key):
            x_0 = DATASETS[key].sample(count, stream(settings.seed, "data"))
            denoiser = yield from denoising(Network(key))
            films[key] = yield from noise_and_back(x_0, denoiser, walk)
    return films
