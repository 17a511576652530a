"""Reference ensembles on disk, and their retelling as training data.

Format of an ensemble file (.npz, no pickles): ``smiles`` (n,), ``counts`` (n, 2) = conformers and
atoms, ``xyz`` int16 in 0.001 Angstrom, conformers of all molecules one after another, atoms in
the order of ``Chem.AddHs(Chem.MolFromSmiles(smiles))``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from engine.chem.convert import from_reference, to_molecule
from engine.chem.embed import embed
from engine.chem.errors import MoleculeError
from engine.molecule import Molecule
from engine.torsional.matching import match

#: References that no seed can be turned onto within this RMSD (Angstrom) are left out: their
#: rings or stereo centres differ from what ETKDG gives.
WORST_RESIDUAL = 1.0


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Conformers of one molecule: ``xyz`` (K, N, 3) Angstrom, in the order of ``smiles``."""

    smiles: str
    xyz: np.ndarray


def read(path: str | Path) -> Iterator[Ensemble]:
    """The ensembles of a file, one molecule at a time."""
    with np.load(path, allow_pickle=False) as file:
        smiles, counts, xyz = file["smiles"], file["counts"], file["xyz"]
    start = 0
    for text, (k, n) in zip(smiles, counts, strict=True):
        stop = start + int(k) * int(n)
        yield Ensemble(str(text), xyz[start:stop].reshape(k, n, 3).astype(np.float32) / 1000)
        start = stop


def write(path: str | Path, ensembles: list[Ensemble]) -> None:
    """The inverse of ``read``, to 0.001 Angstrom."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        smiles=np.array([e.smiles for e in ensembles]),
        counts=np.array([e.xyz.shape[:2] for e in ensembles]),
        xyz=np.concatenate(
            [np.rint(1000 * e.xyz).astype(np.int16).reshape(-1, 3) for e in ensembles]
        ),
    )


def matched(ensemble: Ensemble, seed: int) -> tuple[Ensemble | None, list[float] | str]:
    """One molecule's references retold with ETKDG + MMFF94s local structures.

    Returns the matched ensemble and the residual RMSD of each kept reference, or ``None`` and
    the cause of the failure.
    """
    torch.set_num_threads(1)
    try:
        mol = from_reference(ensemble.smiles, ensemble.xyz[0])
        molecule = to_molecule(mol)
        if molecule.n_rotors == 0:
            return None, "no rotatable bond"
        seeds = torch.from_numpy(embed(mol, len(ensemble.xyz), seed))
    except MoleculeError as error:
        return None, str(error)
    xyz, residual = match(molecule, torch.from_numpy(ensemble.xyz), seeds)
    keep = residual < WORST_RESIDUAL
    if not keep.any():
        return None, "no reference within reach of the seeds"
    return Ensemble(ensemble.smiles, xyz[keep].numpy()), residual[keep].tolist()


def prepare(source: str | Path, target: str | Path, workers: int) -> None:
    """Match a whole file in parallel and write it; prints the mean residual and the failures."""
    ensembles = list(read(source))
    kept: list[Ensemble] = []
    residuals: list[float] = []
    failures: Counter[str] = Counter()
    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(matched, ensembles, range(1, len(ensembles) + 1), chunksize=4)
        for ensemble, outcome in tqdm(results, total=len(ensembles), desc="matching"):
            if ensemble is None:
                failures[str(outcome)] += 1
            else:
                kept.append(ensemble)
                residuals += outcome
    write(target, kept)
    print(
        f"{len(kept)} molecules, {len(residuals)} conformers, mean residual "
        f"{np.mean(residuals):.3f} A, median {np.median(residuals):.3f} A"
    )
    for cause, count in failures.most_common():
        print(f"  {count} left out: {cause}")


def molecules(path: str | Path) -> Iterator[Molecule]:
    """Records with the conformers of a (matched) file as their ``xyz``."""
    for ensemble in read(path):
        mol = from_reference(ensemble.smiles, ensemble.xyz[0])
        yield to_molecule(mol, name=ensemble.smiles).with_xyz(ensemble.xyz)
