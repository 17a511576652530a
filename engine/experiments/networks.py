"""Which network an experiment uses: the one that ships, or one trained with stated options.

Settings of experiments hold a ``Network``, so that they compare by value, can be written out in a
script, and name a network that another process can train again, bit for bit. A network that was
just trained (on a page, say) is remembered for as long as somebody holds it, so nobody trains it
twice.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from engine.data import DATASETS, Dataset
from engine.denoisers import FitOptions, Learned, fit, load
from engine.progress import Step, Steps
from engine.remembered import Remembered
from engine.streams import stream


class TrainingOptions(Protocol):
    """What all options of a training have: the number of updates."""

    @property
    def steps(self) -> int: ...


ModelT = TypeVar("ModelT")
OptionsT = TypeVar("OptionsT", bound=TrainingOptions)


@dataclass(frozen=True)
class Training(Generic[OptionsT]):
    """How a network was trained: options, seed, and after how many updates it was taken."""

    options: OptionsT
    seed: int
    updates: int


@dataclass(frozen=True)
class Network:
    """The network of a data set: the one that ships, or, with ``training``, one trained anew.

    Attributes:
        dataset: the data set's ``key``.
        training: None for the network that ships.
    """

    dataset: str
    training: Training[FitOptions] | None = None


@dataclass(frozen=True, eq=False)
class Update(Generic[ModelT]):
    """A training after an update; ``model`` moves on with it, so copy it to keep it."""

    step: int
    loss: float
    model: ModelT


@lru_cache(maxsize=32)
def shipped(dataset: str) -> Learned:
    """The network that ships for a data set, loaded once in a process; raises as ``load`` does."""
    return load(dataset)


def updates(data: Dataset, options: FitOptions, seed: int) -> Iterator[Update[Learned]]:
    """The updates of a training on ``data``; the same seed gives the same network."""
    for progress in fit(data, options, stream(seed, "training")):
        yield Update(progress.step, progress.loss, progress.denoiser)


def denoising(network: Network) -> Steps[Learned]:
    """The denoiser of ``network``: loaded, remembered, or trained again step by step.

    Raises:
        ValueError: if no network ships for the data set, or training ends before ``updates``.
        FileNotFoundError: if its weights are missing.
    """
    if network.training is None:
        return shipped(network.dataset)
    return (yield from trained(DATASETS[network.dataset], network.training))


def trained(data: Dataset, training: Training[FitOptions]) -> Steps[Learned]:
    """The network trained on ``data``, which need not be registered: remembered or trained again.

    Two data sets of one ``key`` must have the same points.

    Raises:
        ValueError: if training ends before ``training.updates``.
    """
    name = Network(data.key, training)
    return (
        yield from DENOISERS.find(
            name, training, lambda: updates(data, training.options, training.seed)
        )
    )


class Memory(Remembered[ModelT]):
    """Trained models by what they are called, which states how to train them again."""

    def find(
        self,
        name: Hashable,
        training: Training[OptionsT],
        begin: Callable[[], Iterator[Update[ModelT]]],
    ) -> Steps[ModelT]:
        """The model ``name``, or else the one that the updates of ``begin()`` lead to.

        Raises:
            ValueError: if training ends before ``training.updates``.
        """
        known = self.get(name)
        if known is not None:
            return known
        for update in begin():
            if update.step == training.updates:
                model = copy.deepcopy(update.model)
                self.keep(name, model)
                return model
            yield Step(update.step, training.updates, "Training the network again")
        raise ValueError(
            f"The training ends after {training.options.steps} updates, before {training.updates}."
        )


DENOISERS: Memory[Learned] = Memory("denoisers")  #: by ``Network``
