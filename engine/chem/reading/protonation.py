"""Possible protonation states at the pH of blood, by measured pKa values of substructures.

The sites and their pKa come from Dimorphite-DL (Ropp et al. 2019, doi:10.1186/s13321-019-0336-9):
a group is offered with and without its proton where its range of pKa reaches ``PH`` +- ``MARGIN``,
else in the state that it has at ``PH``. The package judges every group for itself, so two rules are
added here. A second charge of the same sign on one conjugated system is not offered, except among
carboxylic, phosphoric and sulfonic acids: metformin is a monocation, gliclazide a monoanion. A
phenol without groups that withdraw electrons keeps its proton (phenol 9.99, resorcinol 9.32,
paracetamol 9.38, 2-chlorophenol 8.5; CRC Handbook of Chemistry and Physics).

States are labelled by the atoms that change charge, numbered as in the input, from 1: "O3-, N9+".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from dimorphite_dl import protonate_smiles
from rdkit import Chem

PH = 7.4
MARGIN = 1.0
MAX_STATES = 12

_SPREADS = 1.0  # standard deviations of a pKa that make its range
_VARIANTS = 128  # that the package makes of a molecule, the likeliest
_MOST_LOST, _MOST_TAKEN = 1, 2  # protons that undecided groups may lose or take at once
_PHENOL = Chem.MolFromSmarts("[OX2;H1]-[c;r6]")
_STRONG = Chem.MolFromSmarts("[O;X1,$([OX2;H1])]-[$(C=[O,S]),$(P=O),$(S=O)]")
#: What may stand on the ring of a plain phenol: O, N and C that draw no electrons.
_DONOR = Chem.MolFromSmarts(
    "[$([OX2]),$([NX3;!$(N=O);!$(N-S=O)]),$([CX4;!$(C[F,Cl,Br,I])]),$([c;!$(c=O)]),"
    "$([CX3;!$(C=[!#6])])]"
)
_HALOGEN = {9, 17, 35, 53}


@dataclass(frozen=True)
class _Site:
    """An atom's new formal charge and number of hydrogens."""

    atom: int
    charge: int
    hydrogens: int


def states(mol: Chem.Mol) -> dict[str, Chem.Mol]:
    """Label to molecule: what ``mol`` may be at ``PH``, besides what it was given as.

    Order and coordinates of the atoms that stay, bonds and stereo are those of ``mol``; where a
    proton is written out and leaves, its atom goes; one that comes is implicit.
    """
    bare = _numbered(mol)
    found: dict[str, Chem.Mol] = {}
    seen = {Chem.MolToSmiles(_unnumbered(bare))}
    for sites in _possible(mol, [_changes(mol, Chem.MolFromSmiles(s)) for s in _variants(bare)]):
        changed = _with(mol, sites)
        if changed is None:
            continue
        smiles = Chem.MolToSmiles(Chem.RemoveHs(changed))
        if smiles not in seen:  # an atom alike may have changed in its place
            seen.add(smiles)
            found[_label(mol, sites)] = changed
    return dict(list(found.items())[:MAX_STATES])


def _numbered(mol: Chem.Mol) -> Chem.Mol:
    """Without written hydrogens; each atom's map number is its index in ``mol`` plus 1."""
    copy = Chem.Mol(mol)
    Chem.ClearMolSubstanceGroups(copy)
    for atom in copy.GetAtoms():
        atom.SetAtomMapNum(atom.GetIdx() + 1 if atom.GetAtomicNum() > 1 else 0)
    return Chem.RemoveHs(copy)


def _unnumbered(mol: Chem.Mol) -> Chem.Mol:
    copy = Chem.Mol(mol)
    for atom in copy.GetAtoms():
        atom.SetAtomMapNum(0)
    return copy


def _variants(bare: Chem.Mol) -> list[str]:
    """SMILES of the package's states; plain phenols are shown to it as ethers."""
    shown = Chem.RWMol(bare)
    for oxygen, carbon in bare.GetSubstructMatches(_PHENOL):
        if _is_plain(bare, carbon):
            shown.GetAtomWithIdx(oxygen).SetNumExplicitHs(0)
            shown.AddBond(oxygen, shown.AddAtom(Chem.Atom(6)), Chem.BondType.SINGLE)
    Chem.SanitizeMol(shown)
    return protonate_smiles(
        Chem.MolToSmiles(shown),
        ph_min=PH - MARGIN,
        ph_max=PH + MARGIN,
        precision=_SPREADS,
        max_variants=_VARIANTS,
    )


def _is_plain(mol: Chem.Mol, carbon: int) -> bool:
    """Whether nothing on the rings of a phenol's ``carbon`` makes it a stronger acid."""
    donors = {match[0] for match in mol.GetSubstructMatches(_DONOR)}
    for ring in mol.GetRingInfo().AtomRings():
        if carbon not in ring:
            continue
        atoms = [mol.GetAtomWithIdx(index) for index in ring]
        around = [n for atom in atoms for n in atom.GetNeighbors() if n.GetIdx() not in ring]
        halogens = sum(other.GetAtomicNum() in _HALOGEN for other in around)
        others = [n.GetIdx() for n in around if n.GetAtomicNum() not in _HALOGEN]
        if halogens > 1 or any(atom.GetAtomicNum() != 6 for atom in atoms):
            return False
        if not donors.issuperset(others):
            return False
    return True


