"""Stereo axes: single bonds whose neighbours are too large to pass each other (atropisomers).

A bond from an aromatic ring to another flat group (a ring, the nitrogen of a tertiary anilide, the
carbon of a tertiary benzamide) is an axis if both ends carry two unlike sides and its barrier is
estimated at 20 kcal/mol or more, the lower end of class 2 of LaPlante et al. 2011
(doi:10.1021/jm200584g): separated forms that live for minutes to years. The estimate is the
sum of the B values of the groups beside the bond, the barriers that one such group alone gives
biphenyl (Mazzanti et al. 2006, doi:10.1021/jo060205b; Ruzziconi et al. 2009,
doi:10.1002/chem.200801963), rounded to kinds of groups. Three groups or more have to pass each
other face to face, which costs more than their sum: 17 is enough for them. Groups on rings of five
point away from the bond and count 0.7. Values for fused rings and amides are set so that
1,1'-binaphthyl (23.5 kcal/mol), ortho-iodo anilides and 2-methyl-1-naphthamides come out as
axes, biphenyls of two methyl groups or chlorines, o-tolyl anilides and decafluorobiphenyl do not.

An axis is labelled as RDKit does: seen along the bond, CW where the dihedral angle of the lowest
numbered neighbours of both ends is positive, CCW where it is negative.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rdkit import Chem

from engine.geometry import dihedral_angles

_CW, _CCW = Chem.BondStereo.STEREOATROPCW, Chem.BondStereo.STEREOATROPCCW
_SP2 = Chem.HybridizationType.SP2

#: Estimated barrier in kcal/mol of an axis: of any, and of one with three groups or more.
_BARRIER, _BARRIER_OF_THREE = 20.0, 17.0
#: A bond in a ring of fewer atoms is held by the ring.
_LARGE_RING = 8
_FLAT_RINGS = (4, 5, 6, 7)
_SPLAYED = {4: 0.5, 5: 0.7}
_TERTIARY_ANILIDE, _TERTIARY_BENZAMIDE = 11.0, 6.0
_AMIDE = Chem.MolFromSmarts("[CX3](=[OX1,SX1])[NX3H0]")

#: B values in kcal/mol by element; carbon by its shape and number of heavy neighbours.
_B_VALUES = {
    5: 8.0,
    7: 7.5,
    8: 5.5,
    9: 4.4,
    14: 13.0,
    15: 11.0,
    16: 8.6,
    17: 7.7,
    35: 8.7,
    53: 10.0,
}
_B_ALKYL = {0: 7.4, 1: 7.4, 2: 8.7, 3: 11.1, 4: 15.4}
_B_TRIFLUOROMETHYL, _B_FLAT, _B_STRAIGHT = 10.5, 7.7, 6.0
#: The same for a group that belongs to a fused ring: a CH of six-membered rings, others.
_B_PERI, _B_FUSED = 10.0, 5.0


def find_axes(mol: Chem.Mol) -> dict[int, tuple[int, int, int, int]]:
    """Bond index to the atoms a-b-c-d whose dihedral angle measures the axis, b-c.

    Labelled bonds and all that are estimated to be hindered.
    """
    found = {}
    amides = {pair for c, _, n in mol.GetSubstructMatches(_AMIDE) for pair in ((c, "C"), (n, "N"))}
    ranks: list[int] = []
    for bond in mol.GetBonds():
        if not _may_turn(mol, bond):
            continue
        if bond.GetStereo() not in (_CW, _CCW):
            if not _is_crowded(mol, bond, amides):
                continue
            ranks = ranks or list(Chem.CanonicalRankAtoms(mol, breakTies=False))
            if not all(_is_uneven(*ends, ranks) for ends in _both_ways(bond)):
                continue
        found[bond.GetIdx()] = _quartet(bond)
    return found


def labelled_axes(mol: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """Atoms (A, 4) of every labelled axis, and the sign (A,) of their dihedral angle."""
    bonds = [bond for bond in mol.GetBonds() if bond.GetStereo() in (_CW, _CCW)]
    quartets = np.array([_quartet(bond) for bond in bonds], dtype=np.int64).reshape(-1, 4)
    return quartets, np.array([1 if bond.GetStereo() == _CW else -1 for bond in bonds])


def label_axis(bond: Chem.Bond, clockwise: bool) -> None:
    """Give the axis ``bond`` a hand."""
    bond.SetStereo(_CW if clockwise else _CCW)


def label_axes(mol: Chem.Mol, xyz: np.ndarray) -> None:
    """Label all axes of ``mol`` by its coordinates ``xyz`` (N, 3), in place."""
    for index, quartet in find_axes(mol).items():
        angle = float(dihedral_angles(np.asarray(xyz), np.array(quartet)))
        label_axis(mol.GetBondWithIdx(index), angle > 0)


def _may_turn(mol: Chem.Mol, bond: Chem.Bond) -> bool:
    """A single bond between two atoms of three neighbours, at most in a large ring."""
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    if bond.GetBondType() != Chem.BondType.SINGLE or any(end.GetDegree() != 3 for end in ends):
        return False
    return not bond.IsInRing() or mol.GetRingInfo().MinBondRingSize(bond.GetIdx()) >= _LARGE_RING


def _is_crowded(mol: Chem.Mol, bond: Chem.Bond, amides: set[tuple[int, str]]) -> bool:
    """Whether the estimated barrier is that of an axis."""
    if not any(end.GetIsAromatic() for end in (bond.GetBeginAtom(), bond.GetEndAtom())):
        return False
    groups: list[float] = []
    for end, other in _both_ways(bond):
        beside = _groups(mol, end, other, amides)
        if beside is None:
            return False
        groups += beside
    return sum(groups) >= (_BARRIER_OF_THREE if len(groups) > 2 else _BARRIER)


def _groups(
    mol: Chem.Mol, end: Chem.Atom, other: Chem.Atom, amides: set[tuple[int, str]]
) -> list[float] | None:
    """B values of the groups beside the bond at ``end``; None if it is not flat."""
    if end.GetHybridization() != _SP2:
        return None
    rings = [ring for ring in mol.GetRingInfo().AtomRings() if end.GetIdx() in ring]
    ring = set(min(rings, key=len, default=()))
    if len(ring) in _FLAT_RINGS and other.GetIdx() not in ring:
        scale = _SPLAYED.get(len(ring), 1.0)
        return [
            scale * _b_value(mol, middle, group)
            for middle in end.GetNeighbors()
            if middle.GetIdx() in ring
            for group in middle.GetNeighbors()
            if group.GetIdx() not in ring and group.GetAtomicNum() > 1
        ]
    if (end.GetIdx(), "N") in amides:
        return [_TERTIARY_ANILIDE]
    if (end.GetIdx(), "C") in amides:
        return [_TERTIARY_BENZAMIDE]
    return None


def _b_value(mol: Chem.Mol, middle: Chem.Atom, group: Chem.Atom) -> float:
    """The barrier in kcal/mol that ``group`` alone, on the atom ``middle``, would give biphenyl."""
    link = mol.GetBondBetweenAtoms(middle.GetIdx(), group.GetIdx())
    if link.IsInRing():
        six = mol.GetRingInfo().MinBondRingSize(link.GetIdx()) > 5
        return _B_PERI if six and group.GetAtomicNum() == 6 else _B_FUSED
    if group.GetAtomicNum() != 6:
        return _B_VALUES.get(group.GetAtomicNum(), _B_VALUES[8])
    heavy = [n.GetAtomicNum() for n in group.GetNeighbors() if n.GetAtomicNum() > 1]
    if group.GetHybridization() == Chem.HybridizationType.SP:
        return _B_STRAIGHT
    if group.GetHybridization() == _SP2:
        return _B_FLAT
    if heavy.count(9) == 3:
        return _B_TRIFLUOROMETHYL
    return _B_ALKYL[min(len(heavy), 4)]


def _both_ways(bond: Chem.Bond) -> Iterator[tuple[Chem.Atom, Chem.Atom]]:
    yield bond.GetBeginAtom(), bond.GetEndAtom()
    yield bond.GetEndAtom(), bond.GetBeginAtom()


def _beside(end: Chem.Atom, other: Chem.Atom) -> list[int]:
    return [n.GetIdx() for n in end.GetNeighbors() if n.GetIdx() != other.GetIdx()]


def _is_uneven(end: Chem.Atom, other: Chem.Atom, ranks: list[int]) -> bool:
    """Whether the two sides of ``end`` differ."""
    return len({ranks[i] for i in _beside(end, other)}) == 2


def _quartet(bond: Chem.Bond) -> tuple[int, int, int, int]:
    b, c = bond.GetBeginAtom(), bond.GetEndAtom()
    return min(_beside(b, c)), b.GetIdx(), c.GetIdx(), min(_beside(c, b))
