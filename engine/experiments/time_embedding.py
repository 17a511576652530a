"""What a network sees of time: the embedding of each t, and which times look alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from engine.experiments.film import frame_times
from engine.experiments.networks import Network, denoising
from engine.networks.perceptron import embedding_rows, similarity
from engine.noise import Schedule
from engine.progress import Steps

FRAMES = 100  #: intervals between the times


@dataclass(frozen=True, eq=False)
class Embedding:
    """The embeddings of F times.

    Attributes:
        t: (F,) the times, 0 first.
        rows: (F, size) their embeddings.
        alike: (F, F) cosines of the angles between them.
    """

    t: np.ndarray
    rows: np.ndarray
    alike: np.ndarray


def embedding(network: Network, schedule: Schedule) -> Steps[Embedding]:
    """What ``network`` is given for each time of ``schedule``."""
    denoiser = yield from denoising(network)
    return embedded(schedule, denoiser.net.net.embedding)


def embedded(schedule: Schedule, size: int) -> Embedding:
    """The embeddings of ``size`` numbers for each time of ``schedule``."""
    times = frame_times(schedule.T, FRAMES)
    levels = torch.stack([schedule.alpha_bar(t) for t in times.long().tolist()]).float()
    rows = embedding_rows(levels, size)
    return Embedding(times.float().numpy(), rows.numpy(), similarity(rows).numpy())