def _possible(mol: Chem.Mol, variants: list[list[_Site]]) -> list[list[_Site]]:
    """The changes of each state that is offered; those with the fewest undecided groups first."""
    changes = [frozenset(sites) for sites in variants]
    decided = frozenset.intersection(*changes) if changes else frozenset()
    bases = _compatible(mol, decided)
    kept: dict[frozenset[_Site], int] = {}
    for extra in (sites - decided for sites in changes):
        taken = [site.charge > mol.GetAtomWithIdx(site.atom).GetFormalCharge() for site in extra]
        if sum(taken) > _MOST_TAKEN or len(taken) - sum(taken) > _MOST_LOST:
            continue
        for whole in (base | extra for base in bases):
            if not _clashes(mol, whole):
                kept.setdefault(whole, len(extra))
    order = sorted((sites for sites in kept if sites), key=lambda sites: kept[sites])
    return [sorted(sites, key=lambda site: site.atom) for sites in order]


def _compatible(mol: Chem.Mol, sites: frozenset[_Site]) -> list[frozenset[_Site]]:
    """The largest parts of a change whose charges do not stand in each other's way."""
    clashing = _clashes(mol, sites)
    for left_out in range(len(clashing) + 1):
        parts = [sites - frozenset(out) for out in combinations(clashing, left_out)]
        good = [part for part in parts if not _clashes(mol, part)]
        if good:
            return good
    return [sites]


def _clashes(mol: Chem.Mol, sites: frozenset[_Site]) -> set[_Site]:
    """The sites that cannot be charged together with another of the same sign."""
    strong = {match[0] for match in mol.GetSubstructMatches(_STRONG)}
    system = _systems(mol)
    found: set[_Site] = set()
    for one, two in combinations(sites, 2):
        together = system.get(one.atom, -1) == system.get(two.atom, -2)
        if together and one.charge * two.charge > 0 and not {one.atom, two.atom} <= strong:
            found |= {one, two}
    return found


def _systems(mol: Chem.Mol) -> dict[int, int]:
    """The number of the conjugated system of each atom that is in one."""
    system: dict[int, int] = {}
    joined = Chem.RWMol(mol)
    for bond in mol.GetBonds():
        if not bond.GetIsConjugated():
            joined.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    for number, atoms in enumerate(Chem.GetMolFrags(joined)):
        if len(atoms) > 1:
            system.update(dict.fromkeys(atoms, number))
    return system


def _changes(mol: Chem.Mol, variant: Chem.Mol) -> list[_Site]:
    sites = []
    for index, atom in _own(mol, variant).items():
        if mol.GetAtomWithIdx(index).GetFormalCharge() != atom.GetFormalCharge():
            sites.append(_Site(index, atom.GetFormalCharge(), atom.GetTotalNumHs()))
    return sites


def _own(mol: Chem.Mol, variant: Chem.Mol) -> dict[int, Chem.Atom]:
    """The atoms of ``variant`` by their index in ``mol``.

    The package drops the map number of an atom that came with a charge; it is known again by its
    element and a neighbour.
    """
    found = {a.GetAtomMapNum() - 1: a for a in variant.GetAtoms() if a.GetAtomMapNum()}
    for atom in variant.GetAtoms():
        if atom.GetAtomMapNum():
            continue
        beside = [n.GetAtomMapNum() - 1 for n in atom.GetNeighbors() if n.GetAtomMapNum()]
        for other in (n for index in beside for n in mol.GetAtomWithIdx(index).GetNeighbors()):
            if other.GetIdx() not in found and other.GetAtomicNum() == atom.GetAtomicNum():
                found[other.GetIdx()] = atom
                break
    return found


def _label(mol: Chem.Mol, sites: list[_Site]) -> str:
    """As "O3-, N9+"; an atom that becomes neutral is "N9 neutral"."""
    marks = {1: "+", -1: "-", 0: " neutral"}
    return ", ".join(
        f"{mol.GetAtomWithIdx(site.atom).GetSymbol()}{site.atom + 1}"
        f"{marks.get(site.charge, f'{site.charge:+d}')}"
        for site in sites
    )


def _with(mol: Chem.Mol, sites: list[_Site]) -> Chem.Mol | None:
    """``mol`` with every site changed; None where its rings do not allow that (imidazolium)."""
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
    if Chem.SanitizeMol(changed, catchErrors=True):
        return None
    # An amidine's double bond loses its sides when its nitrogen gets a second hydrogen.
    Chem.AssignStereochemistry(changed, cleanIt=True, force=True)
    return changed.GetMol()
