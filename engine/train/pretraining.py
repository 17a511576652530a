"""``python -m engine.train pretraining``: many molecules, cheaply, to learn from first.

MMFF94s minima are not those of better methods, but a hundred times cheaper than reference
ensembles, and the shapes that clash, or are compact or extended, are much the same. Each minimum is
rebuilt with the bond lengths and angles of *another* minimum of its
molecule (``engine.torsional.matching``): its own would reveal the answer, and at sampling time
they are not available.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from engine import workers
from engine.chem import MoleculeError
from engine.chem.search import smiles_lists as lists
from engine.chem.search.minima import mmff_minima
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import to_molecule
from engine.chem.structure.features import from_reference
from engine.conformers import ensembles
from engine.torsional.matching import refine, transfer_torsions
from engine.train.ensembles import select

#: Rebuilt minima farther than this (Angstrom) from the true ones are left out.
WORST_RESIDUAL = 0.6
#: Seconds after which a molecule is given up.
PATIENCE = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--smiles",
        type=Path,
        nargs="+",
        help=".csv with a column smiles, or one SMILES per line; default: RDKit's own lists",
    )
    parser.add_argument(
        "--exclude", type=Path, nargs="+", default=[], help="lists or ensembles (.npz) to skip"
    )
    parser.add_argument("--rotors", type=int, nargs=2, metavar=("MIN", "MAX"), default=(3, 10))
    parser.add_argument("--limit", type=int, help="molecules at most")
    parser.add_argument("--shuffle", type=int, default=2, metavar="SEED", help="of their order")
    parser.add_argument("--workers", type=int, default=2, help="processes, one thread each")
    parser.add_argument("--out", type=Path, required=True, help="for torsional --pretrain (.npz)")


def run(args: argparse.Namespace) -> None:
    """Make the file, and say what is in it and what failed."""
    wanted = [key for key, _ in select(args.smiles or lists.shipped_lists(), args.exclude,
                                       *args.rotors)]  # fmt: skip
    random.Random(args.shuffle).shuffle(wanted)
    wanted = wanted[: args.limit]
    made: list[ReferenceEnsemble] = []
    residuals: list[float] = []
    failures: Counter[str] = Counter()
    results = workers.run(rebuilt, wanted, args.workers, PATIENCE)
    for _, outcome in tqdm(results, total=len(wanted), unit="mol"):
        if isinstance(outcome, str):
            failures[outcome] += 1
            continue
        made.append(outcome[0])
        residuals += outcome[1]
    if not made:
        raise SystemExit(f"No molecule could be used; most often: {failures.most_common(1)}")
    ensembles.write(args.out, made)
    print(
        f"{args.out}: {len(made)} molecules, {len(residuals)} conformers, mean residual "
        f"{np.mean(residuals):.3f} A, median {np.median(residuals):.3f} A"
    )
    for cause, count in failures.most_common():
        print(f"  {count} left out: {cause}")


def rebuilt(smiles: str) -> tuple[ReferenceEnsemble, list[float]] | str:
    """The minima of one molecule on each other's local structures, with the residuals kept.

    Returns the cause instead if there is nothing to learn from.
    """
    torch.set_num_threads(1)
    try:
        smiles, xyz = mmff_minima(smiles)
        molecule = to_molecule(from_reference(smiles, xyz[0]))
    except MoleculeError as error:
        return str(error)
    if len(xyz) < 2 or molecule.n_rotors == 0:
        return "a single shape"
    truth, others = torch.from_numpy(xyz), torch.from_numpy(np.roll(xyz, 1, axis=0).copy())
    heavy = torch.from_numpy(molecule.heavy).to(truth.dtype)
    start = transfer_torsions(molecule, others, truth)
    found, residual = refine(molecule, start, truth, heavy, iterations=8)
    keep = residual < WORST_RESIDUAL
    if not keep.any():
        return "no minimum within reach of another's local structure"
    return ReferenceEnsemble(smiles, found[keep].numpy()), residual[keep].tolist()
