"""Rotatable bonds: which turn, which do not and why.

The definition on screen is the tutorial's: a bond is rotatable when it is single, not in a
ring, and both of its atoms have at least two neighbours, hydrogens counted. Ibuprofen has 8
(4 between heavy fragments, 3 methyl rotors, 1 hydroxyl) where RDKit's
``CalcNumRotatableBonds`` says 4. Bonds to an sp atom on a straight line pass the rule but
turning them moves nothing that a dihedral could measure: they are reported as "straight". Stereo
axes (``axes``) pass it too and are kept, as a stereo centre is: they are reported as "hindered".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from engine.chem.structure.axes import find_axes

_AMIDE = Chem.MolFromSmarts("[CX3](=[OX1,SX1])[NX3]")


@dataclass(frozen=True)
class BondReport:
    """What is known of one bond.

    Attributes:
        index: RDKit's bond index.
        atoms: (b, c); for a rotatable bond c stands on the smaller, moving side.
        rotatable: whether the model turns it.
        kind: "heavy", "methyl", "hydroxyl", "amine", "thiol" or "" when not rotatable.
        reason: why not ("ring", "double", "triple", "aromatic", "terminal", "straight",
            "hindered") or "".
        note: a remark for a person, such as that an amide bond is a partial double bond.
    """

    index: int
    atoms: tuple[int, int]
    rotatable: bool
    kind: str = ""
    reason: str = ""
    note: str = ""


def identify_rotatable_bonds(mol: Chem.Mol) -> list[BondReport]:
    """Report on every bond of ``mol`` (with explicit hydrogens), in RDKit's bond order."""
    stiff = {frozenset((c, n)) for c, _, n in mol.GetSubstructMatches(_AMIDE)}
    axes = find_axes(mol)
    return [_report(mol, bond, stiff, bond.GetIdx() in axes) for bond in mol.GetBonds()]


_REASONS = {
    "ring": "This bond is part of a ring, which would break if it turned freely.",
    "double": "This is a double bond, and turning it would break its second bond.",
    "triple": "This is a triple bond, straight and symmetric, so turning it changes nothing.",
    "aromatic": "This bond belongs to an aromatic ring, which is flat and rigid.",
    "terminal": "One of its atoms has no other neighbour, so turning it moves nothing.",
    "straight": "One of its atoms lies on a straight line, so no angle measures a turn here.",
    "hindered": "The groups beside this bond are too large to pass each other, so its two forms "
    "(P and M, atropisomers) are different molecules: it keeps its hand and is not turned.",
}
_KINDS = {
    "heavy": "It is skeletal: between two groups of heavy atoms.",
    "methyl": "It turns a methyl group, whose three hydrogens look alike.",
    "hydroxyl": "It turns a hydroxyl group.",
    "amine": "It turns an amine group.",
    "thiol": "It turns a thiol group.",
}


def explain(report: BondReport) -> str:
    """One or two plain sentences on why a bond turns or why it does not."""
    if not report.rotatable:
        return _REASONS[report.reason]
    amide = " An amide C–N is a partial double bond: it stays nearly flat, cis or trans."
    stiff = amide if report.note else ""
    return f"This single bond can turn. {_KINDS[report.kind]}{stiff}"


@dataclass(frozen=True)
class Definition:
    """One answer to "which bonds are rotatable?": label and words for a person, and a rule.

    counts: ``mol`` with explicit hydrogens, and the reports on its bonds, to the indices of the
    bonds that count.
    """

    label: str
    words: str
    counts: Callable[[Chem.Mol, Sequence[BondReport]], frozenset[int]]


def _moved(_: Chem.Mol, reports: Sequence[BondReport]) -> frozenset[int]:
    return frozenset(r.index for r in reports if r.rotatable)


def _between_heavy(_: Chem.Mol, reports: Sequence[BondReport]) -> frozenset[int]:
    return frozenset(r.index for r in reports if r.rotatable and r.kind == "heavy")


def _matching(pattern: Chem.Mol) -> Callable[[Chem.Mol, Sequence[BondReport]], frozenset[int]]:
    """The bonds whose atoms match ``pattern`` once hydrogens are left out, as RDKit counts."""

    def counts(mol: Chem.Mol, _: Sequence[BondReport]) -> frozenset[int]:
        copy = Chem.Mol(mol)
        for atom in copy.GetAtoms():
            atom.SetIntProp("_place", atom.GetIdx())
        bare = Chem.RemoveHs(copy)
        place = [atom.GetIntProp("_place") for atom in bare.GetAtoms()]
        pairs = bare.GetSubstructMatches(pattern, maxMatches=10_000)
        return frozenset(mol.GetBondBetweenAtoms(place[b], place[c]).GetIdx() for b, c in pairs)

    return counts


