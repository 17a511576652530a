"""What the pages on symmetry claim: ``python -m engine.bench symmetry --json FILE [--quick]``.

* ``egnn_error``, ``plain_error``, ``augmented_error``: relative difference of f(Rx) and R f(x), the
  mean of 20 random rotations of one noised shape, averaged over ``shapes`` of them.
* ``directions_egnn``, ``directions_plain``, ``directions_augmented``: entropy of the directions of
  sampled shapes over that of the uniform distribution, 0 to 1.
* ``right_handed_*``: share of samples that wind as all training shapes do. ``misfit_*``: median
  distance to the nearest shape of the data, whichever way it lies.

Further figures are one more function in ``PARTS``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from engine.cartesian.pupils import PUPILS, shipped
from engine.experiments.symmetry.directions import DirectionSettings, drawn, measured
from engine.experiments.symmetry.turning import TurnSettings, mean_difference, noised_shape


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        shapes: noised shapes that are turned.
        samples: drawn from each network.
        seed: of both.
    """

    shapes: int = 20
    samples: int = 4000
    seed: int = 0


QUICK = Effort(shapes=3, samples=1000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--quick", action="store_true", help="fewer shapes: well under two minutes")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures; see the module's docstring."""
    torch.set_num_threads(1)
    size = QUICK if args.quick else Effort()
    effort = Effort(size.shapes, size.samples, args.seed)
    figures: dict[str, Any] = {}
    for part in PARTS:
        figures |= part(effort)
    return figures


def turning(effort: Effort) -> dict[str, Any]:
    """How far f(Rx) is from R f(x), for each network."""
    found = {}
    for key in PUPILS:
        net, errors = shipped(key).net, []
        for seed in range(effort.seed, effort.seed + effort.shapes):
            settings = TurnSettings(seed=seed)
            x_t = noised_shape(settings)[2]
            errors.append(mean_difference(net, x_t, settings.alpha_bar, "rotate", seed))
        found[f"{key}_error"] = sum(errors) / len(errors)
    return found


def directions(effort: Effort) -> dict[str, Any]:
    """Where samples point, how they wind, and whether they are shapes of the data."""
    found: dict[str, Any] = {}
    for key in PUPILS:
        settings = DirectionSettings(seed=effort.seed)
        last = drawn(shipped(key), settings, effort.samples).x[-1]
        made = measured(last[None], last)
        found[f"directions_{key}"] = round(made.evenness, 4)
        found[f"right_handed_{key}"] = round(made.right, 4)
        found[f"misfit_{key}"] = round(made.misfit, 4)
    return found


#: Each gives its own figures, by their keys.
PARTS: list[Callable[[Effort], dict[str, Any]]] = [turning, directions]
