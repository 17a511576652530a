"""Atoms with more than four directions for bonds and lone pairs: where their neighbours stand.

Valence-shell electron-pair repulsion (Gillespie and Nyholm 1957, doi:10.1039/QR9571100339): five
directions form a trigonal bipyramid, six an octahedron. Of five, lone pairs, multiple bonds and
the less electronegative neighbours lie in the plane; of six, lone pairs are opposite to each other,
or one is opposite to the least electronegative neighbour. Two neighbours in one small ring stand
at a right angle. Neither MMFF94s nor UFF has parameters for such an atom, nor UFF for a halogen
with several neighbours, which it would put on a straight line.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from rdkit import Chem, DistanceGeometry
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from engine.chem.energy.plausibility import narrowest
from engine.chem.errors import MoleculeError
from engine.chem.structure import with_conformers

_X, _Y, _Z = np.eye(3)
_SLANT = np.sqrt(0.75)
#: Unit vectors of the directions: of five the axis comes first, of six opposite ones together.
_SITES = {
    5: np.array([_Z, -_Z, _X, _SLANT * _Y - 0.5 * _X, -_SLANT * _Y - 0.5 * _X]),
    6: np.array([_Z, -_Z, _X, -_X, _Y, -_Y]),
}
#: The sites that lone pairs take first.
_LONE_PAIRS = {5: (2, 3, 4), 6: (0, 1)}
#: Electronegativities after Pauling, 2.2 for what is not listed; a multiple bond takes 3 off.
_PAULING = {5: 2.04, 6: 2.55, 7: 3.04, 8: 3.44, 9: 3.98, 14: 1.9, 15: 2.19, 16: 2.58, 17: 3.16}
_PAULING |= {35: 2.96, 53: 2.66}
_HALOGENS = (9, 17, 35, 53)
#: A ring up to this size cannot span 180 degrees.
_RING = 8
#: How much shorter than a single bond a double bond is, Angstrom.
_SHORTER = 0.25
#: How far bounds leave the distance of two neighbours, Angstrom.
_SLACK = 0.01
#: Two atoms on different neighbours may be this near, and this far, Angstrom, as far as one knows.
_NEAR, _FAR = 1.8, 1000.0
#: When angles are mended: force constant, iterations, up to how many bonds apart two atoms keep
#: their distance, how near atoms on different neighbours may come (Angstrom), and how exact the
#: angles are (degrees).
_FORCE, _ITERATIONS, _STIFF, _APART, _EXACT = 500.0, 200, 3, 2.2, 3.0
#: No angle may differ by more than this from the one aimed at, degrees, and no bond length by more
#: than this, Angstrom.
_ANGLE_ERROR, _LENGTH_ERROR = 20.0, 0.1


@dataclass(frozen=True, eq=False)
class Centre:
    """One such atom.

    Attributes:
        atom: its index.
        neighbours: (L,) indices.
        arms: (L, 3) Angstrom, from the atom to where they should be, up to a rotation.
    """

    atom: int
    neighbours: tuple[int, ...]
    arms: np.ndarray

    def fits(self, xyz: np.ndarray) -> bool:
        """Whether the neighbours stand about as they should in ``xyz`` (N, 3)."""
        found = xyz[list(self.neighbours)] - xyz[self.atom]
        turned = np.abs(angles(found) - angles(self.arms)).max()
        stretched = np.abs(np.linalg.norm(found, axis=1) - np.linalg.norm(self.arms, axis=1)).max()
        return bool(turned < _ANGLE_ERROR and stretched < _LENGTH_ERROR)

    def distances(self) -> list[tuple[int, int, float]]:
        """Pairs among the atom and its neighbours, and how far apart they should be."""
        places = [(self.atom, np.zeros(3)), *zip(self.neighbours, self.arms, strict=True)]
        return [
            (a, b, float(np.linalg.norm(here - there)))
            for (a, here), (b, there) in itertools.combinations(places, 2)
        ]


def check_parameters(mol: Chem.Mol) -> None:
    """Every atom is one that the force fields were made for.

    Raises:
        MoleculeError: with the name of the first that is not.
    """
    for atom in mol.GetAtoms():
        halogen = atom.GetAtomicNum() in _HALOGENS and atom.GetDegree() > 1
        if halogen or _directions(atom) > 4:
            raise MoleculeError(
                f"No force field has parameters for the bonds around {_name(atom)}, so energies "
                "cannot be computed and conformers cannot be relaxed; use them as they are."
            )


def centres(mol: Chem.Mol) -> tuple[Centre, ...]:
    """The atoms of ``mol`` with more than four directions, as its own coordinates have them.

    Where it has none in 3D, or impossible ones, the rules above decide.

    Raises:
        MoleculeError: if there are neither coordinates nor a rule, with the name of the atom.
    """
    found = []
    for atom in mol.GetAtoms():
        if _directions(atom) > 4:
            around = tuple(sorted(other.GetIdx() for other in atom.GetNeighbors()))
            own = _own_arms(mol, atom.GetIdx(), around)
            arms = _arms_by_rule(mol, atom, around) if own is None else own
            found.append(Centre(atom.GetIdx(), around, arms))
    return tuple(found)


def bounds(mol: Chem.Mol, found: tuple[Centre, ...]) -> np.ndarray | None:
    """(N, N) bounds in Angstrom that hold ``found``, the upper ones above the diagonal.

    None if they contradict each other.
    """
    matrix = rdDistGeom.GetMoleculeBoundsMatrix(mol, doTriangleSmoothing=False)
    through = _through(Chem.GetDistanceMatrix(mol), found)
    matrix[np.triu(through)] = _FAR
    matrix[np.tril(through)] = _NEAR
    for centre in found:
        for a, b, distance in centre.distances():
            matrix[min(a, b), max(a, b)] = distance + _SLACK
            matrix[max(a, b), min(a, b)] = distance - _SLACK
    return matrix if DistanceGeometry.DoTriangleSmoothing(matrix) else None


def straightened(mol: Chem.Mol, found: tuple[Centre, ...], xyz: np.ndarray) -> np.ndarray:
    """``xyz`` (N, 3) with the angles of ``found`` as they should be, little else moved.

    Distance geometry holds distances only, and the one across a straight angle hardly depends on
    it.
    """
    copy = with_conformers(mol, xyz[None])
    field = rdForceFieldHelpers.CreateEmptyForceFieldForMol(copy)
    field.Initialize()
    steps = Chem.GetDistanceMatrix(mol)
    through = _through(steps, found)
    aims = np.linalg.norm(xyz[:, None] - xyz[None], axis=-1)
    for centre in found:
        for a, b, distance in centre.distances():
            aims[a, b] = aims[b, a] = distance
    for i, j in np.argwhere(np.triu((steps <= _STIFF) & ~through, 1)).tolist():
        field.UFFAddDistanceConstraint(i, j, False, aims[i, j], aims[i, j], _FORCE)
    for i, j in np.argwhere(np.triu(through, 1)).tolist():
        field.UFFAddDistanceConstraint(i, j, False, _APART, _FAR, _FORCE)
    for centre in found:
        wanted = angles(centre.arms)
        for i, j in itertools.combinations(range(len(wanted)), 2):
            ends = (centre.neighbours[i], centre.atom, centre.neighbours[j])
            limits = (max(wanted[i, j] - _EXACT, 0.0), min(wanted[i, j] + _EXACT, 180.0))
            field.UFFAddAngleConstraint(*ends, False, *limits, _FORCE)
    field.Minimize(maxIts=_ITERATIONS)
    moved: np.ndarray = copy.GetConformer().GetPositions()
    return moved


def angles(arms: np.ndarray) -> np.ndarray:
    """(L, L) degrees between vectors (L, 3)."""
    unit = arms / np.linalg.norm(arms, axis=1, keepdims=True)
    between: np.ndarray = np.degrees(np.arccos(np.clip(unit @ unit.T, -1.0, 1.0)))
    return between


def _through(steps: np.ndarray, found: tuple[Centre, ...]) -> np.ndarray:
    """(N, N) bool: pairs three bonds apart and more whose shortest path crosses one of ``found``.

    Args:
        steps: (N, N) bonds between two atoms.
    """
    crossing = np.zeros(steps.shape, dtype=bool)
    for centre in found:
        start = steps[centre.atom]
        across = start[:, None] + start[None] == steps
        across[centre.atom] = across[:, centre.atom] = False
        crossing |= across
    return crossing & (steps > 2)


def _directions(atom: Chem.Atom) -> int:
    """How many neighbours and lone pairs an atom has (its steric number)."""
    outer = Chem.GetPeriodicTable().GetNOuterElecs(atom.GetAtomicNum())
    free = outer - atom.GetFormalCharge() - atom.GetTotalValence() - atom.GetNumRadicalElectrons()
    return int(atom.GetTotalDegree()) + max(free, 0) // 2


def _own_arms(mol: Chem.Mol, atom: int, around: tuple[int, ...]) -> np.ndarray | None:
    """(L, 3) of the molecule's own coordinates, if it has any in 3D that are possible."""
    if not mol.GetNumConformers() or not mol.GetConformer().Is3D():
        return None
    xyz = mol.GetConformer().GetPositions()
    arms: np.ndarray = xyz[list(around)] - xyz[atom]
    return arms if narrowest(mol, xyz, (atom,)) is None else None


