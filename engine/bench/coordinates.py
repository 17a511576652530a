"""What diffusion of coordinates gives on molecules that its network has never seen.

The molecules are those that its training held out, named in the card of the weights. Nothing
comes after the network: no force field, no choice among several. Reference lengths are those of
local structures (ETKDGv3, relaxed by a force field).
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.cartesian.model import CoordinateDenoiser, shipped
from engine.cartesian.sampling import SampleOptions, conformers
from engine.cartesian.validity import TOLERANCE, bond_errors
from engine.chem import MoleculeError
from engine.chem.energy import embed
from engine.chem.reading import from_smiles
from engine.chem.structure import count_clashes, stereo_errors, to_molecule
from engine.progress import finish

#: Local structures whose mean bond lengths count as right.
_REFERENCES = 2


def quality(
    molecules: int = 20, each: int = 5, options: SampleOptions | None = None, seed: int = 1
) -> dict[str, Any]:
    """Shares of conformers, and what one costs.

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
    model = shipped()
    names = model.card["data"]["held_out"]
    chosen = np.unique(np.linspace(0, len(names) - 1, molecules).round().astype(int))
    rows, seconds, failed = [], 0.0, 0
    for k in chosen:
        try:
            mol = from_smiles(names[k])
            known = embed(mol, _REFERENCES, seed)
        except MoleculeError:
            failed += 1
            continue
        molecule, start = to_molecule(mol), time.perf_counter()
        denoiser = CoordinateDenoiser(model.network, molecule)
        xyz = finish(conformers(denoiser, molecule, each, options, seed + int(k))).xyz
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
        "calls_per_conformer": options.calls,
        "seconds_per_conformer": round(seconds / (each * len(rows)), 4),
        "molecules": len(rows),
        "not_embedded": failed,
        "conformers": each * len(rows),
        "options": asdict(options),
    }
