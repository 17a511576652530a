"""Bond orders of a known molecule, given to one that has the same elements and neighbours.

Programs rename and reorder atoms, so the two are matched as graphs: heavy atoms by element, bonds
without their orders.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from engine.chem.reading.perception.lewis import UNSTATED, Known, Lewis

_MATCHES = 200  # of symmetric molecules that are compared


def graph_of(mol: Chem.Mol) -> Chem.Mol:
    """Elements and neighbours of ``mol`` alone: every bond single, no charge, no hydrogen count."""
    graph = Chem.RWMol()
    for atom in mol.GetAtoms():
        plain = Chem.Atom(atom.GetAtomicNum())
        plain.SetNoImplicit(True)
        graph.AddAtom(plain)
    for bond in mol.GetBonds():
        graph.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return graph.GetMol()


def apply(template: Chem.Mol, heavy: Chem.Mol, known: Known) -> Lewis | None:
    """The Lewis structure of ``template`` on the atoms of ``heavy``; None if it does not fit.

    Where the molecule can be laid on the template in several ways, double bonds go where the bonds
    are short. A charge that is known of an atom takes or gives a proton there.

    Args:
        template: sanitised, without hydrogens.
        heavy: heavy atoms, neighbours and, if there is one, a conformer.
        known: what the file states.
    """
    plain = Chem.Mol(template)
    Chem.Kekulize(plain, clearAromaticFlags=True)
    order = np.array([int(bond.GetBondTypeAsDouble()) for bond in plain.GetBonds()], dtype=int)
    ends = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in plain.GetBonds()], dtype=int)
    best: tuple[float, Lewis] | None = None
    for match in _matches(plain, heavy):
        lewis = _laid(plain, heavy, match, ends.reshape(-1, 2), order)
        settled = _with_known(heavy, lewis, known)
        if settled is None:
            continue
        cost = _stretched(heavy, settled)
        if best is None or cost < best[0]:
            best = cost, settled
    return None if best is None else best[1]


def _matches(template: Chem.Mol, heavy: Chem.Mol) -> tuple[tuple[int, ...], ...]:
    """Every way to lay the two on each other: for each atom of the template one of ``heavy``."""
    sizes = [(mol.GetNumAtoms(), mol.GetNumBonds()) for mol in (template, heavy)]
    graphs = [graph_of(template), graph_of(heavy)]
    if sizes[0] != sizes[1] or len({Chem.MolToSmiles(graph) for graph in graphs}) > 1:
        return ()
    for graph in graphs:  # atoms that cannot be told apart share a label, which guides the search
        for atom, rank in zip(graph.GetAtoms(), _ranks(graph), strict=True):
            atom.SetIsotope(rank + 1)
    found: tuple[tuple[int, ...], ...] = graphs[1].GetSubstructMatches(
        graphs[0], uniquify=False, maxMatches=_MATCHES
    )
    return found


def _ranks(graph: Chem.Mol) -> list[int]:
    """A number for each class of equivalent atoms, the same in every numbering of the atoms."""
    return list(Chem.CanonicalRankAtoms(graph, breakTies=False))


def _laid(
    template: Chem.Mol,
    heavy: Chem.Mol,
    match: tuple[int, ...],
    ends: np.ndarray,
    order: np.ndarray,
) -> Lewis:
    """The orders, charges and hydrogens of ``template`` on the atoms that ``match`` names."""
    orders = np.ones(heavy.GetNumBonds(), dtype=int)
    charges, hydrogens = np.zeros((2, heavy.GetNumAtoms()), dtype=int)
    for (i, j), value in zip(ends.tolist(), order.tolist(), strict=True):
        orders[heavy.GetBondBetweenAtoms(match[i], match[j]).GetIdx()] = value
    for atom, place in zip(template.GetAtoms(), match, strict=True):
        charges[place], hydrogens[place] = atom.GetFormalCharge(), atom.GetTotalNumHs()
    return Lewis(orders, charges, hydrogens, 0.0)


def _with_known(heavy: Chem.Mol, lewis: Lewis, known: Known) -> Lewis | None:
    """``lewis`` with the protons that known charges ask for; None where the file says otherwise.

    Both oxygens of a phosphate may be known as negative: then the double bond of one of them is
    drawn as charges, P+ and O-.
    """
    stated = known.charges != UNSTATED
    charges = np.where(stated, known.charges, lewis.charges)
    hydrogens, orders = lewis.hydrogens + charges - lewis.charges, lewis.orders.copy()
    for atom in np.flatnonzero(stated & (hydrogens == -1)).tolist():
        for bond in heavy.GetAtomWithIdx(atom).GetBonds():
            other = bond.GetOtherAtomIdx(atom)
            number = heavy.GetAtomWithIdx(other).GetAtomicNum()
            if orders[bond.GetIdx()] == 2 and number in (15, 16):
                orders[bond.GetIdx()], hydrogens[atom] = 1, 0
                charges[other] += 1
    counted = known.hydrogens >= 0
    if (hydrogens < 0).any() or (hydrogens != known.hydrogens)[counted].any():
        return None
    return Lewis(orders, charges, hydrogens, 0.0)


def _stretched(heavy: Chem.Mol, lewis: Lewis) -> float:
    """How much of the orders lies on long bonds; the least is the best match."""
    if not heavy.GetNumConformers():
        return 0.0
    xyz = heavy.GetConformer().GetPositions()
    ends = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in heavy.GetBonds()])
    length = np.linalg.norm(xyz[ends[:, 0]] - xyz[ends[:, 1]], axis=1)
    return float(lewis.orders @ length)
