"""How often the bond orders of ligands without hydrogens are found from their shape.

Components of the PDB's dictionary that the network has not learned from are embedded in 3D, their
coordinates are displaced at random, and hydrogens, bond orders and residue name are taken away. An
answer is right when it is the same molecule: bond orders, hydrogens, charges and tautomer.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from engine.chem.reading.perception import trial


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=300, help="ligands")
    parser.add_argument("--jitter", type=float, default=0.05, help="Angstrom, of each coordinate")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The shares of right answers and of kept aromatic rings, and the time of each."""
    names = trial.held_out(options.count, options.seed)
    tried = [trial.attempt(name, options.jitter, options.seed) for name in names]
    found = [one for one in tried if one is not None]
    aromatic = [one.kept for one in found if one.rings]
    milliseconds = [1000 * one.seconds for one in found]
    return {
        "ligands": len(found),
        "jitter": options.jitter,
        "right": float(np.mean([one.found == one.expected for one in found])),
        "aromatic_rings_kept": float(np.mean(aromatic)),
        "milliseconds": float(np.mean(milliseconds)),
        "slowest_milliseconds": max(milliseconds),
        "wrong": {
            one.name: [one.expected, one.found] for one in found if one.found != one.expected
        },
    }
