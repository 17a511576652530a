"""``python -m engine.train torsional``: from an ensemble file to shipped weights."""

from __future__ import annotations

import argparse
import datetime
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from engine import checkpoint, ensembles
from engine.torsional.model import MODELS, build, hyperparameters
from engine.torsional.training import Progress, TrainingOptions, fit, split


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--data", type=Path, required=True, help="ensemble file (.npz)")
    parser.add_argument(
        "--matched",
        type=Path,
        default=Path("matched.npz"),
        help="where conformer matching keeps its result; made from --data if missing",
    )
    parser.add_argument("--out", type=Path, default=checkpoint.WEIGHTS / MODELS["torus"])
    parser.add_argument("--minutes", type=float, default=TrainingOptions.minutes)
    parser.add_argument("--batch-size", type=int, default=TrainingOptions.batch_size)
    parser.add_argument("--learning-rate", type=float, default=TrainingOptions.learning_rate)
    parser.add_argument("--weight-decay", type=float, default=TrainingOptions.weight_decay)
    parser.add_argument("--seed", type=int, default=TrainingOptions.seed)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=2, help="processes for matching")
    parser.add_argument("--threads", type=int, default=1, help="torch threads for training")
    parser.add_argument("--resume", action="store_true", help="start from the weights in --out")


def run(args: argparse.Namespace) -> None:
    """Match (once), train, and keep the checkpoint with the lowest mean validation loss."""
    torch.set_num_threads(args.threads)
    if not args.matched.exists():
        ensembles.prepare(args.data, args.matched, args.workers)
    training, validation = split(list(ensembles.molecules(args.matched)), 0.05)
    options = TrainingOptions(
        minutes=args.minutes,
        batch_size=args.batch_size,
        learning_rate=args.learning_rate,
        weight_decay=args.weight_decay,
        seed=args.seed,
    )
    network = None
    if args.resume:
        state_dict, card = checkpoint.load(args.out)
        network = build(card, state_dict)
    best, curve = np.inf, []
    data = {
        "source": args.data.name,
        "molecules": len(training),
        "conformers": sum(len(m.xyz) for m in training),
        "validation_molecules": len(validation),
    }
    for progress in fit(training, validation, options, network, args.device):
        mean = float(np.mean(list(progress.validation.values())))
        bands = "  ".join(f"{s:.1f}: {v:.3f}" for s, v in progress.validation.items())
        print(
            f"{100 * progress.fraction:5.1f} %  step {progress.step:6d}  "
            f"training {progress.loss:.3f}  validation {mean:.3f}  [{bands}]",
            flush=True,
        )
        curve.append([progress.step, round(progress.loss, 4), round(mean, 4)])
        if mean < best:
            best = mean
            checkpoint.save(
                args.out, progress.network.state_dict(), _card(progress, options, data, curve)
            )


def _card(progress: Progress, options: TrainingOptions, data: dict, curve: list) -> dict:
    state_dict = progress.network.state_dict()
    return {
        "name": "torus",
        "what": "score of the wrapped normal on the torus of rotatable bonds",
        "source": "Jing et al. 2022, arXiv 2206.01729; network: engine/torsional/network.py",
        "hyperparameters": hyperparameters(progress.network),
        "parameters": checkpoint.count_parameters(state_dict),
        "training": asdict(options),
        "data": data,
        "command": "python -m engine.train " + " ".join(sys.argv[1:]),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "step": progress.step,
        "validation_loss_by_sigma": {str(s): round(v, 4) for s, v in progress.validation.items()},
        "curve": {"columns": ["step", "training", "validation"], "rows": curve},
    }
