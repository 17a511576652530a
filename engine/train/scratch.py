"""Train the tutorial's own model on one conformer: ``python -m engine.train scratch``.

It goes to ``assets/weights/torsional_scratch.safetensors`` with its JSON card. The conformer is the
one that the page Molecule opens with.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Generator

from engine.chem import MOLECULES
from engine.chem.reading import read_text
from engine.chem.structure import to_molecule
from engine.molecule import Molecule
from engine.networks import checkpoint, parameter_count
from engine.options import add_arguments as add_options
from engine.options import from_arguments
from engine.torsional import MODELS
from engine.torsional.geometry import dihedrals
from engine.torsional.scratch import FromScratch, ScratchNet, ScratchOptions, fit
from engine.torsional.scratch.process import alpha_bars, perturb
from engine.train.finished import card, to_the_end

#: Options that made the shipped weights.
SHIPPED = replace(ScratchOptions(), steps=1000)
TIMES = (10, 100, 250, 500, 750, 1000)  #: t at which the loss is measured
COPIES = 2000  #: for each of them


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; those not given are those of the shipped weights."""
    parser.add_argument("--molecule", choices=MOLECULES, default="ibuprofen")
    add_options(parser, ScratchOptions, SHIPPED)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="torch threads")
    parser.add_argument("--out", type=Path, default=checkpoint.WEIGHTS / MODELS["scratch"])


def run(arguments: argparse.Namespace) -> None:
    """Train, measure and write the network."""
    torch.set_num_threads(arguments.threads)
    options = from_arguments(ScratchOptions, arguments, SHIPPED)
    example = MOLECULES[arguments.molecule]
    molecule = to_molecule(read_text(example.smiles, name=example.name).mol)
    generator = Generator().manual_seed(arguments.seed)
    updates = fit(molecule, molecule.xyz[:1], options, generator)
    finished = to_the_end(updates, options.steps, example.name)
    model = finished.last.model
    facts = {
        "name": "scratch",
        "what": "noise of a wrapped cosine DDPM on the torsions of one conformer",
        "source": "the tutorial's own model; network: engine/torsional/scratch/network.py",
        "network": ScratchNet.__name__,
        "hyperparameters": asdict(model.sizes),
        "parameters": parameter_count(model.network),
        "training": {**asdict(options), "seed": arguments.seed},
        "data": {"sources": [example.smiles], "molecules": 1, "conformers": 1},
        "validation_loss_by_sigma": losses(molecule, model, TIMES),
    }
    made = card(facts, " ".join(sys.argv[1:]), finished)
    checkpoint.save(arguments.out, model.network.state_dict(), made)
    print(f"{arguments.out}: {made['parameters']} parameters, loss {finished.loss:.3f}")


@torch.inference_mode()
def losses(molecule: Molecule, model: FromScratch, times: Iterable[int]) -> dict[str, float]:
    """By level sqrt(1 - alpha_bar): squared error of the noise over that of answering 0."""
    net, generator = model.network, Generator().manual_seed(0)
    quartets = torch.from_numpy(molecule.quartets)
    tau = dihedrals(torch.from_numpy(molecule.xyz[:1]), quartets)[None].expand(1, COPIES, -1)
    found = {}
    for t in times:
        alpha_bar = alpha_bars()[t].float()
        noised, eps = perturb(tau, alpha_bar, generator)
        level = (1 - alpha_bar).sqrt()
        error = net.read(*net.atoms_of_torsions(level[None], quartets), noised) - eps
        found[f"{float(level):.4f}"] = round(float(error.square().mean() / eps.square().mean()), 4)
    return found
