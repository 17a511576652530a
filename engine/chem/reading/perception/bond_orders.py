"""Bond orders and charges of molecules whose hydrogens are all there, by integer programming.

XYZ and PDB files carry no bond orders, and in many MOL2 files the aromatic bonds do not add up.
Every atom takes one of its usual states (total bond order, formal charge), every bond an order of
1, 2 or 3, so that the orders round each atom add up to its state. Among all such Lewis structures
the one with the least cost is taken: unusual states cost most, then a net charge, then bonds whose
length does not suit their order. A linear integer program finds it exactly; the formulation follows
Froeyen & Herdewijn 2005 (doi:10.1021/ci049645z).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rdkit import Chem
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

#: Atomic number: (total bond order, formal charge, cost) of each state.
_STATES: dict[int, tuple[tuple[int, int, float], ...]] = {
    1: ((1, 0, 0.0),),
    5: ((3, 0, 0.0), (4, -1, 1.0)),
    6: ((4, 0, 0.0), (3, -1, 8.0), (3, 1, 8.0)),
    7: ((3, 0, 0.0), (4, 1, 1.0), (2, -1, 2.5)),
    8: ((2, 0, 0.0), (1, -1, 1.5), (3, 1, 5.0)),
    14: ((4, 0, 0.0),),
    15: ((3, 0, 0.0), (5, 0, 0.2), (4, 1, 2.0)),
    16: ((2, 0, 0.0), (4, 0, 0.5), (6, 0, 0.5), (3, 1, 3.0), (1, -1, 1.8)),
    **dict.fromkeys((9, 17, 35, 53), ((1, 0, 0.0),)),
}
#: Length of a double and a triple bond over that of a single bond.
_SHRINK = np.array([1.0, 0.87, 0.78])
_WIDTH = 0.08  # Angstrom, the misfit of a length that costs one unit of its weight
_ABSURD = 12.0  # the cost of states above which no chemist would believe the answer
_NET_COST = 1.6
_LENGTH_COST = 0.05
_TRIPLE_COST = 0.1


def perceive(
    drawing: Chem.Mol, charge: int | None = None, keep_charges: bool = False
) -> Chem.Mol | None:
    """``drawing`` sanitised with perceived bond orders and charges, or None when none fit.

    Args:
        drawing: atoms with all hydrogens, neighbours and coordinates; its bond orders are ignored.
        charge: the net charge, where it is known.
        keep_charges: whether the charges of ``drawing`` stay on their atoms.
    """
    problem = _Problem.of(drawing, keep_charges)
    if problem is None:
        return None
    solution = problem.solve(charge)
    if solution is None and charge is not None:
        solution = problem.solve(None)
    if solution is None:
        return None
    mol = _rebuilt(drawing, *solution)
    if Chem.SanitizeMol(mol, catchErrors=True):
        return None
    return mol


def is_saturated(mol: Chem.Mol) -> bool:
    """Whether no atom wants a further hydrogen or has an unpaired electron."""
    return not any(a.GetTotalNumHs() or a.GetNumRadicalElectrons() for a in mol.GetAtoms())


def has_hydrogens(mol: Chem.Mol) -> bool:
    """Whether the hydrogens on carbon are there (some files keep the polar ones only)."""
    numbers = {atom.GetAtomicNum() for atom in mol.GetAtoms()}
    bonds = [
        (b.GetBeginAtom().GetAtomicNum(), b.GetEndAtom().GetAtomicNum()) for b in mol.GetBonds()
    ]
    return any(sorted(pair) == [1, 6] for pair in bonds) or (1 in numbers and 6 not in numbers)


@dataclass(frozen=True, eq=False)
class _Problem:
    """The integer program, its variables as in ``_Places``.

    Attributes:
        bonds: (E, 2).
        order_cost: (E, 3), the cost of order 1, 2 and 3.
        owner, valence, formal, state_cost: (S,), the atom and the numbers of each state.
        atoms: the number of atoms, N.
    """

    bonds: np.ndarray
    order_cost: np.ndarray
    owner: np.ndarray
    valence: np.ndarray
    formal: np.ndarray
    state_cost: np.ndarray
    atoms: int

    @classmethod
    def of(cls, drawing: Chem.Mol, keep_charges: bool) -> _Problem | None:
        """The problem for ``drawing``, or None if it has an element or a charge without states."""
        numbers = [atom.GetAtomicNum() for atom in drawing.GetAtoms()]
        if any(number not in _STATES for number in numbers):
            return None
        states = [
            (atom.GetIdx(), *state)
            for atom in drawing.GetAtoms()
            for state in _STATES[atom.GetAtomicNum()]
            if not keep_charges or atom.GetFormalCharge() in (0, state[1])
        ]
        if len({owner for owner, *_ in states}) < len(numbers):
            return None
        owner, valence, formal, cost = (np.array(column) for column in zip(*states, strict=True))
        bonds = np.array(
            [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in drawing.GetBonds()], dtype=int
        ).reshape(-1, 2)
        order_cost = _order_cost(drawing, bonds)
        return cls(bonds, order_cost, owner, valence, formal, cost, len(numbers))

    def solve(self, charge: int | None) -> tuple[np.ndarray, np.ndarray] | None:
        """Orders (E,) and formal charges (N,), or None if none exist."""
        at = _Places.of(len(self.bonds), len(self.owner))
        upper = np.concatenate([np.ones(at.net[0]), np.full(2, 6)])
        if charge is not None:
            upper[at.net] = 0
        result = milp(
            self._cost(at, charge),
            integrality=np.ones(at.size),
            bounds=Bounds(np.zeros(at.size), upper),
            constraints=self._constraints(at, charge or 0),
            options={"time_limit": 10.0},
        )
        if result.x is None:
            return None
        x = np.rint(result.x).astype(int)
        if self.state_cost @ x[at.state] > _ABSURD:
            return None
        charges = np.bincount(self.owner, weights=self.formal * x[at.state], minlength=self.atoms)
        return 1 + x[at.second] + x[at.third], charges.astype(int)

    def _cost(self, at: _Places, charge: int | None) -> np.ndarray:
        """What every variable costs; a net charge costs only where it is not known."""
        cost = np.zeros(at.size)
        cost[at.second] = self.order_cost[:, 1] - self.order_cost[:, 0]
        cost[at.third] = self.order_cost[:, 2] - self.order_cost[:, 1] + _TRIPLE_COST
        cost[at.state] = self.state_cost
        cost[at.net] = _NET_COST if charge is None else 0.0
        return cost

    def _constraints(self, at: _Places, charge: int) -> LinearConstraint:
        """The rows of the program, in blocks.

        Of every atom, its orders add up to its state, and it has one state; of every bond, a
        triple is at least double; and the charges add up.
        """
        n, e = self.atoms, len(self.bonds)
        one_state, triple = n, 2 * n
        rows = lil_array((2 * n + e + 1, at.size))
        low, high = np.zeros(rows.shape[0]), np.zeros(rows.shape[0])
        for k, pair in enumerate(self.bonds):
            for atom in pair:
                rows[atom, at.second[k]] = rows[atom, at.third[k]] = 1
                low[atom] -= 1
                high[atom] -= 1
            rows[triple + k, at.second[k]], rows[triple + k, at.third[k]] = 1, -1
            high[triple + k] = 1
        rows[self.owner, at.state] = -self.valence
        rows[one_state + self.owner, at.state] = 1
        low[one_state:triple] = high[one_state:triple] = 1
        rows[-1, at.state] = self.formal
        rows[-1, at.net[0]], rows[-1, at.net[1]] = -1, 1
        low[-1] = high[-1] = charge
        return LinearConstraint(rows.tocsr(), low, high)


@dataclass(frozen=True, eq=False)
class _Places:
    """Where the variables of the integer program stand.

    Attributes:
        second, third: (E,), whether a bond is at least double, and triple.
        state: (S,), whether an atom has this state.
        net: (2,), the parts of the net charge beyond the stated one, negative and positive.
        size: the number of variables.
    """

    second: np.ndarray
    third: np.ndarray
    state: np.ndarray
    net: np.ndarray
    size: int

    @classmethod
    def of(cls, bonds: int, states: int) -> _Places:
        """One block of variables after another."""
        counts = (bonds, bonds, states, 2)
        ends = np.cumsum(counts)
        second, third, state, net = (
            end - count + np.arange(count) for count, end in zip(counts, ends, strict=True)
        )
        return cls(second, third, state, net, int(ends[-1]))


def _order_cost(drawing: Chem.Mol, bonds: np.ndarray) -> np.ndarray:
    """(E, 3) cost of each order by the length of each bond; bonds to hydrogen stay single."""
    cost = np.zeros((len(bonds), 3))
    numbers = np.array([atom.GetAtomicNum() for atom in drawing.GetAtoms()])
    if len(bonds) and drawing.GetNumConformers():
        table = Chem.GetPeriodicTable()
        radii = np.array([table.GetRcovalent(int(number)) for number in numbers])
        xyz = drawing.GetConformer().GetPositions()
        length = np.linalg.norm(xyz[bonds[:, 0]] - xyz[bonds[:, 1]], axis=1)
        ideal = (radii[bonds[:, 0]] + radii[bonds[:, 1]])[:, None] * _SHRINK
        cost = _LENGTH_COST * np.minimum(((length[:, None] - ideal) / _WIDTH) ** 2, 9.0)
    cost[(numbers[bonds] == 1).any(axis=1), 1:] += 100.0
    return cost


def _rebuilt(drawing: Chem.Mol, orders: np.ndarray, charges: np.ndarray) -> Chem.Mol:
    """``drawing`` with these orders and charges, and no further hydrogen."""
    kinds = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
    mol = Chem.RWMol(drawing)
    for bond, order in zip(mol.GetBonds(), orders.tolist(), strict=True):
        bond.SetBondType(kinds[order - 1])
        bond.SetIsAromatic(False)
    for atom, charge in zip(mol.GetAtoms(), charges.tolist(), strict=True):
        atom.SetFormalCharge(charge)
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(True)
        atom.SetIsAromatic(False)
    return mol.GetMol()
