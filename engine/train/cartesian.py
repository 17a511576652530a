"""``python -m engine.train cartesian``: from ensemble files to the network on coordinates.

Molecules of the files given with ``--exclude`` (the benchmark), and their stereoisomers, are left
out. One scaffold in twenty is held out for validation, as for the torsional model.
"""

from __future__ import annotations

import argparse
import datetime
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from engine.cartesian.model import MODELS, load
from engine.cartesian.network import CoordinateNet, NetworkOptions
from engine.cartesian.process import SCALE
from engine.cartesian.training import Progress, TrainingOptions, TrainingSet, fit
from engine.chem.search.smiles_lists import identify
from engine.conformers import ensembles
from engine.molecule import Molecule
from engine.networks import checkpoint
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.train.torsional import HELD_OUT, split


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="ensemble files (.npz)")
    parser.add_argument(
        "--exclude",
        type=Path,
        nargs="+",
        default=[],
        help="ensemble files (.npz) whose molecules, and their stereoisomers, to leave out",
    )
    parser.add_argument("--out", type=Path, default=checkpoint.WEIGHTS / MODELS["springs"])
    add_options(parser, TrainingOptions, TrainingOptions(), truths=True)
    add_options(parser, NetworkOptions, NetworkOptions(), skip=["features"])
    parser.add_argument("--start", type=Path, help="weights to begin with (.safetensors)")
    parser.add_argument("--threads", type=int, default=1, help="torch threads")


def run(args: argparse.Namespace) -> None:
    """Train, and keep the checkpoint with the lowest mean validation loss."""
    torch.set_num_threads(args.threads)
    options = from_arguments(TrainingOptions, args)
    training, validation = split(list(molecules(args.data, args.exclude)))
    torch.manual_seed(options.seed)
    if args.start:
        network = load(path=args.start).network.requires_grad_(True).train()
    else:
        network = CoordinateNet(from_arguments(NetworkOptions, args))
    facts = {
        "sources": [path.name for path in args.data],
        "left_out": [path.name for path in args.exclude],
        "molecules": len(training),
        "conformers": sum(len(m.xyz) for m in training),
        "held_out": [m.name for m in validation],
        "split": f"by Murcko scaffold, 1 in {HELD_OUT} held out",
    }
    best = math.inf
    if args.start:
        before = load(path=args.start).card
        facts["before"] = {k: before[k] for k in ("date", "step", "minutes")}
        if before["data"].get("held_out") == facts["held_out"]:
            best = _mean(before["validation_loss_by_sigma"])
    updates = fit(network, TrainingSet(training), validation, options)
    keep(updates, args.out, options, facts, best)


def molecules(data: Sequence[Path], exclude: Sequence[Path]) -> Iterator[Molecule]:
    """The molecules of ``data`` that no file of ``exclude`` has."""
    hidden = {found.skeleton for path in exclude for e in ensembles.read(path)
              if (found := identify(e.smiles))}  # fmt: skip
    for path in data:
        for molecule in ensembles.molecules(path):
            found = identify(molecule.name)
            if found is None or found.skeleton not in hidden:
                yield molecule


def _mean(validation: Mapping[Any, float]) -> float:
    return sum(validation.values()) / len(validation)


def keep(
    progress: Iterator[Progress],
    out: Path,
    options: TrainingOptions,
    facts: dict[str, Any],
    best: float = math.inf,
) -> None:
    """Print how it goes and write the weights, with their card, that do better than ``best``."""
    curve, start = [], time.monotonic()
    for now in progress:
        mean = _mean(now.validation)
        bands = now.validation
        words = "  ".join(f"{s:g} A: {v:.3f}" for s, v in bands.items())
        print(
            f"{100 * now.fraction:5.1f} %  step {now.step:6d}  training {now.loss:.3f}  "
            f"validation {mean:.4f}  [{words}]",
            flush=True,
        )
        curve.append([now.step, round(now.loss, 4), round(mean, 4)])
        if mean < best:
            best = mean
            card = {
                "name": "springs",
                "network": "CoordinateNet",
                "what": "E[x_0 | x_t] of a molecule's 3N - 3 coordinates, equivariant under E(3)",
                "source": "engine/cartesian/network.py, after Xu et al. 2022, arXiv 2203.02923",
                "hyperparameters": asdict(now.network.options),
                "parameters": checkpoint.count_parameters(now.network.state_dict()),
                "scale_angstrom": SCALE,
                "training": asdict(options),
                "data": facts,
                "command": "python -m engine.train " + " ".join(sys.argv[1:]),
                "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "step": now.step,
                "minutes": round((time.monotonic() - start) / 60, 1),
                "validation_loss_by_sigma": {
                    str(s): round(v, 4) for s, v in now.validation.items()
                },
                "curve": {"columns": ["step", "training", "validation"], "rows": curve},
            }
            checkpoint.save(out, now.network.state_dict(), card)
