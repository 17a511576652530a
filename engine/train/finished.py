"""What the training commands share: the loop to the end, the measurement and the card."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from engine.data.datasets import Dataset
from engine.denoisers import Denoiser
from engine.evaluation import EnergyRatio, energy_ratio
from engine.noise import Schedule
from engine.samplers import Sampler, sample

POINTS = 50  #: of the training curve in a card
SAMPLES = 2000  #: that the energy ratio is measured with


class Update(Protocol):
    """Where a training stands after one update."""

    @property
    def step(self) -> int:
        """Updates made."""

    @property
    def loss(self) -> float:
        """Of this batch."""


Last = TypeVar("Last", bound=Update)


@dataclass(frozen=True, eq=False)
class Finished(Generic[Last]):
    """A training that has come to its end.

    Attributes:
        last: its last update.
        losses: of every batch.
        seconds: how long it took.
    """

    last: Last
    losses: list[float]
    seconds: float

    @property
    def loss(self) -> float:
        """Mean over the last tenth of the updates."""
        tail = self.losses[-max(1, len(self.losses) // 10) :]
        return sum(tail) / len(tail)

    def curve(self) -> list[tuple[int, float]]:
        """(update, mean loss since the last entry), about ``POINTS`` of them."""
        every = max(1, len(self.losses) // POINTS)
        ends = range(every, len(self.losses) + 1, every)
        return [(end, round(sum(self.losses[end - every : end]) / every, 5)) for end in ends]


def to_the_end(updates: Iterable[Last], total: int, label: str) -> Finished[Last]:
    """Train to the end, with a progress bar on the terminal."""
    start, losses = time.perf_counter(), []
    with tqdm(total=total, desc=label, mininterval=1.0) as bar:
        for update in updates:
            losses.append(update.loss)
            bar.update()
            if update.step % 100 == 0:
                bar.set_postfix(loss=f"{sum(losses[-100:]) / 100:.4f}", refresh=False)
    return Finished(update, losses, time.perf_counter() - start)


def quality(
    dataset: Dataset, denoiser: Denoiser, schedule: Schedule, sampler: Sampler, seeds: int
) -> EnergyRatio:
    """Energy ratio of samples against data that were never trained on."""

    def draw(n: int, generator: Generator) -> Tensor:
        x_T = torch.randn(n, dataset.dim, generator=generator)
        *_, last = sample(denoiser, schedule, x_T, sampler, generator)
        return last.x

    return energy_ratio(draw, dataset.sample, SAMPLES, range(seeds), reference=dataset.fresh)


def metrics(ratio: EnergyRatio, how: str) -> dict[str, Any]:
    """What a card says of the quality; ``how`` the samples were drawn."""
    return {
        "energy_ratio": round(ratio.mean, 3),
        "energy_ratio_spread": round(ratio.spread, 3),
        "energy_distance_floor": ratio.floor,
        "measured": f"{how}, {ratio.n} points, {ratio.seeds} seeds",
    }


def card(
    facts: dict[str, Any],
    command: str,
    finished: Finished[Last],
    measured: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The JSON card of new weights: how they came about and what is known of them.

    Args:
        facts: name, what is learned, hyperparameters, parameters, training data, and whatever
            loading needs to know.
        command: that makes the same weights, after ``python -m engine.train``.
        finished: the training.
        measured: ``metrics`` of the samples.
    """
    spent = {
        "training_loss": round(finished.loss, 5),
        "training_seconds": round(finished.seconds, 1),
    }
    return {
        **facts,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": f"python -m engine.train {command}",
        "metrics": spent | (measured or {}),
        "curve": {"columns": ["step", "training"], "rows": finished.curve()},
    }
