"""Which candidates to keep: low in energy, and together representative of all.

Every candidate is relaxed a little by MMFF94s (UFF without its parameters), only to learn the
energy of its basin. A representative subset is kept, to which a low basin counts more than a high
one. The candidates themselves stay as the model made them, because minima of MMFF94s are not those
of the quantum-chemical ensembles it learned from.
"""

from __future__ import annotations

import heapq

import numpy as np
import torch

from engine.chem import Mol, MoleculeError
from engine.chem.energy import ForceField
from engine.chem.structure import count_clashes, mappings, rmsd_matrix
from engine.molecule import Molecule
from engine.progress import Step, Steps
from engine.torsional.guidance import contacts, distant_pairs

#: A candidate in a basin this much higher, kcal/mol, counts 1/e as much. The quantum-chemical
#: ensembles are 6 wide; the two energies differ.
SOFTNESS = 4.0
#: Every contact (``engine.torsional.guidance``) lowers a basin by this, kcal/mol: MMFF94s finds
#: compact conformers less stable than GFN2-xTB does.
CONTACT = 0.15
#: A candidate whose atoms are too close counts as if it lay this much higher, kcal/mol.
CLASH = 4.0
#: Candidates this far above the lowest, kcal/mol, count so little that they are left out.
WINDOW = 15.0
#: A conformer represents others up to about this RMSD, Angstrom.
REACH = 1.2
#: Iterations of the relaxation: the energy need not be that of the minimum.
_ITERATIONS = 20
#: Atom mappings tried to see whether two candidates are alike.
_MAPPINGS = 64


def choose(mol: Mol, molecule: Molecule, xyz: np.ndarray, n: int) -> Steps[np.ndarray]:
    """Which candidates to keep: a representative subset that prefers low-energy basins.

    A chosen candidate k < n stands at place k; the others fill the gaps. The result does not depend
    on how the candidates lie in space.

    Args:
        mol: RDKit's molecule. molecule: its record.
        xyz: (C, N, 3) Angstrom, the candidates.
        n: how many to keep; all if there are no more.

    Yields:
        A step for each candidate that has been relaxed.

    Returns:
        (n,) indices into ``xyz``, without repetition.
    """
    if len(xyz) <= n:
        return np.arange(len(xyz))
    touching = contacts(torch.from_numpy(xyz), distant_pairs(molecule)).numpy()
    energies = yield from basin_energies(mol, xyz)
    height = energies - CONTACT * touching + CLASH * (count_clashes(mol, xyz) > 0)
    order = np.argsort(height, kind="stable")
    low = order[: max(n, int((height < height.min() + WINDOW).sum()))]
    distance = rmsd_matrix(xyz[low], xyz[low], mappings(mol, _MAPPINGS))
    weight = np.exp((height.min() - height[low]) / SOFTNESS)
    return _placed(low[representative_subset(distance, n, weight)], n)


def basin_energies(mol: Mol, xyz: np.ndarray) -> Steps[np.ndarray]:
    """Energies (C,) in kcal/mol near the minima next to ``xyz`` (C, N, 3); 0 if no field knows."""
    try:
        field = ForceField(mol)
    except MoleculeError:
        return np.zeros(len(xyz))
    height = np.zeros(len(xyz))
    for k, positions in enumerate(xyz):
        height[k] = field.energies(field.relax(positions, _ITERATIONS)[None])[0]
        yield Step(k + 1, len(xyz), f"Ranking candidate {k + 1} of {len(xyz)}")
    return height


def representative_subset(distance: np.ndarray, n: int, weight: np.ndarray) -> np.ndarray:
    """Indices (n,) of the items that represent all best, given ``distance`` (C, C), C >= n.

    Greedily the largest sum over all items of ``weight`` (C,) times exp(-(d / REACH)^2), d to the
    nearest chosen: the facility location problem, whose greedy solution reaches at least 63 % of
    the best (Nemhauser, Wolsey and Fisher 1978, doi:10.1007/BF01588971). What an item would add
    only falls as others are chosen, so old values are bounds, and few have to be computed again
    (Minoux 1978).
    """
    likeness = np.exp(-((distance / REACH) ** 2))
    covered = np.zeros(len(distance))
    bounds = [(-gain, k) for k, gain in enumerate((likeness @ weight).tolist())]
    heapq.heapify(bounds)
    chosen: list[int] = []
    while len(chosen) < n:
        _, k = heapq.heappop(bounds)
        gain = float(np.maximum(likeness[k] - covered, 0.0) @ weight)
        if bounds and gain < -bounds[0][0]:
            heapq.heappush(bounds, (-gain, k))
            continue
        chosen.append(k)
        covered = np.maximum(covered, likeness[k])
    return np.array(chosen)


def _placed(chosen: np.ndarray, n: int) -> np.ndarray:
    """The same indices, those below n at their own places."""
    places = np.full(n, -1)
    own = chosen[chosen < n]
    places[own] = own
    places[places < 0] = np.sort(chosen[chosen >= n])
    return places
