"""Bond orders, charges and missing hydrogens of a molecule whose file does not state them.

The first of these that fits is taken: a template that a person gave; where all hydrogens are there,
the valences (``bond_orders``); the component dictionary by the residue name (``components``); and
the shape of the molecule (``lewis``). What was inferred, and how sure it is, is always said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from rdkit import Chem

from engine.chem.errors import MoleculeError
from engine.chem.reading.perception import bond_orders, components, template
from engine.chem.reading.perception.lewis import UNSTATED, Known, Lewis, structures
from engine.chem.reading.perception.skeleton import ELEMENTS, MAX_DEGREE, Skeleton

_TRIED = 6  # Lewis structures that are looked at for another molecule
_LONGEST = 1000  # letters of a template
_SHOWN = 80  # letters of a SMILES in a sentence

#: Residue names that programs give to any ligand, though some stand in the dictionary.
_PLACEHOLDERS = frozenset(("LIG", "UNL", "UNK", "INH", "DRG", "MOL", "UNX", "UNN", "RES", "XXX"))

_COMPARE = "Compare the drawing with what you expect, or paste the right SMILES as a template."


@dataclass(frozen=True, eq=False)
class Hints:
    """What helps to find the bond orders.

    Attributes:
        names: the residue names of the file.
        template: a SMILES that a person gave; "" for none.
        net: the net charge, where it is stated.
    """

    names: frozenset[str] = frozenset()
    template: str = ""
    net: int | None = None


def infer(drawing: Chem.Mol, hints: Hints) -> tuple[Chem.Mol, list[str]] | None:
    """``drawing`` sanitised and what to say about it; None where no structure fits.

    Hydrogens and charges that the file states are kept. A net charge that no structure fits is let
    go.

    Raises:
        MoleculeError: if the template is no SMILES or another molecule.
    """
    heavy = _Heavy.of(drawing)
    known = heavy.known(hints.net)
    if hints.template:
        return _by_template(heavy, known, hints.template)
    if bond_orders.has_hydrogens(drawing):
        stated = sum(atom.GetFormalCharge() for atom in drawing.GetAtoms()) or None
        net = stated if hints.net is None else hints.net
        found = bond_orders.perceive(drawing, net, keep_charges=True) or bond_orders.perceive(
            drawing, net
        )
        return None if found is None else (found, [])
    return (
        _by_name(heavy, known, hints.names)
        or _by_shape(heavy, known)
        or _by_shape(heavy, replace(known, net=None))
    )


@dataclass(frozen=True, eq=False)
class _Heavy:
    """The heavy atoms of a drawing.

    Attributes:
        drawing: all of it.
        mol: the heavy atoms alone, with their bonds and coordinates.
        index: (N,) the number of each of them in ``drawing``.
        explicit: (N,) the hydrogens that are drawn on each.
    """

    drawing: Chem.Mol
    mol: Chem.Mol
    index: np.ndarray
    explicit: np.ndarray

    @classmethod
    def of(cls, drawing: Chem.Mol) -> _Heavy:
        """Of a drawing that need not be sanitised."""
        atoms = [atom for atom in drawing.GetAtoms() if atom.GetAtomicNum() > 1]
        near = [[n.GetAtomicNum() == 1 for n in atom.GetNeighbors()] for atom in atoms]
        mol = Chem.RWMol(drawing)
        for atom in reversed(list(drawing.GetAtoms())):
            if atom.GetAtomicNum() == 1:
                mol.RemoveAtom(atom.GetIdx())
        index = np.array([atom.GetIdx() for atom in atoms], dtype=int)
        return cls(drawing, mol.GetMol(), index, np.array([sum(row) for row in near], dtype=int))

    def known(self, net: int | None) -> Known:
        """What the file states: charges, and hydrogens where it has some.

        A file that has hydrogens, but none on carbon, keeps the polar ones only, so that other
        atoms than carbon have no more of them.
        """
        atoms = list(self.mol.GetAtoms())
        charges = np.array([atom.GetFormalCharge() or UNSTATED for atom in atoms], dtype=int)
        carbon = np.array([atom.GetAtomicNum() == 6 for atom in atoms], dtype=bool)
        complete, some = bool(self.explicit[carbon].any()), bool(self.explicit.any())
        hydrogens = np.where(complete | (~carbon & some), self.explicit, -1)
        return Known(hydrogens, charges, net)

    def rebuilt(self, lewis: Lewis) -> Chem.Mol | None:
        """The drawing with the bond orders, charges and hydrogens of ``lewis``, sanitised."""
        kinds = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
        mol = Chem.RWMol(self.drawing)
        for bond in mol.GetBonds():
            bond.SetBondType(Chem.BondType.SINGLE)
            bond.SetIsAromatic(False)
        for bond, order in zip(self.mol.GetBonds(), lewis.orders.tolist(), strict=True):
            ends = self.index[[bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()]].tolist()
            mol.GetBondBetweenAtoms(*ends).SetBondType(kinds[order - 1])
        for atom in mol.GetAtoms():
            atom.SetNoImplicit(True)
            atom.SetIsAromatic(False)
        missing = lewis.hydrogens - self.explicit
        for place, charge, hydrogens in zip(
            self.index.tolist(), lewis.charges.tolist(), missing.tolist(), strict=True
        ):
            atom = mol.GetAtomWithIdx(place)
            atom.SetFormalCharge(charge)
            atom.SetNumExplicitHs(max(hydrogens, 0))
        found = mol.GetMol()
        if (missing < 0).any() or Chem.SanitizeMol(found, catchErrors=True):
            return None
        return found


def _by_template(heavy: _Heavy, known: Known, smiles: str) -> tuple[Chem.Mol, list[str]]:
    """The bond orders of the SMILES that a person gave."""
    fit = smiles.isascii() and len(smiles) <= _LONGEST
    given = Chem.MolFromSmiles(smiles) if fit else None
    if given is None:
        raise MoleculeError("The template is not a SMILES that can be read; correct it.")
    lewis = template.apply(Chem.RemoveAllHs(given), heavy.mol, known)
    found = None if lewis is None else heavy.rebuilt(lewis)
    if found is None:
        raise MoleculeError(
            "The template is another molecule than the one in the file; its elements, its "
            "neighbours and the charges and hydrogens that the file states have to be the same."
        )
    return found, ["The bond orders and hydrogens are those of the template."]


def _by_name(
    heavy: _Heavy, known: Known, names: frozenset[str]
) -> tuple[Chem.Mol, list[str]] | None:
    """The bond orders of the component that the residue name stands for, if it is that one."""
    known_names = names - _PLACEHOLDERS if len(names) == 1 else ()
    listed = next((components.component(name) for name in known_names), None)
    lewis = None if listed is None else template.apply(listed, heavy.mol, known)
    found = None if lewis is None else heavy.rebuilt(lewis)
    if found is None:
        return None
    (name,) = names
    return found, [
        (
            "The bond orders and missing hydrogens are those of the component "
            f"{name} of the PDB's dictionary, which has the same elements and neighbours."
        )
    ]


def _by_shape(heavy: _Heavy, known: Known) -> tuple[Chem.Mol, list[str]] | None:
    """The most probable molecule by lengths and angles, and how sure it is."""
    degrees = [atom.GetDegree() for atom in heavy.mol.GetAtoms()]
    numbers = {atom.GetAtomicNum() for atom in heavy.mol.GetAtoms()}
    if not numbers <= set(ELEMENTS) or max(degrees, default=0) > MAX_DEGREE:
        return None
    xyz = heavy.mol.GetConformer().GetPositions()
    best: tuple[Chem.Mol, float, str] | None = None
    for lewis in islice(structures(Skeleton.of(heavy.mol), xyz, known), _TRIED):
        mol = heavy.rebuilt(lewis)
        if mol is None:
            continue
        smiles = Chem.MolToSmiles(Chem.RemoveAllHs(mol), isomericSmiles=False)
        if best is None:
            best = mol, lewis.cost, smiles
        elif smiles != best[2]:
            return best[0], [_sentence(lewis.cost - best[1], smiles)]
    return None if best is None else (best[0], [_sentence(np.inf, "")])


def _sentence(margin: float, second: str) -> str:
    """How sure the best structure is: its cost is lower than of the ``second`` by ``margin``."""
    percent = min(99, round(100 / (1 + np.exp(-margin))))
    inferred = (
        "The file has neither bond orders nor all hydrogens; they were inferred from bond lengths "
        f"and angles and are right with about {percent} % probability"
    )
    rival = f" (next: {second})" if 0 < len(second) <= _SHOWN and percent < 99 else ""
    return f"{inferred}{rival}. {_COMPARE}"
