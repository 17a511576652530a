"""Train the pupils of the Symmetry page: ``python -m engine.train symmetry PUPIL``, or ``all``.

Each goes to ``assets/weights/symmetry_<pupil>.safetensors`` with its JSON card. ``curve`` measures
the error against the number of training shapes and writes it to ``symmetry_curve.json`` there.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Generator

from engine.cartesian.pupils import PUPILS, LessonOptions, error, fit, weights_path
from engine.experiments.symmetry.curve import COUNTS, curve_path, learning_curve
from engine.experiments.symmetry.directions import DirectionSettings, drawn, measured
from engine.networks import checkpoint, parameter_count
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.progress import finish
from engine.train.finished import card, to_the_end

SHIPPED = LessonOptions(
    steps=800, shapes=1024, learning_rate=6e-3, ema=0.99
)  #: of the weights that ship


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command; without a value each is the one that made the shipped weights."""
    parser.add_argument("pupil", choices=[*PUPILS, "all", "curve"])
    add_options(parser, LessonOptions)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file, for a single pupil or the curve")


def run(arguments: argparse.Namespace) -> None:
    """Train and write one pupil, each in turn, or the learning curve."""
    torch.set_num_threads(1)
    if arguments.pupil == "curve":
        options = from_arguments(LessonOptions, arguments, LessonOptions())
        made = finish(learning_curve(options, arguments.seed))
        text = json.dumps({"shapes": COUNTS, "options": asdict(options), "error": made}, indent=2)
        (arguments.out or curve_path()).write_text(text + "\n", encoding="utf-8")
        return
    keys = [*PUPILS] if arguments.pupil == "all" else [arguments.pupil]
    for key in keys:
        options = from_arguments(LessonOptions, arguments, SHIPPED)
        path = arguments.out if arguments.out and len(keys) == 1 else weights_path(key)
        _train(key, options, arguments.seed, path)


def _train(key: str, options: LessonOptions, seed: int, path: Path) -> None:
    pupil = PUPILS[key]
    updates = fit(pupil, options, Generator().manual_seed(seed))
    finished = to_the_end(updates, options.steps, pupil.label)
    denoiser = finished.last.denoiser
    shapes = drawn(denoiser, DirectionSettings()).x[-1]
    found = measured(shapes[None], shapes)
    measures = {
        "error": round(error(denoiser.net), 4),
        "directions": round(found.evenness, 3),
        "right_handed": round(found.right, 3),
        "misfit": round(found.misfit, 4),
        "measured": "unseen shapes in every direction; 400 samples, DPM-Solver++(2M), 20 steps",
    }
    facts = {
        "name": f"symmetry_{key}",
        "pupil": key,
        "what": f"{pupil.label}. {pupil.help}",
        "hyperparameters": {**asdict(options), "width": pupil.width, "depth": pupil.depth},
        "parameters": parameter_count(denoiser.net),
        "training_data": {"dataset": "spirals along x", "points": options.shapes, "seed": seed},
    }
    made = card(facts, f"symmetry {key}", finished, measures)
    checkpoint.save(path, denoiser.net.state_dict(), made)
    print(f"{path}: {made['parameters']} parameters, {finished.seconds:.0f} s; {measures}")
