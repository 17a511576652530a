"""Stereo that an input leaves open: which places, which forms there are, which one was taken.

Places are numbered as in the input, from 1: "C5" is an atom, "C7=C8" a double bond. Forms are
told apart by the CIP labels of those places (R, S, r, s, E, Z).
"""

from __future__ import annotations

from dataclasses import dataclass

from rdkit import Chem
from rdkit.Chem import rdCIPLabeler
from rdkit.Chem.EnumerateStereoisomers import (
    EnumerateStereoisomers,
    GetStereoisomerCount,
    StereoEnumerationOptions,
)

MAX_FORMS = 16

_NAMED = 6  # places named in one sentence
_SEED = 7
_OPEN = (Chem.StereoSpecified.Unspecified, Chem.StereoSpecified.Unknown)


@dataclass(frozen=True)
class Open:
    """Places whose stereo is open: indices of atoms and of double bonds."""

    atoms: tuple[int, ...]
    bonds: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.atoms or self.bonds)


def open_places(mol: Chem.Mol) -> Open:
    """The centres and double bonds of a sanitised ``mol`` that could have a label and have none.

    The hydrogen of an imine C=NH and a protonated amine are passed over: they change sides too
    easily to be forms.
    """
    atoms, bonds = [], []
    for place in Chem.FindPotentialStereo(mol, cleanIt=False):
        if place.specified not in _OPEN:
            continue
        if place.type == Chem.StereoType.Atom_Tetrahedral:
            if not _protonated(mol.GetAtomWithIdx(place.centeredOn)):
                atoms.append(place.centeredOn)
        elif place.type == Chem.StereoType.Bond_Double:
            bond = mol.GetBondWithIdx(place.centeredOn)
            if not (_bare(bond.GetBeginAtom()) or _bare(bond.GetEndAtom())):
                bonds.append(place.centeredOn)
    return Open(tuple(atoms), tuple(bonds))


def forms(mol: Chem.Mol, places: Open) -> dict[str, Chem.Mol]:
    """Label to stereoisomer: at most ``MAX_FORMS`` ways to settle the open ``places``."""
    options = StereoEnumerationOptions(maxIsomers=MAX_FORMS, rand=_SEED, unique=True)
    found: dict[str, Chem.Mol] = {}
    for isomer in EnumerateStereoisomers(mol, options=options):
        found.setdefault(label(isomer, places), isomer)
    found.pop("", None)
    return dict(sorted(found.items()))


def count(mol: Chem.Mol) -> int:
    """How many forms the open places allow, mirror images and repeats counted."""
    return int(GetStereoisomerCount(mol))


def label(mol: Chem.Mol, places: Open) -> str:
    """The CIP labels at ``places``: "R" for a single one, else as "C5 R, C7=C8 E"."""
    copy = Chem.Mol(mol)
    rdCIPLabeler.AssignCIPLabels(copy)
    items = [copy.GetAtomWithIdx(i) for i in places.atoms]
    items += [copy.GetBondWithIdx(i) for i in places.bonds]
    names = [*(_atom(mol, i) for i in places.atoms), *(_bond(mol, i) for i in places.bonds)]
    codes = [item.GetProp("_CIPCode") if item.HasProp("_CIPCode") else "" for item in items]
    if len(codes) == 1:
        return codes[0]
    return ", ".join(f"{name} {code}" for name, code in zip(names, codes, strict=True) if code)


def sentence(mol: Chem.Mol, places: Open, chosen: str) -> str:
    """What was open and what was taken, for a person."""
    parts = [
        _listed("stereo centre", [_atom(mol, i) for i in places.atoms]),
        _listed("double bond", [_bond(mol, i) for i in places.bonds]),
    ]
    subject = " and ".join(part for part in parts if part)
    were = "was" if len(places.atoms) + len(places.bonds) == 1 else "were"
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


def _listed(kind: str, names: list[str]) -> str:
    """ "the stereo centres C2, C5 and C7", or "" for none."""
    if not names:
        return ""
    if len(names) == 1:
        return f"the {kind} {names[0]}"
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return f"the {kind}s {', '.join(names[:-1])} and {names[-1]}"


def _atom(mol: Chem.Mol, index: int) -> str:
    return f"{mol.GetAtomWithIdx(index).GetSymbol()}{index + 1}"


def _bond(mol: Chem.Mol, index: int) -> str:
    bond = mol.GetBondWithIdx(index)
    return f"{_atom(mol, bond.GetBeginAtomIdx())}={_atom(mol, bond.GetEndAtomIdx())}"


def _protonated(atom: Chem.Atom) -> bool:
    """Whether this is the nitrogen of an ammonium ion that can lose a proton."""
    return atom.GetAtomicNum() == 7 and atom.GetTotalNumHs(includeNeighbors=True) > 0


def _bare(atom: Chem.Atom) -> bool:
    """Whether this is the nitrogen of C=NH."""
    heavy = sum(other.GetAtomicNum() > 1 for other in atom.GetNeighbors())
    return atom.GetAtomicNum() == 7 and heavy == 1
