"""Stereo that an input leaves open: which places, which forms there are, which one was taken.

Places are numbered as in the input, from 1: "C5" is an atom, "C7=C8" a double bond, "C9-N12" a
stereo axis. Forms are labelled by the CIP labels of those places (R, S, r, s, E, Z, P, M).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import rdCIPLabeler

from engine.chem.reading.cages import without_stereo
from engine.chem.reading.labile import allenes, is_labile_bond, is_labile_centre
from engine.chem.structure import find_axes, label_axis

MAX_FORMS = 16

_NAMED = 6  # places named in one sentence
_SEED = 7
_OPEN = (Chem.StereoSpecified.Unspecified, Chem.StereoSpecified.Unknown)
_UNLABELLED = (Chem.BondStereo.STEREONONE, Chem.BondStereo.STEREOANY)
_OLDER = {Chem.BondStereo.STEREOE: "E", Chem.BondStereo.STEREOZ: "Z"}
#: Draws of a random form, many of which may be the same molecule.
_DRAWS = 8 * MAX_FORMS
#: Comparisons of the CIP rules, about 0.05 s; real molecules need less than 10,000, cages of
#: equal atoms never end.
_COMPARISONS = 50_000


@dataclass(frozen=True)
class Open:
    """Places whose stereo is open.

    Attributes:
        atoms: Indices of centres.
        bonds: Indices of double bonds.
        sides: Of each of these bonds, the two atoms that say what is cis.
        axes: Indices of stereo axes.
    """

    atoms: tuple[int, ...]
    bonds: tuple[int, ...]
    sides: tuple[tuple[int, int], ...]
    axes: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.atoms) + len(self.bonds) + len(self.axes)


def open_places(mol: Chem.Mol) -> Open:
    """The places of a sanitised ``mol`` that could have a label and have none.

    Those that change sides by themselves (``labile``) and those of ``cages`` are passed over.
    """
    atoms, bonds, sides = [], [], []
    for place in Chem.FindPotentialStereo(mol, cleanIt=False):
        if place.specified not in _OPEN:
            continue
        if place.type == Chem.StereoType.Atom_Tetrahedral:
            if not is_labile_centre(mol.GetAtomWithIdx(place.centeredOn)):
                atoms.append(place.centeredOn)
        elif place.type == Chem.StereoType.Bond_Double:
            ends = _sides(place)
            if ends and not is_labile_bond(mol.GetBondWithIdx(place.centeredOn)):
                bonds.append(place.centeredOn)
                sides.append(ends)
    caged = without_stereo(mol, atoms)
    atoms = [i for i in atoms if i not in caged]
    axes = [i for i in find_axes(mol) if mol.GetBondWithIdx(i).GetStereo() in _UNLABELLED]
    return Open(tuple(atoms), tuple(bonds), tuple(sides), tuple(axes))


def _sides(place: Chem.StereoInfo) -> tuple[int, int] | None:
    """One atom at each end of a double bond; None where an end has hydrogens only."""
    one, other = place.controllingAtoms[0], place.controllingAtoms[2]
    missing = Chem.Atom.NOATOM
    return None if missing in (one, other) else (one, other)


def forms(mol: Chem.Mol, places: Open) -> dict[str, Chem.Mol]:
    """Label to stereoisomer: at most ``MAX_FORMS`` ways to settle the open ``places``."""
    found: dict[str, Chem.Mol] = {}
    seen: set[tuple[str, int]] = set()
    for bits in _choices(len(places)):
        isomer = _settled(mol, places, bits)
        key = (Chem.MolToSmiles(isomer), bits >> (len(places) - len(places.axes)))
        if key not in seen:
            seen.add(key)
            found.setdefault(label(isomer, places), isomer)
        if len(seen) == MAX_FORMS:
            break
    found.pop("", None)
    return dict(sorted(found.items()))


def _choices(n: int) -> Iterator[int]:
    """Numbers whose ``n`` bits say which side each place takes: all, or some at random."""
    if 2**n <= MAX_FORMS:
        yield from range(2**n)
        return
    rng = random.Random(_SEED)
    for _ in range(_DRAWS):
        yield rng.getrandbits(n)


def _settled(mol: Chem.Mol, places: Open, bits: int) -> Chem.Mol:
    """``mol`` with each open place on the side that its bit says, atoms, bonds and axes in turn."""
    isomer = Chem.RWMol(mol)
    isomer.SetStereoGroups([])
    sides = iter([bool(bits >> k & 1) for k in range(len(places))])
    for i in places.atoms:
        clockwise = next(sides)
        isomer.GetAtomWithIdx(i).SetChiralTag(
            Chem.ChiralType.CHI_TETRAHEDRAL_CW if clockwise else Chem.ChiralType.CHI_TETRAHEDRAL_CCW
        )
    for i, ends in zip(places.bonds, places.sides, strict=True):
        bond = isomer.GetBondWithIdx(i)
        bond.SetBondDir(Chem.BondDir.NONE)
        bond.SetStereoAtoms(*ends)
        bond.SetStereo(Chem.BondStereo.STEREOCIS if next(sides) else Chem.BondStereo.STEREOTRANS)
    for i in places.axes:
        label_axis(isomer.GetBondWithIdx(i), next(sides))
    Chem.SetDoubleBondNeighborDirections(isomer)
    isomer.ClearComputedProps(includeRings=False)
    Chem.AssignStereochemistry(isomer, cleanIt=True, force=True, flagPossibleStereoCenters=True)
    return isomer.GetMol()


def count(places: Open) -> int:
    """How many forms the open places allow, mirror images and repeats counted."""
    return 2 ** len(places)


def label(mol: Chem.Mol, places: Open) -> str:
    """The CIP labels at ``places``: "R" for a single one, else as "C5 R, C7=C8 E"."""
    copy = _with_labels(mol)
    items = [copy.GetAtomWithIdx(i) for i in places.atoms]
    items += [copy.GetBondWithIdx(i) for i in (*places.bonds, *places.axes)]
    codes = [item.GetProp("_CIPCode") if item.HasProp("_CIPCode") else "" for item in items]
    if len(codes) == 1:
        return codes[0]
    names = [name for kind in _names(mol, places) for name in kind]
    return ", ".join(f"{name} {code}" for name, code in zip(names, codes, strict=True) if code)


def _with_labels(mol: Chem.Mol) -> Chem.Mol:
    """A copy with CIP labels, by RDKit's older ranking where the rules take too long."""
    copy = Chem.Mol(mol)
    try:
        rdCIPLabeler.AssignCIPLabels(copy, maxRecursiveIterations=_COMPARISONS)
    except RuntimeError:
        copy = Chem.Mol(mol)
        Chem.AssignStereochemistry(copy, cleanIt=False, force=True)
        for bond in copy.GetBonds():
            bond.ClearProp("_CIPCode")
            code = _OLDER.get(bond.GetStereo())
            if code:
                bond.SetProp("_CIPCode", code)
    return copy


