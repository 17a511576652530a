"""``python -m engine.train DATASET``: the networks of the toy data sets.

A toy network goes to ``assets/weights/toy_<dataset>.safetensors`` with its JSON card: options,
data, date, command, parameters and the energy distance of its samples
(``engine.evaluation.energy_ratio``).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Generator

from engine.data import DATASETS
from engine.data.datasets import Dataset
from engine.denoisers import Learned, training
from engine.denoisers.learned import weights_path
from engine.evaluation import EnergyRatio
from engine.networks import checkpoint, perceptron
from engine.noise import Linear
from engine.options import add_arguments, from_arguments
from engine.samplers import DDPM
from engine.train.finished import card, metrics, quality, to_the_end

_LINE = training.FitOptions(steps=8_000, width=64, ema=0.998)
_PLANE = training.FitOptions(steps=8_000, ema=0.999)
_CHAIN = training.FitOptions(
    steps=12_000, batch_size=256, learning_rate=1e-3, width=224, depth=4, ema=0.999
)

#: Options that made the shipped weights, by data set or else by group; the command line can
#: change each.
SHIPPED: dict[str, training.FitOptions] = {
    "swiss_roll": replace(_PLANE, steps=30_000, batch_size=1024, ema=0.9995),
    "1d": _LINE,
    "2d": _PLANE,
    "helix": _CHAIN,
    "polymer": replace(_CHAIN, steps=50_000),
    "polymer_long": replace(_CHAIN, steps=25_000, width=256),
    "polymer_space": replace(_CHAIN, steps=25_000),
}


def shipped_options(dataset: Dataset) -> training.FitOptions:
    """The options that ``python -m engine.train`` uses for ``dataset`` unless told otherwise."""
    return SHIPPED.get(dataset.key, SHIPPED[dataset.group])


def add_toy_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One subcommand per data set, with its own defaults."""
    for key, dataset in DATASETS.items():
        shipped = shipped_options(dataset)
        parser = commands.add_parser(key, help=f"{dataset.label}: {dataset.help}")
        add_arguments(parser, training.FitOptions, shipped)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--seeds", type=int, default=5, help="repetitions of the measurement")
        parser.add_argument("--threads", type=int, default=1, help="torch threads")
        parser.add_argument("--out", type=Path, default=weights_path(key))
        parser.set_defaults(run=run_toy, dataset=key)


def measure(dataset: Dataset, denoiser: Learned, seeds: int) -> EnergyRatio:
    """Energy ratio of samples by DDPM with all 1,000 steps of the linear schedule."""
    return quality(dataset, denoiser, Linear(), DDPM(), seeds)


def run_toy(arguments: argparse.Namespace) -> None:
    """Train, measure and write one toy network."""
    torch.set_num_threads(arguments.threads)
    dataset, seed = DATASETS[arguments.dataset], arguments.seed
    options = from_arguments(training.FitOptions, arguments, shipped_options(dataset))
    updates = training.fit(dataset, options, Generator().manual_seed(seed))
    finished = to_the_end(updates, options.steps, dataset.label)
    denoiser, points = finished.last.denoiser, dataset.train()
    ratio = measure(dataset, denoiser, arguments.seeds)
    facts = {
        "name": dataset.key,
        "what": f"velocity v of {dataset.label}, at every noise level",
        "network": "mlp",
        "dim": dataset.dim,
        "hyperparameters": asdict(options),
        "parameters": perceptron.parameter_count(denoiser.net),
        "training_data": {
            "dataset": dataset.key,
            "points": "fresh draws" if points is None else len(points),
            "seed": seed,
        },
    }
    measured = metrics(ratio, "DDPM, 1,000 linear steps")
    made = card(facts, " ".join(sys.argv[1:]), finished, measured)
    checkpoint.save(arguments.out, denoiser.net.state_dict(), made)
    print(
        f"{arguments.out}: {made['parameters']} parameters, {finished.seconds:.0f} s; "
        f"energy ratio {ratio.mean:.2f} +- {ratio.spread:.2f} over {ratio.seeds} seeds"
    )
