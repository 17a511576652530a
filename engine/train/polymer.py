"""Train the models of the polymer laboratory: ``python -m engine.train chains MODEL``, or ``all``.

Each goes to ``assets/weights/polymer_<model>.safetensors`` with its JSON card. ``latent`` learns in
the plane of the VAE on disk, so that one comes first.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Generator

from engine.networks import checkpoint
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.polymer import MODELS, POLYMER, Options, fit
from engine.polymer.models import weights_path
from engine.polymer.training import SHIPPED, Progress
from engine.train.finished import Finished, card, to_the_end


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command; without a value each is the one that made the shipped weights."""
    parser.add_argument("model", choices=[*MODELS, "all"])
    add_options(parser, Options)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file, for a single model")


def run(arguments: argparse.Namespace) -> None:
    """Train and write one model, or each in turn."""
    torch.set_num_threads(1)
    keys = [*MODELS] if arguments.model == "all" else [arguments.model]
    for key in keys:
        options = from_arguments(Options, arguments, SHIPPED[key])
        path = arguments.out if arguments.out and len(keys) == 1 else weights_path(key)
        updates = fit(key, options, Generator().manual_seed(arguments.seed))
        finished = to_the_end(updates, options.steps, MODELS[key].label)
        model, made = finished.last.model, _card(key, options, arguments.seed, finished)
        checkpoint.save(path, model.net.state_dict(), made)
        print(f"{path}: {model.parameters} parameters, {finished.seconds:.0f} s")


def _card(key: str, options: Options, seed: int, finished: Finished[Progress]) -> dict[str, Any]:
    recipe = MODELS[key]
    facts = {
        "name": f"polymer_{key}",
        "what": f"{recipe.label}. {recipe.help}",
        "hyperparameters": asdict(options),
        "parameters": finished.last.model.parameters,
        "schedule": {"name": recipe.schedule.key, **asdict(recipe.schedule)},
        "training_data": {"dataset": POLYMER.key, "points": len(POLYMER.train()), "seed": seed},
    }
    return card(facts, f"chains {key}", finished)
