"""Train a flow network: ``python -m engine.train flow DATASET``.

It goes to ``assets/weights/toy_<dataset>_flow.safetensors`` with its JSON card: options, data,
date, command, parameters and the energy distance of its samples (``metrics.energy_ratio``).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Generator

from engine.data import DATASETS
from engine.denoisers import FitOptions, fit_flow, flow
from engine.networks import checkpoint, perceptron
from engine.noise import Cosine
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.samplers import FlowHeun
from engine.train.finished import card, metrics, quality, to_the_end

STEPS = 100  #: of Heun's method, for the measurement

_PLANE = FitOptions(steps=4_000, ema=0.998)

#: Options that made the shipped weights, by data set.
SHIPPED: dict[str, FitOptions] = {
    **{key: _PLANE for key, dataset in DATASETS.items() if dataset.group == "2d"},
    **{key: replace(_PLANE, steps=7_000, ema=0.999) for key in ("swiss_roll", "moons")},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; those not given are those of the shipped weights."""
    parser.add_argument("dataset", choices=SHIPPED)
    add_options(parser, FitOptions)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=5, help="repetitions of the measurement")
    parser.add_argument("--threads", type=int, default=1, help="torch threads")
    parser.add_argument("--out", type=Path, help="file to write the weights to")


def run(arguments: argparse.Namespace) -> None:
    """Train, measure and write one flow network."""
    torch.set_num_threads(arguments.threads)
    dataset, seed = DATASETS[arguments.dataset], arguments.seed
    options = from_arguments(FitOptions, arguments, SHIPPED[dataset.key])
    updates = fit_flow(dataset, options, Generator().manual_seed(seed))
    finished = to_the_end(updates, options.steps, dataset.label)
    trained = finished.last.flow
    ratio = quality(dataset, trained, Cosine(), FlowHeun(steps=STEPS), arguments.seeds)
    facts = {
        "name": dataset.key,
        "what": f"velocity eps - x_0 of {dataset.label} on straight lines, at every time",
        "network": "flow",
        "dim": dataset.dim,
        "hyperparameters": asdict(options),
        "parameters": perceptron.parameter_count(trained.net),
        "training_data": {"dataset": dataset.key, "points": "fresh draws", "seed": seed},
    }
    measured = metrics(ratio, f"Heun, {STEPS} steps")
    made = card(facts, " ".join(sys.argv[1:]), finished, measured)
    out = arguments.out or flow.weights_path(dataset.key)
    checkpoint.save(out, trained.net.state_dict(), made)
    print(
        f"{out}: {made['parameters']} parameters, {finished.seconds:.0f} s; "
        f"energy ratio {ratio.mean:.2f} +- {ratio.spread:.2f} over {ratio.seeds} seeds"
    )