def _arms_by_rule(mol: Chem.Mol, atom: Chem.Atom, around: tuple[int, ...]) -> np.ndarray:
    """(L, 3): the best way to give the neighbours their sites."""
    count = _directions(atom)
    if count not in _SITES:
        raise MoleculeError(
            f"The shape around {_name(atom)} with its {len(around)} neighbours is not known well "
            "enough to be built; upload a file with 3D coordinates."
        )
    lone = _LONE_PAIRS[count][: count - len(around)]
    free = [site for site in range(count) if site not in lone]
    bonds = [mol.GetBondBetweenAtoms(atom.GetIdx(), other) for other in around]
    pull = np.array([_pull(bond, atom.GetIdx()) for bond in bonds])
    wish = np.zeros(count)
    if count == 5:
        wish[:2] = 1.0
    elif len(lone) == 1:
        wish[1] = -1.0
    joined = _joined(mol, atom.GetIdx(), around)
    between = angles(_SITES[count])

    def cost(sites: tuple[int, ...]) -> float:
        strain = np.abs(between[np.ix_(sites, sites)] - 90.0)[joined].sum()
        return float(strain - pull @ wish[list(sites)])

    best = min(itertools.permutations(free, len(around)), key=cost)
    lengths = np.array([_length(bond) for bond in bonds])
    arms: np.ndarray = lengths[:, None] * _SITES[count][list(best)]
    return arms


