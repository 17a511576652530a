"""Places that a drawing tells apart and a flask does not: they change sides within seconds.

A proton that hops, a lone pair that swings through or a double bond that is shared between two
nitrogens interconvert the two forms at room temperature; cumulated double bonds have no sides.
"""

from __future__ import annotations

from rdkit import Chem

#: Elements whose double bonds have sides; S=N and P=C are single bonds between charges.
_SIDED = (6, 7)
_NO_SIDES = Chem.BondStereo.STEREONONE
_ALLENE = Chem.MolFromSmarts("[#6]=[#6X2]=[#6]")


def is_labile_centre(atom: Chem.Atom) -> bool:
    """Whether the hand of this tetrahedral atom inverts by itself.

    An ammonium ion inverts once it has lost its proton; an acid such as (RO)(R'O)P(=O)OH or
    RS(=O)OH when the proton changes to the other oxygen, and its anion by resonance alone.
    """
    if atom.GetAtomicNum() == 7 and atom.GetTotalNumHs(includeNeighbors=True):
        return True
    return _has_exchanging_pair(atom)


def is_labile_bond(bond: Chem.Bond) -> bool:
    """Whether this double bond has no sides, or changes them by itself.

    Bonds in allenes, carbodiimides, azides and ketenes; C=NH; amidines, guanidines, isoureas and
    imidic acids, whose proton or lone pair moves between the heteroatoms. Oximes and hydrazones
    keep their sides.
    """
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    if any(end.GetAtomicNum() not in _SIDED or _is_cumulated(end) for end in ends):
        return True
    if any(_is_bare(end) or _has_exchanging_pair(end) for end in ends):
        return True
    return any(_is_amidine(*pair) for pair in (ends, ends[::-1]))


def clear_sides(mol: Chem.Mol) -> None:
    """Take away, in place, the sides of double bonds that have none, S=N for example."""
    for bond in mol.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        unsided = any(end.GetAtomicNum() not in _SIDED for end in ends)
        if unsided and bond.GetStereo() != _NO_SIDES:
            bond.SetStereo(_NO_SIDES)
            for beside in (*ends[0].GetBonds(), *ends[1].GetBonds()):
                beside.SetBondDir(Chem.BondDir.NONE)  # else RDKit finds the sides again


def allenes(mol: Chem.Mol) -> list[tuple[int, int, int]]:
    """The atoms C=C=C of every allene whose two ends both carry two unlike groups."""
    ranks = list(Chem.CanonicalRankAtoms(mol, breakTies=False, includeChirality=True))
    return [
        found
        for found in mol.GetSubstructMatches(_ALLENE)
        if not mol.GetBondBetweenAtoms(found[0], found[1]).IsInRing()
        and all(_is_uneven(mol.GetAtomWithIdx(found[k]), found[1], ranks) for k in (0, 2))
    ]


def _is_uneven(end: Chem.Atom, middle: int, ranks: list[int]) -> bool:
    """Whether the groups on one end of an allene differ (a hydrogen may be implicit)."""
    groups = [ranks[n.GetIdx()] for n in end.GetNeighbors() if n.GetIdx() != middle]
    groups += [-1] * end.GetTotalNumHs()
    return len(groups) == 2 and groups[0] != groups[1] and not _is_cumulated(end)


def _has_exchanging_pair(atom: Chem.Atom) -> bool:
    """Whether two neighbours of one element differ by a proton or a charge alone."""
    seen: set[tuple[int, int]] = set()
    mobile: set[tuple[int, int]] = set()
    for other in atom.GetNeighbors():
        if other.GetAtomicNum() in (1, 6) or _heavy_degree(other) != 1:
            continue
        kind = (other.GetAtomicNum(), other.GetIsotope())
        moves = other.GetTotalNumHs(includeNeighbors=True) > 0 or other.GetFormalCharge() < 0
        if kind in seen and (moves or kind in mobile):
            return True
        seen.add(kind)
        if moves:
            mobile.add(kind)
    return False


def _is_cumulated(atom: Chem.Atom) -> bool:
    """Whether this atom has two double bonds, or a triple one."""
    orders = [bond.GetBondTypeAsDouble() for bond in atom.GetBonds()]
    return sum(order == 2 for order in orders) > 1 or 3 in orders


def _is_bare(atom: Chem.Atom) -> bool:
    """Whether this is the nitrogen of C=NH."""
    return atom.GetAtomicNum() == 7 and _heavy_degree(atom) == 1


def _is_amidine(carbon: Chem.Atom, nitrogen: Chem.Atom) -> bool:
    """Whether C=N also carries an N by a single bond, or an O with a proton or a charge.

    Not if the doubly bonded nitrogen carries an O itself: amidoximes keep their sides.
    """
    if (carbon.GetAtomicNum(), nitrogen.GetAtomicNum()) != (6, 7):
        return False
    if any(other.GetAtomicNum() == 8 for other in nitrogen.GetNeighbors()):
        return False
    for other in carbon.GetNeighbors():
        if other.GetIdx() == nitrogen.GetIdx():
            continue
        if other.GetAtomicNum() == 7:
            return True
        if other.GetAtomicNum() in (8, 16) and _heavy_degree(other) == 1:
            return True
    return False


def _heavy_degree(atom: Chem.Atom) -> int:
    return sum(other.GetAtomicNum() > 1 for other in atom.GetNeighbors())
