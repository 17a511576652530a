"""Train a flow network: ``python -m engine.train flow DATASET``.

It goes to ``assets/weights/toy_<dataset>_flow.safetensors`` with its JSON card: options, data,
date, command, parameters and the energy distance of its samples (``metrics.energy_ratio``).
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor
from tqdm import tqdm

from engine import checkpoint, flow, nets
from engine.data import DATASETS, Dataset
from engine.flow_learn import fit_flow
from engine.learn import FitOptions
from engine.metrics import EnergyRatio, energy_ratio
from engine.noise import Cosine
from engine.sample import sample

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
    for option in fields(FitOptions):
        name = "--" + option.name.replace("_", "-")
        parser.add_argument(name, type=type(option.default), help=option.metadata["help"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=5, help="repetitions of the measurement")
    parser.add_argument("--threads", type=int, default=1, help="torch threads")
    parser.add_argument("--out", type=Path, help="file to write the weights to")


def measure(dataset: Dataset, trained: flow.Flow, seeds: int) -> EnergyRatio:
    """Energy ratio of 2,000 samples against fresh data."""

    def draw(n: int, generator: Generator) -> Tensor:
        x_T = torch.randn(n, dataset.dim, generator=generator)
        *_, last = sample(trained, Cosine(), x_T, flow.FlowHeun(steps=STEPS), generator)
        return last.x

    return energy_ratio(draw, dataset.sample, 2000, range(seeds), reference=dataset.fresh)


def make_card(
    dataset: Dataset, options: FitOptions, trained: flow.Flow, seed: int, ratio: EnergyRatio
) -> dict[str, Any]:
    """What the JSON card says, but for loss and time of the training."""
    return {
        "name": dataset.key,
        "what": f"velocity eps - x_0 of {dataset.label} on straight lines, at every time",
        "network": "flow",
        "dim": dataset.dim,
        "hyperparameters": asdict(options),
        "parameters": nets.parameter_count(trained.net),
        "training_data": {"dataset": dataset.key, "points": "fresh draws", "seed": seed},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": "python -m engine.train " + " ".join(sys.argv[1:]),
        "metrics": {
            "energy_ratio": round(ratio.mean, 3),
            "energy_ratio_spread": round(ratio.spread, 3),
            "energy_distance_floor": ratio.floor,
            "measured": f"Heun, {STEPS} steps, {ratio.n} points, {ratio.seeds} seeds",
        },
    }


def run(arguments: argparse.Namespace) -> None:
    """Train, measure and write one flow network."""
    torch.set_num_threads(arguments.threads)
    dataset = DATASETS[arguments.dataset]
    given = {f.name: getattr(arguments, f.name) for f in fields(FitOptions)}
    given = {name: value for name, value in given.items() if value is not None}
    options = replace(SHIPPED[dataset.key], **given)
    start, losses = time.perf_counter(), []
    generator = Generator().manual_seed(arguments.seed)
    for progress in tqdm(fit_flow(dataset, options, generator), dataset.label, options.steps):
        losses.append(progress.loss)
    seconds = time.perf_counter() - start
    ratio = measure(dataset, progress.flow, arguments.seeds)
    card = make_card(dataset, options, progress.flow, arguments.seed, ratio)
    tail = losses[-max(1, options.steps // 10) :]
    card["metrics"]["training_loss"] = round(sum(tail) / len(tail), 5)
    card["metrics"]["training_seconds"] = round(seconds, 1)
    out = arguments.out or flow.weights_path(dataset.key)
    checkpoint.save(out, progress.flow.net.state_dict(), card)
    print(
        f"{out}: {card['parameters']} parameters, {seconds:.0f} s; "
        f"energy ratio {ratio.mean:.2f} +- {ratio.spread:.2f} over {ratio.seeds} seeds"
    )
