"""Models of the polymer laboratory: which one is used, and their training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from engine.experiments.networks import Memory, Training, Update
from engine.experiments.training_run import PausableTraining, TrainingRun
from engine.polymer import Model, Options, fit, shipped
from engine.progress import Steps
from engine.streams import stream

PolymerRun: TypeAlias = TrainingRun[Model, Options]


@dataclass(frozen=True)
class PolymerModel:
    """A model of polymers: the one that ships, or, with ``training``, one trained anew.

    Attributes:
        key: of ``engine.polymer.models.MODELS``.
        training: None for the model that ships.
    """

    key: str
    training: Training[Options] | None = None


POLYMER_MODELS: Memory[Model] = Memory("polymer models")  #: by ``PolymerModel``


def updates(key: str, options: Options, seed: int) -> Iterator[Update[Model]]:
    """The updates of a training of the model ``key``; the same seed gives the same model."""
    for progress in fit(key, options, stream(seed, "training")):
        yield Update(progress.step, progress.loss, progress.model)


def model_of(name: PolymerModel) -> Steps[Model]:
    """The model ``name``: loaded, remembered, or trained again step by step.

    Raises:
        ValueError: if training ends before ``updates``.
        FileNotFoundError: if its weights are missing.
    """
    training = name.training
    if training is None:
        return shipped(name.key)
    return (
        yield from POLYMER_MODELS.find(
            name, training, lambda: updates(name.key, training.options, training.seed)
        )
    )


def on_polymers(key: str, options: Options, seed: int) -> PausableTraining[Model, Options]:
    """A training of the model ``key``; its copies are found by ``model_of``."""
    return PausableTraining(
        options,
        seed,
        updates(key, options, seed),
        POLYMER_MODELS,
        partial(PolymerModel, key),
    )
