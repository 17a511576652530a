"""What diffusion of coordinates gives on molecules that its network has never seen.

The molecules are those that its training held out, named in the card of the weights. Nothing
comes after the network: no force field, no choice among several. Reference lengths are those of
local structures (ETKDGv3, relaxed by a force field). Beside it torsional diffusion of the same
molecules, whose time holds that of the local structures it starts from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from engine.cartesian.model import CoordinateDenoiser, shipped
from engine.cartesian.sampling import SampleOptions, conformers
from engine.cartesian.validity import TOLERANCE, bond_errors
from engine.chem import Mol, MoleculeError
from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import count_clashes, stereo_errors, to_molecule
from engine.molecule import Molecule
from engine.progress import finish
from engine.streams import stream
from engine.torsional import SampleOptions as TorsionalOptions
from engine.torsional import load, sample

#: Local structures whose mean bond lengths count as right.
_REFERENCES = 2
#: Makes conformers (K, N, 3) Angstrom of a molecule: how many, seed.
Maker = Callable[[Mol, Molecule, int, int], np.ndarray]


def quality(
    molecules: int = 20, each: int = 5, options: SampleOptions | None = None, seed: int = 1
) -> dict[str, Any]:
    """Shares of conformers by diffusion of coordinates, and what one costs.

    Args:
        molecules: so many of those held out, evenly spread over the list.
        each: conformers of every one.
        options: of the reverse process.
        seed: of molecule k, plus k.

    Returns:
        ``bonds_valid``: share with every bond within 10 %; ``bonds_valid_least``: of the worst
        molecule; ``stereo_right`` and ``no_clash``: shares; ``bond_error``: mean share of a length;
        ``calls_per_conformer``; ``seconds_per_conformer``: wall clock, in batches of ``each``.
    """
    options = options or SampleOptions()
    shipped()  # loaded before time is taken
    figures = _measured(partial(_from_noise, options), molecules, each, seed)
    return figures | {"calls_per_conformer": options.calls, "options": asdict(options)}


def torsional_quality(
    molecules: int = 20, each: int = 5, options: TorsionalOptions | None = None, seed: int = 1
) -> dict[str, Any]:
    """The same by torsional diffusion from local structures, without a choice among candidates."""
    options = options or TorsionalOptions()
    model = load("torus")

    def make(mol: Mol, molecule: Molecule, count: int, seed: int) -> np.ndarray:
        starts = embed(mol, count, seed)
        *_, last = sample(model, molecule, starts, options, stream(seed, "reverse"))
        return last.x.numpy()

    figures = _measured(make, molecules, each, seed)
    return figures | {"calls_per_conformer": options.steps, "options": asdict(options)}


def _from_noise(
    options: SampleOptions, mol: Mol, molecule: Molecule, count: int, seed: int
) -> np.ndarray:
    """By diffusion of coordinates; the graph of ``molecule`` is all that is known of ``mol``."""
    del mol
    denoiser = CoordinateDenoiser(shipped().network, molecule)
    return finish(conformers(denoiser, molecule, count, options, seed)).xyz


def held_out(molecules: int) -> list[tuple[int, str]]:
    """Number and SMILES of molecules that training held out, evenly spread over their list."""
    names = shipped().card["data"]["held_out"]
    chosen = np.unique(np.linspace(0, len(names) - 1, molecules).round().astype(int))
    return [(int(k), names[k]) for k in chosen]


def _measured(make: Maker, molecules: int, each: int, seed: int) -> dict[str, Any]:
    """The figures of ``quality`` but for its calls."""
    rows, seconds, failed = [], 0.0, 0
    for k, smiles in held_out(molecules):
        try:
            mol = from_smiles(smiles)
            known = embed(mol, _REFERENCES, seed)
        except MoleculeError:
            failed += 1
            continue
        molecule, start = to_molecule(mol), time.perf_counter()
        xyz = make(mol, molecule, each, seed + k)
        seconds += time.perf_counter() - start
        error = bond_errors(xyz, known, molecule.bonds)
        rows.append(
            [
                (error <= TOLERANCE).all(1).mean(),
                (~stereo_errors(mol, xyz)).mean(),
                (count_clashes(mol, xyz) == 0).mean(),
                error.mean(),
            ]
        )
    table = np.array(rows)
    valid, stereo, free, error = table.mean(0).tolist()
    return {
        "bonds_valid": round(valid, 4),
        "bonds_valid_least": round(float(table[:, 0].min()), 4),
        "stereo_right": round(stereo, 4),
        "no_clash": round(free, 4),
        "bond_error": round(error, 5),
        "seconds_per_conformer": round(seconds / (each * len(rows)), 4),
        "molecules": len(rows),
        "not_embedded": failed,
        "conformers": each * len(rows),
    }