#: RDKit's two patterns (Code/GraphMol/Descriptors/Lipinski.cpp), which it does not offer itself.
_LOOSE = "[!$(*#*)&!D1]-&!@[!$(*#*)&!D1]"
_NOT_SYMMETRIC = "!$(*#*)&!D1&!$(C(F)(F)F)&!$(C(Cl)(Cl)Cl)&!$(C(Br)(Br)Br)&!$(C([CH3])([CH3])[CH3])"
_NOT_AMIDE = (
    "!$([CD3](=[N,O,S])-!@[#7,O,S!D1])&!$([#7,O,S!D1]-!@[CD3]=[N,O,S])"
    "&!$([CD3](=[N+])-!@[#7!D1])&!$([#7!D1]-!@[CD3]=[N+])"
)
_STRICT = f"[{_NOT_SYMMETRIC}&{_NOT_AMIDE}]-,:;!@[{_NOT_SYMMETRIC}]"

DEFINITIONS: dict[str, Definition] = {
    "model": Definition(
        "Turned by the model",
        "A single bond, not in a ring, with another neighbour at both ends, hydrogens counted: "
        "the bonds that the model turns.",
        _moved,
    ),
    "heavy": Definition(
        "Between heavy-atom groups",
        "Of these, the bonds between two groups of heavy atoms: methyl, hydroxyl, amine and "
        "thiol groups are left out.",
        _between_heavy,
    ),
    "strict": Definition(
        "RDKit, strict",
        "RDKit's CalcNumRotatableBonds: it leaves out the ends of chains, amides and esters, and "
        "groups like CF3 and tert-butyl.",
        _matching(Chem.MolFromSmarts(_STRICT)),
    ),
    "loose": Definition(
        "RDKit, loose",
        "RDKit's older rule (NonStrict): single bonds outside rings between atoms that are not "
        "ends; amides and esters count.",
        _matching(Chem.MolFromSmarts(_LOOSE)),
    ),
}


def rdkit_count(mol: Chem.Mol) -> int:
    """RDKit's own, stricter count of rotatable bonds (no terminal groups, no amides)."""
    return int(rdMolDescriptors.CalcNumRotatableBonds(Chem.RemoveHs(mol)))


def _report(
    mol: Chem.Mol, bond: Chem.Bond, stiff: set[frozenset[int]], hindered: bool
) -> BondReport:
    begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
    reason = _why_not(bond) or "hindered" * hindered
    if reason:
        return BondReport(bond.GetIdx(), (begin, end), False, reason=reason)
    side = moving_side(mol, begin, end)
    if 2 * len(side) > mol.GetNumAtoms():
        begin, end = end, begin
    note = "amide C–N: partial double bond, cis/trans" if frozenset((begin, end)) in stiff else ""
    kind = _kind(mol, begin, end)
    return BondReport(bond.GetIdx(), (begin, end), True, kind=kind, note=note)


def _why_not(bond: Chem.Bond) -> str:  # noqa: PLR0911  # a list of reasons, the first counts
    if bond.GetIsAromatic():
        return "aromatic"
    if bond.IsInRing():
        return "ring"
    if bond.GetBondType() == Chem.BondType.DOUBLE:
        return "double"
    if bond.GetBondType() == Chem.BondType.TRIPLE:
        return "triple"
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    if min(atom.GetDegree() for atom in ends) < 2:
        return "terminal"
    if any(a.GetHybridization() == Chem.HybridizationType.SP for a in ends):
        return "straight"
    return ""


_ROTOR_KINDS = {6: "methyl", 7: "amine", 8: "hydroxyl", 16: "thiol"}


def _kind(mol: Chem.Mol, b: int, c: int) -> str:
    """The class of a rotatable bond: what turns when all other neighbours are hydrogens."""
    for end, other in ((c, b), (b, c)):
        atom = mol.GetAtomWithIdx(end)
        rest = [n.GetAtomicNum() for n in atom.GetNeighbors() if n.GetIdx() != other]
        if all(number == 1 for number in rest):
            return _ROTOR_KINDS.get(atom.GetAtomicNum(), "heavy")
    return "heavy"


def moving_side(mol: Chem.Mol, b: int, c: int) -> set[int]:
    """Atoms on the side of ``c`` when the acyclic bond b-c is cut, ``c`` included."""
    seen, stack = {c}, [c]
    while stack:
        for neighbour in mol.GetAtomWithIdx(stack.pop()).GetNeighbors():
            index = neighbour.GetIdx()
            if index not in seen and index != b:
                seen.add(index)
                stack.append(index)
    return seen
