"""Train what the explorer ships: ``python -m engine.train DATASET``.

``torsional --data FILE`` trains the torsional model; ``ensembles`` makes the reference conformers
that it learns from.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from engine.train.toy import add_toy_commands


@dataclass(frozen=True)
class Command:
    """One command, which its module's ``add_arguments`` and ``run`` do.

    Attributes:
        module: its full name.
        help: what the list of commands says about it.
    """

    module: str
    help: str


COMMANDS = {
    "flow": Command("engine.train.flow", "a flow network, for points in the plane"),
    "torsional": Command("engine.train.torsional", "torsional diffusion, from an ensemble file"),
    "cartesian": Command("engine.train.cartesian", "diffusion of coordinates, from ensembles"),
    "scratch": Command("engine.train.scratch", "the tutorial's own model, on one conformer"),
    "ensembles": Command("engine.train.ensembles", "reference conformers, from lists of SMILES"),
    "pretraining": Command("engine.train.pretraining", "MMFF94s minima, to pretrain torsional on"),
    "components": Command("engine.train.components", "the PDB's components and bond orders"),
    "chains": Command("engine.train.polymer", "the models of the polymer laboratory"),
    "symmetry": Command("engine.train.symmetry", "the networks of the Symmetry page"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m engine.train", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="DATASET")
    add_toy_commands(commands)
    for name, command in COMMANDS.items():
        module = import_module(command.module)
        own = commands.add_parser(name, help=command.help)
        module.add_arguments(own)
        own.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    options.run(options)


if __name__ == "__main__":
    main()
