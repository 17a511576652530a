"""The four atoms a-b-c-d whose dihedral angle measures a rotatable bond b-c, and its name.

They are those that a chemist would take: along the longest chain of heavy atoms. In a peptide that
is the backbone (IUPAC-IUB 1970, doi:10.1021/bi00820a001; C' is the carbonyl carbon, CA the alpha
carbon)::

    phi   C'(i-1) - N  - CA - C'          psi   N - CA - C' - N(i+1)
    omega CA(i-1) - C' - N  - CA(i)       chi1  N - CA - CB - CG
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rdkit import Chem

#: Bonds at a larger angle than this lie on one line, radians.
_STRAIGHT = math.radians(160)
#: N, CA, C' of an amino acid (residue), and C', N of the amide bond between two.
_RESIDUE = Chem.MolFromSmarts("[NX3,NX4+;!$(N-[!#6;!#1])]-[CX4]-!@[CX3](=[OX1])[#7,#8]")
_AMIDE = Chem.MolFromSmarts("[CX3;!$(C(=O)(N)[N,O])](=[OX1])-!@[NX3]")


def get_dihedral_atoms(mol: Chem.Mol, b: int, c: int) -> tuple[int, int, int, int]:
    """The quartet (a, b, c, d) that measures bond b-c.

    Of the neighbours at either end: that of a peptide's backbone; heavy atoms before hydrogens; the
    oxygen of a carbonyl or sulfonyl group and its like last of these; else the beginning of the
    longest chain, the heaviest atom, the lowest index. A neighbour opposite to the bond, as at a
    hypervalent atom, measures nothing and is left out.

    Raises:
        ValueError: if either atom has no other neighbour.
    """
    return quartets(mol, [(b, c)])[0]


def quartets(mol: Chem.Mol, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """``get_dihedral_atoms`` of several bonds."""
    chains = _backbones(mol)
    return [(_outer(mol, b, c, chains), b, c, _outer(mol, c, b, chains)) for b, c in pairs]


def torsion_names(mol: Chem.Mol, pairs: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The names of the rotatable bonds ``pairs`` in a peptide's backbone, "" for all others.

    "φ", "ψ" and "ω", with the number of the residue where there are several: "φ2". Residues count
    from the N terminus; ω belongs to the residue before it, so that of an acetyl group is ω0. The
    ends of a chain, without an amide on one side, have no φ or ψ.
    """
    residues = _residues(mol)
    first = {n: k for k, (n, _, _) in enumerate(residues, start=1)}
    last = {carbonyl: k for k, (_, _, carbonyl) in enumerate(residues, start=1)}
    alpha = [atom for _, atom, _ in residues]
    names: dict[frozenset[int], tuple[str, int]] = {}
    for carbon, _, nitrogen in mol.GetSubstructMatches(_AMIDE):
        if nitrogen in first:
            k = first[nitrogen]
            names[frozenset((nitrogen, alpha[k - 1]))] = ("φ", k)
            names[frozenset((carbon, nitrogen))] = ("ω", k - 1)
        if carbon in last:
            k = last[carbon]
            names[frozenset((alpha[k - 1], carbon))] = ("ψ", k)
            names[frozenset((carbon, nitrogen))] = ("ω", k)
    found = [names.get(frozenset(pair), ("", 0)) for pair in pairs]
    times = Counter(letter for letter, _ in found)
    return tuple(
        f"{letter}{k}" if letter and (len(residues) > 1 or times[letter] > 1) else letter
        for letter, k in found
    )


def _residues(mol: Chem.Mol) -> list[tuple[int, int, int]]:
    """(N, CA, C') of every residue, along the chain; a single one needs amides beside it."""
    found = [match[:3] for match in mol.GetSubstructMatches(_RESIDUE)]
    if not any(mol.GetBondBetweenAtoms(c, n) for _, _, c in found for n, _, _ in found):
        capped = {n for _, _, n in mol.GetSubstructMatches(_AMIDE)}
        found = [r for r in found if r[0] in capped and _amide_end(mol, r[2])]
    before = {n: c for _, _, c in found for n, _, _ in found if mol.GetBondBetweenAtoms(c, n)}
    first = [r for r in found if r[0] not in before]
    ordered: list[tuple[int, int, int]] = []
    while first:
        ordered.append(first.pop(0))
        following = [r for r in found if before.get(r[0]) == ordered[-1][2] and r not in ordered]
        first[:0] = following
    return ordered


