"""Train the models of the polymer laboratory: ``python -m engine.train chains MODEL``, or ``all``.

Each goes to ``assets/weights/polymer_<model>.safetensors`` with its JSON card. ``latent`` learns in
the plane of the VAE on disk, so that one comes first.
"""

from __future__ import annotations

import argparse
import datetime
import time
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import Generator
from tqdm import tqdm

from engine import checkpoint
from engine.chains.learn import SHIPPED, Options, Progress, fit
from engine.chains.models import MODELS, POLYMER, weights_path

POINTS = 50  #: of the training curve in the card


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command; without a value each is the one that made the shipped weights."""
    parser.add_argument("model", choices=[*MODELS, "all"])
    for option in fields(Options):
        name, kind = "--" + option.name.replace("_", "-"), type(option.default)
        action: Any = argparse.BooleanOptionalAction if kind is bool else None
        extra = dict(action=action) if action else dict(type=kind)
        parser.add_argument(name, help=option.metadata["help"], **extra)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file, for a single model")


def run(arguments: argparse.Namespace) -> None:
    """Train and write one model, or each in turn."""
    torch.set_num_threads(1)
    names = [option.name for option in fields(Options)]
    given = {name: getattr(arguments, name) for name in names}
    changed = {name: value for name, value in given.items() if value is not None}
    keys = [*MODELS] if arguments.model == "all" else [arguments.model]
    for key in keys:
        options = replace(SHIPPED[key], **changed)
        path = arguments.out if arguments.out and len(keys) == 1 else weights_path(key)
        started = time.perf_counter()
        losses, last = train(key, options, arguments.seed)
        seconds = time.perf_counter() - started
        card = make_card(key, options, arguments.seed, losses, last, seconds)
        checkpoint.save(path, last.model.net.state_dict(), card)
        print(f"{path}: {last.model.parameters} parameters, {seconds:.0f} s")


def train(key: str, options: Options, seed: int) -> tuple[list[float], Progress]:
    """Train to the end with a progress bar: the loss of every update, and the end."""
    losses: list[float] = []
    with tqdm(total=options.steps, desc=MODELS[key].label, mininterval=1.0) as bar:
        for progress in fit(key, options, Generator().manual_seed(seed)):
            losses.append(progress.loss)
            bar.update()
            if progress.step % 100 == 0:
                bar.set_postfix(loss=f"{sum(losses[-100:]) / 100:.4f}", refresh=False)
    return losses, progress


def make_card(
    key: str, options: Options, seed: int, losses: list[float], last: Progress, seconds: float
) -> dict[str, Any]:
    """What the JSON card says about a model."""
    recipe, every = MODELS[key], max(1, len(losses) // POINTS)
    ends = range(every, len(losses) + 1, every)
    curve = [(end, round(sum(losses[end - every : end]) / every, 5)) for end in ends]
    train_set = POLYMER.train()
    return {
        "name": f"polymer_{key}",
        "what": f"{recipe.label}. {recipe.help}",
        "hyperparameters": asdict(options),
        "parameters": last.model.parameters,
        "schedule": {"name": recipe.schedule.key, **asdict(recipe.schedule)},
        "training_data": {
            "dataset": POLYMER.key,
            "points": 0 if train_set is None else len(train_set),
            "seed": seed,
        },
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": f"python -m engine.train chains {key}",
        "metrics": {
            "training_loss": round(sum(losses[-every:]) / every, 5),
            "training_seconds": round(seconds, 1),
        },
        "curve": {"columns": ["step", "training"], "rows": curve},
    }
