"""What the pages on symmetry claim: ``python -m engine.bench symmetry --json FILE [--quick]``.

* ``egnn_error``, ``plain_error``, ``augmented_error``: relative difference of f(Rx) and R f(x), the
  mean of 20 random rotations of one noised shape, averaged over ``shapes`` of them.
* ``directions_egnn``, ``directions_plain``, ``directions_augmented``: entropy of the directions of
  sampled shapes over that of the uniform distribution, 0 to 1.
* ``right_handed_*``: share of samples that wind as all training shapes do. ``misfit_*``: median
  distance to the nearest shape of the data, whichever way it lies.
* ``bonds_valid_cartesian``, ``bonds_valid_torsional``: share of the conformers of unseen molecules
  whose every bond is within 10 % of a force field's (``engine.bench.coordinates``);
  ``calls_per_conformer.*`` and ``seconds_per_conformer.*`` of both, wall clock.
* ``resultant_length``: of the training states of the tutorial's model at t = T; e^(-1/2) is right.
* ``one_molecule_seconds``: of training it on one conformer of ibuprofen, wall clock, with the dials
  on the way; ``one_molecule_dials_seconds``: until they first move. The same in seconds of one
  processor, which other work on the machine does not lengthen: ``..._processor_seconds``.

Further figures are one more function in ``PARTS``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from engine.bench.coordinates import quality, torsional_quality
from engine.cartesian.pupils import PUPILS, shipped
from engine.chem import MOLECULES
from engine.experiments.molecule.own_training import on_molecule, teaching
from engine.experiments.molecule.record import Record, Source, read
from engine.experiments.molecule.wrapping import resultant_length
from engine.experiments.symmetry.directions import DirectionSettings, drawn, measured
from engine.experiments.symmetry.turning import TurnSettings, mean_difference, noised_shape
from engine.experiments.training_run import train
from engine.progress import finish
from engine.torsional.scratch import ScratchOptions


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        shapes: noised shapes that are turned.
        samples: drawn from each network.
        molecules: held out, of each ``conformers`` are made.
        conformers: of every molecule.
        updates: of the model that is trained on one molecule.
        seed: of all.
    """

    shapes: int = 20
    samples: int = 4000
    molecules: int = 20
    conformers: int = 5
    updates: int = ScratchOptions().steps
    seed: int = 0


QUICK = Effort(shapes=3, samples=1000, molecules=3, conformers=2)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--quick", action="store_true", help="fewer shapes: well under two minutes")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """All figures; see the module's docstring."""
    torch.set_num_threads(1)
    size = QUICK if args.quick else Effort()
    effort = replace(size, seed=args.seed)
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


def conformers(effort: Effort) -> dict[str, Any]:
    """Bonds, network calls and seconds of both ways to a conformer."""
    found: dict[str, Any] = {}
    much, seed = (effort.molecules, effort.conformers), effort.seed + 1
    ways = {
        "cartesian": quality(*much, seed=seed),
        "torsional": torsional_quality(*much, seed=seed),
    }
    for key, made in ways.items():
        found[f"bonds_valid_{key}"] = made["bonds_valid"]
        for name in ("calls_per_conformer", "seconds_per_conformer"):
            found[f"{name}.{key}"] = made[name]
    return found


def wrapped(effort: Effort) -> dict[str, Any]:
    """The heap at which the tutorial's noise ends."""
    return {"resultant_length": round(resultant_length(effort.seed), 4)}


def one_molecule(effort: Effort) -> dict[str, Any]:
    """Training the tutorial's model on one conformer of ibuprofen, as its page does."""
    record = finish(read(Source("smiles", MOLECULES["ibuprofen"].smiles)))
    assert isinstance(record, Record)
    taught = teaching(record, record.molecule.xyz[:1])
    wall, processor = time.perf_counter(), time.process_time()
    found: dict[str, Any] = {}
    for step in train(on_molecule(taught, ScratchOptions(effort.updates), effort.seed)):
        spent = time.perf_counter() - wall, time.process_time() - processor
        if step.partial is not None and not found:
            found |= _seconds("one_molecule_dials", *spent)
    return found | _seconds("one_molecule", *spent)


def _seconds(name: str, wall: float, processor: float) -> dict[str, float]:
    return {f"{name}_seconds": round(wall, 2), f"{name}_processor_seconds": round(processor, 2)}


#: Each gives its own figures, by their keys.
PARTS: list[Callable[[Effort], dict[str, Any]]] = [
    turning, directions, conformers, wrapped, one_molecule,
]  # fmt: skip
