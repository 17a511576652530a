"""``python -m engine.train torsional``: from ensemble files to shipped weights.

On several GPUs: ``torchrun --standalone --nproc-per-node 4 -m engine.train torsional`` with
``--device cuda``.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from engine.chem.structure.scaffold import scaffold
from engine.conformers import ensembles
from engine.molecule import Molecule
from engine.networks import checkpoint
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.torsional import MODELS, TorsionNet, TorsionNetOptions, load
from engine.torsional.model import hyperparameters
from engine.torsional.training import Progress, Trainer, TrainingOptions, validation_batches
from engine.torsional.training_set import TrainingData, TrainingSet

#: One scaffold in so many is held out for validation.
HELD_OUT = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="ensemble files (.npz)")
    parser.add_argument(
        "--matched",
        type=Path,
        default=Path("matched.npz"),
        help="where conformer matching keeps its result; made from --data if missing",
    )
    parser.add_argument(
        "--pretrain",
        type=Path,
        help="file of python -m engine.train pretraining, to learn from as well",
    )
    parser.add_argument("--out", type=Path, default=checkpoint.WEIGHTS / MODELS["torus"])
    add_options(parser, TrainingOptions, TrainingOptions(), truths=True)
    add_options(parser, TorsionNetOptions, TorsionNetOptions(), skip=["atom_features"])
    parser.add_argument("--share", type=float, default=1.0, help="use so much of the training set")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 or mps")
    parser.add_argument("--workers", type=int, default=2, help="processes for matching")
    parser.add_argument("--threads", type=int, default=1, help="torch threads for training")
    parser.add_argument(
        "--start",
        type=Path,
        help="weights to begin with (.safetensors), of the sizes they have, instead of random ones",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run of --out")


def split(molecules: Sequence[Molecule]) -> tuple[list[Molecule], list[Molecule]]:
    """Training and validation molecules, which share no scaffold; names are SMILES.

    A scaffold belongs to one side whatever else is in the file, so that more data never moves a
    molecule from validation to training.
    """
    held = [zlib.crc32(scaffold(m.name).encode()) % HELD_OUT == 0 for m in molecules]
    return (
        [m for m, out in zip(molecules, held, strict=True) if not out],
        [m for m, out in zip(molecules, held, strict=True) if out],
    )


def run(args: argparse.Namespace) -> None:
    """Match (once), train, and keep the checkpoint with the lowest mean validation loss."""
    torch.set_num_threads(args.threads)
    device = _join(args.device)
    if not args.matched.exists():
        ensembles.prepare(args.data, args.matched, args.workers)
    training, validation = split(list(ensembles.molecules(args.matched)))
    order = np.random.default_rng(0).permutation(len(training))
    training = [training[i] for i in order[: max(1, round(args.share * len(training)))]]
    sets = [training]
    if args.pretrain:
        sets.append(split(list(ensembles.molecules(args.pretrain)))[0])
    options = from_arguments(TrainingOptions, args)
    torch.manual_seed(options.seed)
    data = _data(args, sets, validation)
    trainer = Trainer(_network(args, data), options, device)
    exam = zlib.crc32("\n".join(m.name for m in validation).encode())
    keeper = Keeper(args.out, trainer, data, exam)
    if args.resume:
        keeper.restore()
    reference, *more = (
        TrainingSet(molecules, device, origin) for origin, molecules in enumerate(sets)
    )
    made = TrainingData(reference, more[0] if more else None)
    for progress in trainer.run(made, validation_batches(validation, device)):
        keeper.keep(progress)
    if dist.is_initialized():
        dist.barrier()  # the first process may still be validating
        dist.destroy_process_group()


def _network(args: argparse.Namespace, data: dict[str, Any]) -> TorsionNet:
    """Random weights, or those of ``--start``; ``data`` then says what these were trained on."""
    if not args.start:
        return TorsionNet(from_arguments(TorsionNetOptions, args))
    model = load(path=args.start)
    data["before"] = {k: model.card[k] for k in ("data", "date", "step") if k in model.card}
    if not isinstance(model.network, TorsionNet):
        raise TypeError(f"{args.start} holds another kind of network.")
    return model.network


def _join(device: str) -> str:
    """This process's device; under ``torchrun`` it joins the others first."""
    if "RANK" not in os.environ:
        return device
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    if not device.startswith("cuda"):
        return device
    local = int(os.environ["LOCAL_RANK"])
    torch.cuda.set_device(local)
    return f"cuda:{local}"


