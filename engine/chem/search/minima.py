"""Cheap ensembles: MMFF94s minima of one molecule, from ETKDGv3 and from random torsions."""

from __future__ import annotations

import zlib

import numpy as np

from engine.chem.energy import ForceField, embed
from engine.chem.reading import MoleculeError
from engine.chem.search.moves import Turns
from engine.chem.search.reference import prepare
from engine.chem.structure import mappings, rmsd_matrix, stereo_errors

#: Larger molecules are left out.
_ATOMS = 110
#: Smallest heavy-atom RMSD of two minima, Angstrom.
_APART = 0.2


def mmff_minima(
    smiles: str, seeds: int = 12, keep: int = 8, window: float = 8.0
) -> tuple[str, np.ndarray]:
    """The lowest MMFF94s minima found; the same SMILES gives the same ones.

    Args:
        seeds: starting geometries, every other one with random torsions.
        keep: minima kept at most. window: highest energy kept, kcal/mol above the lowest.

    Returns:
        The isomeric SMILES, every stereo centre decided, and (K, N, 3) Angstrom, lowest first.

    Raises:
        MoleculeError: if the molecule is unsuited or no minimum keeps its stereo.
    """
    start = zlib.crc32(smiles.encode())
    smiles, mol = prepare(smiles, start, _ATOMS)
    field, turns, rng = ForceField(mol), Turns(mol), np.random.default_rng(start)
    found = []
    for xyz in embed(mol, (seeds + 1) // 2, start + 1, relax=False).astype(np.float64):
        found += [field.relax(xyz), field.relax(turns.random(xyz, rng))]
    xyz = np.stack(found[:seeds])
    xyz = xyz[~stereo_errors(mol, xyz)]
    if not len(xyz):
        raise MoleculeError("no minimum kept its stereo")
    energy = field.energies(xyz)
    order = [k for k in np.argsort(energy, kind="stable") if energy[k] < energy.min() + window]
    gaps = rmsd_matrix(xyz, xyz, mappings(mol))
    kept: list[int] = []
    for k in order:
        if all(gaps[k, j] > _APART for j in kept):
            kept.append(int(k))
    xyz = xyz[kept[:keep]]
    return smiles, (xyz - xyz.mean(axis=1, keepdims=True)).astype(np.float32)
