"""Protonation states at the pH of blood, by measured pKa values of substructures.

The sites and their pKa come from Dimorphite-DL (Ropp et al. 2019, doi:10.1186/s13321-019-0336-9).
States are told apart by the atoms that change charge, numbered as in the input, from 1: "O3-, N9+".
"""

from __future__ import annotations

from dataclasses import dataclass

from dimorphite_dl import protonate_smiles
from rdkit import Chem

PH = 7.4
MAX_STATES = 12

_SPREADS = 1.0  # standard deviations of a pKa within which both states of a site are listed


@dataclass(frozen=True)
class _Site:
    """An atom's new formal charge and number of hydrogens."""

    atom: int
    charge: int
    hydrogens: int


def states(mol: Chem.Mol) -> dict[str, Chem.Mol]:
    """Label to molecule: what ``mol`` would be at ``PH``, where that is not how it was given.

    Order and coordinates of the atoms that stay, bonds and stereo are those of ``mol``; where a
    proton is written out and leaves, its atom goes; one that comes is implicit.
    """
    found: dict[str, Chem.Mol] = {}
    for smiles in _variants(mol):
        sites = _changes(mol, Chem.MolFromSmiles(smiles))
        if sites:
            found.setdefault(_label(mol, sites), _with(mol, sites))
    return found


def _variants(mol: Chem.Mol) -> list[str]:
    """SMILES of the states at ``PH``, each atom's map number its index in ``mol`` plus 1."""
    copy = Chem.Mol(mol)
    for atom in copy.GetAtoms():
        atom.SetAtomMapNum(atom.GetIdx() + 1 if atom.GetAtomicNum() > 1 else 0)
    smiles = Chem.MolToSmiles(Chem.RemoveHs(copy))
    return protonate_smiles(
        smiles, ph_min=PH, ph_max=PH, precision=_SPREADS, max_variants=MAX_STATES
    )


def _changes(mol: Chem.Mol, variant: Chem.Mol) -> list[_Site]:
    sites = []
    for atom in variant.GetAtoms():
        index = atom.GetAtomMapNum() - 1
        own = mol.GetAtomWithIdx(index) if index >= 0 else None
        if own is not None and own.GetFormalCharge() != atom.GetFormalCharge():
            sites.append(_Site(index, atom.GetFormalCharge(), atom.GetTotalNumHs()))
    return sorted(sites, key=lambda site: site.atom)


def _label(mol: Chem.Mol, sites: list[_Site]) -> str:
    """As "O3-, N9+"; an atom that becomes neutral is "N9 neutral"."""
    marks = {1: "+", -1: "-", 0: " neutral"}
    return ", ".join(
        f"{mol.GetAtomWithIdx(site.atom).GetSymbol()}{site.atom + 1}"
        f"{marks.get(site.charge, f'{site.charge:+d}')}"
        for site in sites
    )


def _with(mol: Chem.Mol, sites: list[_Site]) -> Chem.Mol:
    """``mol`` with every site as told."""
    changed = Chem.RWMol(mol)
    gone = []
    for site in sites:
        atom = changed.GetAtomWithIdx(site.atom)
        written = [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 1]
        gone += written[site.hydrogens :]
        atom.SetFormalCharge(site.charge)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(max(0, site.hydrogens - len(written)))
    for index in sorted(gone, reverse=True):
        changed.RemoveAtom(index)
    Chem.SanitizeMol(changed)
    # An amidine's double bond loses its sides when its nitrogen gets a second hydrogen.
    Chem.AssignStereochemistry(changed, cleanIt=True, force=True)
    return changed.GetMol()