def _data(
    args: argparse.Namespace, sets: list[list[Molecule]], validation: list[Molecule]
) -> dict[str, Any]:
    """What the card says of the data."""
    found: dict[str, Any] = {
        "sources": [path.name for path in args.data],
        "molecules": len(sets[0]),
        "conformers": sum(len(m.xyz) for m in sets[0]),
        "validation_molecules": len(validation),
        "split": f"by Murcko scaffold, 1 in {HELD_OUT} held out",
    }
    if len(sets) > 1:
        found["pretraining_molecules"] = len(sets[1])
        found["pretraining_conformers"] = sum(len(m.xyz) for m in sets[1])
    return found


class Keeper:
    """The files of a run: the best weights with their card, and the state to go on from.

    ``exam`` is a checksum of the validation molecules: with others the best loss does not compare.
    """

    def __init__(self, out: Path, trainer: Trainer, data: dict[str, Any], exam: int) -> None:
        self.out, self.trainer, self.data, self.exam = out, trainer, data, exam
        self.best, self.curve = np.inf, []  # type: float, list[list[float]]

    @property
    def state_path(self) -> Path:
        """Where the state of the run stands; not to be shipped."""
        return self.out.with_name(f"{self.out.stem}.run{checkpoint.SUFFIX}")

    def restore(self) -> None:
        """Go on with the run that left its state."""
        tensors, numbers = checkpoint.load(self.state_path)
        self.trainer.restore(tensors, numbers)
        self.curve = numbers["curve"]
        if numbers.get("exam") == self.exam:
            self.best = numbers["best"]

    def keep(self, progress: Progress) -> None:
        """Print how it goes and write what has to be written."""
        mean = float(np.mean(list(progress.validation.values())))
        bands = "  ".join(f"{s:.1f}: {v:.3f}" for s, v in progress.validation.items())
        print(
            f"{100 * progress.fraction:5.1f} %  step {progress.step:6d}  "
            f"training {progress.loss:.3f}  validation {mean:.3f}  [{bands}]  "
            f"loader {100 * progress.loader_share:.1f} %",
            flush=True,
        )
        self.curve.append([progress.step, round(progress.loss, 4), round(mean, 4)])
        if mean < self.best:
            self.best = mean
            checkpoint.save(self.out, progress.network.state_dict(), self._card(progress))
        tensors, numbers = self.trainer.state()
        numbers |= {"exam": self.exam, "best": self.best, "curve": self.curve}
        checkpoint.save(self.state_path, tensors, numbers)

    def _card(self, progress: Progress) -> dict[str, Any]:
        return {
            "name": "torus",
            "what": "score of the wrapped normal on the torus of rotatable bonds",
            "source": "Jing et al. 2022, arXiv 2206.01729; network: engine/torsional/network.py",
            "hyperparameters": hyperparameters(progress.network),
            "parameters": checkpoint.count_parameters(progress.network.state_dict()),
            "training": asdict(self.trainer.options),
            "data": self.data,
            "command": "python -m engine.train " + " ".join(sys.argv[1:]),
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "step": progress.step,
            "minutes": round(self.trainer.elapsed / 60, 1),
            "validation_loss_by_sigma": {
                str(s): round(v, 4) for s, v in progress.validation.items()
            },
            "curve": {"columns": ["step", "training", "validation"], "rows": self.curve},
        }
