"""Reference ensembles on disk, and matched to cheap local structures as training data.

Format of an ensemble file (.npz, no pickles): ``smiles`` (n,), ``counts`` (n, 2) = conformers and
atoms, ``xyz`` int16 in 0.001 Angstrom, conformers of all molecules one after another, atoms in
the order of ``Chem.AddHs(Chem.MolFromSmiles(smiles))``. Some have ``energy``, float32 kcal/mol
above the molecule's minimum, one per conformer, and ``source`` (n,), where the SMILES came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from engine.chem import MoleculeError
from engine.chem.energy import embed
from engine.chem.search.reference_ensemble import ReferenceEnsemble
from engine.chem.structure import to_molecule
from engine.chem.structure.features import from_reference
from engine.molecule import Molecule
from engine.torsional.matching import match

#: References that no local structure can be turned onto within this RMSD (Angstrom) are left out:
#: their rings or stereo centres differ from what ETKDG gives.
WORST_RESIDUAL = 1.0


def read(path: str | Path) -> Iterator[ReferenceEnsemble]:
    """The ensembles of a file, one molecule at a time."""
    with np.load(path, allow_pickle=False) as file:
        smiles, counts, xyz = file["smiles"], file["counts"], file["xyz"]
        energy = file.get("energy")
        sources = file.get("source", np.full(len(smiles), ""))
    start = first = 0
    for text, source, (k, n) in zip(smiles, sources, counts.tolist(), strict=True):
        stop, last = start + k * n, first + k
        yield ReferenceEnsemble(
            str(text),
            xyz[start:stop].reshape(k, n, 3).astype(np.float32) / 1000,
            None if energy is None else energy[first:last],
            str(source),
        )
        start, first = stop, last


def write(path: str | Path, ensembles: list[ReferenceEnsemble]) -> None:
    """The inverse of ``read``, to 0.001 Angstrom.

    Energies are written if every ensemble has them, sources if any has one. The file is replaced
    at once, so that no program ever reads half of it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "smiles": np.array([e.smiles for e in ensembles], dtype=np.str_),
        "counts": np.array([e.xyz.shape[:2] for e in ensembles], dtype=np.int64).reshape(-1, 2),
        "xyz": np.concatenate(
            [np.zeros((0, 3), np.int16)]
            + [np.rint(1000 * e.xyz).astype(np.int16).reshape(-1, 3) for e in ensembles]
        ),
    }
    energies = [e.energy for e in ensembles if e.energy is not None]
    if energies and len(energies) == len(ensembles):
        arrays["energy"] = np.concatenate(energies).astype(np.float32)
    if any(e.source for e in ensembles):
        arrays["source"] = np.array([e.source for e in ensembles], dtype=np.str_)
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    partial.replace(path)


def matched(
    ensemble: ReferenceEnsemble, seed: int
) -> tuple[ReferenceEnsemble | None, list[float] | str]:
    """One molecule's references rebuilt with ETKDG + MMFF94s local structures.

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
        return None, "no reference within reach of the local structures"
    return ReferenceEnsemble(ensemble.smiles, xyz[keep].numpy()), residual[keep].tolist()


def prepare(sources: Sequence[str | Path], target: str | Path, workers: int) -> None:
    """Match whole files in parallel and write one; prints the mean residual and the failures."""
    ensembles = [ensemble for source in sources for ensemble in read(source)]
    kept: list[ReferenceEnsemble] = []
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
