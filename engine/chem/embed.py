"""Three-dimensional conformers from a bond graph: ETKDGv3, then MMFF94s for local structure.

ETKDGv3: distance geometry with torsion preferences from crystals (Wang et al. 2020,
doi:10.1021/acs.jcim.0c00025). One conformer is embedded at a time, so that a caller can show
progress and stop; the same seed gives the same conformers whatever n is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom
from rdkit.rdBase import BlockLogs

from engine.chem.energy import ForceField
from engine.chem.errors import MoleculeError
from engine.chem.geometry import stereo_errors

_ATTEMPTS = 4
_SECONDS = 5
_ITERATIONS = 60


def each(mol: Chem.Mol, n: int, seed: int, relax: bool = True) -> Iterator[np.ndarray]:
    """Conformers of ``mol`` (explicit hydrogens) one by one, each (N, 3) float32, Angstrom.

    Parameters
    ----------
    seed: any integer; conformer k depends on (seed, k) alone.
    relax: whether MMFF94s (UFF without its parameters) relaxes bonds and angles; plain
        ETKDGv3 otherwise.

    Raises
    ------
    MoleculeError: if no conformer with the right stereo is found.
    """
    field = _field_or_none(mol) if relax else None
    for k in range(n):
        yield _one(mol, seed, k, field).astype(np.float32)


def embed(mol: Chem.Mol, n: int, seed: int, relax: bool = True) -> np.ndarray:
    """All conformers of ``each`` at once: (n, N, 3) float32, Angstrom."""
    return np.stack(list(each(mol, n, seed, relax)))


def _field_or_none(mol: Chem.Mol) -> ForceField | None:
    """The field to relax with, or None for a molecule that no field knows."""
    try:
        return ForceField(mol)
    except MoleculeError:
        return None


def _one(mol: Chem.Mol, seed: int, k: int, field: ForceField | None) -> np.ndarray:
    """Conformer k: (N, 3), the first of several attempts whose stereo is right."""
    for attempt in range(_ATTEMPTS):
        xyz = _distance_geometry(mol, _rdkit_seed(seed, k, attempt), attempt > 0)
        if xyz is None:
            continue
        if field is not None:
            xyz = field.relax(xyz)
        if np.isfinite(xyz).all() and not stereo_errors(mol, xyz[None])[0]:
            return xyz
    raise MoleculeError(
        "No 3D shape could be built for this molecule, its rings or stereo centres may be "
        "impossible; check the structure or upload a file with 3D coordinates."
    )


def _distance_geometry(mol: Chem.Mol, seed: int, random_coords: bool) -> np.ndarray | None:
    """One ETKDGv3 embedding (N, 3), or None when it fails."""
    parameters = rdDistGeom.ETKDGv3()
    settings = {
        "randomSeed": seed,
        "numThreads": 1,
        "timeout": _SECONDS,
        "maxIterations": _ITERATIONS,
        "useRandomCoords": random_coords,
    }
    for key, value in settings.items():
        setattr(parameters, key, value)
    copy = Chem.Mol(mol)
    with BlockLogs():
        if rdDistGeom.EmbedMolecule(copy, parameters) < 0:
            return None
    return copy.GetConformer().GetPositions()


def _rdkit_seed(seed: int, k: int, attempt: int) -> int:
    """A seed in 1 .. 2^31 - 2: RDKit takes 0 for "the same coordinates" and -1 for "any"."""
    sequence = np.random.SeedSequence((abs(seed), int(seed < 0), k, attempt))
    return int(sequence.generate_state(1)[0]) % (2**31 - 2) + 1