def sentence(mol: Chem.Mol, places: Open, chosen: str) -> str:
    """What was open and what was taken, for a person."""
    kinds = ("stereo centre", "double bond", "hindered axis")
    parts = [_listed(*pair) for pair in zip(kinds, _names(mol, places), strict=True)]
    subject = _joined([part for part in parts if part])
    were = "was" if len(places) == 1 else "were"
    taken = f"the form ({chosen}) was chosen" if chosen else "one form was chosen"
    return f"{subject[0].upper()}{subject[1:]} {were} left open; {taken}."


def mixture(mol: Chem.Mol) -> str:
    """A sentence if the input marks centres as a mixture or as relative; else ""."""
    marked = sorted(
        {
            atom.GetIdx()
            for group in mol.GetStereoGroups()
            if group.GetGroupType() != Chem.StereoGroupType.STEREO_ABSOLUTE
            for atom in group.GetAtoms()
        }
    )
    if not marked:
        return ""
    subject = _listed("stereo centre", [_atom(mol, i) for i in marked])
    return (
        f"The input says that {subject} may have the opposite hand (a mixture or relative "
        "stereo); the form as drawn is used."
    )


def lost(mol: Chem.Mol) -> str:
    """A sentence if there are allenes with a hand, which is not kept; else ""."""
    names = ["=".join(_atom(mol, i) for i in atoms) for atoms in allenes(mol)]
    if not names:
        return ""
    return f"The hand of {_listed('allene', names)} is not kept; conformers may have either."


def _names(mol: Chem.Mol, places: Open) -> tuple[list[str], list[str], list[str]]:
    """The names of the open centres, double bonds and axes."""
    return (
        [_atom(mol, i) for i in places.atoms],
        [_bond(mol, i, "=") for i in places.bonds],
        [_bond(mol, i, "-") for i in places.axes],
    )


def _listed(kind: str, names: list[str]) -> str:
    """ "the stereo centres C2, C5 and C7", or "" for none."""
    if not names:
        return ""
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    plural = {"hindered axis": "hindered axes"}.get(kind, f"{kind}s")
    return f"the {kind if len(names) == 1 else plural} {_joined(names)}"


def _joined(words: list[str]) -> str:
    """ "a", "a and b" or "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _atom(mol: Chem.Mol, index: int) -> str:
    return f"{mol.GetAtomWithIdx(index).GetSymbol()}{index + 1}"


def _bond(mol: Chem.Mol, index: int, sign: str) -> str:
    bond = mol.GetBondWithIdx(index)
    return f"{_atom(mol, bond.GetBeginAtomIdx())}{sign}{_atom(mol, bond.GetEndAtomIdx())}"
