"""The learning curve: error against the number of training shapes, for each pupil.

A shape counts once: who learns from random rotations sees each of them in one direction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from engine.cartesian.pupils import PUPILS, LessonOptions, error, fit
from engine.experiments.symmetry.trio import TrioRun
from engine.networks import checkpoint
from engine.paths import damaged, needed
from engine.progress import Step, Steps
from engine.streams import stream

COUNTS = (4, 16, 64, 256, 1024)  #: training shapes


def curve_path() -> Path:
    """Where the curve stands that ships."""
    return checkpoint.WEIGHTS / "symmetry_curve.json"


@dataclass(frozen=True)
class Learned:
    """What was measured when the weights were made.

    Attributes:
        shapes: numbers of training shapes.
        error: by pupil, one error for each.
        steps: updates of each training.
    """

    shapes: tuple[int, ...]
    error: dict[str, tuple[float, ...]]
    steps: int


@cache
def shipped_curve() -> Learned:
    """The curve that ships.

    Raises:
        MissingAssetError: if it is missing.
        AssetError: if it cannot be read.
    """
    path = needed(curve_path())
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        errors = {key: tuple(found["error"][key]) for key in PUPILS}
        return Learned(tuple(found["shapes"]), errors, found["options"]["steps"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error_:
        raise damaged(path, "is not a learning curve") from error_


def own_errors(run: TrioRun) -> tuple[tuple[int, float], ...]:
    """The error of each network that a user trains, with the number of its training shapes."""
    nets = (denoiser.net for denoiser in run.model.denoisers.values())
    return tuple((run.options.shapes, error(net)) for net in nets)


def learning_curve(options: LessonOptions, seed: int = 0) -> Steps[dict[str, list[float]]]:
    """By pupil: its error on unseen shapes in every direction, for each of ``COUNTS``."""
    found: dict[str, list[float]] = {key: [] for key in PUPILS}
    total = len(PUPILS) * len(COUNTS)
    for key, pupil in PUPILS.items():
        for n in COUNTS:
            for progress in fit(pupil, replace(options, shapes=n), stream(seed, "training"), True):
                done = sum(map(len, found.values())) + progress.step / options.steps
                yield Step(done, total, f"{pupil.label}, {n} shapes")
            found[key].append(error(progress.denoiser.net))
    return found
