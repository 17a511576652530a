"""End groups whose charge or double bond is spread: carboxylates, nitro, phosphates, guanidinium.

MOL2 files and dictionaries of restraints write the bonds of such groups as aromatic or
"delocalised", outside any ring, where RDKit knows no aromatic bond. One Lewis structure is
written instead: of the ends of a group, as many get a double bond as its centre needs, and the
bare oxygens and sulfurs that are left get a negative charge.
"""

from __future__ import annotations

from rdkit import Chem

_AROMATIC = Chem.BondType.AROMATIC
#: Elements whose bare ends take a double bond or a negative charge.
_BARE = (8, 16)
#: The reluctance of an end that cannot have a double bond.
_NEVER = 9


def localise(drawing: Chem.Mol, complete: bool) -> Chem.Mol | None:
    """``drawing`` sanitised, its delocalised end groups as Lewis structures; None if impossible.

    Charges that the bonds imply are added, stated ones stay; so do the order of the atoms and the
    coordinates.

    Args:
        drawing: atoms and bonds, those of the groups aromatic.
        complete: whether all hydrogens are there, so that a bare oxygen is negative.
    """
    mol = Chem.RWMol(drawing)
    soft = [bond for bond in mol.GetBonds() if bond.GetBondType() == _AROMATIC]
    if soft:
        Chem.FastFindRings(mol)
        _settle_groups(mol, {b.GetIdx() for b in soft if not b.IsInRing()})
    for atom in mol.GetAtoms():
        number = atom.GetAtomicNum()
        if number == 7:
            _charge_ammonium(atom)
        elif complete and number in _BARE:
            _charge_anion(atom)
    if Chem.SanitizeMol(mol, catchErrors=True):
        return None
    return mol.GetMol()


def _settle_groups(mol: Chem.RWMol, soft: set[int]) -> None:
    """Write every group among the aromatic bonds outside rings, ``soft``, as a Lewis structure."""
    bonds = [mol.GetBondWithIdx(i) for i in soft]
    touched = {i for b in bonds for i in (b.GetBeginAtomIdx(), b.GetEndAtomIdx())}
    for i in sorted(touched):
        centre = mol.GetAtomWithIdx(i)
        ends = [b for b in centre.GetBonds() if b.GetIdx() in soft]
        ends = [b for b in ends if b.GetBondType() == _AROMATIC]
        if ends and not _in_aromatic_ring(centre) and _is_centre(centre, ends):
            _settle_group(centre, ends)
    for i in touched:
        atom = mol.GetAtomWithIdx(i)
        if not any(bond.GetBondType() == _AROMATIC for bond in atom.GetBonds()):
            atom.SetIsAromatic(False)


def _in_aromatic_ring(atom: Chem.Atom) -> bool:
    return any(b.IsInRing() and b.GetBondType() == _AROMATIC for b in atom.GetBonds())


def _is_centre(atom: Chem.Atom, bonds: list[Chem.Bond]) -> bool:
    """Whether ``atom`` is the middle of a group: its neighbours there have no other such bond.

    Nitrogen is one in nitro groups and nitrates alone.
    """
    ends = [bond.GetOtherAtom(atom) for bond in bonds]
    if atom.GetAtomicNum() == 7 and any(e.GetAtomicNum() != 8 or e.GetDegree() > 1 for e in ends):
        return False
    return len(bonds) > 1 and all(_acyclic_aromatic(end) == 1 for end in ends)


def _acyclic_aromatic(atom: Chem.Atom) -> int:
    return sum(b.GetBondType() == _AROMATIC and not b.IsInRing() for b in atom.GetBonds())


def _settle_group(centre: Chem.Atom, bonds: list[Chem.Bond]) -> None:
    """Write the bonds of one group as single and double ones, and charge its ends."""
    ends = [(bond, bond.GetOtherAtom(centre)) for bond in bonds]
    ends.sort(key=lambda pair: _reluctance(pair[1]))
    others = [b for b in centre.GetBonds() if b.GetIdx() not in {bond.GetIdx() for bond in bonds}]
    left = _doubles(centre, len(bonds), others)
    for bond, end in ends:
        double = left > 0 and _reluctance(end) < _NEVER
        left -= double
        bond.SetBondType(Chem.BondType.DOUBLE if double else Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
        bare = end.GetDegree() == 1
        if double and end.GetAtomicNum() == 7 and end.GetDegree() == 3:
            end.SetFormalCharge(1)
        elif not double and bare and end.GetAtomicNum() in _BARE:
            end.SetFormalCharge(-1)
    if centre.GetAtomicNum() == 7:
        centre.SetFormalCharge(1)


def _reluctance(end: Chem.Atom) -> int:
    """How unlikely an end is to have the double bond; ``_NEVER`` where it cannot."""
    number, degree = end.GetAtomicNum(), end.GetDegree()
    if number in _BARE:
        bare = degree == 1 and not end.GetNumExplicitHs()
        return (8 if end.GetFormalCharge() < 0 else 0 if number == 8 else 1) if bare else _NEVER
    if number == 7 and degree <= 3:
        heavy = sum(other.GetAtomicNum() > 1 for other in end.GetNeighbors())
        return 2 if end.GetFormalCharge() > 0 else 3 if degree < 3 else 3 + heavy
    return 7 if number == 6 and degree <= 3 else _NEVER


def _doubles(centre: Chem.Atom, ends: int, others: list[Chem.Bond]) -> int:
    """How many double bonds the centre of a group takes among its ``ends``."""
    used = ends + int(sum(bond.GetBondTypeAsDouble() for bond in others))
    valence = {6: 4, 7: 4, 5: 3, 15: 5, 33: 5}.get(centre.GetAtomicNum())
    if centre.GetAtomicNum() in (16, 34):
        valence = 6 if ends + len(others) >= 4 else 4
    elif centre.GetAtomicNum() in (17, 35, 53):
        valence = 7
    return max(0, (valence or 0) - used)


def _charge_ammonium(atom: Chem.Atom) -> None:
    """A neutral nitrogen whose bonds add up to four is N+, and what it is bare of is negative.

    Ammonium and iminium have no such end, nitro groups and N-oxides an oxygen, azides and
    diazo groups a nitrogen with nothing else bound.
    """
    orders = [bond.GetBondType() for bond in atom.GetBonds()]
    if atom.GetAtomicNum() != 7 or atom.GetFormalCharge() or _AROMATIC in orders:
        return
    if sum(int(bond.GetBondTypeAsDouble()) for bond in atom.GetBonds()) != 4:
        return
    atom.SetFormalCharge(1)
    for bond in atom.GetBonds():
        end = bond.GetOtherAtom(atom)
        order = {8: Chem.BondType.SINGLE, 7: Chem.BondType.DOUBLE}.get(end.GetAtomicNum())
        cumulated = end.GetAtomicNum() == 8 or orders.count(Chem.BondType.DOUBLE) == 2
        if _is_bare(end) and bond.GetBondType() == order and cumulated:
            end.SetFormalCharge(-1)


def _charge_anion(atom: Chem.Atom) -> None:
    """An oxygen or sulfur with nothing but one single bond is negative where no hydrogen lacks."""
    orders = [bond.GetBondType() for bond in atom.GetBonds()]
    if atom.GetAtomicNum() in _BARE and _is_bare(atom) and orders == [Chem.BondType.SINGLE]:
        atom.SetFormalCharge(-1)


def _is_bare(atom: Chem.Atom) -> bool:
    return atom.GetDegree() == 1 and not atom.GetNumExplicitHs() and not atom.GetFormalCharge()