def _amide_end(mol: Chem.Mol, carbonyl: int) -> bool:
    return any(n.GetAtomicNum() == 7 for n in mol.GetAtomWithIdx(carbonyl).GetNeighbors())


def _backbones(mol: Chem.Mol) -> dict[tuple[int, int], int]:
    """(atom, other end of its bond) to the neighbour of the atom that the backbone goes on to."""
    chosen: dict[tuple[int, int], int] = {}
    residues = _residues(mol)
    alphas = {n: alpha for n, alpha, _ in residues}
    for n, alpha, carbonyl in residues:
        chosen[alpha, n] = carbonyl
        for other in mol.GetAtomWithIdx(alpha).GetNeighbors():
            if other.GetIdx() not in (n, carbonyl):
                chosen[alpha, other.GetIdx()] = n  # chi1
        chosen[alpha, carbonyl] = n
    for carbon, _, nitrogen in mol.GetSubstructMatches(_AMIDE):
        if nitrogen in alphas:
            chosen[nitrogen, carbon] = alphas[nitrogen]
            chosen[nitrogen, alphas[nitrogen]] = carbon
    return chosen


def _outer(mol: Chem.Mol, atom: int, other: int, chains: dict[tuple[int, int], int]) -> int:
    around = [n for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetIdx() != other]
    if not around:
        raise ValueError(f"Atom {atom} has no other neighbour, so no dihedral is defined.")
    if (atom, other) in chains:
        return chains[atom, other]
    around = [n for n in around if not _opposite(mol, n.GetIdx(), atom, other)] or around
    reach = _reach(mol, atom, other)

    def rank(n: Chem.Atom) -> tuple[bool, bool, int, int, int]:
        light = n.GetAtomicNum() == 1
        return light, _oxo(mol, n, atom), -reach[n.GetIdx()], -n.GetAtomicNum(), n.GetIdx()

    return min(around, key=rank).GetIdx()


def _oxo(mol: Chem.Mol, end: Chem.Atom, atom: int) -> bool:
    """Whether ``end`` is the O of C=O, S=O, N=O, or the S of C=S: a terminal double bond."""
    bond = mol.GetBondBetweenAtoms(end.GetIdx(), atom)
    return end.GetDegree() == 1 and bond.GetBondType() == Chem.BondType.DOUBLE


def _reach(mol: Chem.Mol, atom: int, other: int) -> dict[int, int]:
    """How many bonds away from ``atom`` the chain of heavy atoms goes that begins at a neighbour.

    An atom belongs to the chain by which it is reached first.
    """
    starts = [n.GetIdx() for n in mol.GetAtomWithIdx(atom).GetNeighbors() if n.GetIdx() != other]
    reach = dict.fromkeys(starts, 1)
    seen, layer = {atom, other, *starts}, [(start, start) for start in starts]
    depth = 1
    while layer:
        depth += 1
        following = []
        for here, start in layer:
            for n in mol.GetAtomWithIdx(here).GetNeighbors():
                if n.GetIdx() not in seen and n.GetAtomicNum() > 1:
                    seen.add(n.GetIdx())
                    reach[start] = depth
                    following.append((n.GetIdx(), start))
        layer = following
    return reach


def _opposite(mol: Chem.Mol, a: int, b: int, c: int) -> bool:
    """Whether a-b-c is straight in the coordinates of ``mol``, if it has any."""
    if not mol.GetNumConformers():
        return False
    conformer = mol.GetConformer()
    here, middle, there = (conformer.GetAtomPosition(i) for i in (a, b, c))
    return (here - middle).AngleTo(there - middle) > _STRAIGHT
