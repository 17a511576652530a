"""Heavy-atom RMSD over symmetry, all references against all samples at once.

The same number as RDKit's ``GetBestRMS`` on molecules without hydrogens, which tries every
automorphism of the graph, with conjugated terminal groups (nitro, carboxylate, sulfonyl) taken
as symmetric. The automorphisms are found once per molecule, and the best rotation of each pair
from the largest root of the quartic of Theobald 2005 (doi:10.1107/S0108767305015266), which for
the covariance H of two centred structures reads::

    l^4 - 2 |H|^2 l^2 - 8 det(H) l + 2 |H'H|^2 - |H|^4 = 0,    n rmsd^2 = |x|^2 + |y|^2 - 2 l

in Frobenius norms. Only proper rotations: a mirror image is never superposed.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem

#: Automorphisms tried at most.
MAX_MAPPINGS = 1000
_TERMINAL = "[O,N;D1;$([O,N;D1]-[*]=[O,N;D1]),$([O,N;D1]=[*]-[O,N;D1])]~[*]"
#: Covariances held at once.
_CHUNK = 400_000
_ITERATIONS = 80
_TOLERANCE = 1e-14


def mappings(mol: Chem.Mol, limit: int = MAX_MAPPINGS) -> np.ndarray:
    """(P, H) automorphisms of the heavy atoms, as indices into the atoms of ``mol``.

    The first row is the identity. Stereo is not looked at: coordinates have their own.
    """
    heavy = np.array([a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1])
    graph = Chem.RemoveAllHs(mol)
    query = _symmetric_terminals(graph)
    found = graph.GetSubstructMatches(query, uniquify=False, maxMatches=limit)
    identity = tuple(range(len(heavy)))
    rows = [identity, *(match for match in found if match != identity)]
    return heavy[np.array(rows[:limit])]


def _symmetric_terminals(graph: Chem.Mol) -> Chem.Mol:
    """A query in which C(=O)[O-], N(=O)[O-], S(=O)(=O) and their like have equal ends."""
    query = Chem.RWMol(graph)
    either = Chem.MolFromSmarts("*-,=*").GetBondWithIdx(0)
    for end, middle in graph.GetSubstructMatches(Chem.MolFromSmarts(_TERMINAL)):
        query.GetAtomWithIdx(end).SetFormalCharge(0)
        query.ReplaceBond(query.GetBondBetweenAtoms(end, middle).GetIdx(), either)
    return query


def rmsd_matrix(references: np.ndarray, samples: np.ndarray, mapping: np.ndarray) -> np.ndarray:
    """(K, S) smallest RMSD in Angstrom over ``mapping`` (P, H) and all rigid motions.

    references (K, N, 3), samples (S, N, 3), Angstrom; ``mapping`` from ``mappings``.
    """
    x, y = _centred(references[:, mapping[0]]), _centred(samples[:, mapping[0]])
    back = np.argsort(mapping[0])
    columns = back[np.searchsorted(mapping[0][back], mapping)]
    sizes = (x**2).sum((1, 2))[:, None] + (y**2).sum((1, 2))[None, :]
    best = np.zeros(sizes.shape)
    step = max(1, _CHUNK // max(1, sizes.size))
    for start in range(0, len(columns), step):
        turned = y[:, columns[start : start + step]]
        h = np.tensordot(x, turned, axes=([1], [2])).transpose(0, 2, 3, 1, 4)
        best = np.maximum(best, _largest_root(h, sizes[:, :, None] / 2).max(axis=2))
    return np.sqrt(np.maximum(sizes - 2 * best, 0.0) / mapping.shape[1])


def _centred(xyz: np.ndarray) -> np.ndarray:
    xyz = np.asarray(xyz, dtype=np.float64)
    return xyz - xyz.mean(axis=1, keepdims=True)


def _largest_root(h: np.ndarray, bound: np.ndarray) -> np.ndarray:
    """Largest root (...) of the quartic of ``h`` (..., 3, 3), by Newton from above.

    ``bound`` is at least the root and becomes the unit of length squared. Beyond the largest root
    of a polynomial whose roots are all real, Newton's steps are monotone.
    """
    bound = np.maximum(bound, 1e-12)
    h = h / bound[..., None, None]
    norm = (h**2).sum((-2, -1))
    gram = np.swapaxes(h, -1, -2) @ h
    c2, c1 = -2 * norm, -8 * _determinant(h)
    c0 = 2 * (gram**2).sum((-2, -1)) - norm**2
    root = np.ones(norm.shape)
    for _ in range(_ITERATIONS):
        square = root**2
        value = (square + c2) * square + c1 * root + c0
        slope = (4 * square + 2 * c2) * root + c1
        change = np.divide(value, slope, out=np.zeros_like(value), where=slope > _TOLERANCE)
        root = root - change
        if np.abs(change).max() < _TOLERANCE:
            break
    return root * bound


def _determinant(h: np.ndarray) -> np.ndarray:
    return (np.cross(h[..., 0, :], h[..., 1, :]) * h[..., 2, :]).sum(-1)