def _joined(mol: Chem.Mol, atom: int, around: tuple[int, ...]) -> np.ndarray:
    """(L, L) bool, above the diagonal: which two neighbours are in one small ring with ``atom``."""
    rings = [set(ring) for ring in mol.GetRingInfo().AtomRings() if len(ring) <= _RING]
    rows = [[any({atom, a, b} <= ring for ring in rings) for b in around] for a in around]
    return np.triu(np.array(rows), 1)


def _pull(bond: Chem.Bond, atom: int) -> float:
    """How electronegative the other atom of ``bond`` is, less for a multiple bond."""
    element = bond.GetOtherAtom(bond.GetOwningMol().GetAtomWithIdx(atom)).GetAtomicNum()
    single = bond.GetBondType() == Chem.BondType.SINGLE
    return _PAULING.get(element, 2.2) - (0.0 if single else 3.0)


def _length(bond: Chem.Bond) -> float:
    """The sum of the covalent radii, Angstrom, less for a double bond."""
    table = Chem.GetPeriodicTable()
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    whole = sum(table.GetRcovalent(atom.GetAtomicNum()) for atom in ends)
    return float(whole - _SHORTER * (bond.GetBondType() != Chem.BondType.SINGLE))


def _name(atom: Chem.Atom) -> str:
    return f"atom {atom.GetIdx() + 1} ({atom.GetSymbol()})"
